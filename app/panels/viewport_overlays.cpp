// What is drawn over the pictures on request.
#include "app/panels/viewport_parts.hpp"
#include "app/pose_axes.hpp"
#include "app/theme.hpp"
#include "core/engine/picture_stats.hpp"
#include "core/figure/diverging.hpp"
#include "core/figure/viridis.hpp"

#include <cmath>
#include <fmt/format.h>

namespace unstuck::app {

namespace {

/// The image's side and centre on the screen, in points: a layer's margin lies outside of it.
struct ImageOnScreen {
    ImVec2 centre;
    float side = 0;
};

ImageOnScreen on_screen(const PlacedImage& placed, const CanvasArea& area) {
    const auto [x, y] = placed.placement.to_canvas(placed.image.width * 0.5, placed.image.height * 0.5);
    return {
        {area.origin.x + static_cast<float>(x) / area.density, area.origin.y + static_cast<float>(y) / area.density},
        static_cast<float>(placed.samples * placed.placement.zoom) / area.density};
}

/// White under colour: visible on any picture.
void scan_line(ImDrawList& draw, const engine::ScanSettings& s, const ImageOnScreen& image) {
    const auto at = [&](double x, double y) {
        return ImVec2{image.centre.x + static_cast<float>(x - 0.5) * image.side,
                      image.centre.y + static_cast<float>(y - 0.5) * image.side};
    };
    const float width = ImGui::GetFontSize() * 0.1f;
    draw.AddLine(at(s.x0, s.y0), at(s.x1, s.y1), IM_COL32(0, 0, 0, 160), width * 2.5f);
    draw.AddLine(at(s.x0, s.y0), at(s.x1, s.y1), IM_COL32(255, 255, 255, 255), width);
}

/// Light on dark: visible on any picture.
void outline(ImDrawList& draw, ImVec2 a, ImVec2 b) {
    const float thick = ImGui::GetFontSize() * 0.08f;
    draw.AddRect(a, b, IM_COL32(0, 0, 0, 200), 0, thick * 3);
    draw.AddRect(a, b, IM_COL32(255, 255, 255, 255), 0, thick);
}

void cross(ImDrawList& draw, ImVec2 at, const char* name) {
    const float arm = ImGui::GetFontSize() * 0.4f, thick = ImGui::GetFontSize() * 0.08f;
    for (const auto& [width, colour] : {std::pair(thick * 3, IM_COL32(0, 0, 0, 200)), {thick, IM_COL32_WHITE}}) {
        draw.AddLine({at.x - arm, at.y}, {at.x + arm, at.y}, colour, width);
        draw.AddLine({at.x, at.y - arm}, {at.x, at.y + arm}, colour, width);
    }
    draw.AddText({at.x + arm + thick, at.y}, IM_COL32(0, 0, 0, 255), name);
    draw.AddText({at.x + arm, at.y - thick}, IM_COL32_WHITE, name);
}

/// The numbers that the map's ends stand for.
std::array<double, 2> tone_range(const engine::Scene& s) {
    const double gain = std::pow(10.0, s.layer.gain_db / 20), exposure = std::exp2(s.view.exposure);
    const double shift = 2 * s.view.offset;
    if (s.view.tone_map == engine::ToneMap::positive_negative)
        return {(-1 - shift) / exposure / gain, (1 - shift) / exposure / gain};
    return {((0 - shift) / exposure - 1) / gain, ((2 - shift) / exposure - 1) / gain};
}

} // namespace

void draw_marks(const PanelContext& c, const PlacedImage& placed, const CanvasArea& area) {
    if (!c.ui.selection && c.ui.watched.empty()) return;
    auto& draw = *ImGui::GetWindowDrawList();
    const auto at = [&](double x, double y) { // of a pixel's corner
        const auto [cx, cy] = placed.placement.to_canvas(x, y);
        return ImVec2{area.origin.x + static_cast<float>(cx) / area.density,
                      area.origin.y + static_cast<float>(cy) / area.density};
    };
    draw.PushClipRect(area.origin, area.corner(), true);
    if (const auto& r = c.ui.selection) {
        const auto box = engine::touched_pixels(placed.image, placed.samples, r->x0, r->y0, r->x1, r->y1);
        outline(draw, at(box.x, box.y), at(box.x + box.width, box.y + box.height));
    }
    int number = 0;
    for (const auto& [x, y] : c.ui.watched)
        cross(draw, at(placed.image.width * 0.5 + x * placed.samples, placed.image.height * 0.5 + y * placed.samples),
              std::to_string(++number).c_str());
    draw.PopClipRect();
}

void draw_tone_legend(const PanelContext& c, const CanvasArea& area) {
    const auto map = c.scene.view.tone_map;
    const float em = ImGui::GetFontSize();
    if (map == engine::ToneMap::colours || area.width < em * 14) return;
    const auto range = tone_range(c.scene);
    const auto unit = c.scene.layer.normalize ? " x max" : "";
    const auto low = fmt::format("{:.3g}{}", range[0], unit), high = fmt::format("{:.3g}{}", range[1], unit);
    const float low_width = ImGui::CalcTextSize(low.c_str()).x, high_width = ImGui::CalcTextSize(high.c_str()).x;
    const float bar = em * 7, height = ImGui::GetTextLineHeight(), pad = em * 0.35f;
    auto& draw = *ImGui::GetWindowDrawList();
    const ImVec2 from{area.origin.x + pad, area.corner().y - height - 3 * pad};
    draw.AddRectFilled(from, {from.x + low_width + bar + high_width + 4 * pad, from.y + height + 2 * pad},
                       IM_COL32(19, 20, 22, 210), pad);
    draw.AddText({from.x + pad, from.y + pad}, IM_COL32_WHITE, low.c_str());
    const float left = from.x + 2 * pad + low_width;
    draw.AddText({left + bar + pad, from.y + pad}, IM_COL32_WHITE, high.c_str());
    constexpr int kParts = 10;
    const auto colour = [&](int i) {
        const float t = static_cast<float>(i) / kParts;
        const auto [r, g, b] = map == engine::ToneMap::false_colour ? figure::kViridis[static_cast<std::size_t>(i)]
                                                                    : figure::diverging_colour(2.0 * t - 1);
        return IM_COL32(r * 255, g * 255, b * 255, 255);
    };
    static_assert(figure::kViridis.size() == kParts + 1);
    for (int i = 0; i < kParts; ++i) {
        const float x0 = left + bar * static_cast<float>(i) / kParts,
                    x1 = left + bar * static_cast<float>(i + 1) / kParts;
        draw.AddRectFilledMultiColor({x0, from.y + pad}, {x1, from.y + pad + height}, colour(i), colour(i + 1),
                                     colour(i + 1), colour(i));
    }
}

void draw_overlays(const PanelContext& c, engine::Side shown, const PlacedImage& placed, const CanvasArea& area) {
    auto& draw = *ImGui::GetWindowDrawList();
    const auto image = on_screen(placed, area);
    draw.PushClipRect(area.origin, area.corner(), true);
    const auto* frame = c.frame(shown);
    if (c.scene.view.pose && frame && frame->pose)
        draw_pose_axes(draw, image.centre, image.side, *frame->pose, ImGui::GetColorU32(side_colour(shown)));
    if (c.ui.scan_on_screen) scan_line(draw, c.ui.instruments.scan.settings, image);
    draw.PopClipRect();
}

} // namespace unstuck::app
