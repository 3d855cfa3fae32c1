// The timeline: transport, ruler, and a row for each track.
#include "app/panels/panels.hpp"
#include "app/panels/timeline_parts.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace unstuck::app {

using engine::Track;

float label_width() { return std::min(ImGui::GetFontSize() * 15.5f, ImGui::GetContentRegionAvail().x * 0.45f); }

void key_at_playhead(PanelContext& c) {
    auto& t = c.ui.timeline;
    std::vector<std::string> paths;
    for (const auto& track : c.session.motion.tracks)
        if (t.track.empty() || track.path == t.track) paths.push_back(track.path);
    c.session.motion = with_keys(c.session.motion, c.scene, paths, t.playback.frame(), keyable_fields(c));
}

void release_tracks(PanelContext& c, const std::vector<std::string>& paths) {
    auto& t = c.ui.timeline;
    c.scene = t.follower.released(c.scene, paths);
    for (const auto& path : paths) {
        c.session.motion = without_track(c.session.motion, path);
        std::erase_if(t.selected, [&](const KeyPlace& k) { return k.path == path; });
        if (t.track == path) t.track.clear();
    }
}

void key_changes(PanelContext& c) {
    const auto& t = c.ui.timeline;
    c.session.motion =
        with_changes_keyed(c.session.motion, t.follower.arrived(), c.scene, t.playback.frame(), keyable_fields(c));
}

void delete_selected(PanelContext& c) {
    auto& t = c.ui.timeline;
    if (t.selected.empty()) {
        if (!t.track.empty()) release_tracks(c, {t.track});
        return;
    }
    auto left = without_keys(c.session.motion, t.selected);
    std::vector<std::string> gone;
    for (const auto& track : c.session.motion.tracks)
        if (!find_track(left, track.path)) gone.push_back(track.path);
    release_tracks(c, gone);
    c.session.motion = std::move(left);
    t.selected.clear();
}

void paste_at_playhead(PanelContext& c) {
    auto& t = c.ui.timeline;
    c.session.motion = with_pasted(c.session.motion, t.copied, t.playback.frame(), t.selected);
}

void clear_timeline(PanelContext& c) {
    auto& t = c.ui.timeline;
    std::vector<std::string> paths;
    for (const auto& track : t.follower.motion().tracks) paths.push_back(track.path);
    c.session.ready.clear();
    release_tracks(c, paths);
    t.playback = at_frame(t.playback, c.session.motion, 0);
}

