#pragma once
#include "core/engine/ready_motions.hpp"
#include "core/model/edit_presets.hpp"

namespace unstuck::engine {

/// Goes down the ladder from alias-free to aliased (model::aliasing_ladder), each step for the same time: the edits of
/// each side are its own model's. A side without a ladder stays. Throws std::invalid_argument when none has one, or
/// for more steps than frames.
Motion ladder_tour(const Clock& clock, const MotionModels& models);

/// Where on its model's ladder a side stands.
struct LadderPlace {
    int step = 0, steps = 0; ///< 0 .. steps - 1; 0 is the model as it is.
    model::LadderStep of;
};

/// None when the edits are no step's, or the model has no ladder.
std::optional<LadderPlace> ladder_place(const std::vector<model::LayerSampling>& layers, const model::Edits& edits);

} // namespace unstuck::engine
