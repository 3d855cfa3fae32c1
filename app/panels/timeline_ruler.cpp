#include "app/panels/timeline_parts.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <imgui_internal.h>

namespace unstuck::app {

namespace {

constexpr double kMostFramePx = 60;

/// Points left free before the first and after the last frame: a keyframe there is seen as a whole.
float margin() { return ImGui::GetFontSize() * 0.5f; }

/// Points per frame at which all of the motion is seen.
double fitting(const engine::Motion& motion, float width) {
    return std::max(width - margin() * 2, 1.0f) / std::max(motion.frames, 1);
}

double clamped_first(double first, const engine::Motion& motion, float width, double frame_px) {
    const double least = -margin() / frame_px;
    return std::clamp(first, least, std::max(motion.frames - (width - margin()) / frame_px, least));
}

/// Frames between two labels that leave room for them.
int label_step(const TimeAxis& axis, double fps) {
    const double room = ImGui::GetFontSize() * 5.5;
    const int second = std::max(static_cast<int>(std::lround(fps)), 1);
    for (const int step : {1, 2, 5, 10, 15})
        if (step < second && step * axis.frame_px >= room) return step;
    for (std::int64_t step = second;; step *= 2)
        if (static_cast<double>(step) * axis.frame_px >= room || step > engine::kMostFrames)
            return static_cast<int>(step);
}

void draw_ticks(const engine::Motion& motion, const TimeAxis& axis, float top, float height) {
    auto* draw = ImGui::GetWindowDrawList();
    const auto dim = ImGui::GetColorU32(dim_colour()), text = ImGui::GetColorU32(ImGuiCol_Text);
    const int step = label_step(axis, motion.fps);
    const int minor = axis.frame_px >= 5 ? 1 : step % 5 == 0 ? step / 5 : step;
    const int last = std::min(motion.frames, static_cast<int>(axis.frame_at(axis.left + axis.width)));
    for (int f = std::max(static_cast<int>(axis.first), 0) / minor * minor; f <= last; f += minor) {
        const bool labelled = f % step == 0;
        const float x = std::floor(axis.x(f)) + 0.5f;
        if (x < axis.left) continue;
        draw->AddLine({x, top + height * (labelled ? 0.55f : 0.78f)}, {x, top + height}, dim);
        if (!labelled || x + ImGui::GetFontSize() * 2 > axis.left + axis.width) continue;
        const auto number = fmt::format("{}", f);
        const float em = ImGui::GetFontSize(), pad = em * 0.2f;
        draw->AddText({x + pad, top}, text, number.c_str());
        draw->AddText(ImGui::GetFont(), em * 0.8f,
                      {x + pad * 2 + ImGui::CalcTextSize(number.c_str()).x, top + em * 0.16f}, dim,
                      fmt::format("{:.2f} s", f / motion.fps).c_str());
    }
}

} // namespace

TimeAxis time_axis(TimelineState& t, const engine::Motion& motion, float left, float width) {
    const double fit = fitting(motion, width);
    if (t.frame_px > 0 && t.frame_px <= fit) t.frame_px = 0; // as far out as it goes
    TimeAxis axis{left, width, 0, t.frame_px > 0 ? std::min(t.frame_px, std::max(kMostFramePx, fit)) : fit};
    axis.first = -margin() / axis.frame_px;
    if (t.frame_px > 0) {
        const double seen = width / axis.frame_px;
        if (t.playback.playing && (t.playback.position < t.first || t.playback.position > t.first + seen))
            t.first = t.playback.position; // a page further
        t.first = clamped_first(t.first, motion, width, axis.frame_px);
        axis.first = t.first;
    }
    return axis;
}

void navigate_axis(TimelineState& t, const TimeAxis& axis, const engine::Motion& motion) {
    const auto& io = ImGui::GetIO();
    if (!ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows | ImGuiHoveredFlags_AllowWhenBlockedByActiveItem))
        return;
    if (io.MousePos.x < axis.left) return;
    if (io.KeyCtrl && io.MouseWheel != 0) {
        const double under = axis.frame_at(io.MousePos.x), factor = std::pow(1.25, io.MouseWheel);
        t.frame_px = std::min(axis.frame_px * factor, std::max(kMostFramePx, axis.frame_px));
        t.first = under - (io.MousePos.x - axis.left) / t.frame_px;
    } else if (t.frame_px > 0) {
        constexpr double kWheelPx = 60;
        const double wheel = io.MouseWheelH + (io.KeyShift ? io.MouseWheel : 0);
        t.first -= wheel * kWheelPx / axis.frame_px;
        if (ImGui::IsMouseDragging(ImGuiMouseButton_Middle, 0)) t.first -= io.MouseDelta.x / axis.frame_px;
    }
    if (t.frame_px > 0) t.first = clamped_first(t.first, motion, axis.width, t.frame_px);
}

