#include "core/ops/gpu/gpu_conv.hpp"

#include "cuda/module.h"

#include <ATen/ATen.h>
#include <cmath>

namespace unstuck::ops {

namespace {

/// The official rule that keeps StyleGAN2's float16 products in range: weights and styles are divided by their largest
/// magnitudes first. Demodulation takes the factors out again.
at::Tensor prenormalised(const at::Tensor& w) {
    const double fan_in = static_cast<double>(w.size(1) * w.size(2) * w.size(3));
    return w * (1 / std::sqrt(fan_in)) / w.abs().amax({1, 2, 3}, true);
}

} // namespace

GpuConv::GpuConv(const Gpu& gpu, const at::Tensor& weight, const GpuConvOptions& options)
    : gpu_(gpu), options_(options), in_(weight.size(1)), out_(weight.size(0)), kernel_(weight.size(2)) {
    auto w = weight.to(at::kFloat);
    if (!options.styled) {
        weight_ = empty_weight();
        weight_.zero_().slice(0, 0, out_).slice(1, 0, in_).copy_(w);
        return;
    }
    if (options.demodulate && options.normalize) w = w * w.square().mean({1, 2, 3}, true).rsqrt();
    if (options.demodulate && !options.normalize && options.dtype == at::kHalf) w = prenormalised(w);
    weight_ = gpu_.upload(w.permute({0, 2, 3, 1}).reshape({out_, kernel_ * kernel_, in_}));
}

at::Tensor GpuConv::empty_weight() const {
    const auto i = rounded_channels(in_), o = rounded_channels(out_);
    const auto first = options_.up2 ? i : o, second = options_.up2 ? o : i;
    const auto type = at::TensorOptions(gpu_.device()).dtype(options_.dtype);
    const bool whole = i == in_ && o == out_;
    const std::array<std::int64_t, 4> shape = {first, kernel_, kernel_, second}; // an IntArrayRef would not keep it
    return (whole ? at::empty(shape, type) : at::zeros(shape, type)).permute({0, 3, 1, 2});
}

at::Tensor GpuConv::fold(const at::Tensor& styles, double gain, StyleNorm norm) const {
    const auto folded = empty_weight();
    cuda::ModulateWeights p;
    p.weight = floats_of(weight_);
    p.styles = floats_of(styles);
    p.out = static_cast<int>(out_);
    p.in = static_cast<int>(in_);
    p.taps = static_cast<int>(kernel_ * kernel_);
    if (options_.demodulate && options_.normalize && norm == StyleNorm::per_sample)
        p.style_scale = cuda::StyleScale::rms;
    if (options_.demodulate && !options_.normalize && options_.dtype == at::kHalf)
        p.style_scale = cuda::StyleScale::max_abs;
    p.demodulate = options_.demodulate;
    p.gain = static_cast<float>(gain);
    p.y = folded.data_ptr();
    p.element = options_.dtype == at::kHalf ? cuda::Element::f16 : cuda::Element::f32;
    p.stride_out = folded.stride(options_.up2 ? 1 : 0);
    p.stride_in = folded.stride(options_.up2 ? 0 : 1);
    p.stride_tap = folded.stride(3);
    check_gpu(gpu_.functions().modulate_weights(&p));
    return folded;
}

at::Tensor GpuConv::convolve(const at::Tensor& x, const at::Tensor& weight) const {
    const auto images = stored_channels(x);
    // The processor stands in for a GPU in tests only; it has no convolution of halfs with sums in float32.
    const bool widen = images.is_cpu() && images.scalar_type() == at::kHalf;
    const auto in = widen ? images.to(at::kFloat) : images, w = widen ? weight.to(at::kFloat) : weight;
    const auto pad = options_.padding;
    auto y = options_.up2 ? at::conv_transpose2d(in, w, {}, {2, 2}) : at::conv2d(in, w, {}, {1, 1}, {pad, pad});
    y = y.to(options_.dtype).contiguous(at::MemoryFormat::ChannelsLast);
    return y.slice(1, 0, out_);
}

at::Tensor GpuConv::operator()(const at::Tensor& x, const at::Tensor& styles, double gain, StyleNorm norm) const {
    auto s = styles;
    // The official code's rule mixes the samples of a batch; a batch of one is the kernel's.
    if (x.size(0) == 1) norm = StyleNorm::per_sample;
    if (options_.demodulate && options_.normalize && norm == StyleNorm::whole_batch) s = s * s.square().mean().rsqrt();
    if (x.size(0) == 1) return convolve(x, fold(s.contiguous(), gain, norm));
    std::vector<at::Tensor> parts;
    for (std::int64_t n = 0; n < x.size(0); ++n)
        parts.push_back(stored_channels(convolve(x.slice(0, n, n + 1), fold(s[n].contiguous(), gain, norm))));
    return at::cat(parts).contiguous(at::MemoryFormat::ChannelsLast).slice(1, 0, out_);
}

} // namespace unstuck::ops
