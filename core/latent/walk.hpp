#pragma once
#include <cstddef>
#include <vector>

namespace unstuck::latent {

/// Copies of the key latents before and after the walked ones, as the official videos have them.
inline constexpr int kWalkWraps = 2;

/// Weights of `keys` latents, placed at positions 0 .. keys - 1 of a closed walk, at `position` (any finite number,
/// taken modulo `keys`): w(t) = sum_k weight_k(t) w_k. They sum to 1. The curve is the not-a-knot cubic spline through
/// 2 wraps + 1 copies of the keys, so that it closes to a few millionths, not exactly; position `keys` is position 0.
/// Throws std::invalid_argument for no keys or wraps < 1. Source: spec/metrics.md, "Interpolation of latents"; golden:
/// video.json (tests/unit/motion_test.cpp).
std::vector<double> walk_weights(std::size_t keys, double position, int wraps = kWalkWraps);

} // namespace unstuck::latent
