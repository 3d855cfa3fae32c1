#pragma once
#include "core/ops/activation.hpp"
#include "core/ops/gpu/gpu.hpp"
#include "cuda/filtered_lrelu.h"

namespace unstuck::ops {

/// What is added and counted on the way, all on the device; undefined: nothing.
struct GpuFilterInput {
    at::Tensor bias;       ///< [channels rounded up], before the up filter.
    at::Tensor mid_bias;   ///< [channels rounded up], after it.
    at::Tensor mid_noise;  ///< [raised height, raised width]
    at::Tensor noise_gain; ///< One number.
    cuda::NumberCounts* counts = nullptr;
};

/// Filtered leaky ReLU prepared for the GPU's kernel: filters taken apart once into sums of products. Immutable.
class GpuFilteredLrelu {
  public:
    /// No value when the kernel cannot express it (oblong filters, factors over 4, taps over 48): the reference in ATen
    /// calls computes it then. `dtype` is what it writes, and what its filters have to be exact to.
    static std::optional<GpuFilteredLrelu> make(const Gpu& gpu, const at::Tensor& fu, const at::Tensor& fd,
                                                const FilteredLreluParams& p, at::ScalarType dtype);

    /// x [N, C, H, W] in the GPU path's layout -> [N, C, H', W'] of `dtype`. Throws std::invalid_argument when the
    /// padded input is smaller than the filters.
    at::Tensor operator()(const at::Tensor& x, const GpuFilterInput& in = {}) const;

  private:
    struct Taps {
        std::vector<float> host; ///< [terms, 2, taps]
        at::Tensor device;
        int terms = 1, taps = 1;
        cuda::Filter filter() const;
    };
    explicit GpuFilteredLrelu(const Gpu& gpu) : gpu_(gpu) {}
    static std::optional<Taps> take_apart(const Gpu& gpu, const at::Tensor& f, double gain, bool flip,
                                          at::ScalarType dtype);

    Gpu gpu_;
    FilteredLreluParams params_;
    at::ScalarType dtype_ = at::kFloat;
    Taps up_, down_;
};

/// clamp(gain * lrelu(x + noise + bias)) * scale, without filters. `counts` may be null.
struct GpuBiasAct {
    double slope = 1, gain = 1, scale = 1;
    std::optional<double> clamp;
    at::ScalarType dtype = at::kFloat; ///< Of the result.
};
/// bias [channels rounded up], noise [H, W] and noise_gain on the device or undefined.
at::Tensor gpu_bias_act(const Gpu& gpu, const at::Tensor& x, const at::Tensor& bias, const at::Tensor& noise,
                        const at::Tensor& noise_gain, const GpuBiasAct& p, cuda::NumberCounts* counts);

} // namespace unstuck::ops
