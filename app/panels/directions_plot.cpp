#include "app/panels/directions_plot.hpp"

#include "app/plots.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"
#include "core/engine/latent_tools.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <imgui.h>

namespace unstuck::app {

using engine::Side;
using Basis = std::shared_ptr<const latent::DirectionBasis>;

namespace {

constexpr std::size_t kShown = 24; ///< Components.

/// One side's bars beside the other's: full for A, outlined for B.
void bars(Side side, const latent::DirectionBasis& basis) {
    std::vector<double> at, percent;
    for (std::size_t i = 0; i < std::min(kShown, basis.share.size()); ++i) {
        at.push_back(static_cast<double>(i) + (side == Side::a ? -0.2 : 0.2));
        percent.push_back(basis.share[i] * 100);
    }
    ImPlotSpec spec;
    spec.LineColor = side_colour(side);
    spec.FillColor = side_colour(side);
    spec.FillAlpha = side == Side::a ? 0.9f : 0.3f;
    ImPlot::PlotBars(side_name(side), at.data(), percent.data(), static_cast<int>(at.size()), 0.38, spec);
}

double first(const latent::DirectionBasis& basis, std::size_t count) {
    double sum = 0;
    for (std::size_t i = 0; i < std::min(count, basis.share.size()); ++i) sum += basis.share[i];
    return sum;
}

void hover(const std::array<Basis, 2>& bases) {
    if (!ImPlot::IsPlotHovered()) return;
    const double x = std::round(ImPlot::GetPlotMousePos().x);
    if (x < 0) return;
    const auto i = static_cast<std::size_t>(x);
    auto text = fmt::format("component {}", i);
    for (auto side : engine::kSides)
        if (const auto& b = bases[index(side)]; b && i < b->share.size())
            text += fmt::format("\n{}: {:.2f} % of the variance, sigma {:.3g}; {:.1f} % up to here", side_name(side),
                                b->share[i] * 100, b->size[i], first(*b, i + 1) * 100);
    ImGui::SetTooltip("%s", text.c_str());
}

Table variance_table(const std::array<Basis, 2>& bases) {
    Table t{{"side", "component", "share of variance (%)", "sigma (units of w)"}, {}};
    for (auto side : engine::kSides)
        if (const auto& b = bases[index(side)])
            for (std::size_t i = 0; i < b->share.size(); ++i)
                t.rows.push_back(
                    {side_name(side), std::to_string(i), csv_number(b->share[i] * 100), csv_number(b->size[i])});
    return t;
}

} // namespace

void draw_variance_plot(PanelContext& c, float width) {
    std::array<Basis, 2> bases;
    double highest = 0;
    for (auto side : engine::kSides) {
        auto& basis = bases[index(side)];
        basis = engine::known_principal_components(c.loaded[index(side)].get());
        if (basis && !basis->share.empty()) highest = std::max(highest, basis->share[0] * 100);
    }
    const bool any = bases[0] || bases[1];
    ImGui::BeginGroup();
    dim_text("Explained variance");
    tooltip("How much of the variance of w over all seeds lies along each principal component");
    ImGui::SameLine();
    copy_csv_button(any, [&] { return variance_table(bases); });
    if (!any) {
        ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
        dim_text("Find the components, or move along one, to see how much each explains.");
        ImGui::PopTextWrapPos();
    } else if (ImPlot::BeginPlot("##variance", {width, ImGui::GetContentRegionAvail().y},
                                 ImPlotFlags_NoMenus | ImPlotFlags_NoBoxSelect)) {
        ImPlot::SetupAxes("component", "variance (%)");
        ImPlot::SetupAxisLimits(ImAxis_X1, -0.7, kShown - 0.3, ImPlotCond_Always);
        ImPlot::SetupAxisLimits(ImAxis_Y1, 0, std::max(highest * 1.15, 1.0), ImPlotCond_Always);
        ImPlot::SetupLegend(ImPlotLocation_NorthEast, ImPlotLegendFlags_Horizontal);
        for (auto side : engine::kSides)
            if (bases[index(side)]) bars(side, *bases[index(side)]);
        hover(bases);
        ImPlot::EndPlot();
    }
    ImGui::EndGroup();
}

} // namespace unstuck::app
