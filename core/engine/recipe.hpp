#pragma once
#include "core/engine/film.hpp"
#include "core/engine/ready_motions.hpp"

#include <string>
#include <vector>

namespace unstuck::engine {

/// A demonstration: how a scene is changed, how it moves, how it is shown.
struct Recipe {
    std::string name;         ///< Lower-case words with hyphens.
    std::string description;  ///< One sentence.
    std::string scene = "{}"; ///< The changed fields of a scene, as JSON.
    FilmSpec film;
    Motion motion;                  ///< Its length, and tracks written out.
    std::vector<ReadyMotion> ready; ///< Ready-made ones besides.
};

/// The built-in ones (assets/recipes), by name.
std::vector<Recipe> built_in_recipes();

/// A built-in recipe by its name, or one from a file: a name with a slash or ending in .json. Throws
/// std::invalid_argument listing the names, or naming the file and what is wrong in it; io::FileError for a file that
/// cannot be read.
Recipe find_recipe(const std::string& name);

/// Unknown fields are ignored. Throws std::invalid_argument naming the field and what was expected.
Recipe recipe_from_json(const nlohmann::json& json);

/// `base` with the recipe's changes. Throws std::invalid_argument for a field of the wrong type.
Scene scene_of(const Recipe& recipe, const Scene& base);

} // namespace unstuck::engine
