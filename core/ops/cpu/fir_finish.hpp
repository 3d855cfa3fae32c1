#pragma once
#include "core/ops/cpu/filtered_lrelu.hpp"

namespace unstuck::cpu {

/// Floats of scratch memory that fir_finish() needs for that many workers.
std::size_t fir_finish_scratch(const FilterTerm& filter, const Nhwc& y, int workers);

/// y = finish(filter * x) at the same rate: x [H, W, C] with `padding` zeros before its first row and column and as
/// many after as y's size asks for. This ends StyleGAN2's upsampling layers: the filter that follows the transposed
/// convolution, noise, bias and activation in one pass.
void fir_finish(const FilterTerm& filter, int padding, const Nhwc& x, const Finish& finish, const Nhwc& y,
                float* scratch, const Pool& pool);

} // namespace unstuck::cpu
