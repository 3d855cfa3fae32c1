#pragma once
#include "core/ops/gpu/gpu.hpp"
#include "core/ops/modulated_conv.hpp"

namespace unstuck::ops {

struct GpuConvOptions {
    bool styled = true; ///< false: the weights are used as they are.
    bool up2 = false;   ///< StyleGAN2's transposed convolution with stride 2, before its filter.
    int padding = 0;    ///< Zeros on each side; for up2 not used.
    bool demodulate = true;
    bool normalize = false; ///< The alias-free networks' division of weights and styles by their root mean square.
    at::ScalarType dtype = at::kFloat; ///< What the convolution reads and writes: at::kFloat or at::kHalf.
};

/// A modulated convolution on a GPU: style and demodulation are folded into the weights by one kernel a frame, and
/// LibTorch (cuDNN) convolves. Without a style, the weights are those given. Immutable: safe on any thread.
class GpuConv {
  public:
    /// weight [O, I, k, k], on the processor.
    GpuConv(const Gpu& gpu, const at::Tensor& weight, const GpuConvOptions& options);

    /// x [N, I, H, W] in the GPU path's layout and of the options' dtype, styles [N, I] on the device -> [N, O, H',
    /// W'].
    at::Tensor operator()(const at::Tensor& x, const at::Tensor& styles, double gain, StyleNorm norm) const;

    /// The same without styles.
    at::Tensor operator()(const at::Tensor& x) const { return convolve(x, weight_); }

  private:
    at::Tensor convolve(const at::Tensor& x, const at::Tensor& weight) const;
    at::Tensor empty_weight() const; ///< As the convolution wants it, added channels zero.
    at::Tensor fold(const at::Tensor& styles, double gain, StyleNorm norm) const;

    Gpu gpu_;
    GpuConvOptions options_;
    std::int64_t in_ = 0, out_ = 0, kernel_ = 1;
    at::Tensor weight_; ///< Styled: [O, k k, I] float32; else as the convolution wants it.
};

} // namespace unstuck::ops
