// What is rendered: tools, motion, transform, layers and channels.
#include "app/actions.hpp"

#include <algorithm>

namespace unstuck::app {

using engine::kSides;

namespace {

Action tool(const char* id, const char* title, ImGuiKey key, const char* tip, Tool chosen) {
    return {.id = id,
            .title = title,
            .group = "Tools and motion",
            .keys = {key},
            .tip = tip,
            .run = [chosen](PanelContext& c) { c.ui.tool = chosen; },
            .on = [chosen](const PanelContext& c) { return c.ui.tool == chosen; }};
}

void step_layer(PanelContext& c, int by) {
    for (auto side : kSides) {
        const auto& m = c.model[index(side)];
        if (!m) continue;
        auto& name = c.scene.layer.name[index(side)];
        const int count = static_cast<int>(m->layers.size());
        int at = count - 1;
        for (int i = 0; i < count; ++i)
            if (m->layers[static_cast<std::size_t>(i)].name == name) at = i;
        name = m->layers[static_cast<std::size_t>(std::clamp(at + by, 0, count - 1))].name;
    }
}

void step_channels(PanelContext& c, int groups) {
    auto& layer = c.scene.layer;
    const int last = std::max(c.most_channels() - layer.channels, 0);
    layer.base_channel = std::clamp(layer.base_channel + groups * layer.channels, 0, last);
}

Action step(const char* id, const char* title, ImGuiKey key, const char* tip, void (*by)(PanelContext&, int),
            int direction) {
    return {.id = id,
            .title = title,
            .group = "Layers",
            .keys = {key},
            .tip = tip,
            .run = [by, direction](PanelContext& c) { by(c, direction); },
            .repeats = true};
}

} // namespace

std::vector<Action> scene_actions() {
    constexpr const char* motion = "Tools and motion";
    constexpr const char* layers = "Layers";
    return {
        tool("tool.latent", "Latent tool", ImGuiKey_L, "Dragging a picture moves through latent space", Tool::latent),
        tool("tool.translate", "Translate tool", ImGuiKey_T, "Dragging a picture moves its content", Tool::translate),
        tool("tool.rotate", "Rotate tool", ImGuiKey_R, "Dragging a picture turns its content", Tool::rotate),
        {.id = "motion.play",
         .title = "Play",
         .group = motion,
         .keys = {ImGuiKey_Space},
         .tip = "Run or hold all motion",
         .run = [](PanelContext& c) { c.scene.playing = !c.scene.playing; },
         .on = [](const PanelContext& c) { return c.scene.playing; }},
        {.id = "transform.stabilise",
         .title = "Stabilise: move the output back",
         .group = motion,
         .keys = {ImGuiKey_4},
         .tip = "What follows the content stands still, what sticks to the screen moves",
         .run = [](PanelContext& c) { c.scene.transform.untransform = !c.scene.transform.untransform; },
         .on = [](const PanelContext& c) { return c.scene.transform.untransform; }},
        {.id = "transform.reset",
         .title = "Reset the transform",
         .group = motion,
         .keys = {ImGuiKey_Home},
         .tip = "Translation, rotation, scale and their animation back to the start",
         .run = [](PanelContext& c) { c.scene.transform = c.defaults.transform; }},
        {.id = "latent.reset",
         .title = "Reset the latent",
         .group = motion,
         .tip = "Seed, truncation, mixing and noise back to the start",
         .run = [](PanelContext& c) { c.scene.latent = c.defaults.latent; }},
        {.id = "edits.clear",
         .title = "Take out all filter edits",
         .group = layers,
         .tip = "Both networks' layers filter as they were trained",
         .run = [](PanelContext& c) { c.scene.edits = {}; },
         .why_not =
             [](const PanelContext& c) {
                 return c.scene.edits == decltype(c.scene.edits){} ? "no filter is edited" : "";
             }},
        step("layer.previous", "Previous layer", ImGuiKey_Comma, "Look at the layer before, in A and B", step_layer,
             -1),
        step("layer.next", "Next layer", ImGuiKey_Period, "Look at the layer after, in A and B", step_layer, 1),
        {.id = "layer.output",
         .title = "Look at the output",
         .group = layers,
         .tip = "Show the networks' pictures instead of a layer",
         .run =
             [](PanelContext& c) {
                 c.scene.layer.name = {"output", "output"};
             }},
        step("channels.previous", "Previous channels", ImGuiKey_LeftBracket, "Show the group of channels before",
             step_channels, -1),
        step("channels.next", "Next channels", ImGuiKey_RightBracket, "Show the group of channels after", step_channels,
             1),
        {.id = "channels.one",
         .title = "Show one channel",
         .group = layers,
         .tip = "One channel as grey instead of three as red, green, blue",
         .run = [](PanelContext& c) { c.scene.layer.channels = c.scene.layer.channels == 1 ? 3 : 1; },
         .on = [](const PanelContext& c) { return c.scene.layer.channels == 1; }},
        {.id = "channels.normalize",
         .title = "Normalize channels",
         .group = layers,
         .keys = {ImGuiKey_N},
         .tip = "Divide each shown channel by its largest magnitude",
         .run = [](PanelContext& c) { c.scene.layer.normalize = !c.scene.layer.normalize; },
         .on = [](const PanelContext& c) { return c.scene.layer.normalize; }},
    };
}

} // namespace unstuck::app
