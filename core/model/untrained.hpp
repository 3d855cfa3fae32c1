#pragma once
#include "core/io/checkpoint.hpp"
#include "core/model/config.hpp"

namespace unstuck::model {

/// A generator with seeded random weights in the official layout, for demonstrations and measurements without a trained
/// model: equal arguments, equal weights. Alias-free: magnitudes calibrated so that every layer's input has unit power.
/// Both families: an image contrast of about 0.4. The checkpoint's label says "untrained".
io::Checkpoint make_untrained(const GeneratorConfig& config, std::uint32_t seed);

} // namespace unstuck::model
