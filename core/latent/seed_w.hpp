#pragma once
#include "core/model/generator.hpp"

namespace unstuck::latent {

/// The w of one seed, untruncated: [1, w_dim]. A negative class_index takes the class that the seed draws.
at::Tensor seed_w(const model::Generator& generator, std::uint32_t seed, int class_index);

} // namespace unstuck::latent
