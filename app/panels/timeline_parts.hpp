// What the files of the timeline's panel share.
#pragma once
#include "app/ui_state.hpp"

#include <imgui.h>

namespace unstuck::app {

/// Where the frames are on the screen.
struct TimeAxis {
    float left = 0, width = 0; ///< Points.
    double first = 0;          ///< The frame at `left`; below 0 by the room that is left before the first.
    double frame_px = 1;       ///< Points per frame.

    float x(double frame) const { return left + static_cast<float>((frame - first) * frame_px); }
    double frame_at(float screen_x) const { return first + (screen_x - left) / frame_px; }
};

/// All frames fit unless the user zoomed; while it plays, the playhead stays in view.
TimeAxis time_axis(TimelineState& t, const engine::Motion& motion, float left, float width);
/// The wheel over the axis: zoom at the mouse with Ctrl, along it with Shift; the middle button drags it.
void navigate_axis(TimelineState& t, const TimeAxis& axis, const engine::Motion& motion);

/// Below the rows, while not all frames are seen.
void draw_axis_scroll_bar(TimelineState& t, const TimeAxis& axis, const engine::Motion& motion);

float label_width(); ///< Of the column of names and values, in points.
ImU32 accent(float alpha = 1);

void draw_transport(PanelContext& c);
void draw_ruler(PanelContext& c, const TimeAxis& axis);
void draw_track_lane(PanelContext& c, const TimeAxis& axis, const engine::Track& track, float height);
void draw_ready_rows(PanelContext& c, const TimeAxis& axis, float height);
void draw_add_menu(PanelContext& c);   ///< Ready-made motions and fields, inside a popup.
void draw_ready_form(PanelContext& c); ///< The parameters of one, when its popup is open.
void draw_playhead(const TimeAxis& axis, double frame, float top, float bottom);

/// A value with the control that its type has; `field` says range and choices, null for one that is not known.
bool value_control(const char* id, const engine::SceneField* field, engine::KeyValue& value, float width);
/// In a few characters, for tooltips.
std::string value_text(const engine::KeyValue& value);

/// What can be keyed in the models that are open.
const std::vector<engine::SceneField>& keyable_fields(PanelContext& c);
const engine::SceneField* find_field(const std::vector<engine::SceneField>& fields, const std::string& path);

// What buttons, keys and menus do.
void key_at_playhead(PanelContext& c); ///< The selected track, or all.
void key_changes(PanelContext& c);     ///< All that the user changed since the playhead came to where it is.
void delete_selected(PanelContext& c); ///< Keyframes, else the selected track.
void paste_at_playhead(PanelContext& c);
void release_tracks(PanelContext& c,
                    const std::vector<std::string>& paths); ///< Their fields as before they were keyed.
void clear_timeline(PanelContext& c);
void ask_to_save_recipe(PanelContext& c); ///< Opens the form.

} // namespace unstuck::app
