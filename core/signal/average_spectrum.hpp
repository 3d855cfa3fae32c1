#pragma once
#include "core/signal/layer_spectrum.hpp"

#include <ATen/core/Tensor.h>
#include <cstdint>

namespace unstuck::signal {

/// Mean and standard deviation over all numbers of a set of images, as the published recipe divides by them. Add images
/// of any shape, one tensor at a time; sums in float64.
class ImageMoments {
  public:
    void add(const at::Tensor& images);
    double mean() const { return count_ > 0 ? sum_ / count_ : 0; }
    double stddev() const; ///< sqrt(E x^2 - (E x)^2)

  private:
    double sum_ = 0, squares_ = 0, count_ = 0;
};

/// What makes an average power spectrum comparable with the published ones.
struct AverageSpectrumSpec {
    int size = 0;                ///< Pixels per side, >= 1.
    double mean = 0, stddev = 1; ///< Of the set, in the images' unit (bytes 0..255); stddev > 0.
    bool measured = false;       ///< Take the mean and stddev of the images that are added instead of these two.
    double beta = 8;             ///< Kaiser window's, >= 0.
    int interpolation = 4;       ///< Zero padding to that many times the size, >= 1.
};

/// The average power spectrum of a set of images, by the published recipe: (x - mean) / stddev in float64, times a
/// Kaiser window of unit energy on both axes, zero-padded at the right and bottom, |FFT2|^2, averaged over channels and
/// images. White noise of the set's variance reads 0 dB. Add images as they come; results are there at any time, also
/// with the mean and deviation of what was added so far: |FFT(w (x - m))|^2 is known from the sums of |FFT(w x)|^2 and
/// of Re(FFT(w x) conj FFT(w)), so that one pass is enough. A value type. Source: spec/metrics.md, "Average power
/// spectrum"; golden: spectra.safetensors (tests/golden/spectra_test.cpp).
class AverageSpectrum {
  public:
    /// Throws std::invalid_argument naming the field out of range.
    explicit AverageSpectrum(const AverageSpectrumSpec& spec);

    /// images [N, C, size, size] of any dtype; throws std::invalid_argument for other sizes.
    void add(const at::Tensor& images);

    std::int64_t planes() const { return planes_; } ///< Channels of all images so far.
    double mean() const;                            ///< What is subtracted: as given, or measured so far.
    double stddev() const;                          ///< What is divided by; 0 for a measured set without contrast.

    /// [P, P] float64 with P = size * interpolation, DC first. Zeros before the first image, and without contrast.
    at::Tensor power() const;

    /// [P + 1, P + 1] float64 in dB, DC in the centre, the first row and column repeated at the far edge: covers
    /// -size/2 .. size/2 cycles per image with both ends (interpolation * size even). `smoothing`: sigma of a Gaussian
    /// in cycles per image, applied to the decibels, with the edges replicated; 0: none. Published levels: -40 to 20
    /// dB.
    at::Tensor heatmap_db(double smoothing = 1.25) const;

    /// From the centre to the right, 0 .. size/2 cycles per image, and along the diagonal, 0 .. size/sqrt 2. Published
    /// range: -50 to 30 dB, not smoothed.
    SpectrumCurve slice_0(double smoothing = 0) const;
    SpectrumCurve slice_45(double smoothing = 0) const;

  private:
    SpectrumCurve slice(const at::Tensor& values, double longest) const;

    AverageSpectrumSpec spec_;
    int padded_ = 0;
    at::Tensor window_;          ///< [size, size] float64
    at::Tensor sum_;             ///< [P, P / 2 + 1] float64: the rest is its mirror image.
    at::Tensor cross_;           ///< Like sum_: of Re(X conj W). Measured sets only, as is all that follows.
    at::Tensor window_spectrum_; ///< W, [P, P / 2 + 1] complex128.
    ImageMoments moments_;
    std::int64_t planes_ = 0;
};

} // namespace unstuck::signal
