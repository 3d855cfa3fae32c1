#include "core/ops/gpu/gpu_filter.hpp"

#include "core/ops/fused.hpp"
#include "cuda/module.h"

#include <ATen/ATen.h>
#include <limits>
#include <stdexcept>

namespace unstuck::ops {

namespace {

/// The kernels take 0 for no clamp, and a clamp to 0 is one that leaves next to nothing.
float kernel_clamp(std::optional<double> clamp) {
    return clamp ? std::max(static_cast<float>(*clamp), std::numeric_limits<float>::min()) : 0;
}

/// Singular values below this share of the first change results by less than their type rounds them.
double negligible(at::ScalarType dtype) {
    constexpr double kHalf = 1.2e-4, kFloat = 1e-8; // 2^-13: a quarter of float16's last bit
    return dtype == at::kHalf ? kHalf : kFloat;
}

} // namespace

cuda::Filter GpuFilteredLrelu::Taps::filter() const { return {host.data(), floats_of(device), terms, taps}; }

std::optional<GpuFilteredLrelu::Taps> GpuFilteredLrelu::take_apart(const Gpu& gpu, const at::Tensor& f, double gain,
                                                                   bool flip, at::ScalarType dtype) {
    const auto terms = filter_terms(f, gain, flip, negligible(dtype));
    if (terms.empty()) return std::nullopt;
    Taps out;
    out.terms = static_cast<int>(terms.size());
    out.taps = static_cast<int>(terms.front().x.size());
    if (out.taps != static_cast<int>(terms.front().y.size()) || out.taps > cuda::kMostTaps) return std::nullopt;
    for (const auto& t : terms) {
        out.host.insert(out.host.end(), t.y.begin(), t.y.end());
        out.host.insert(out.host.end(), t.x.begin(), t.x.end());
    }
    out.device = gpu.upload(at::tensor(out.host));
    return out;
}

std::optional<GpuFilteredLrelu> GpuFilteredLrelu::make(const Gpu& gpu, const at::Tensor& fu, const at::Tensor& fd,
                                                       const FilteredLreluParams& p, at::ScalarType dtype) {
    if (p.up > cuda::kMostFactor || p.down > cuda::kMostFactor) return std::nullopt;
    GpuFilteredLrelu out(gpu);
    auto up = take_apart(gpu, fu, static_cast<double>(p.up) * p.up, p.flip_filter, dtype);
    auto down = take_apart(gpu, fd, 1, p.flip_filter, dtype);
    if (!up || !down) return std::nullopt;
    out.params_ = p;
    out.dtype_ = dtype;
    out.up_ = std::move(*up);
    out.down_ = std::move(*down);
    return out;
}

at::Tensor GpuFilteredLrelu::operator()(const at::Tensor& x, const GpuFilterInput& in) const {
    const auto side = [&](std::int64_t n, int before, int after) {
        const auto raised = n * params_.up + before + after - (up_.taps - 1) - down_.taps;
        if (raised < 0) throw std::invalid_argument("filtered_lrelu: the padded input is smaller than the filters");
        return raised / params_.down + 1;
    };
    const auto y = gpu_.empty_images(x.size(0), x.size(1), side(x.size(2), params_.pad.y0, params_.pad.y1),
                                     side(x.size(3), params_.pad.x0, params_.pad.x1), dtype_);
    cuda::FilteredLrelu k;
    k.x = device_images(x);
    k.y = device_images(y);
    k.up = params_.up;
    k.down = params_.down;
    k.pad_x0 = params_.pad.x0;
    k.pad_y0 = params_.pad.y0;
    k.up_filter = up_.filter();
    k.down_filter = down_.filter();
    k.bias = floats_of(in.bias);
    k.mid_bias = floats_of(in.mid_bias);
    k.mid_noise = floats_of(in.mid_noise);
    k.noise_gain = floats_of(in.noise_gain);
    k.slope = static_cast<float>(params_.slope);
    k.gain = static_cast<float>(params_.gain);
    k.clamp = kernel_clamp(params_.clamp);
    k.counts = in.counts;
    check_gpu(gpu_.functions().filtered_lrelu(&k));
    return y;
}

at::Tensor gpu_bias_act(const Gpu& gpu, const at::Tensor& x, const at::Tensor& bias, const at::Tensor& noise,
                        const at::Tensor& noise_gain, const GpuBiasAct& p, cuda::NumberCounts* counts) {
    const auto y = gpu.empty_images(x.size(0), x.size(1), x.size(2), x.size(3), p.dtype);
    cuda::BiasAct k;
    k.x = device_images(x);
    k.y = device_images(y);
    k.bias = floats_of(bias);
    k.noise = floats_of(noise);
    k.noise_gain = floats_of(noise_gain);
    k.slope = static_cast<float>(p.slope);
    k.gain = static_cast<float>(p.gain);
    k.clamp = kernel_clamp(p.clamp);
    k.scale = static_cast<float>(p.scale);
    k.counts = counts;
    check_gpu(gpu.functions().bias_act(&k));
    return y;
}

} // namespace unstuck::ops
