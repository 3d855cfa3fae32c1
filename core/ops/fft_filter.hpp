#pragma once
#include "core/ops/activation.hpp"

namespace unstuck::ops {

/// A filter that is applied as a product in the frequency domain: an ideal low-pass, or taps too many to convolve with.
struct SpectralFilter {
    at::Tensor taps;     ///< [n] or [n, n]; undefined: ideal.
    double cutoff = 0.5; ///< Ideal: cycles per sample of the raised grid.
    bool radial = false; ///< Ideal: passes a disk instead of a square.
    int length = 1;      ///< Taps; ideal: as many as the filter whose place in the padding it takes.
};

/// filtered_lrelu_reference() with filters of that kind: the same sizes and places, and for taps the same values. An
/// ideal filter finds the mirrored picture beyond the edge, where others find zeros.
at::Tensor filtered_lrelu_by_fft(const at::Tensor& x, const SpectralFilter& up, const SpectralFilter& down,
                                 const FilteredLreluParams& p);

/// Its first half: x raised by `up` with gain up^2, before the nonlinearity.
at::Tensor raised_by_fft(const at::Tensor& x, const SpectralFilter& up, const FilteredLreluParams& p);

/// One such filter on [N, C, H, W] with padding, nothing resampled: H' = H + y0 + y1 - (length - 1).
at::Tensor filter_by_fft(const at::Tensor& x, const SpectralFilter& filter, const Padding& pad, double gain);

} // namespace unstuck::ops
