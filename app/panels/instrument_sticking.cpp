// Sticking index of both models, and how it settles.
#include "app/panels/instrument_parts.hpp"
#include "app/panels/instruments_panel.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::app {

using engine::Side;
using measure::ReadingState;

namespace {

constexpr const char* kDefinition =
    "Pictures u_k under K random moves, and v_k, the same moved back; both high-passed above 1/8 of the bandlimit on "
    "what all have in common: |mean u|^2 / (|mean u|^2 + |mean v|^2). 0: detail follows the content, 1: it belongs to "
    "the screen. K unrelated pictures still read about 1/K, the floor.";

void options(engine::StickingSettings& s) {
    int seed = static_cast<int>(s.seed);
    int_row("views", "K, pictures under random moves: the floor is 1/K", s.views, 2, 256,
            engine::StickingSettings{}.views);
    if (int_row("seed", "Of the random moves: the same seed gives the same moves", seed, 0, 1000000, 0))
        s.seed = static_cast<std::uint32_t>(seed);
}

Table history_table(const engine::Run<engine::StickingSettings>& run) {
    Table t{{"views", "A", "B", "floor"}, {}};
    std::size_t most = 0;
    for (auto side : engine::kSides)
        if (const auto r = run.result(side)) most = std::max(most, r->history.size());
    const auto cell = [&](Side side, std::size_t i) {
        const auto r = run.result(side);
        return r && i < r->history.size() ? csv_number(r->history[i]) : std::string();
    };
    for (std::size_t i = 0; i < most; ++i)
        t.rows.push_back(
            {std::to_string(i + 1), cell(Side::a, i), cell(Side::b, i), csv_number(1.0 / static_cast<double>(i + 1))});
    return t;
}

void number(const PanelContext& c, Side side, const engine::StickingResult* r) {
    side_heading(c, side);
    if (!r) {
        ImGui::TextDisabled("%s", why_nothing(c, side).c_str());
        return;
    }
    if (r->state == ReadingState::measured) {
        ImGui::PushFont(nullptr, ImGui::GetStyle().FontSizeBase * 1.7f);
        ImGui::Text("%.3f", r->index);
        ImGui::PopFont();
    } else
        ImGui::TextDisabled("%s", measure::state_text(r->state));
    tooltip(kDefinition);
    ImGui::TextDisabled("%d views, floor %.3f", r->views, r->floor);
    tooltip(fmt::format("1 / K. Moves of up to {:.0f} px on each axis.{}", r->range_px,
                        r->not_finite > 0 ? fmt::format(" {} views left out: NaN or infinite.", r->not_finite) : "")
                .c_str());
}

void curve(Side side, const engine::StickingResult& r, float scale) {
    std::vector<double> views, index;
    for (std::size_t i = 0; i < r.history.size(); ++i)
        if (std::isfinite(r.history[i])) {
            views.push_back(static_cast<double>(i + 1));
            index.push_back(r.history[i]);
        }
    if (views.empty()) return;
    ImPlot::PlotLine(side_name(side), views.data(), index.data(), static_cast<int>(views.size()),
                     line_spec(side, 1, scale));
}

void plot(const engine::Run<engine::StickingSettings>& run, ImVec2 size) {
    if (!ImPlot::BeginPlot("##sticking", size, ImPlotFlags_NoMenus | ImPlotFlags_NoBoxSelect | ImPlotFlags_NoMouseText))
        return;
    const float scale = ImGui::GetStyle().FontScaleDpi;
    const double most = run.settings.views;
    ImPlot::SetupAxes("views K", "sticking index");
    ImPlot::SetupAxisLimits(ImAxis_X1, 1, most, ImPlotCond_Always);
    ImPlot::SetupAxisLimits(ImAxis_Y1, 0, 1, ImPlotCond_Always);
    ImPlot::SetupLegend(ImPlotLocation_NorthEast, ImPlotLegendFlags_Horizontal);
    std::vector<double> views, floor;
    for (int k = 1; k <= run.settings.views; ++k) views.push_back(k), floor.push_back(1.0 / k);
    ImPlotSpec dim;
    dim.LineColor = dim_colour();
    dim.LineWeight = scale;
    ImPlot::PlotLine("floor 1/K", views.data(), floor.data(), static_cast<int>(views.size()), dim);
    for (auto side : engine::kSides)
        if (const auto r = run.result(side)) curve(side, *r, scale);
    if (ImPlot::IsPlotHovered()) {
        const auto k =
            static_cast<std::size_t>(std::clamp(std::lround(ImPlot::GetPlotMousePos().x), 1L, std::lround(most)));
        std::string text = fmt::format("after {} views", k);
        for (auto side : engine::kSides)
            if (const auto r = run.result(side); r && k <= r->history.size())
                text += fmt::format("\n{} {:.3f}", side_name(side), r->history[k - 1]);
        ImGui::SetTooltip("%s\nfloor %.3f", text.c_str(), 1.0 / static_cast<double>(k));
    }
    ImPlot::EndPlot();
}

} // namespace

void InstrumentsPanel::draw_sticking(PanelContext& c) {
    auto& it = c.ui.instruments.sticking;
    const auto p = run_instrument<engine::StickingSettings>(
        c, it, [&] { options(it.settings); }, [&] { return history_table(it.run); });
    if (nothing_to_show(c, p)) return;
    const float em = ImGui::GetFontSize();
    if (ImGui::BeginChild("numbers", {em * 12.5f, 0}))
        for (auto side : engine::kSides) {
            number(c, side, it.run.result(side).get());
            ImGui::Spacing();
        }
    ImGui::EndChild();
    ImGui::SameLine();
    plot(it.run, ImGui::GetContentRegionAvail());
}

} // namespace unstuck::app
