// Models and files.
#include "app/actions.hpp"

namespace unstuck::app {

using engine::Side;
using Kind = Command::Kind;

namespace {

std::function<void(PanelContext&)> asks(Kind kind, Side side = Side::a) {
    return [kind, side](PanelContext& c) { c.ask(kind, side); };
}

std::function<std::string(const PanelContext&)> needs_model(Side side) {
    return [side](const PanelContext& c) {
        return c.model[index(side)] ? std::string() : std::string("there is no model ") + side_name(side);
    };
}

std::string needs_picture(const PanelContext& c) { return c.pair ? "" : "there is no picture yet"; }

} // namespace

std::vector<Action> file_actions() {
    constexpr const char* group = "Models and files";
    return {
        {.id = "file.open_a",
         .title = "Open model A...",
         .group = group,
         .keys = {ImGuiMod_Ctrl | ImGuiKey_O},
         .tip = "Choose the file of model A; files can also be dropped on the window",
         .run = asks(Kind::open_dialog, Side::a)},
        {.id = "file.open_b",
         .title = "Open model B...",
         .group = group,
         .keys = {ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_O},
         .tip = "Choose the file of model B",
         .run = asks(Kind::open_dialog, Side::b)},
        {.id = "file.swap",
         .title = "Swap A and B",
         .group = group,
         .tip = "A's model, layer and edits become B's, and B's A's",
         .run = asks(Kind::swap_models)},
        {.id = "file.copy_a_to_b",
         .title = "Copy A to B",
         .group = group,
         .tip = "The same model on both sides, with its edits: to change B's filters and compare",
         .run = asks(Kind::copy_a_to_b),
         .why_not = needs_model(Side::a)},
        {.id = "file.close_a",
         .title = "Close model A",
         .group = group,
         .tip = "Frees its memory; B stays",
         .run = asks(Kind::unload, Side::a),
         .why_not = needs_model(Side::a)},
        {.id = "file.close_b",
         .title = "Close model B",
         .group = group,
         .tip = "Frees its memory; A stays",
         .run = asks(Kind::unload, Side::b),
         .why_not = needs_model(Side::b)},
        {.id = "file.save_picture",
         .title = "Save picture",
         .group = group,
         .keys = {ImGuiKey_P},
         .tip = "A's and B's output as PNG, pixel by pixel",
         .run = asks(Kind::save_picture),
         .why_not = needs_picture},
        {.id = "file.save_window",
         .title = "Save window",
         .group = group,
         .keys = {ImGuiMod_Ctrl | ImGuiKey_P},
         .tip = "The whole window as PNG",
         .run = asks(Kind::save_window)},
        {.id = "file.record",
         .title = "Record a film",
         .group = group,
         .keys = {ImGuiMod_Ctrl | ImGuiKey_R},
         .tip = "Shows the Recorder; where it is shown, records what it says",
         .run = asks(Kind::record_film)},
        {.id = "file.quit",
         .title = "Quit",
         .group = group,
         .keys = {ImGuiMod_Ctrl | ImGuiKey_Q},
         .tip = "Leave the program; layout and settings are kept",
         .run = asks(Kind::quit)},
    };
}

} // namespace unstuck::app
