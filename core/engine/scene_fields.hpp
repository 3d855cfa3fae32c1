#pragma once
#include "core/engine/motion.hpp"
#include "core/model/layer_sampling.hpp"

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::engine {

/// A field of the scene that a motion can key.
struct SceneField {
    enum class Kind { number, integer, toggle, choice, text, seeds, bits, edits };
    std::string path; ///< JSON pointer into to_json(Scene), as Track has it.
    Kind kind = Kind::number;
    double low = std::numeric_limits<double>::lowest(), high = std::numeric_limits<double>::max(); ///< Of numbers.
    std::vector<std::string> choices = {};                                                         ///< Of Kind::choice.
    std::optional<KeyValue> stock = {}; ///< What the model has while the scene has no such edit.
    bool operator==(const SceneField&) const = default;
};

/// All fields that a scene has, but its models and the animation's clock. A side's edits are one field; a list's
/// elements are those of this scene.
std::vector<SceneField> scene_fields(const Scene& scene = {});

/// Each edit that the layers of a side's model take: /edits_b/LAYER/up/cutoff and so on.
std::vector<SceneField> edit_fields(Side side, const std::vector<model::LayerSampling>& layers);

/// The path in words: "transform x", "A b32.conv1 up cutoff".
std::string field_title(const std::string& path);

/// What the scene has there; none for no such field, or an edit that is not set.
std::optional<KeyValue> field_value(const Scene& scene, const std::string& path);

/// The fields named as `from` has them; edits that it does not have are taken out.
Scene with_fields_of(const Scene& scene, const Scene& from, const std::vector<std::string>& paths);

/// Paths of fields that differ, without models and the animation's clock; edits field by field.
std::vector<std::string> changed_fields(const Scene& before, const Scene& after);

} // namespace unstuck::engine
