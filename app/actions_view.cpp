// How pictures are shown.
#include "app/actions.hpp"
#include "app/panels/layouts.hpp"
#include "app/panels/viewport_parts.hpp"

#include <algorithm>

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
Action view_switch(const char* id, const char* title, const char* tip, bool engine::ViewState::*field,
                   ImGuiKeyChord key = 0) {
    return {.id = id,
            .title = title,
            .group = kGroup,
            .keys = key ? std::vector{key} : std::vector<ImGuiKeyChord>{},
            .tip = tip,
            .run = [field](PanelContext& c) { c.scene.view.*field = !(c.scene.view.*field); },
            .on = [field](const PanelContext& c) { return c.scene.view.*field; }};
}

/// Adds to a number of the view, as far as scenes have it: -most .. most.
Action view_step(const char* id, const char* title, ImGuiKeyChord key, const char* tip,
                 double engine::ViewState::*field, double by, double most) {
    return {.id = id,
            .title = title,
            .group = kGroup,
            .keys = {key},
            .tip = tip,
            .run = [field, by,
                    most](PanelContext& c) { c.scene.view.*field = std::clamp(c.scene.view.*field + by, -most, most); },
            .repeats = true};
}

void zoom_by(PanelContext& c, double factor) {
    auto& view = c.scene.view;
    if (view.zoom == 0) view.pan_x = view.pan_y = 0; // fitted: the middle is shown, whatever the pan
    view.zoom = std::clamp(c.ui.shown->placement.zoom * factor, kMinZoom, kMaxZoom);
}

/// By a tenth of the canvas.
void pan_by(PanelContext& c, int x, int y) {
    auto& view = c.scene.view;
    const auto& [p, width, height] = *c.ui.shown;
    if (view.zoom == 0) view.zoom = p.zoom, view.pan_x = view.pan_y = 0;
    constexpr double kStep = 0.1;
    view.pan_x += x * kStep * p.canvas_width / p.zoom / width;
    view.pan_y += y * kStep * p.canvas_height / p.zoom / height;
}

std::string needs_shown(const PanelContext& c) { return c.ui.shown ? "" : "there is no picture yet"; }

Action zoom(const char* id, const char* title, std::vector<ImGuiKeyChord> keys, const char* tip, double factor) {
    return {.id = id,
            .title = title,
            .group = kGroup,
            .keys = std::move(keys),
            .tip = tip,
            .run = [factor](PanelContext& c) { zoom_by(c, factor); },
            .why_not = needs_shown,
            .repeats = true};
}

Action pan(const char* id, const char* title, ImGuiKey key, int x, int y) {
    return {.id = id,
            .title = title,
            .group = kGroup,
            .keys = {key},
            .tip = "By a tenth of the canvas",
            .run = [x, y](PanelContext& c) { pan_by(c, x, y); },
            .why_not = needs_shown,
            .repeats = true};
}

Action tone_map(const char* id, const char* title, const char* tip, engine::ToneMap map) {
    return {.id = id,
            .title = title,
            .group = kGroup,
            .tip = tip,
            .run = [map](PanelContext& c) { c.scene.view.tone_map = map; },
            .on = [map](const PanelContext& c) { return c.scene.view.tone_map == map; }};
}

/// The pixel under the mouse, as a point in image sides from the centre.
std::optional<std::array<double, 2>> probed_point(const PanelContext& c) {
    const auto& probe = c.ui.probe;
    if (!probe || !c.frame(probe->side)) return std::nullopt;
    const auto& image = c.frame(probe->side)->layer;
    const double samples = samples_per_side(c, probe->side, image);
    return std::array{(probe->x + 0.5 - image.width * 0.5) / samples, (probe->y + 0.5 - image.height * 0.5) / samples};
}

