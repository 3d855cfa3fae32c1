#include "app/panels/panels.hpp"
#include "app/panels/spectrum_parts.hpp"
#include "app/plots.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <imgui.h>
#include <implot.h>
#include <string>
#include <vector>

namespace unstuck::app {

using engine::Side;

namespace {

void curve(const std::string& label, const signal::SpectrumCurve& data, double offset, const ImPlotSpec& spec) {
    if (data.db.size() < 2) return;
    auto db = data.db;
    for (double& v : db) v -= offset;
    ImPlot::PlotLine(label.c_str(), data.frequency.data(), db.data(), static_cast<int>(db.size()), spec);
}

void curves(PanelContext& c, ImVec2 size) {
    const auto& s = c.scene.spectrum;
    const float scale = ImGui::GetStyle().FontScaleDpi;
    double highest = 1;
    for (auto side : engine::kSides)
        if (const auto* l = c.shown_layer(side)) highest = std::max(highest, l->sampling_rate / 2 * 1.06);
    if (!ImPlot::BeginPlot("##curves", size, ImPlotFlags_NoMenus | ImPlotFlags_NoBoxSelect)) return;
    ImPlot::SetupAxes("cycles per image", s.relative ? "dB rel. mean" : "dB");
    ImPlot::SetupAxisLimits(ImAxis_X1, 0, highest, ImPlotCond_Always);
    ImPlot::SetupAxisLimits(ImAxis_Y1, s.low_db, s.high_db, ImPlotCond_Always);
    ImPlot::SetupLegend(ImPlotLocation_NorthWest, ImPlotLegendFlags_Horizontal);
    int row = 0;
    for (auto side : engine::kSides) {
        const auto* f = c.frame(side);
        if (!f || f->spectrum.flat) continue;
        const double offset = s.relative ? f->spectrum.mean_db : 0;
        const auto label = [&](const char* what) { return fmt::format("{} {}", side_name(side), what); };
        if (s.radial) curve(label("mean"), f->spectrum.radial, offset, line_spec(side, 1, scale));
        if (s.slice_0) curve(label("0\u00b0"), f->spectrum.slice_0, offset, line_spec(side, 0.55f, scale * 0.6f));
        if (s.slice_45) curve(label("45\u00b0"), f->spectrum.slice_45, offset, line_spec(side, 0.35f, scale * 0.6f));
        if (const auto* l = c.shown_layer(side)) row = design_lines(*l, side, s.low_db, scale, row);
    }
    if (ImPlot::IsPlotHovered()) {
        const auto at = ImPlot::GetPlotMousePos();
        ImGui::SetTooltip("%.1f cycles per image, %.1f dB", at.x, at.y);
    }
    ImPlot::EndPlot();
}

/// All curves of both sides in absolute dB, whichever are drawn.
Table curves_table(const PanelContext& c) {
    Table t{{"side", "layer", "curve", "cycles per image", "dB"}, {}};
    for (auto side : engine::kSides) {
        const auto* f = c.frame(side);
        if (!f || f->spectrum.flat) continue;
        const auto& s = f->spectrum;
        for (const auto& [name, data] : {std::pair("radial mean", &s.radial), std::pair("0 degrees", &s.slice_0),
                                         std::pair("45 degrees", &s.slice_45)})
            for (std::size_t i = 0; i < data->db.size(); ++i)
                t.rows.push_back(
                    {side_name(side), f->layer_name, name, csv_number(data->frequency[i]), csv_number(data->db[i])});
    }
    return t;
}

void controls(PanelContext& c) {
    auto& s = c.scene.spectrum;
    const auto& d = c.defaults.spectrum;
    spectrum_range_rows(c);
    check_row("relative",
              "dB relative to the plane's mean, as the older tools show it, instead of absolute (white noise of "
              "variance v reads 10 log10 v)",
              s.relative, d.relative);
    check_row("radial", "Mean power in rings one cycle wide", s.radial, d.radial);
    check_row("0\u00b0 slice", "Power along the horizontal frequency axis", s.slice_0, d.slice_0);
    check_row("45\u00b0 slice", "Power along the diagonal", s.slice_45, d.slice_45);
}

} // namespace

void SpectrumPanel::draw(PanelContext& c) {
    const auto space = ImGui::GetContentRegionAvail();
    const float em = ImGui::GetFontSize();
    const float plane = std::min(space.y, space.x * 0.27f);
    for (auto side : engine::kSides) {
        planes_.draw(c, side, plane);
        ImGui::SameLine();
    }
    const float options = ImGui::CalcTextSize("Options").x + 2 * ImGui::GetStyle().FramePadding.x;
    const auto corner = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    ImGui::SetNextItemAllowOverlap();
    if (width > em * 8) curves(c, {width, space.y});
    ImGui::SetCursorScreenPos({corner.x + width - options, corner.y});
    if (ImGui::SmallButton("Options")) ImGui::OpenPopup("spectrum options");
    tooltip("Window, range and curves of the spectra");
    ImGui::SetNextWindowSize({em * 19, 0});
    if (ImGui::BeginPopup("spectrum options")) {
        controls(c);
        copy_csv_button(c.frame(Side::a) || c.frame(Side::b), [&] { return curves_table(c); });
        ImGui::EndPopup();
    }
}

} // namespace unstuck::app