void draw_axis_scroll_bar(TimelineState& t, const TimeAxis& axis, const engine::Motion& motion) {
    const float top = ImGui::GetCursorScreenPos().y, height = ImGui::GetStyle().ScrollbarSize;
    const ImRect bar({axis.left, top}, {axis.left + axis.width, top + height});
    const double before = margin() / axis.frame_px;
    auto at = static_cast<ImS64>((axis.first + before) * axis.frame_px);
    const auto all = static_cast<ImS64>(motion.frames * axis.frame_px + margin() * 2);
    const auto id = ImGui::GetID("along");
    ImGui::ItemAdd(bar, id); // so that it has a name
    ImGui::ScrollbarEx(bar, id, ImGuiAxis_X, &at, static_cast<ImS64>(axis.width), all, ImDrawFlags_None);
    if (ImGui::GetActiveID() == id) t.first = static_cast<double>(at) / axis.frame_px - before;
}

ImU32 accent(float alpha) { return ImGui::GetColorU32(ImGuiCol_PlotHistogram, alpha); }

void draw_playhead(const TimeAxis& axis, double frame, float top, float bottom) {
    const float x = std::floor(axis.x(frame)) + 0.5f;
    if (x < axis.left - 1 || x > axis.left + axis.width) return;
    ImGui::GetWindowDrawList()->AddLine({x, top}, {x, bottom}, accent(), ImGui::GetFontSize() * 0.1f);
}

void draw_ruler(PanelContext& c, const TimeAxis& axis) {
    auto& t = c.ui.timeline;
    auto& motion = c.session.motion;
    const float height = ImGui::GetFrameHeight();
    ImGui::SetNextItemWidth(ImGui::GetFontSize() * 5.4f);
    int frames = motion.frames;
    ImGui::DragInt("##frames", &frames, 0.5f, 1, engine::kMostFrames, "%d frames", ImGuiSliderFlags_AlwaysClamp);
    if (frames != motion.frames && ImGui::IsItemEdited()) motion = t.length.resized(motion, frames);
    tooltip("Length of the motion in frames; keyframes move in proportion");
    ImGui::SameLine();
    ImGui::SetNextItemWidth(ImGui::GetFontSize() * 4.4f);
    constexpr double kLeast = 1, kMost = 240;
    drag_number("##fps", motion.fps, 0.1f, &kLeast, &kMost, "%.4g fps");
    tooltip("Frames per second, as the film has them");
    ImGui::SameLine();
    const float top = ImGui::GetCursorScreenPos().y;
    ImGui::SetCursorScreenPos({axis.left, top});
    ImGui::InvisibleButton("ruler", {std::max(axis.width, 1.0f), height});
    if (ImGui::IsItemActive())
        t.playback = at_frame(t.playback, motion, std::round(axis.frame_at(ImGui::GetIO().MousePos.x)));
    if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) t.frame_px = 0;
    tooltip("Drag: go to a frame. Ctrl + wheel: zoom, Shift + wheel or middle drag: along, double-click: all frames");
    auto* draw = ImGui::GetWindowDrawList();
    const float right = axis.left + axis.width;
    draw->AddRectFilled({axis.left, top}, {right, top + height}, ImGui::GetColorU32(background_colour()));
    ImGui::PushClipRect({axis.left, top}, {right, top + height}, true);
    draw_ticks(motion, axis, top, height);
    const float x = axis.x(t.playback.frame()), w = height * 0.3f;
    draw->AddTriangleFilled({x - w, top + height * 0.45f}, {x + w, top + height * 0.45f}, {x, top + height}, accent());
    ImGui::PopClipRect();
}

} // namespace unstuck::app
