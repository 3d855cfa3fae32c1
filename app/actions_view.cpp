// How pictures are shown.
#include "app/actions.hpp"
#include "app/panels/layouts.hpp"

namespace unstuck::app {

namespace {

constexpr const char* kGroup = "Pictures";

Action layout(const LayoutChoice& choice) {
    return {.id = std::string("layout.") + choice.name,
            .title = choice.name,
            .group = kGroup,
            .keys = {choice.key},
            .tip = choice.tip,
            .run = [layout = choice.layout](PanelContext& c) { c.scene.view.layout = layout; },
            .on = [layout = choice.layout](const PanelContext& c) { return c.scene.view.layout == layout; }};
}

/// Turns a switch of the view.
Action view_switch(const char* id, const char* title, const char* tip, bool engine::ViewState::*field) {
    return {.id = id,
            .title = title,
            .group = kGroup,
            .tip = tip,
            .run = [field](PanelContext& c) { c.scene.view.*field = !(c.scene.view.*field); },
            .on = [field](const PanelContext& c) { return c.scene.view.*field; }};
}

/// Adds to a number of the view.
Action view_step(const char* id, const char* title, ImGuiKeyChord key, const char* tip,
                 double engine::ViewState::*field, double by) {
    return {.id = id,
            .title = title,
            .group = kGroup,
            .keys = {key},
            .tip = tip,
            .run = [field, by](PanelContext& c) { c.scene.view.*field += by; },
            .repeats = true};
}

} // namespace

std::vector<Action> view_actions() {
    using View = engine::ViewState;
    std::vector<Action> all;
    for (const auto& choice : kLayoutChoices) all.push_back(layout(choice));
    std::vector<Action> more = {
        {.id = "view.fit",
         .title = "Fit",
         .group = kGroup,
         .keys = {ImGuiKey_F, ImGuiMod_Ctrl | ImGuiKey_9},
         .tip = "Fit the pictures into their canvases",
         .run = [](PanelContext& c) { c.scene.view.zoom = c.scene.view.pan_x = c.scene.view.pan_y = 0; },
         .on = [](const PanelContext& c) { return c.scene.view.zoom == 0; }},
        {.id = "view.one_to_one",
         .title = "1:1",
         .group = kGroup,
         .keys = {ImGuiMod_Ctrl | ImGuiKey_0},
         .tip = "One screen pixel per image pixel",
         .run = [](PanelContext& c) { c.scene.view.zoom = 1; },
         .on = [](const PanelContext& c) { return c.scene.view.zoom == 1; }},
        {.id = "view.exposure_reset",
         .title = "Exposure back to 0",
         .group = kGroup,
         .tip = "Pictures as bright as they are saved",
         .run = [](PanelContext& c) { c.scene.view.exposure = 0; },
         .why_not = [](const PanelContext& c) { return c.scene.view.exposure == 0 ? "it is 0" : ""; }},
        view_step("view.exposure_up", "Exposure up", ImGuiKey_E, "Half a stop brighter", &View::exposure, 0.5),
        view_step("view.exposure_down", "Exposure down", ImGuiMod_Shift | ImGuiKey_E, "Half a stop darker",
                  &View::exposure, -0.5),
        view_switch("view.smooth", "Smooth magnification", "Smooth instead of nearest magnification", &View::smooth),
        view_switch("view.pose", "Pose of the latent over its picture",
                    "The pose that an alias-free network draws from w, as arrows", &View::pose),
    };
    for (auto& action : more) all.push_back(std::move(action));
    return all;
}

} // namespace unstuck::app
