#pragma once
#include "core/measure/affine_resample.hpp"

#include <ATen/core/Tensor.h>
#include <cstdint>

namespace unstuck::measure {

/// Half-width in samples of the interpolation that the published metric uses.
constexpr int kLanczos = 3;

/// Samples first .. last - 1 of an axis; empty when first >= last.
struct Span {
    std::int64_t first = 0, last = 0;
    bool empty() const { return first >= last; }
    std::int64_t size() const { return empty() ? 0 : last - first; }
};

/// The samples of an axis of n that have data after a move by d samples, all `a` + `a` taps of them. Whatever d is,
/// infinite or NaN included: then it is empty.
Span span_after(double d, std::int64_t n, int a = kLanczos);

/// Moves x [N, C, H, W] by whole samples, right and down; zeros come in. The mask is 1 where the image's data is.
/// Result and mask are shaped like x; the mask shares memory between images and channels. Source: spec/metrics.md,
/// "EQ-T"; golden: metrics.safetensors (ops.int*).
Resampled translate_whole(const at::Tensor& x, double dx, double dy);

/// Moves x [N, C, H, W] by any number of samples: 2 a taps of a Lanczos-windowed sinc on both axes, normalised to sum
/// 1, zeros beyond the image. The mask leaves out every sample that a tap outside of the image reached, also when the
/// move is whole. A move of the image's side or more gives zeros and an empty mask. Works in x's dtype; 1 <= a.
///
/// How exact it is depends on frequency: of a wave at 1/64, 1/8, 1/4 and 3/8 cycles per sample a = 3 leaves an error of
/// 0.14, 0.5, 1.6 and 17 % (rms over all fractions, per axis), a = 8 one of 0.04, 0.01, 0.07 and 0.7 %.
/// Source: spec/metrics.md, "EQ-T fractional"; golden: metrics.safetensors (ops.frac*).
Resampled translate_fraction(const at::Tensor& x, double dx, double dy, int a = kLanczos);

} // namespace unstuck::measure
