#pragma once
#include "core/io/checkpoint.hpp"
#include "core/model/config.hpp"

namespace unstuck::model {

/// A generator with seeded random weights in the official layout, magnitudes calibrated so that every layer's input has
/// unit power and the image a contrast of about 0.4: for demonstrations and measurements without a trained
/// model. The checkpoint's label says "untrained". Alias-free configurations only.
io::Checkpoint make_untrained(const GeneratorConfig& config, std::uint32_t seed);

} // namespace unstuck::model
