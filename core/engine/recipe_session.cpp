#include "core/engine/recipe_session.hpp"

#include "core/engine/scene_fields.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

using nlohmann::json;

Session with_recipe(Session session, const Recipe& recipe) {
    auto still = session.scene;
    still.playing = false;
    still.latent.animate = false;
    auto& t = still.transform;
    t.animate_orbit = t.animate_rotation = t.animate_scale = false;
    session.scene = scene_of(recipe, still);
    session.scene.model = still.model;
    session.motion = recipe.motion;
    session.film = recipe.film;
    session.ready.clear();
    for (const auto& ready : recipe.ready) session.ready.push_back(anchored(ready, session.scene.transform));
    return session;
}

Recipe recipe_of(const Session& session, const std::string& name, const std::string& description) {
    if (name.empty()) throw std::invalid_argument("A recipe needs a name");
    if (session.motion.tracks.empty() && session.ready.empty())
        throw std::invalid_argument("Nothing moves: a recipe needs a motion; add one to the timeline first");
    Recipe recipe;
    recipe.name = name;
    recipe.description = description;
    recipe.film = session.film;
    recipe.motion = session.motion;
    recipe.ready = session.ready;
    const auto keyed = [&](const std::string& path) {
        return std::any_of(session.motion.tracks.begin(), session.motion.tracks.end(),
                           [&](const Track& t) { return t.path == path && !t.muted; });
    };
    const auto scene = to_json(session.scene);
    auto changes = json::object();
    for (const auto& path : changed_fields({}, session.scene)) {
        const json::json_pointer at(path);
        if (!keyed(path)) changes[at] = scene[at];
    }
    // A list is one value to whoever takes the recipe: its elements cannot be changed one by one.
    for (const auto* path : {"/latent/directions", "/latent/mix_point/directions"}) {
        const json::json_pointer at(path);
        if (const auto& list = scene[at]; !list.empty()) changes[at] = list;
    }
    recipe.scene = changes.dump();
    return recipe;
}

json to_json(const Recipe& recipe) {
    auto motion = to_json(recipe.motion);
    auto ready = json::array();
    for (const auto& one : recipe.ready) ready.push_back(to_json(one));
    motion["ready"] = std::move(ready);
    return {{"name", recipe.name},
            {"description", recipe.description},
            {"scene", json::parse(recipe.scene)},
            {"film", to_json(recipe.film)},
            {"motion", std::move(motion)}};
}

} // namespace unstuck::engine
