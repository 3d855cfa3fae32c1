#pragma once
#include "core/measure/affine_resample.hpp"

namespace unstuck::measure {

/// rot(alpha) = [[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]]: what turns an image by alpha counter-clockwise as one sees
/// it (y points down).
model::Matrix3 rotation_matrix(double angle_rad);

/// R_alpha: turns x [N, C, H, W] about its centre, anti-aliased. The mask is 1 where the image's data reached.
/// Source: Karras et al. 2021, appendix E.3, and spec/metrics.md; golden: metrics.safetensors (ops.rot*).
Resampled rotate(const at::Tensor& x, double angle_rad);

/// R*_alpha: gives x the frequency content that a rotation by alpha would leave it, without rotating, so that it can be
/// compared with a rotated image. The mask is 1 except in a border of half the filter's length.
/// Source: as above; golden: metrics.safetensors (ops.pseudo*).
Resampled pseudo_rotate(const at::Tensor& x, double angle_rad);

} // namespace unstuck::measure
