// The session as a whole: undo, and its file.
#include "app/actions.hpp"

namespace unstuck::app {

using Kind = Command::Kind;

namespace {

constexpr const char* kGroup = "Session";

std::function<void(PanelContext&)> asks(Kind kind) {
    return [kind](PanelContext& c) { c.ask(kind); };
}

} // namespace

std::vector<Action> session_actions() {
    return {
        {.id = "session.undo",
         .title = "Undo",
         .group = kGroup,
         .keys = {ImGuiMod_Ctrl | ImGuiKey_Z},
         .tip = "Take the last change back; zoom, pan and what runs by itself are no changes",
         .run = asks(Kind::undo),
         .why_not =
             [](const PanelContext& c) {
                 return !c.ui.session_file.shown.undo.empty() ? "" : "nothing was changed yet";
             },
         .repeats = true},
        {.id = "session.redo",
         .title = "Redo",
         .group = kGroup,
         .keys = {ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_Z, ImGuiMod_Ctrl | ImGuiKey_Y},
         .tip = "Do again what was undone",
         .run = asks(Kind::redo),
         .why_not =
             [](const PanelContext& c) { return !c.ui.session_file.shown.redo.empty() ? "" : "nothing was undone"; },
         .repeats = true},
        {.id = "session.new",
         .title = "New session",
         .group = kGroup,
         .tip = "Start fresh with the models that are open; undo brings this session back",
         .run = asks(Kind::new_session)},
        {.id = "session.open",
         .title = "Open session...",
         .group = kGroup,
         .tip = "A saved session, a scene's JSON, or the JSON beside a film",
         .run = asks(Kind::open_session)},
        {.id = "session.save",
         .title = "Save session",
         .group = kGroup,
         .keys = {ImGuiMod_Ctrl | ImGuiKey_S},
         .tip = "Scene, timeline, film settings and bookmarks, in one file",
         .run = asks(Kind::save_session)},
        {.id = "session.save_as",
         .title = "Save session as...",
         .group = kGroup,
         .keys = {ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_S},
         .tip = "The same under another name",
         .run = asks(Kind::save_session_as)},
    };
}

} // namespace unstuck::app
