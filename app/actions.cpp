#include "app/actions.hpp"

#include "app/widgets.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace unstuck::app {

namespace {

/// Keys that are called by what is printed on them.
constexpr std::array<std::pair<ImGuiKeyChord, const char*>, 14> kKeyNames = {{
    {ImGuiKey_Comma, ","},
    {ImGuiKey_Period, "."},
    {ImGuiKey_LeftBracket, "["},
    {ImGuiKey_RightBracket, "]"},
    {ImGuiKey_Minus, "-"},
    {ImGuiMod_Shift | ImGuiKey_Equal, "+"},
    {ImGuiKey_Equal, "="},
    {ImGuiMod_Shift | ImGuiKey_Slash, "?"},
    {ImGuiKey_Slash, "/"},
    {ImGuiKey_Escape, "Esc"},
    {ImGuiKey_LeftArrow, "Left"},
    {ImGuiKey_RightArrow, "Right"},
    {ImGuiKey_UpArrow, "Up"},
    {ImGuiKey_DownArrow, "Down"},
}};

const char* name_of(ImGuiKeyChord chord) {
    for (const auto& [key, name] : kKeyNames)
        if (key == chord) return name;
    return nullptr;
}

} // namespace

std::vector<Action> all_actions() {
    std::vector<Action> all;
    for (const auto group : {file_actions, session_actions, keeping_actions, scene_actions, latent_actions, w_actions,
                             timeline_actions, view_actions, window_actions})
        for (auto& action : group()) all.push_back(std::move(action));
    return all;
}

const Action& find_action(const std::vector<Action>& actions, std::string_view id) {
    const auto found = std::find_if(actions.begin(), actions.end(), [&](const auto& a) { return a.id == id; });
    if (found == actions.end()) throw std::logic_error("there is no action '" + std::string(id) + "'");
    return *found;
}

std::string why_not(const Action& action, const PanelContext& c) {
    return action.why_not ? action.why_not(c) : std::string();
}

std::string key_text(ImGuiKeyChord chord) {
    if (const auto* whole = name_of(chord)) return whole;
    const auto key = static_cast<ImGuiKey>(chord & ~ImGuiMod_Mask_);
    std::string text;
    if (chord & ImGuiMod_Ctrl) text += "Ctrl+";
    if (chord & ImGuiMod_Shift) text += "Shift+";
    if (chord & ImGuiMod_Alt) text += "Alt+";
    const auto* plain = name_of(key);
    return text + (plain ? plain : ImGui::GetKeyName(key));
}

std::string key_text(const Action& action) { return action.keys.empty() ? std::string() : key_text(action.keys[0]); }

void action_item(PanelContext& c, const char* id, const char* title) {
    const auto& action = find_action(c.actions, id);
    const auto reason = why_not(action, c);
    const bool on = action.on && action.on(c);
    if (ImGui::MenuItem(title ? title : action.title.c_str(), key_text(action).c_str(), on, reason.empty()))
        action.run(c);
    tooltip(reason.empty() ? action.tip.c_str() : reason.c_str());
}

const Action* action_of_key(const std::vector<Action>& actions, ImGuiKey key, ImGuiKeyChord mods) {
    const auto having = [&](ImGuiKeyChord chord) -> const Action* {
        for (const auto& action : actions)
            if (std::find(action.keys.begin(), action.keys.end(), chord) != action.keys.end()) return &action;
        return nullptr;
    };
    const auto* exact = having(mods | key);
    return exact || mods != ImGuiMod_Shift ? exact : having(key);
}

void run_keys(PanelContext& c) {
    const auto& io = ImGui::GetIO();
    const auto kept = std::exchange(c.ui.panel_keys, {}); // as the panels said in the frame before
    const bool typing = io.WantTextInput || ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId);
    for (const auto& action : c.actions) {
        if (typing && !action.while_typing) continue;
        for (const auto chord : action.keys) {
            const auto key = static_cast<ImGuiKey>(chord & ~ImGuiMod_Mask_);
            if (!ImGui::IsKeyPressed(key, action.repeats)) continue;
            if (io.KeyMods == 0 && std::find(kept.begin(), kept.end(), key) != kept.end()) continue;
            if (action_of_key(c.actions, key, io.KeyMods) != &action) continue;
            if (const auto reason = why_not(action, c); reason.empty())
                action.run(c);
            else
                c.ask(Command::Kind::show_toast, engine::Side::a, action.title + ": " + reason);
            break;
        }
    }
}

} // namespace unstuck::app
