// All that can be done, in one list: keys, menus, the help window and the palette take it from here.
#pragma once
#include "app/ui_state.hpp"

#include <functional>
#include <imgui.h>
#include <string>
#include <string_view>
#include <vector>

namespace unstuck::app {

/// One thing that a user can do, wherever from.
struct Action {
    std::string id;                         ///< "group.what": how code names it. Unique.
    std::string title;                      ///< As in a menu.
    std::string group;                      ///< Heading in the help window; beside the title in the palette.
    std::vector<ImGuiKeyChord> keys = {};   ///< Any of them does it; the first is shown. No other action has them.
    std::string tip = {};                   ///< One sentence; without a full stop.
    std::function<void(PanelContext&)> run; ///< Edits the scene or the interface's state, or asks for a Command.
    /// Why it cannot be run now: greys menu items, is said by the palette, and keeps keys from running it. Empty text,
    /// or no function: it can.
    std::function<std::string(const PanelContext&)> why_not = {};
    std::function<bool(const PanelContext&)> on = {}; ///< Of a switch: whether it is on.
    bool repeats = false;                             ///< While its key is held.
    bool while_typing = false;                        ///< Its keys count also where text is typed.
};

/// In the order of the help window. To add one, add a line to one of the groups (app/actions_*.cpp) and, for a menu, a
/// line with action_item().
std::vector<Action> all_actions();

// The groups.
std::vector<Action> file_actions();
std::vector<Action> session_actions();
std::vector<Action> keeping_actions();
std::vector<Action> latent_actions();
std::vector<Action> scene_actions();
std::vector<Action> timeline_actions();
std::vector<Action> view_actions();
std::vector<Action> window_actions();
std::vector<Action> w_actions();

/// The id of the action that saves a side's w in a file with that ending.
std::string w_action_id(engine::Side side, const char* ending);

/// By its id, which has to be there: throws std::logic_error otherwise.
const Action& find_action(const std::vector<Action>& actions, std::string_view id);

/// Empty when it can be run.
std::string why_not(const Action& action, const PanelContext& c);

/// As people write it: "Ctrl+Shift+P", "Shift+E", ",". Empty without a key.
std::string key_text(ImGuiKeyChord chord);
std::string key_text(const Action& action);

/// A menu's item with its key, check mark and tooltip; `title` in place of its own where the menu says enough.
void action_item(PanelContext& c, const char* id, const char* title = nullptr);

/// The action that a press of `key` with `mods` (ImGuiMod_*) means; null when none. A key alone counts with Shift, too,
/// unless another action has that: Shift is held to look at the other model.
const Action* action_of_key(const std::vector<Action>& actions, ImGuiKey key, ImGuiKeyChord mods);

/// Runs what the keys of this frame mean, but for those that the panel with the focus keeps.
void run_keys(PanelContext& c);

} // namespace unstuck::app
