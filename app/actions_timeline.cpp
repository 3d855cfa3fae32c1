// The timeline and the recipes.
#include "app/actions.hpp"
#include "app/panels/panels.hpp"
#include "app/panels/timeline_parts.hpp"
#include "core/engine/recipe.hpp"

namespace unstuck::app {

namespace {

constexpr const char* kTimeline = "Timeline";

std::string nothing_moves(const PanelContext& c) {
    return is_empty(c.session) ? "Nothing is on the timeline" : std::string();
}

Action goes(const char* id, const char* title, const char* tip, void (*run)(PanelContext&)) {
    return {.id = id, .title = title, .group = kTimeline, .tip = tip, .run = run, .why_not = nothing_moves};
}

Action plays(const engine::Recipe& recipe) {
    return {.id = "recipe." + recipe.name,
            .title = "Recipe: " + recipe.name,
            .group = "Recipes",
            .tip = recipe.description.substr(0, recipe.description.find_last_not_of('.') + 1),
            .run = [name = recipe.name](PanelContext& c) { c.ask(Command::Kind::play_recipe, engine::Side::a, name); }};
}

} // namespace

std::vector<Action> timeline_actions() {
    std::vector<Action> all = {
        {.id = "timeline.key",
         .title = "Keyframe at the playhead",
         .group = kTimeline,
         .keys = {ImGuiKey_K},
         .tip = "Of the selected track, or of all: the scene's present value",
         .run = key_at_playhead,
         .why_not = nothing_moves},
        {.id = "timeline.key_changes",
         .title = "Key changes",
         .group = kTimeline,
         .tip = "A keyframe at the playhead for everything that you changed since it came there",
         .run = key_changes},
        goes("timeline.start", "To the first frame", "Pause, at the first frame",
             [](PanelContext& c) { c.ui.timeline.playback = at_frame({}, c.session.motion, 0); }),
        goes("timeline.previous", "One frame back", "Pause, one frame earlier",
             [](PanelContext& c) { c.ui.timeline.playback = stepped(c.ui.timeline.playback, c.session.motion, -1); }),
        goes("timeline.next", "One frame on", "Pause, one frame later",
             [](PanelContext& c) { c.ui.timeline.playback = stepped(c.ui.timeline.playback, c.session.motion, 1); }),
        goes("timeline.clear", "Clear timeline", "Takes all motion out, and gives the scene back what it had before",
             clear_timeline),
        {.id = "recipe.open",
         .title = "Open recipe file...",
         .group = "Recipes",
         .tip = "Plays a recipe from a JSON file",
         .run = [](PanelContext& c) { c.ask(Command::Kind::open_recipe); }},
        {.id = "recipe.save",
         .title = "Save as recipe...",
         .group = "Recipes",
         .tip = "The scene's changes, the motion and the film's look, for unstuck record --recipe",
         .run = ask_to_save_recipe,
         .why_not = nothing_moves},
    };
    for (const auto& recipe : engine::built_in_recipes()) all.push_back(plays(recipe));
    return all;
}

} // namespace unstuck::app
