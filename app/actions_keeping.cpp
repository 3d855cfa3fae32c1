// Scenes that leave the window and come back: as text, in files, as bookmarks.
#include "app/actions.hpp"

namespace unstuck::app {

using Kind = Command::Kind;

namespace {

constexpr const char* kGroup = "Scenes and bookmarks";

std::function<void(PanelContext&)> asks(Kind kind) {
    return [kind](PanelContext& c) { c.ask(kind); };
}

Action go_to_bookmark(int i) {
    const auto number = std::to_string(i + 1);
    return {.id = "bookmarks.go_" + number,
            .title = "Go to bookmark " + number,
            .group = kGroup,
            .keys = {ImGuiMod_Ctrl | static_cast<ImGuiKeyChord>(ImGuiKey_1 + i)},
            .tip = "Show that bookmark's scene; the view's zoom stays",
            .run = [i](PanelContext& c) { c.ask(Kind::go_to_bookmark, engine::Side::a, std::to_string(i)); },
            .why_not =
                [i, number](const PanelContext& c) {
                    return c.session.bookmarks.size() > static_cast<std::size_t>(i) ? ""
                                                                                    : "there is no bookmark " + number;
                }};
}

} // namespace

std::vector<Action> keeping_actions() {
    std::vector<Action> out = {
        {.id = "scenes.open",
         .title = "Open scene from a picture, film or JSON...",
         .group = kGroup,
         .tip = "Pictures and films that Unstuck saved carry their scene; they can also be dropped on the window",
         .run = asks(Kind::open_scene_dialog)},
        {.id = "scenes.copy_text",
         .title = "Copy scene as text",
         .group = kGroup,
         .keys = {ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_C},
         .tip = "One line for a chat: everything that decides what is seen",
         .run = asks(Kind::copy_scene_text)},
        {.id = "scenes.paste",
         .title = "Paste scene",
         .group = kGroup,
         .keys = {ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_V},
         .tip = "A scene's text or JSON, or the path of a picture, film or JSON that carries one",
         .run = asks(Kind::paste_scene)},
        {.id = "scenes.copy_command",
         .title = "Copy as command line",
         .group = kGroup,
         .tip = "The commands that render A's and B's pictures without a window, to the same bytes",
         .run = asks(Kind::copy_command_line),
         .why_not = [](const PanelContext& c) { return c.model[0] || c.model[1] ? "" : "there is no model"; }},
        {.id = "bookmarks.add",
         .title = "Add bookmark",
         .group = kGroup,
         .keys = {ImGuiMod_Ctrl | ImGuiKey_B},
         .tip = "Keep the scene on the screen, with a small picture of A | B",
         .run = asks(Kind::add_bookmark)},
    };
    for (int i = 0; i < 8; ++i) out.push_back(go_to_bookmark(i));
    return out;
}

} // namespace unstuck::app
