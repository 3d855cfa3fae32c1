#include "app/panels/spectrum_parts.hpp"

#include "app/theme.hpp"
#include "app/widgets.hpp"
#include "core/model/design_frequencies.hpp"

#include <fmt/format.h>
#include <imgui.h>
#include <implot.h>

namespace unstuck::app {

int design_lines(const model::LayerInfo& layer, engine::Side side, double bottom_db, float scale, int first_row) {
    int row = first_row;
    for (const auto& [f, name] : model::design_frequencies(layer)) {
        ImPlotSpec spec;
        spec.LineColor = side_colour(side);
        spec.LineColor.w = 0.7f;
        spec.LineWeight = scale;
        spec.Flags = ImPlotItemFlags_NoLegend | ImPlotItemFlags_NoFit;
        ImPlot::PlotInfLines(fmt::format("##{}{}", name, side_name(side)).c_str(), &f, 1, spec);
        const float line = ImGui::GetTextLineHeight();
        auto at = ImPlot::PlotToPixels(f, bottom_db);
        at.y -= line * (1.1f + static_cast<float>(row++));
        const float width = ImGui::CalcTextSize(name.c_str()).x;
        const float right = ImPlot::GetPlotPos().x + ImPlot::GetPlotSize().x;
        at.x = at.x + 3 * scale + width > right ? at.x - width - 3 * scale : at.x + 3 * scale;
        ImPlot::PushPlotClipRect();
        ImPlot::GetPlotDrawList()->AddText(at, ImGui::GetColorU32(side_colour(side)), name.c_str());
        ImPlot::PopPlotClipRect();
    }
    return row;
}

void spectrum_range_rows(PanelContext& c) {
    auto& s = c.scene.spectrum;
    const auto& d = c.defaults.spectrum;
    slider_row("Kaiser", "Beta of the Kaiser window on both axes: larger is less leakage, broader peaks", s.beta, 0, 50,
               d.beta, "beta %.1f");
    drag_row("from", "Lower end of the dB range", s.low_db, 0.25, -140, s.high_db - 1, d.low_db, "%.0f dB");
    drag_row("to", "Upper end of the dB range", s.high_db, 0.25, s.low_db + 1, 140, d.high_db, "%.0f dB");
}

} // namespace unstuck::app
