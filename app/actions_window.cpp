// The window and its panels.
#include "app/actions.hpp"
#include "app/panels/instruments_panel.hpp"
#include "app/panels/panel_names.hpp"

#include <string_view>

namespace unstuck::app {

using Kind = Command::Kind;

namespace {

constexpr const char* kGroup = "Window";

Action shows_panel(const PanelName& panel, bool UiState::*shown) {
    return {.id = std::string("panel.") + panel.name,
            .title = std::string("Show ") + panel.name,
            .group = kGroup,
            .tip = panel.tip,
            .run = [name = panel.name, shown](PanelContext& c) {
                c.ui.*shown = true;
                c.ui.bring_to_front = name;
            }};
}

Action shows_instrument(std::size_t which) {
    Action action{.id = std::string("instrument.") + kInstruments[which].name,
                  .title = std::string("Show instrument: ") + kInstruments[which].name,
                  .group = "Instruments",
                  .tip = kInstruments[which].tip,
                  .run = [which](PanelContext& c) {
                      c.ui.instruments.shown = which;
                      c.ui.show_bottom = true;
                      c.ui.bring_to_front = "Instruments";
                  }};
    const std::string_view name = kInstruments[which].name;
    if (name == "Slit-scan") action.keys = {ImGuiKey_5};
    if (name == "Average") action.keys = {ImGuiKey_6};
    return action;
}

Action ui_switch(const char* id, const char* title, const char* tip, bool UiState::*field,
                 std::vector<ImGuiKeyChord> keys = {}) {
    return {.id = id,
            .title = title,
            .group = kGroup,
            .keys = std::move(keys),
            .tip = tip,
            .run = [field](PanelContext& c) { c.ui.*field = !(c.ui.*field); },
            .on = [field](const PanelContext& c) { return c.ui.*field; }};
}

/// The nearest thing first: an enlarged spectrum, a load, then work in the background.
void cancel(PanelContext& c) {
    auto& spectra = c.ui.instruments.spectra;
    if (spectra.enlarged_on_screen) {
        spectra.enlarged.reset();
        return;
    }
    bool loading = false;
    for (auto side : engine::kSides)
        if (c.load[index(side)].loading) {
            loading = true;
            c.ask(Kind::cancel_load, side);
        }
    if (!loading) c.jobs.cancel_all();
}

void open_palette(PanelContext& c) {
    auto& palette = c.ui.palette;
    palette.open = palette.appearing = !palette.open;
    palette.query.clear();
}

bool all_hidden(const PanelContext& c) { return !c.ui.show_left && !c.ui.show_bottom; }

} // namespace

std::vector<Action> window_actions() {
    std::vector<Action> all = {
        {.id = "window.cancel",
         .title = "Cancel",
         .group = kGroup,
         .keys = {ImGuiKey_Escape},
         .tip = "Take a drag back, leave an enlarged spectrum, cancel a load or work in the background",
         .run = cancel},
        {.id = "window.palette",
         .title = "Command palette",
         .group = kGroup,
         .keys = {ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_P},
         .tip = "Find anything that can be done by its name: actions, layers, models, panels, seeds",
         .run = open_palette,
         .while_typing = true},
        ui_switch("window.help", "Keys and mouse", "All keys, and what the mouse does", &UiState::show_help,
                  {ImGuiKey_F1, ImGuiMod_Shift | ImGuiKey_Slash}),
        {.id = "window.hide_panels",
         .title = "Hide all panels",
         .group = kGroup,
         .keys = {ImGuiKey_Tab},
         .tip = "Nothing but the pictures, and back",
         .run = [](PanelContext& c) { c.ui.show_left = c.ui.show_bottom = all_hidden(c); },
         .on = all_hidden},
        ui_switch("window.left_panels", "Left panels", "Models, latent and transform", &UiState::show_left),
        ui_switch("window.bottom_panels", "Bottom panels", "Layers, spectra, instruments and the other tabs",
                  &UiState::show_bottom),
        ui_switch("window.full_screen", "Full screen", "The whole monitor, and back", &UiState::full_screen,
                  {ImGuiKey_F11}),
        {.id = "window.light_theme",
         .title = "Light theme",
         .group = kGroup,
         .tip = "Light instead of dark, for projectors",
         .run = [](PanelContext& c) { c.ask(Kind::toggle_theme); },
         .on = [](const PanelContext& c) { return c.settings.light; }},
        {.id = "window.reset_layout",
         .title = "Reset layout",
         .group = kGroup,
         .tip = "All panels back to where they were at the first start",
         .run = [](PanelContext& c) { c.ask(Kind::reset_layout); }},
    };
    for (const auto& panel : kLeftPanels) all.push_back(shows_panel(panel, &UiState::show_left));
    for (const auto& panel : kBottomPanels) all.push_back(shows_panel(panel, &UiState::show_bottom));
    for (std::size_t i = 0; i < kInstruments.size(); ++i) all.push_back(shows_instrument(i));
    return all;
}

} // namespace unstuck::app
