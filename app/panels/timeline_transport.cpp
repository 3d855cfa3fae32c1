#include "app/panels/panels.hpp"
#include "app/panels/timeline_parts.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <fmt/format.h>

namespace unstuck::app {

namespace {

enum class Icon { start, previous, play, pause, stop, next, end, loop };

/// Drawn, so that no font needs to have them. `at`: centre, `r`: half the size.
void draw_icon(Icon icon, ImVec2 at, float r, ImU32 colour) {
    auto* draw = ImGui::GetWindowDrawList();
    const auto triangle = [&](float x, float direction) {
        draw->AddTriangleFilled({x - direction * r * 0.8f, at.y - r}, {x - direction * r * 0.8f, at.y + r},
                                {x + direction * r * 0.9f, at.y}, colour);
    };
    const auto bar = [&](float x, float half = 0.16f) {
        draw->AddRectFilled({x - r * half, at.y - r}, {x + r * half, at.y + r}, colour);
    };
    switch (icon) {
    case Icon::start: bar(at.x - r * 0.9f), triangle(at.x + r * 0.1f, -1); break;
    case Icon::previous: triangle(at.x - r * 0.35f, -1), bar(at.x + r * 0.75f, 0.2f); break;
    case Icon::play: triangle(at.x, 1); break;
    case Icon::pause: bar(at.x - r * 0.45f, 0.28f), bar(at.x + r * 0.45f, 0.28f); break;
    case Icon::stop: bar(at.x, 0.9f); break;
    case Icon::next: triangle(at.x + r * 0.35f, 1), bar(at.x - r * 0.75f, 0.2f); break;
    case Icon::end: bar(at.x + r * 0.9f), triangle(at.x - r * 0.1f, 1); break;
    case Icon::loop:
        draw->PathArcTo(at, r * 0.95f, 0.5f, 5.4f, 20);
        draw->PathStroke(colour, r * 0.32f);
        draw->AddTriangleFilled({at.x + r * 0.25f, at.y - r * 0.65f}, {at.x + r * 1.15f, at.y - r * 1.05f},
                                {at.x + r * 1.05f, at.y - r * 0.05f}, colour);
        break;
    }
}

bool icon_button(const char* id, Icon icon, const char* tip, bool lit = false) {
    const float size = ImGui::GetFrameHeight();
    const auto at = ImGui::GetCursorScreenPos();
    if (lit) ImGui::PushStyleColor(ImGuiCol_Button, ImGui::GetStyleColorVec4(ImGuiCol_ButtonActive));
    const bool pressed = ImGui::Button(id, {size * 1.15f, size});
    if (lit) ImGui::PopStyleColor();
    tooltip(tip);
    draw_icon(icon, {at.x + size * 0.575f, at.y + size * 0.5f}, size * 0.24f,
              lit ? accent() : ImGui::GetColorU32(ImGuiCol_Text));
    ImGui::SameLine(0, 1);
    return pressed;
}

void play_buttons(PanelContext& c) {
    auto& p = c.ui.timeline.playback;
    auto& motion = c.session.motion;
    if (icon_button("##start", Icon::start, "To the first frame")) p = at_frame(p, motion, 0);
    if (icon_button("##previous", Icon::previous, "One frame back (Left)")) p = stepped(p, motion, -1);
    if (icon_button("##play", p.playing ? Icon::pause : Icon::play,
                    "Play or pause (Space plays the timeline when anything is on it, else the scene's animation)",
                    p.playing))
        p = p.playing ? at_frame(p, motion, p.position) : started(p, motion);
    if (icon_button("##stop", Icon::stop, "Stop, and back to the first frame")) p = at_frame(p, motion, 0);
    if (icon_button("##next", Icon::next, "One frame on (Right)")) p = stepped(p, motion, 1);
    if (icon_button("##end", Icon::end, "To the last frame")) p = at_frame(p, motion, motion.frames);
    if (icon_button("##loop", Icon::loop, "Loop: after the last frame comes the first", motion.loop))
        motion.loop = !motion.loop;
}

void counter(PanelContext& c) {
    auto& p = c.ui.timeline.playback;
    const auto& motion = c.session.motion;
    int frame = p.frame();
    ImGui::SetNextItemWidth(ImGui::GetFontSize() * 3.1f);
    if (ImGui::DragInt("##frame", &frame, 0.2f, 0, motion.frames - 1, "%d", ImGuiSliderFlags_AlwaysClamp))
        p = at_frame(p, motion, frame);
    tooltip("The frame shown, counted from 0");
    ImGui::SameLine(0, ImGui::GetFontSize() * 0.3f);
    ImGui::Text("/ %d  %.2f s", motion.frames, p.frame() / motion.fps);
}

} // namespace

void toggle_playing(PanelContext& c) {
    auto& p = c.ui.timeline.playback;
    if (is_empty(c.session))
        c.scene.playing = !c.scene.playing;
    else
        p = p.playing ? at_frame(p, c.session.motion, p.position) : started(p, c.session.motion);
}

void draw_transport(PanelContext& c) {
    auto& t = c.ui.timeline;
    ImGui::BeginDisabled(is_empty(c.session));
    play_buttons(c);
    ImGui::SameLine(0, ImGui::GetFontSize() * 0.4f);
    ImGui::SetNextItemWidth(ImGui::GetFontSize() * 4.6f);
    if (ImGui::BeginCombo("##speed", kPlaySpeeds[t.playback.speed].name)) {
        for (std::size_t i = 0; i < kPlaySpeeds.size(); ++i)
            if (ImGui::Selectable(kPlaySpeeds[i].name, i == t.playback.speed)) t.playback.speed = i;
        ImGui::EndCombo();
    }
    tooltip("Of real time, leaving frames out when pictures take longer; every frame: as fast as pictures come, none "
            "left out");
    ImGui::SameLine();
    counter(c);
    ImGui::EndDisabled();
    float buttons = 3 * ImGui::GetStyle().ItemSpacing.x;
    for (const auto* label : {"Add", "Key", "Recipes", "Clear"}) buttons += button_width(label);
    same_line_if_fits(buttons);
    if (ImGui::Button("Add")) ImGui::OpenPopup("add");
    tooltip("Add a ready-made motion, or a track for any field of the scene");
    ImGui::SameLine();
    ImGui::BeginDisabled(is_empty(c.session) && c.scene == t.follower.arrived());
    if (ImGui::Button("Key")) key_changes(c);
    ImGui::EndDisabled();
    tooltip("Key changes: a keyframe at the playhead for everything that you changed since it came here");
    ImGui::SameLine();
    if (ImGui::Button("Recipes")) ImGui::OpenPopup("recipes");
    tooltip("Ready demonstrations: scene, motion and look of the film");
    ImGui::SameLine();
    ImGui::BeginDisabled(is_empty(c.session));
    if (ImGui::Button("Clear")) clear_timeline(c);
    tooltip("Clear the timeline: takes all motion out, and gives the scene back what it had before");
    ImGui::EndDisabled();
    if (ImGui::BeginPopup("recipes")) {
        draw_recipes_menu(c);
        ImGui::EndPopup();
    }
    if (ImGui::BeginPopup("add")) {
        draw_add_menu(c);
        ImGui::EndPopup();
    }
}

} // namespace unstuck::app
