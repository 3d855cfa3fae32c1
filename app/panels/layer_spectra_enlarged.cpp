// One layer's averaged spectrum on the whole panel.
#include "app/panels/layer_spectra_parts.hpp"
#include "app/panels/spectrum_parts.hpp"
#include "app/plots.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <implot.h>
#include <numbers>

namespace unstuck::app {

using engine::LayerOverSeeds;
using engine::Side;

namespace {

/// Both sides' averages of one layer; they live as long as this does.
struct Shown {
    std::array<std::shared_ptr<const engine::SpectraResult>, 2> result;
    std::array<const LayerOverSeeds*, 2> layer{};
};

Shown shown_of(const LayerSpectraState& s) {
    Shown out;
    for (auto side : engine::kSides) {
        out.result[index(side)] = s.average.run.result(side);
        out.layer[index(side)] = find_layer(out.result[index(side)].get(), s.enlarged->layer);
    }
    return out;
}

/// Back, the layer, its numbers, and what else is drawn.
void top_line(PanelContext& c, const Shown& shown) {
    auto& s = c.ui.instruments.spectra;
    ImGui::AlignTextToFramePadding();
    const bool back = ImGui::SmallButton("Back");
    tooltip("All layers again (Esc)");
    ImGui::SameLine();
    ImGui::TextUnformatted(s.enlarged->layer.c_str());
    for (auto side : engine::kSides) {
        const auto* l = shown.layer[index(side)];
        if (!l) continue;
        ImGui::SameLine();
        const auto share = share_text(*l);
        ImGui::TextColored(side_colour(side), "%s", side_name(side));
        ImGui::SameLine();
        ImGui::TextUnformatted((l->beyond_cutoff && !l->flat ? share + " beyond f_c" : share).c_str());
        tooltip(share_tip(*l).c_str());
    }
    const std::pair<const char*, std::pair<bool*, const char*>> choices[] = {
        {"0\u00b0", {&s.slice_0, "Power along the horizontal frequency axis, averaged over the seeds"}},
        {"45\u00b0", {&s.slice_45, "Power along the diagonal, averaged over the seeds"}},
        {"present", {&s.present, "The spectrum of the present picture, where this layer is looked at"}}};
    for (const auto& [name, choice] : choices) {
        ImGui::SameLine();
        ImGui::Checkbox(name, choice.first);
        tooltip(choice.second);
    }
    if (back) s.enlarged.reset();
}

/// The live spectrum of the layer looked at, when it is this one.
const signal::SpectrumCurve* present_curve(const PanelContext& c, Side side, const std::string& layer) {
    const auto* f = c.frame(side);
    return f && f->layer_name == layer && !f->spectrum.flat && f->spectrum.radial.db.size() > 1 ? &f->spectrum.radial
                                                                                                : nullptr;
}

void side_curves(const PanelContext& c, Side side, const LayerOverSeeds& l, float scale) {
    const auto& s = c.ui.instruments.spectra;
    const auto label = [&](const char* what) { return fmt::format("{} {}", side_name(side), what); };
    const auto slice = [&](const char* what, const engine::CurveOverSeeds& curve, float alpha) {
        side_line(label(what), curve.frequency, curve.db, side, line_spec(side, alpha, scale * 0.6f));
    };
    if (!l.flat) {
        curve_with_band(label("mean"), l.radial, side, l.seeds > 1, scale);
        if (s.slice_0) slice("0\u00b0", l.slice_0, 0.65f);
        if (s.slice_45) slice("45\u00b0", l.slice_45, 0.45f);
    }
    if (const auto* live = present_curve(c, side, l.layer.name); live && s.present) {
        auto spec = line_spec(side, 1, scale * 0.7f);
        spec.LineColor = ImGui::GetStyleColorVec4(ImGuiCol_Text);
        spec.LineColor.w = 0.8f;
        spec.MarkerFillColor = spec.MarkerLineColor = side_colour(side);
        side_line(label("present"), live->frequency, live->db, side, spec);
    }
}

} // namespace

void enlarged_spectrum(PanelContext& c) {
    auto& s = c.ui.instruments.spectra;
    s.enlarged_on_screen = true;
    const auto shown = shown_of(s);
    top_line(c, shown);
    const auto space = ImGui::GetContentRegionAvail();
    if (!s.enlarged || space.x < ImGui::GetFontSize() * 6 || space.y < ImGui::GetFontSize() * 4) return;
    double end = 1;
    for (const auto* l : shown.layer)
        if (l) end = std::max(end, plot_end(*l) * (s.slice_45 ? std::numbers::sqrt2 : 1));
    if (!ImPlot::BeginPlot("##layer", space, ImPlotFlags_NoMenus | ImPlotFlags_NoBoxSelect | ImPlotFlags_NoMouseText))
        return;
    ImPlot::SetupAxes("cycles per image", "dB");
    ImPlot::SetupAxisLimits(ImAxis_X1, 0, end, ImPlotCond_Always);
    ImPlot::SetupAxisLimits(ImAxis_Y1, c.scene.spectrum.low_db, c.scene.spectrum.high_db, ImPlotCond_Always);
    ImPlot::SetupLegend(ImPlotLocation_NorthEast, ImPlotLegendFlags_Horizontal);
    const float scale = ImGui::GetStyle().FontScaleDpi;
    int row = 0;
    for (auto side : engine::kSides)
        if (const auto* l = shown.layer[index(side)]) {
            side_curves(c, side, *l, scale);
            row = design_lines(l->layer, side, c.scene.spectrum.low_db, scale, row);
        }
    if (ImPlot::IsPlotHovered()) {
        std::string text;
        for (auto side : engine::kSides)
            if (const auto* l = shown.layer[index(side)])
                text += (text.empty() ? "" : "\n") + std::string(side_name(side)) + " " +
                        values_text(*l, ImPlot::GetPlotMousePos().x);
        ImGui::SetTooltip("%s", text.c_str());
    }
    ImPlot::EndPlot();
}

} // namespace unstuck::app
