#include "app/panels/spectrum_planes.hpp"

#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <cmath>
#include <imgui.h>
#include <implot.h>

namespace unstuck::app {

using engine::Side;

SpectrumPlanes::SpectrumPlanes() : pass_(kHeatmapShader) {}

namespace {

void caption(const PanelContext& c, Side side) {
    const auto* f = c.frame(side);
    ImGui::TextColored(side_colour(side), "%s", side_name(side));
    ImGui::SameLine();
    ImGui::TextUnformatted(f && !f->layer_name.empty() ? f->layer_name.c_str() : "-");
}

/// Why there is no plane; null when there is one.
const char* why_none(const engine::Frame* f) {
    if (!f) return "No model";
    if (f->spectrum.flat) return "Flat: the layer is constant, there is no spectrum";
    return f->spectrum.plane_db.empty() ? "No spectrum" : nullptr;
}

} // namespace

void SpectrumPlanes::draw(PanelContext& c, Side side, float size) {
    ImGui::BeginGroup();
    caption(c, side);
    const float side_px = size - ImGui::GetTextLineHeightWithSpacing();
    if (const auto* why = why_none(c.frame(side))) {
        ImGui::Dummy({side_px, 0});
        dim_text(why);
    } else {
        draw_square(c, side, side_px);
    }
    ImGui::EndGroup();
}

std::optional<std::array<float, 4>> SpectrumPlanes::draw_with_scale(PanelContext& c, Side side, float width,
                                                                    float height) {
    const auto start = ImGui::GetCursorScreenPos();
    const float em = ImGui::GetFontSize(), line = ImGui::GetTextLineHeightWithSpacing();
    const auto* f = c.frame(side);
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
    caption(c, side);
    if (const auto* why = why_none(f)) {
        dim_text(why);
        ImGui::PopTextWrapPos();
        return std::nullopt;
    }
    ImGui::PopTextWrapPos();
    ImGui::SameLine();
    ImGui::TextDisabled("cycles per image");
    const auto& s = c.scene.spectrum;
    const float scale_width = em * 5;
    const float square = std::min(height - line, width - scale_width);
    if (square < 2 * em) return std::nullopt;
    ImGui::SetCursorScreenPos({start.x + (width - square - scale_width) / 2, start.y + line});
    const auto drawn = draw_square(c, side, square);
    ImGui::SameLine();
    ImPlot::ColormapScale(s.relative ? "dB rel. mean" : "dB", s.low_db, s.high_db, {scale_width, square}, "%g", 0,
                          ImPlotColormap_Viridis);
    return drawn;
}

std::array<float, 4> SpectrumPlanes::draw_square(PanelContext& c, Side side, float side_px) {
    const auto* f = c.frame(side);
    const auto& s = c.scene.spectrum;
    const auto texture = [&] {
        const AddTime timer(c.ui.drawing_ms);
        return planes_[index(side)].draw(pass_, f->spectrum, c.pair->serial,
                                         static_cast<int>(side_px * ImGui::GetIO().DisplayFramebufferScale.x), s.low_db,
                                         s.high_db, s.relative ? f->spectrum.mean_db : 0);
    }();
    std::array<float, 4> drawn{};
    const double half = f->spectrum.sampling_rate / 2;
    constexpr auto flags = ImPlotFlags_NoMenus | ImPlotFlags_NoBoxSelect | ImPlotFlags_NoLegend |
                           ImPlotFlags_NoMouseText | ImPlotFlags_Equal;
    if (ImPlot::BeginPlot(side == Side::a ? "##planeA" : "##planeB", {side_px, side_px}, flags)) {
        constexpr auto axis = ImPlotAxisFlags_NoGridLines | ImPlotAxisFlags_NoTickMarks | ImPlotAxisFlags_Lock;
        ImPlot::SetupAxes(nullptr, nullptr, axis, axis);
        ImPlot::SetupAxisLimits(ImAxis_X1, -half, half, ImPlotCond_Always);
        ImPlot::SetupAxisLimits(ImAxis_Y1, -half, half, ImPlotCond_Always);
        // Row 0 is the most negative frequency of an axis that points down: the top of a plot whose axis points up.
        // Each texel is one bin wide and centred on its frequency.
        const double n = f->spectrum.width, m = f->spectrum.height, bx = 2 * half / n, by = 2 * half / m;
        const double left = -std::floor(n / 2) - 0.5, top = std::floor(m / 2) + 0.5;
        ImPlot::PlotImage("##image", static_cast<ImTextureID>(texture), {left * bx, (top - m) * by},
                          {(left + n) * bx, top * by});
        if (ImPlot::IsPlotHovered()) {
            const auto at = ImPlot::GetPlotMousePos();
            const int w = f->spectrum.width, h = f->spectrum.height;
            const int x = static_cast<int>(std::lround(at.x / bx)) + w / 2,
                      y = h / 2 - static_cast<int>(std::lround(at.y / by));
            if (x >= 0 && x < w && y >= 0 && y < h)
                ImGui::SetTooltip("(%.1f, %.1f) cycles per image\n%.1f dB", at.x, at.y,
                                  f->spectrum.plane_db[static_cast<std::size_t>(y) * w + x]);
        }
        const auto at = ImPlot::GetPlotPos(), area = ImPlot::GetPlotSize();
        drawn = {at.x, at.y, area.x, area.y};
        ImPlot::EndPlot();
    }
    return drawn;
}

} // namespace unstuck::app