void watch(PanelContext& c) {
    const auto point = probed_point(c);
    auto& watched = c.ui.watched;
    if (const auto at = std::find(watched.begin(), watched.end(), *point); at != watched.end())
        watched.erase(at);
    else
        watched.push_back(*point);
    c.ui.show_bottom = true;
    c.ui.bring_to_front = "Statistics";
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
        zoom("view.zoom_in", "Zoom in", {ImGuiMod_Shift | ImGuiKey_Equal, ImGuiKey_Equal, ImGuiKey_KeypadAdd},
             "At the canvas's middle; the wheel zooms at the mouse", 1.2),
        zoom("view.zoom_out", "Zoom out", {ImGuiKey_Minus, ImGuiKey_KeypadSubtract},
             "At the canvas's middle; the wheel zooms at the mouse", 1 / 1.2),
        {.id = "view.centre",
         .title = "Centre",
         .group = kGroup,
         .keys = {ImGuiKey_C},
         .tip = "The image's middle into the canvas's, at this zoom",
         .run = [](PanelContext& c) { c.scene.view.pan_x = c.scene.view.pan_y = 0; }},
        pan("view.pan_left", "Look further left", ImGuiKey_LeftArrow, -1, 0),
        pan("view.pan_right", "Look further right", ImGuiKey_RightArrow, 1, 0),
        pan("view.pan_up", "Look further up", ImGuiKey_UpArrow, 0, -1),
        pan("view.pan_down", "Look further down", ImGuiKey_DownArrow, 0, 1),
        {.id = "view.watch",
         .title = "Watch the pixel under the mouse",
         .group = kGroup,
         .keys = {ImGuiKey_I},
         .tip = "Its numbers in A and B stay in the Statistics tab; again: no longer",
         .run = watch,
         .why_not = [](const PanelContext& c) { return probed_point(c) ? "" : "the mouse is not over a picture"; }},
        {.id = "view.watch_none",
         .title = "Watch no pixels",
         .group = kGroup,
         .tip = "Take all watched pixels out of the Statistics tab",
         .run = [](PanelContext& c) { c.ui.watched.clear(); },
         .why_not = [](const PanelContext& c) { return c.ui.watched.empty() ? "none is watched" : ""; }},
        {.id = "view.select_all",
         .title = "Select the whole picture",
         .group = kGroup,
         .tip = "Statistics are of all pixels again",
         .run = [](PanelContext& c) { c.ui.selection.reset(); },
         .why_not = [](const PanelContext& c) { return c.ui.selection ? "" : "all of it is selected"; }},
        {.id = "view.tone_reset",
         .title = "Tone back to the saved picture's",
         .group = kGroup,
         .tip = "Exposure, offset, gamma, colour map and zebra back to their defaults",
         .run =
             [](PanelContext& c) {
                 auto& v = c.scene.view;
                 const View d;
                 v.exposure = d.exposure, v.offset = d.offset, v.gamma = d.gamma;
                 v.tone_map = d.tone_map, v.zebra = d.zebra;
             }},
        view_step("view.offset_up", "Offset up", ImGuiKey_O, "A tenth of black to white is added", &View::offset, 0.1,
                  10),
        view_step("view.offset_down", "Offset down", ImGuiMod_Shift | ImGuiKey_O,
                  "A tenth of black to white is taken away", &View::offset, -0.1, 10),
        tone_map("view.colours", "Colours as they are", "Red, green and blue, or grey", engine::ToneMap::colours),
        tone_map("view.false_colour", "False colour", "The channels' mean, black to white, through viridis",
                 engine::ToneMap::false_colour),
        tone_map("view.positive_negative", "Positive / negative",
                 "The channels' mean as a signed number, grey at 0, blue above, orange below",
                 engine::ToneMap::positive_negative),
        view_switch("view.zebra", "Zebra over clipped pixels", "Stripes where a channel is beyond black or white",
                    &View::zebra),
        view_switch("view.pixel_grid", "Pixel grid", "Lines between pixels that are large", &View::pixel_grid,
                    ImGuiMod_Ctrl | ImGuiKey_G),
        view_switch("view.pixel_values", "Numbers on pixels",
                    "Values on pixels that are large enough; bytes while Ctrl and Shift are held", &View::pixel_values),
        {.id = "view.exposure_reset",
         .title = "Exposure back to 0",
         .group = kGroup,
         .tip = "Pictures as bright as they are saved",
         .run = [](PanelContext& c) { c.scene.view.exposure = 0; },
         .why_not = [](const PanelContext& c) { return c.scene.view.exposure == 0 ? "it is 0" : ""; }},
        view_step("view.exposure_up", "Exposure up", ImGuiKey_E, "Half a stop brighter", &View::exposure, 0.5, 20),
        view_step("view.exposure_down", "Exposure down", ImGuiMod_Shift | ImGuiKey_E, "Half a stop darker",
                  &View::exposure, -0.5, 20),
        view_switch("view.smooth", "Smooth magnification", "Smooth instead of nearest magnification", &View::smooth),
        view_switch("view.pose", "Pose of the latent over its picture",
                    "The pose that an alias-free network draws from w, as arrows", &View::pose),
    };
    for (auto& action : more) all.push_back(std::move(action));
    return all;
}

} // namespace unstuck::app
