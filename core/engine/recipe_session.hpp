#pragma once
#include "core/engine/recipe.hpp"
#include "core/engine/session.hpp"

namespace unstuck::engine {

/// The session as a recipe makes it: its scene with the recipe's changes, motion and look. The scene's own animation
/// stands still, and models stay as they are. Throws like scene_of().
Session with_recipe(Session session, const Recipe& recipe);

/// What moves in a session as a recipe: the fields in which its scene differs from a new one, but its models. Those
/// that its motion keys are left out. Throws std::invalid_argument when nothing moves, or for an empty name.
Recipe recipe_of(const Session& session, const std::string& name, const std::string& description);

nlohmann::json to_json(const Recipe& recipe);

} // namespace unstuck::engine
