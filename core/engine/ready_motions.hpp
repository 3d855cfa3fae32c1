#pragma once
#include "core/engine/motion.hpp"
#include "core/model/layer_sampling.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::engine {

/// How long a ready-made motion is, and how finely it is cut.
struct Clock {
    double fps = 30;
    int frames = 120; ///< >= 1
};

// Each of them is a loop: what it shows at frame `frames` is what it shows at frame 0. Units are the scene's.

/// From where the content stands in `start` by (dx, dy) and back, in a straight line at even speed.
Motion along_line(const Clock& clock, const TransformState& start, double dx, double dy);

/// Once around a circle about the scene's own translation, beginning at its right.
Motion along_circle(const Clock& clock, double radius);

/// One full turn, counter-clockwise, from how the content stands in `start`.
Motion full_turn(const Clock& clock, const TransformState& start);

/// Through the w of all seeds and back to the first. Throws std::invalid_argument for no seeds, or too many.
Motion latent_walk(const Clock& clock, const std::vector<std::uint32_t>& seeds);

/// The same walk shrunk towards the scene's own latent: the subject stays, what is small about it moves.
/// `reach` is the share of the way to the walk.
Motion cinemagraph(const Clock& clock, const std::vector<std::uint32_t>& seeds, double reach);

/// Truncation from `low` to `high` and back, at rest at both.
Motion truncation_sweep(const Clock& clock, double low, double high);

/// Any number of the scene, by its path, from `from` to `to` and back, at rest at both.
Motion field_sweep(const Clock& clock, const std::string& path, double from, double to);

/// Looks at each layer in turn, for the same time; each side at its own model's layers. A side without layers stays.
Motion layer_tour(const Clock& clock, const std::array<std::vector<std::string>, 2>& layers);

/// Per side, how the layers of its model sample, in the network's order (ModelInfo::sampling); empty: no model.
using MotionModels = std::array<std::vector<model::LayerSampling>, 2>;

/// One of the above, ladder_tour() or filter_sweep(), by name, as recipes write it, with its parameters and their
/// defaults.
struct ReadyMotion {
    std::string kind; ///< "line", "circle", "turn", "walk", "cinemagraph", "truncation", "sweep", "layers", "ladder",
                      ///< "filter"
    double dx = 0.05, dy = 0, radius = 0.05, reach = 0.15, from = 0, to = 1;
    std::string path;
    std::string side;                  ///< "a" or "b", for a ladder on one side alone; empty: both.
    bool relative = false;             ///< A filter's `from` and `to` are factors of what the model has.
    std::optional<double> x, y, turns; ///< Where a line or a turn begins; unset: where the content stands.
    std::vector<std::uint32_t> seeds;
    bool operator==(const ReadyMotion&) const = default;
};

/// Unknown fields are ignored. Throws std::invalid_argument naming the field and what was expected.
ReadyMotion ready_motion_from_json(const nlohmann::json& json);

/// With the fields that are not at their defaults.
nlohmann::json to_json(const ReadyMotion& ready);

/// Those that an object lists as "ready", as sessions have them, or else in its "motion", as recipes do. Throws
/// std::invalid_argument naming the field and what was expected.
std::vector<ReadyMotion> ready_motions_in(const nlohmann::json& json);

/// Beginning where the content stands in `start`, whatever scene it is made for later.
ReadyMotion anchored(ReadyMotion ready, const TransformState& start);

/// `layers` per side, for a tour through them; `models`, for what depends on how they filter. `start` is where a line
/// or a turn begins.
Motion make_motion(const ReadyMotion& ready, const Clock& clock, const Scene& start,
                   const std::array<std::vector<std::string>, 2>& layers, const MotionModels& models = {});

/// `motion` with the tracks of ready-made ones added, for its length. Throws like make_motion().
Motion written_out(Motion motion, const std::vector<ReadyMotion>& ready, const Scene& start,
                   const std::array<std::vector<std::string>, 2>& layers, const MotionModels& models);

} // namespace unstuck::engine
