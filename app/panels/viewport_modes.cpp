// Layouts in which A and B share a canvas or a column.
#include "app/panels/viewport_parts.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace unstuck::app {

using engine::Side;

namespace {

std::array<Placement, 2> placed_together(const PanelContext& c, const CanvasArea& area) {
    std::array<PictureSize, 2> sizes;
    for (auto side : engine::kSides) {
        const auto& image = c.frame(side)->layer;
        sizes[index(side)] = {image.width, image.height, samples_per_side(c, side, image)};
    }
    return place_together(c.scene.view, sizes, area.pixels_wide(), area.pixels_high());
}

/// A letter on a dark plate, left (-1) or right (1) of a point.
void draw_tag(Side side, ImVec2 at, int direction) {
    const auto* text = side_name(side);
    const auto size = ImGui::CalcTextSize(text);
    const float pad = ImGui::GetFontSize() * 0.3f;
    const float left = direction < 0 ? at.x - size.x - 3 * pad : at.x + pad;
    auto* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled({left, at.y}, {left + size.x + 2 * pad, at.y + size.y + pad}, IM_COL32(19, 20, 22, 200), pad);
    draw->AddText({left + pad, at.y + pad * 0.5f}, ImGui::GetColorU32(side_colour(side)), text);
}

/// Dragging the bar between A and B: `bar_x` on the screen.
void wipe_bar(PanelContext& c, const CanvasArea& area, float bar_x, const std::array<Side, 2>& shown) {
    const auto& io = ImGui::GetIO();
    const float em = ImGui::GetFontSize(), grab = std::min(em, area.width);
    const float left = std::clamp(bar_x - grab / 2, area.origin.x, area.corner().x - grab);
    ImGui::SetCursorScreenPos({left, area.origin.y});
    ImGui::SetNextItemAllowOverlap(); // a warning's button may lie over it
    ImGui::InvisibleButton("bar", {grab, area.height});
    const bool lit = ImGui::IsItemHovered() || ImGui::IsItemActive();
    if (lit) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    auto& drag = c.ui.drag;
    // A little beyond the edges, so that the bar gets there wherever it is held; no further, so that it comes back at
    // once.
    const float x = std::clamp(io.MousePos.x, area.origin.x - grab, area.corner().x + grab);
    if (ImGui::IsItemActivated()) {
        drag = drag_from(c.scene);
        drag.selection = c.ui.selection;
        drag.last_x = io.MouseClickedPos[ImGuiMouseButton_Left].x;
    }
    if (drag.active && (ImGui::IsItemActive() || ImGui::IsItemDeactivated())) {
        const double moved = (x - drag.last_x) / area.width * (io.KeyShift ? 0.1 : 1.0);
        c.scene.view.wipe = std::clamp(c.scene.view.wipe + moved, 0.0, 1.0);
        drag.last_x = x;
    }
    if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        c.scene.view.wipe = engine::ViewState{}.wipe;
        drag.active = false;
    }
    tooltip("Drag the bar to see more of A or of B; double-click puts it into the middle");
    auto* draw = ImGui::GetWindowDrawList();
    const float thick = ImGui::GetStyle().FontScaleDpi, middle = area.origin.y + area.height / 2;
    draw->PushClipRect(area.origin, area.corner(), true);
    draw->AddRectFilled({bar_x - 2 * thick, area.origin.y}, {bar_x + 2 * thick, area.corner().y},
                        IM_COL32(19, 20, 22, 255));
    draw->AddRectFilled({bar_x - thick, area.origin.y}, {bar_x + thick, area.corner().y},
                        lit ? IM_COL32(255, 255, 255, 255) : IM_COL32(220, 220, 220, 255));
    draw->AddCircleFilled({bar_x, middle}, em * 0.45f, IM_COL32(19, 20, 22, 255));
    draw->AddCircleFilled({bar_x, middle}, em * 0.33f, lit ? IM_COL32_WHITE : IM_COL32(220, 220, 220, 255));
    draw_tag(shown[0], {bar_x, area.origin.y + em * 0.4f}, -1);
    draw_tag(shown[1], {bar_x, area.origin.y + em * 0.4f}, 1);
    draw->PopClipRect();
}

} // namespace

