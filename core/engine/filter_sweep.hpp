#pragma once
#include "core/engine/ready_motions.hpp"

namespace unstuck::engine {

/// An edit of a layer's filter, as /edits_b/LAYER/up/cutoff, from `from` to `to` and back, at rest at both. LAYER may
/// be "all": every layer that takes it. With `relative` the two are factors of what the model has. Throws
/// std::invalid_argument naming what no layer takes, or what is no number.
Motion filter_sweep(const Clock& clock, const std::string& path, double from, double to, bool relative,
                    const MotionModels& models);

} // namespace unstuck::engine