namespace {

/// The value at the playhead; an edit sets the keyframe there, or makes one.
void draw_value(PanelContext& c, const Track& track, float width) {
    auto& t = c.ui.timeline;
    const int frame = t.playback.frame();
    auto value = engine::value_at(track, frame);
    bool edited = false; // elsewhere, since the playhead came here
    if (c.scene != t.follower.arrived())
        if (const auto now = engine::field_value(c.scene, track.path); now && *now != value) {
            edited = *now != engine::field_value(t.follower.arrived(), track.path);
            value = *now;
        }
    if (edited) ImGui::PushStyleColor(ImGuiCol_Text, warning_colour());
    if (value_control("##value", find_field(keyable_fields(c), track.path), value, width))
        c.session.motion = with_key_at(c.session.motion, track.path, frame, value);
    if (edited) ImGui::PopStyleColor();
    tooltip(edited ? "You changed this since the playhead came here: K keeps it as a keyframe, moving on drops it"
                   : "The value at the playhead; changing it sets a keyframe there");
}

void draw_mute(engine::Motion& motion, const Track& track) {
    const float size = ImGui::GetFrameHeight();
    const auto at = ImGui::GetCursorScreenPos();
    if (ImGui::InvisibleButton("mute", {size * 0.8f, size})) find_track(motion, track.path)->muted = !track.muted;
    tooltip(track.muted ? "Muted: its field is left alone. Click: it moves again" : "Mute: leave its field alone");
    auto* draw = ImGui::GetWindowDrawList();
    const ImVec2 centre{at.x + size * 0.4f, at.y + size * 0.5f};
    if (track.muted)
        draw->AddCircle(centre, size * 0.16f, ImGui::GetColorU32(ImGuiCol_TextDisabled), 0, size * 0.06f);
    else
        draw->AddCircleFilled(centre, size * 0.18f, accent(0.8f));
}

/// The end of a long name says which field it is: it is cut at its beginning.
std::string cut(const std::string& name, float width) {
    if (ImGui::CalcTextSize(name.c_str()).x <= width) return name;
    std::size_t from = 1;
    while (from < name.size() && ImGui::CalcTextSize((".." + name.substr(from)).c_str()).x > width) ++from;
    return ".." + name.substr(from);
}

void draw_label(PanelContext& c, const Track& track, const std::string& title, float width) {
    auto& t = c.ui.timeline;
    const auto at = ImGui::GetCursorScreenPos();
    const float height = ImGui::GetFrameHeight();
    if (ImGui::InvisibleButton("label", {std::max(width, 1.0f), height})) {
        t.track = t.track == track.path ? "" : track.path;
        t.selected.clear();
    }
    tooltip(fmt::format("{} ({}). Click: select, Del: delete the track", title, track.path).c_str());
    if (ImGui::BeginPopupContextItem("track")) {
        if (ImGui::MenuItem("Key at the playhead", "K")) {
            t.track = track.path;
            key_at_playhead(c);
        }
        if (ImGui::MenuItem("Delete track", "Del")) release_tracks(c, {track.path});
        ImGui::EndPopup();
    }
    const auto colour = ImGui::GetColorU32(track.muted ? ImGuiCol_TextDisabled : ImGuiCol_Text);
    ImGui::GetWindowDrawList()->AddText({at.x, at.y + ImGui::GetStyle().FramePadding.y}, colour,
                                        cut(title, width).c_str());
}

void draw_row(PanelContext& c, const TimeAxis& axis, const Track& track, float height) {
    const auto& t = c.ui.timeline;
    const auto at = ImGui::GetCursorScreenPos();
    const float right = axis.left + axis.width, value_width = ImGui::GetFontSize() * 5;
    const auto title = engine::field_title(track.path);
    if (t.track == track.path) ImGui::GetWindowDrawList()->AddRectFilled(at, {right, at.y + height}, accent(0.13f));
    ImGui::PushID(title.c_str());
    draw_mute(c.session.motion, track);
    ImGui::SameLine(0, 0);
    draw_label(c, track, title, axis.left - ImGui::GetCursorScreenPos().x - value_width - ImGui::GetFontSize() * 0.8f);
    ImGui::SameLine(0, 2);
    draw_value(c, track, value_width);
    ImGui::SetCursorScreenPos(at);
    draw_track_lane(c, axis, track, height);
    ImGui::PopID();
    ImGui::SetCursorScreenPos({at.x, at.y + height});
}

/// Stripes, and what lies after the end.
void draw_background(const engine::Motion& motion, const TimeAxis& axis, ImVec2 at, float height, std::size_t rows) {
    auto* draw = ImGui::GetWindowDrawList();
    const float bottom = at.y + height * static_cast<float>(rows), right = axis.left + axis.width;
    for (std::size_t i = 0; i < rows; i += 2)
        draw->AddRectFilled({at.x, at.y + height * static_cast<float>(i)},
                            {right, at.y + height * static_cast<float>(i + 1)},
                            ImGui::GetColorU32(ImGuiCol_TableRowBgAlt));
    const float end = std::clamp(axis.x(motion.frames), axis.left, right);
    draw->AddRectFilled({end, at.y}, {right, bottom},
                        ImGui::GetColorU32(ImGui::GetColorU32(background_colour()), 0.6f));
    draw->AddLine({axis.left, at.y}, {axis.left, bottom}, ImGui::GetColorU32(ImGuiCol_Separator));
}

void draw_rows(PanelContext& c, const TimeAxis& axis) {
    auto& t = c.ui.timeline;
    const float height = ImGui::GetFrameHeight() + 1;
    const auto at = ImGui::GetCursorScreenPos();
    t.lanes = {axis.x(0), at.y, static_cast<float>(axis.frame_px), height};
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(ImGui::GetStyle().ItemSpacing.x, 0));
    const auto rows = c.session.ready.size() + c.session.motion.tracks.size();
    draw_background(c.session.motion, axis, at, height, rows);
    draw_ready_rows(c, axis, height);
    std::vector<std::string> paths; // a row may take itself out
    for (const auto& track : c.session.motion.tracks) paths.push_back(track.path);
    for (const auto& path : paths)
        if (const auto* track = find_track(c.session.motion, path)) draw_row(c, axis, Track(*track), height);
    ImGui::PopStyleVar();
    const float bottom = ImGui::GetWindowPos().y + ImGui::GetWindowHeight();
    draw_playhead(axis, t.playback.frame(), at.y, bottom);
    if (t.box) {
        const auto& b = *t.box;
        const ImVec2 low{std::min(b[0], b[2]), std::min(b[1], b[3])}, high{std::max(b[0], b[2]), std::max(b[1], b[3])};
        ImGui::GetWindowDrawList()->AddRectFilled(low, high, accent(0.15f));
        ImGui::GetWindowDrawList()->AddRect(low, high, accent(0.7f));
    }
}

