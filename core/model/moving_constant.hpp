#pragma once
#include "core/model/generator.hpp"

namespace unstuck::model {

/// StyleGAN2 has no input transform, so its learned constant [C, n, n] is moved: read as a trigonometric polynomial
/// (periodic, band-limited, the Nyquist term as a cosine) and sampled at the inverse-transformed pixel centres. With
/// ConstantEdge::clamp, positions beyond the outer pixel centres read the edge instead of the opposite side.
/// The identity returns the constant up to rounding. Result [C, n, n].
at::Tensor move_constant(const at::Tensor& constant, const Matrix3& inverse_transform, ConstantEdge edge);

} // namespace unstuck::model
