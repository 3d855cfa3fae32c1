#include "core/ops/gpu/gpu.hpp"

#include "cuda/module.h"

#include <ATen/ATen.h>
#include <stdexcept>

namespace unstuck::ops {

namespace {

bool has_layout(const at::Tensor& x) {
    const auto c = rounded_channels(x.size(1));
    return x.stride(1) == 1 && x.stride(3) == c && x.stride(2) == c * x.size(3) &&
           (x.size(0) == 1 || x.stride(0) == c * x.size(3) * x.size(2));
}

} // namespace

at::Tensor Gpu::upload(const at::Tensor& t) const { return t.to(device_, at::kFloat, false, true).contiguous(); }

at::Tensor Gpu::upload_channels(const at::Tensor& t) const {
    const auto have = t.size(-1);
    return upload(at::constant_pad_nd(t.to(at::kFloat), {0, rounded_channels(have) - have}, 0));
}

at::Tensor Gpu::empty_images(std::int64_t n, std::int64_t channels, std::int64_t height, std::int64_t width,
                             at::ScalarType dtype) const {
    const auto all = at::empty({n, height, width, rounded_channels(channels)}, at::TensorOptions(device_).dtype(dtype));
    return all.permute({0, 3, 1, 2}).slice(1, 0, channels);
}

at::Tensor Gpu::as_images(const at::Tensor& x, at::ScalarType dtype) const {
    const bool there = x.device() == device_;
    if (there && x.scalar_type() == dtype && has_layout(x)) return x;
    if (there && has_layout(x)) return stored_channels(x).to(dtype).slice(1, 0, x.size(1));
    auto out = empty_images(x.size(0), x.size(1), x.size(2), x.size(3), dtype);
    auto all = stored_channels(out);
    if (all.size(1) != x.size(1)) all.slice(1, x.size(1)).zero_();
    out.copy_(x);
    return out;
}

at::Tensor Gpu::add(const at::Tensor& a, const at::Tensor& b) const {
    return (stored_channels(a) + stored_channels(b)).slice(1, 0, a.size(1));
}

std::int64_t rounded_channels(std::int64_t channels) {
    return (channels + cuda::kChannelGroup - 1) / cuda::kChannelGroup * cuda::kChannelGroup;
}

at::Tensor stored_channels(const at::Tensor& images) {
    const auto c = rounded_channels(images.size(1)), h = images.size(2), w = images.size(3);
    return images.as_strided({images.size(0), c, h, w}, {c * h * w, 1, c * w, c});
}

cuda::Images device_images(const at::Tensor& images) {
    cuda::Images out;
    out.data = const_cast<void*>(images.const_data_ptr());
    out.element = images.scalar_type() == at::kHalf ? cuda::Element::f16 : cuda::Element::f32;
    out.n = static_cast<int>(images.size(0));
    out.channels = static_cast<int>(rounded_channels(images.size(1)));
    out.height = static_cast<int>(images.size(2));
    out.width = static_cast<int>(images.size(3));
    return out;
}

void check_gpu(const char* error) {
    if (error) throw std::runtime_error(error);
}

void use_device(const Gpu& gpu) { check_gpu(gpu.functions().set_device(gpu.index())); }

const float* floats_of(const at::Tensor& t) { return t.defined() ? t.const_data_ptr<float>() : nullptr; }

} // namespace unstuck::ops
