#pragma once
// Filtered leaky ReLU: up, activate, down, in one pass, for any factor 1..4 and any taps up to 48.
#include "cuda/types.h"

namespace unstuck::cuda {

inline constexpr int kMostTaps = 48, kMostFactor = 4;

/// A two-dimensional filter as a sum of `terms` products of a column and a row, [terms][2][taps]: y taps, then x taps,
/// in the order of correlation (y[i] = sum_k f[k] x[i + k]), gain included. One term when it is separable. A radial
/// low-pass is the sum of 2 to 5: its singular values fall by one to three orders of magnitude each, so leaving out
/// what rounding hides anyway is cheaper than its taps one by one (12 x 12: 144 multiplications a result, against 36
/// per term with both rows). {1} is no filter.
struct Filter {
    const float* taps_host = nullptr;   ///< In the processor's memory: standard shapes pass them as arguments.
    const float* taps_device = nullptr; ///< The same in the images' memory.
    int terms = 1, taps = 1;
};

/// y = down(activate(up(x + bias) + noise_gain noise + mid_bias)). x is 0 outside the image (bias included).
/// activate(v) = clamp(gain * (v < 0 ? slope v : v), +-clamp); NaN stays NaN. `up` inserts up - 1 zeros after each
/// sample, pads by (pad_y0, pad_x0) zeros on the raised grid (negative: crops) and filters; the far padding follows
/// from y's size:
///   raised[i] = sum_k up_filter[k] z[i + k - pad0],  z[j] = x[j / up] where up divides j, else 0
///   y[i]      = sum_k down_filter[k] activated[i down + k]
/// Sums in float32 whatever the elements are. Source: Karras et al. 2021, section 3.2; golden: ops.json
/// (filtered_lrelu).
struct FilteredLrelu {
    Images x, y; ///< Same n and channels; elements may differ.
    int up = 1, down = 1;
    int pad_x0 = 0, pad_y0 = 0;
    Filter up_filter, down_filter;
    const float* bias = nullptr;          ///< [channels], or null.
    const float* mid_bias = nullptr;      ///< [channels], or null: added after the up filter (StyleGAN2's bias).
    const float* mid_noise = nullptr;     ///< [raised height, raised width], or null.
    const float* noise_gain = nullptr;    ///< One number, in the images' memory; null: 1.
    float slope = 1, gain = 1, clamp = 0; ///< clamp <= 0: none.
    NumberCounts* counts = nullptr; ///< Null: nothing is counted. Clamped: of the raised samples that a result reads.
};

/// Sides of the signal at the raised rate that y needs.
inline int raised_side(int side, int down, int taps) { return (side - 1) * down + taps; }

void filtered_lrelu_ref(const FilteredLrelu& p);      ///< Plain loops in double: the judge.
void filtered_lrelu_emulated(const FilteredLrelu& p); ///< The kernel's body on the processor.

/// Picks a kernel by filtered_lrelu_plan() for the current device and launches it. Throws std::runtime_error when that
/// fails, std::invalid_argument for factors or taps out of range.
void filtered_lrelu_cuda(const FilteredLrelu& p, Stream stream);

} // namespace unstuck::cuda
