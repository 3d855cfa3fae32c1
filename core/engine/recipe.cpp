#include "core/engine/recipe.hpp"

#include "core/engine/built_in_recipes.hpp"
#include "core/io/json_file.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

using nlohmann::json;

namespace {

/// Says in which recipe the error lies.
Recipe named(const json& j, const std::string& name) {
    try {
        return recipe_from_json(j);
    } catch (const std::invalid_argument& e) {
        throw std::invalid_argument("recipe " + name + ": " + e.what());
    }
}

std::string text_field(const json& j, const char* name) {
    const auto found = j.find(name);
    if (found == j.end() || !found->is_string())
        throw std::invalid_argument(std::string("recipe field '") + name + "': expected text");
    return found->get<std::string>();
}

} // namespace

std::vector<Recipe> built_in_recipes() {
    std::vector<Recipe> out;
    for (const auto& [name, text] : kBuiltInRecipes) out.push_back(named(json::parse(text), name));
    return out;
}

Recipe find_recipe(const std::string& name) {
    if (name.find('/') != name.npos || name.ends_with(".json")) return named(io::read_json(name), name);
    std::string known;
    for (auto& recipe : built_in_recipes()) {
        if (recipe.name == name) return recipe;
        known += (known.empty() ? "" : ", ") + recipe.name;
    }
    throw std::invalid_argument("there is no recipe '" + name + "'; there are " + known +
                                ", and files ending in .json");
}

Recipe recipe_from_json(const json& j) {
    if (!j.is_object()) throw std::invalid_argument("expected a JSON object");
    Recipe recipe;
    recipe.name = text_field(j, "name");
    recipe.description = text_field(j, "description");
    if (const auto scene = j.find("scene"); scene != j.end()) {
        if (!scene->is_object()) throw std::invalid_argument("recipe field 'scene': expected an object");
        recipe.scene = scene->dump();
        (void)scene_of(recipe, {}); // names a field of the wrong type
    }
    if (const auto film = j.find("film"); film != j.end()) recipe.film = film_spec_from_json(*film);
    const auto motion = j.find("motion");
    if (motion == j.end()) throw std::invalid_argument("recipe field 'motion': expected an object");
    recipe.motion = motion_from_json(*motion);
    recipe.ready = ready_motions_in(*motion);
    if (recipe.motion.tracks.empty() && recipe.ready.empty())
        throw std::invalid_argument("motion: expected tracks or ready-made motions, found neither");
    return recipe;
}

Scene scene_of(const Recipe& recipe, const Scene& base) {
    auto scene = to_json(base);
    scene.merge_patch(json::parse(recipe.scene));
    return scene_from_json(scene);
}

} // namespace unstuck::engine
