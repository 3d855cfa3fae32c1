// One track's keyframes: drawn, and worked with the mouse.
#include "app/panels/timeline_parts.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace unstuck::app {

using engine::Ease;
using engine::Keyframe;
using engine::Track;

namespace {

float key_radius() { return ImGui::GetFontSize() * 0.36f; }

bool is_selected(const TimelineState& t, const KeyPlace& place) {
    return std::find(t.selected.begin(), t.selected.end(), place) != t.selected.end();
}

ImU32 track_colour(const Track& track) {
    const bool a = track.path.starts_with("/edits_a") || track.path == "/layer/a";
    const bool b = track.path.starts_with("/edits_b") || track.path == "/layer/b";
    const auto colour = a   ? side_colour(engine::Side::a)
                        : b ? side_colour(engine::Side::b)
                            : ImGui::GetStyleColorVec4(ImGuiCol_Text);
    return ImGui::GetColorU32({colour.x, colour.y, colour.z, track.muted ? 0.35f : 0.9f});
}

/// Linear: a diamond; smooth: a circle; hold: a square.
void draw_key(ImVec2 at, Ease ease, ImU32 fill, bool selected) {
    auto* draw = ImGui::GetWindowDrawList();
    const float r = key_radius();
    const auto colour = selected ? accent() : fill;
    const auto edge = ImGui::GetColorU32(selected ? ImGui::GetStyleColorVec4(ImGuiCol_Text) : background_colour());
    const float line = r * 0.28f;
    switch (ease) {
    case Ease::linear: {
        const ImVec2 corner[] = {{at.x, at.y - r}, {at.x + r, at.y}, {at.x, at.y + r}, {at.x - r, at.y}};
        draw->AddConvexPolyFilled(corner, 4, colour);
        draw->AddPolyline(corner, 4, edge, line, ImDrawFlags_Closed);
        break;
    }
    case Ease::smooth:
        draw->AddCircleFilled(at, r * 0.9f, colour);
        draw->AddCircle(at, r * 0.9f, edge, 0, line);
        break;
    case Ease::hold:
        draw->AddRectFilled({at.x - r * 0.8f, at.y - r * 0.8f}, {at.x + r * 0.8f, at.y + r * 0.8f}, colour);
        draw->AddRect({at.x - r * 0.8f, at.y - r * 0.8f}, {at.x + r * 0.8f, at.y + r * 0.8f}, edge, 0, line);
        break;
    }
}

/// The way from key to key, and the keys.
void draw_keys(const TimelineState& t, const TimeAxis& axis, const Track& track, float y) {
    auto* draw = ImGui::GetWindowDrawList();
    const auto colour = track_colour(track);
    const auto way = ImGui::GetColorU32(colour, 0.35f);
    for (std::size_t i = 0; i + 1 < track.keys.size(); ++i) {
        const auto &a = track.keys[i], &b = track.keys[i + 1];
        if (axis.x(b.frame) < axis.left || axis.x(a.frame) > axis.left + axis.width || a.value == b.value) continue;
        const bool moves = std::holds_alternative<double>(a.value) && a.ease != Ease::hold;
        draw->AddLine({axis.x(a.frame), y}, {axis.x(b.frame), y}, way, key_radius() * (moves ? 0.7f : 0.25f));
    }
    for (const auto& key : track.keys)
        if (axis.x(key.frame) >= axis.left - key_radius() && axis.x(key.frame) <= axis.left + axis.width)
            draw_key({axis.x(key.frame), y}, key.ease, colour, is_selected(t, {track.path, key.frame}));
}

/// The nearest under the mouse.
const Keyframe* key_at_mouse(const TimeAxis& axis, const Track& track) {
    const Keyframe* nearest = nullptr;
    float best = key_radius() * 1.4f;
    for (const auto& key : track.keys)
        if (const float distance = std::abs(axis.x(key.frame) - ImGui::GetIO().MousePos.x); distance <= best) {
            best = distance;
            nearest = &key;
        }
    return nearest;
}

void toggle(std::vector<KeyPlace>& selected, const KeyPlace& place) {
    if (std::erase(selected, place) == 0) selected.push_back(place);
}

void press(PanelContext& c, const TimeAxis& axis, const Track& track) {
    auto& t = c.ui.timeline;
    const auto& io = ImGui::GetIO();
    t.track = track.path;
    const auto* key = key_at_mouse(axis, track);
    if (key) {
        const KeyPlace place{track.path, key->frame};
        if (io.KeyShift)
            toggle(t.selected, place);
        else if (!is_selected(t, place))
            t.selected = {place};
        if (is_selected(t, place)) t.drag = KeyDrag{c.session.motion, t.selected, key->frame};
    } else if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        const int frame =
            std::clamp(static_cast<int>(std::lround(axis.frame_at(io.MousePos.x))), 0, c.session.motion.frames);
        // As the motion has it there: nothing is seen to change.
        c.session.motion = with_key_at(c.session.motion, track.path, frame, engine::value_at(track, frame));
        t.selected = {{track.path, frame}};
        t.playback = at_frame(t.playback, c.session.motion, frame);
    } else {
        if (!io.KeyShift) t.selected.clear();
        t.box = {io.MousePos.x, io.MousePos.y, io.MousePos.x, io.MousePos.y};
    }
}

