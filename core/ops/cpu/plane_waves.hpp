#pragma once
#include "core/ops/cpu/nhwc.hpp"

namespace unstuck::cpu {

/// y[h, w, c] = sin(a[w, c] + b[h, c]) from the sines and cosines of a and b, all [.., channels of y].
void plane_waves(const float* sin_a, const float* cos_a, const float* sin_b, const float* cos_b, const Nhwc& y,
                 const Pool& pool);

} // namespace unstuck::cpu
