#pragma once
#include "core/model/types.hpp"

#include <ATen/core/Tensor.h>
#include <array>

namespace unstuck::measure {

struct BandlimitParams {
    int up = 4;                           ///< Taps per input sample.
    int a = 3;                            ///< Lanczos window's half-width in samples.
    int amax = 6;                         ///< Half-width that is kept.
    int support = 64;                     ///< Half-width of the grid on which the filter is built.
    double cutoff_in = 1, cutoff_out = 1; ///< Of the low-pass before and after the map, relative to the bandlimit.
};

/// The low-pass that an affine map's linear part asks for, when an image is resampled by it: the convolution of the
/// pixel grid's sinc before and after the map, Lanczos-windowed likewise. [2 amax up - 1, 2 amax up - 1] float32, each
/// polyphase component summing to 1/up^2. Source: Karras et al. 2021, appendix E; golden: metrics.safetensors
/// (ops.bandlimit*).
at::Tensor affine_bandlimit_filter(const model::Matrix3& m, const BandlimitParams& p);

struct Resampled {
    at::Tensor image; ///< Like the input.
    at::Tensor mask;  ///< Like the input, 1 where the image's data reached.
};

/// Moves an image [N, C, H, W] by the map `m` (unit = image side, origin = centre), anti-aliased.
/// Throws std::invalid_argument when m's linear part has no inverse. Golden: metrics.safetensors (ops.affine*).
Resampled resample_affine(const at::Tensor& x, const model::Matrix3& m, const BandlimitParams& p);

/// The same with a filter that was made before, by the map's linear part and `up`: making it takes longer than the
/// rest.
Resampled resample_affine(const at::Tensor& x, const model::Matrix3& m, const at::Tensor& filter, int up);

/// Keeps the filter of the last map: content that is only translated needs no new one. Use from one thread at a time.
class AffineResampler {
  public:
    Resampled operator()(const at::Tensor& x, const model::Matrix3& m);

  private:
    std::array<double, 4> linear_{};
    at::Tensor filter_;
};

} // namespace unstuck::measure