void drag_keys(PanelContext& c, const TimeAxis& axis) {
    auto& t = c.ui.timeline;
    const auto& io = ImGui::GetIO();
    if (!t.drag->moved && !ImGui::IsMouseDragging(ImGuiMouseButton_Left)) return;
    t.drag->moved = true;
    const int by = static_cast<int>(std::lround((io.MousePos.x - io.MouseClickedPos[0].x) / axis.frame_px));
    c.session.motion = dragged(*t.drag, by, io.KeyCtrl, t.selected);
}

void grow_box(TimelineState& t, const TimeAxis& axis, const Track& track, float top, float height) {
    auto& box = *t.box;
    const float y0 = std::min(box[1], box[3]), y1 = std::max(box[1], box[3]);
    if (y1 < top || y0 > top + height) return;
    const float x0 = std::min(box[0], box[2]), x1 = std::max(box[0], box[2]);
    for (const auto& key : track.keys) {
        const KeyPlace place{track.path, key.frame};
        const bool inside = axis.x(key.frame) >= x0 && axis.x(key.frame) <= x1;
        if (inside && x1 > x0 && !is_selected(t, place)) t.selected.push_back(place);
    }
}

void ease_items(PanelContext& c, Ease present) {
    constexpr std::pair<const char*, Ease> kEases[] = {
        {"Linear", Ease::linear}, {"Smooth", Ease::smooth}, {"Hold", Ease::hold}};
    for (const auto& [name, ease] : kEases)
        if (ImGui::MenuItem(name, nullptr, ease == present))
            c.session.motion = with_ease(c.session.motion, c.ui.timeline.selected, ease);
}

void key_menu(PanelContext& c, const Track& track) {
    auto& t = c.ui.timeline;
    const auto key =
        std::find_if(track.keys.begin(), track.keys.end(), [&](const Keyframe& k) { return k.frame == t.menu.frame; });
    if (t.menu.path == track.path && key != track.keys.end()) {
        ImGui::TextDisabled("%s, frame %d", engine::field_title(track.path).c_str(), key->frame);
        auto value = key->value;
        if (value_control("##value", find_field(keyable_fields(c), track.path), value, ImGui::GetFontSize() * 9))
            c.session.motion = with_key_at(c.session.motion, track.path, t.menu.frame, value);
        tooltip("The value of this keyframe");
        ImGui::Separator();
        ease_items(c, key->ease);
        ImGui::Separator();
        if (ImGui::MenuItem("Copy", "Ctrl+C")) t.copied = copied_keys(c.session.motion, t.selected);
        if (ImGui::MenuItem("Delete", "Del")) delete_selected(c);
        ImGui::Separator();
    }
    if (ImGui::MenuItem("Key at the playhead", "K")) key_at_playhead(c);
    if (ImGui::MenuItem("Paste at the playhead", "Ctrl+V", false, !t.copied.empty())) paste_at_playhead(c);
    if (ImGui::MenuItem("Delete track")) release_tracks(c, {track.path});
}

void open_menu(TimelineState& t, const TimeAxis& axis, const Track& track) {
    t.track = track.path;
    t.menu = {track.path, -1};
    if (const auto* key = key_at_mouse(axis, track)) {
        t.menu.frame = key->frame;
        if (!is_selected(t, t.menu)) t.selected = {t.menu};
    }
    ImGui::OpenPopup("keys");
}

} // namespace

void draw_track_lane(PanelContext& c, const TimeAxis& axis, const Track& track, float height) {
    auto& t = c.ui.timeline;
    const auto at = ImGui::GetCursorScreenPos();
    ImGui::SetCursorScreenPos({axis.left, at.y});
    ImGui::InvisibleButton("lane", {std::max(axis.width, 1.0f), height},
                           ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
    const auto shown = track; // what the mouse does replaces the motion
    ImGui::PushClipRect({axis.left, at.y}, {axis.left + axis.width, at.y + height}, true);
    draw_keys(t, axis, shown, at.y + height / 2);
    ImGui::PopClipRect();
    if (t.box) grow_box(t, axis, shown, at.y, height);
    if (ImGui::IsItemHovered() && !t.drag && !t.box)
        if (const auto* key = key_at_mouse(axis, shown)) {
            ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
            ImGui::SetTooltip("frame %d, %.2f s: %s", key->frame, key->frame / c.session.motion.fps,
                              value_text(key->value).c_str());
        }
    if (ImGui::IsItemClicked(ImGuiMouseButton_Left)) press(c, axis, shown);
    if (ImGui::IsItemClicked(ImGuiMouseButton_Right)) open_menu(t, axis, shown);
    if (ImGui::IsItemActive() && t.box)
        (*t.box)[2] = ImGui::GetIO().MousePos.x, (*t.box)[3] = ImGui::GetIO().MousePos.y;
    if (ImGui::IsItemActive() && t.drag) drag_keys(c, axis);
    if (ImGui::IsItemDeactivated()) {
        if (t.drag && !t.drag->moved && !ImGui::GetIO().KeyShift) // a click among several: this one alone
            t.selected = {{shown.path, t.drag->from}};
        t.drag.reset();
        t.box.reset();
    }
    if (ImGui::BeginPopup("keys")) {
        key_menu(c, shown);
        ImGui::EndPopup();
    }
}

} // namespace unstuck::app
