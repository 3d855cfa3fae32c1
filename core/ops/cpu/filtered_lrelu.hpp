#pragma once
#include "core/ops/cpu/nhwc.hpp"

#include <vector>

namespace unstuck::cpu {

/// A filter as a sum of products of two one-dimensional ones: one term when it is separable.
struct FilterTerm {
    std::vector<float> y, x; ///< Taps, in the order of correlation (y[t] = sum_k f[k] x[t + k]).
};

/// Bias is expected to be in x already: it belongs inside the image only, and the convolution before adds it for free.
struct FusedLrelu {
    int up = 1, down = 1;
    int pad_x0 = 0, pad_y0 = 0;        ///< On the upsampled grid; negative crops. The far side follows from y's size.
    std::vector<FilterTerm> up_filter; ///< At least one term, all of the same taps, gain included; {1} is no filter.
    FilterTerm down_filter;            ///< Separable, or
    std::vector<float> down_plane;     ///< [taps, taps] row by row, correlation order, when not empty.
    int down_taps = 1;
    Activation activation;
};

/// y = down(activation(up(x))): polyphase, so that no inserted zero is multiplied, and in one pass: the signal at the
/// raised rate only ever exists as a few rows. x [H, W, C], y [H', W', C] with the size that upfirdn2d's padding gives.
/// Source: Karras et al. 2021, section 3.2; golden: ops.json (filtered_lrelu).
void filtered_lrelu(const FusedLrelu& p, const Nhwc& x, const Nhwc& y, float* scratch, const Pool& pool);

/// Floats of scratch memory that filtered_lrelu() needs for that many workers.
std::size_t filtered_lrelu_scratch(const FusedLrelu& p, const Nhwc& y, int workers);

} // namespace unstuck::cpu