void Viewport::draw_wipe(PanelContext& c, float width, float height) {
    ImGui::PushID("wipe");
    const auto area = begin_canvas(width, height);
    if (const auto message = why_no_pair(c, "The wipe")) {
        say(area, *message);
        canvases_[index(c.frame(Side::a) ? Side::b : Side::a)] = area.rectangle(); // where a dropped file is missing
        draw_captions(c, {Side::a, Side::b}, area);
    } else {
        draw_wipe_pictures(c, area);
    }
    end_canvas(area);
    ImGui::PopID();
}

/// A's line and progress in the left half, B's in the right one.
void Viewport::draw_captions(PanelContext& c, const std::array<Side, 2>& shown, const CanvasArea& area) const {
    for (auto side : engine::kSides) {
        const float half = area.width / 2, left = static_cast<float>(index(side)) * half;
        draw_progress(c, side, {area.origin.x + left, area.origin.y}, half);
        draw_caption(c, side, shown[index(side)], {area.caption_at.x + left, area.caption_at.y}, half);
    }
}

void Viewport::draw_wipe_pictures(PanelContext& c, const CanvasArea& area) {
    // The bar stands between two canvas pixels.
    const float bar_x =
        area.origin.x + std::round(static_cast<float>(c.scene.view.wipe) * area.width * area.density) / area.density;
    const bool swapped = peeking(c, area);
    const std::array<Side, 2> shown = {swapped ? Side::b : Side::a, swapped ? Side::a : Side::b};
    const auto placed = placed_together(c, area);
    last_placement_ = placed[0];
    auto* draw = ImGui::GetWindowDrawList();
    const Side under_mouse = ImGui::GetIO().MousePos.x < bar_x ? Side::a : Side::b;
    for (auto side : engine::kSides) {
        const auto model = shown[index(side)];
        const auto& frame = *c.frame(model);
        const auto& p = placed[index(model)];
        CanvasArea half = area;
        if (side == Side::b) half.origin.x = bar_x;
        half.width = side == Side::a ? bar_x - area.origin.x : area.corner().x - bar_x;
        canvases_[index(side)] = half.rectangle();
        const auto values = values_of(frame.layer, style_for(c, frame, p, area.density));
        draw->PushClipRect(half.origin, half.corner(), true);
        if (const auto texture = draw_picture(c, model, frame, style_for(c, frame, p, area.density)))
            draw->AddImage(static_cast<ImTextureID>(texture), area.origin, area.corner());
        if (const auto& problem = pictures_[index(model)].error(); !problem.empty()) say(half, {problem, true});
        draw_pixel_values(values, p, area);
        draw->PopClipRect();
        if (side == under_mouse) probe_pixel(c, side, values, p, area);
    }
    // What a drag and the wheel do is counted in A's pixels, whatever is under the mouse.
    const auto& a = c.frame(Side::a)->layer;
    navigate(c, {a, placed[0], samples_per_side(c, Side::a, a)}, area);
    wipe_bar(c, area, bar_x, shown);
    for (auto side : engine::kSides) draw_warning_of(c, side, shown[index(side)], area);
    draw_captions(c, shown, area);
}

void Viewport::draw_grid(PanelContext& c, float width, float height) {
    const auto& spacing = ImGui::GetStyle().ItemSpacing;
    const float each = std::floor((width - spacing.x) / 2), row = std::floor((height - spacing.y) / 2);
    const auto start = ImGui::GetCursorScreenPos();
    draw_row(c, width, row);
    for (auto side : engine::kSides) {
        const float left = start.x + static_cast<float>(index(side)) * (each + spacing.x);
        ImGui::SetCursorScreenPos({left, start.y + row + spacing.y});
        spectrum_canvases_[index(side)] = planes_.draw_with_scale(c, side, each, row);
    }
}

} // namespace unstuck::app