void draw_empty(PanelContext& c) {
    ImGui::Spacing();
    dim_text("Nothing moves yet. Play a recipe, or add a motion or a track; then go to a frame, change the scene, and "
             "press Key.");
    ImGui::Spacing();
    for (const auto& recipe : c.ui.recipes.built_in) {
        const float width = ImGui::CalcTextSize(recipe.name.c_str()).x + ImGui::GetStyle().FramePadding.x * 2;
        if (ImGui::GetContentRegionAvail().x < width) ImGui::NewLine();
        if (ImGui::Button(recipe.name.c_str())) c.ask(Command::Kind::play_recipe, engine::Side::a, recipe.name);
        tooltip(recipe.description.c_str());
        ImGui::SameLine();
    }
    ImGui::NewLine();
}

void handle_panel_keys(PanelContext& c) {
    auto& t = c.ui.timeline;
    const auto& io = ImGui::GetIO();
    const bool here = ImGui::IsWindowFocused(ImGuiFocusedFlags_ChildWindows);
    if (!here || io.WantTextInput || ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) return;
    const auto pressed = [](ImGuiKey key, bool repeat = false) { return ImGui::IsKeyPressed(key, repeat); };
    if (io.KeyCtrl) {
        if (pressed(ImGuiKey_C)) t.copied = copied_keys(c.session.motion, t.selected);
        if (pressed(ImGuiKey_V)) paste_at_playhead(c);
        return;
    }
    c.ui.panel_keys = {ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_Home, ImGuiKey_End};
    auto& p = t.playback;
    if (pressed(ImGuiKey_Delete) || pressed(ImGuiKey_Backspace)) delete_selected(c);
    if (pressed(ImGuiKey_LeftArrow, true)) p = stepped(p, c.session.motion, -1);
    if (pressed(ImGuiKey_RightArrow, true)) p = stepped(p, c.session.motion, 1);
    if (pressed(ImGuiKey_Home)) p = at_frame(p, c.session.motion, 0);
    if (pressed(ImGuiKey_End)) p = at_frame(p, c.session.motion, c.session.motion.frames);
}

} // namespace

void draw_timeline_panel(PanelContext& c) {
    auto& t = c.ui.timeline;
    handle_panel_keys(c);
    draw_transport(c);
    draw_ready_form(c);
    if (!t.follower.error().empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, error_colour());
        ImGui::TextWrapped("%s", t.follower.error().c_str());
        ImGui::PopStyleColor();
    }
    if (is_empty(c.session)) return draw_empty(c);
    const auto at = ImGui::GetCursorScreenPos();
    const float left = at.x + label_width(), scroll_bar = ImGui::GetStyle().ScrollbarSize;
    const float width = std::max(ImGui::GetContentRegionAvail().x - label_width() - scroll_bar, 1.0f);
    const auto axis = time_axis(t, c.session.motion, left, width);
    draw_ruler(c, axis);
    const auto flags =
        ImGui::GetIO().KeyCtrl || ImGui::GetIO().KeyShift ? ImGuiWindowFlags_NoScrollWithMouse : ImGuiWindowFlags_None;
    const bool zoomed = t.frame_px > 0;
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(ImGui::GetStyle().ItemSpacing.x, 0));
    if (ImGui::BeginChild("rows", {0, zoomed ? -scroll_bar : 0}, ImGuiChildFlags_None, flags)) draw_rows(c, axis);
    ImGui::EndChild();
    ImGui::PopStyleVar(2);
    if (zoomed) draw_axis_scroll_bar(t, axis, c.session.motion);
    navigate_axis(t, axis, c.session.motion);
}

} // namespace unstuck::app
