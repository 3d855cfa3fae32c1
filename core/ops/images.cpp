#include "core/ops/images.hpp"

#include <ATen/ATen.h>

namespace unstuck::ops {

namespace {

bool has_layout(const at::Tensor& x) {
    const auto channels = cpu::round_up(x.size(1), cpu::kChannelGroup);
    return x.stride(1) == 1 && x.stride(3) == channels && x.stride(2) == channels * x.size(3) &&
           (x.size(0) == 1 || x.stride(0) == channels * x.size(3) * x.size(2)) &&
           reinterpret_cast<std::uintptr_t>(x.const_data_ptr()) % 64 == 0;
}

} // namespace

bool is_fast(const at::Tensor& x) {
    return x.dim() == 4 && x.scalar_type() == at::kFloat && x.is_cpu() && x.numel() > 0;
}

at::Tensor empty_images(const BufferPool& pool, std::int64_t n, std::int64_t channels, std::int64_t height,
                        std::int64_t width) {
    const auto rounded = cpu::round_up(channels, cpu::kChannelGroup);
    const auto block = pool.take(static_cast<std::size_t>(n * height * width * rounded));
    const auto all = at::from_blob(
        block.get(), {n, rounded, height, width}, {height * width * rounded, 1, width * rounded, rounded},
        [block](void*) {}, at::TensorOptions(at::kFloat));
    return all.slice(1, 0, channels);
}

at::Tensor as_images(const BufferPool& pool, const at::Tensor& x, const at::Tensor& bias) {
    if (!bias.defined() && has_layout(x)) return x;
    auto out = empty_images(pool, x.size(0), x.size(1), x.size(2), x.size(3));
    auto all = with_added_channels(out);
    if (all.size(1) != x.size(1)) all.slice(1, x.size(1)).zero_();
    if (bias.defined())
        at::add_out(out, x, bias.reshape({1, -1, 1, 1}));
    else
        out.copy_(x);
    return out;
}

at::Tensor pad_channels(const at::Tensor& v) {
    const auto have = v.size(-1), rounded = cpu::round_up(have, cpu::kChannelGroup);
    auto out = (rounded == have ? v : at::constant_pad_nd(v, {0, rounded - have}, 0)).contiguous();
    return reinterpret_cast<std::uintptr_t>(out.const_data_ptr()) % 64 == 0 ? out : out.clone();
}

at::Tensor add_images(const BufferPool& pool, const at::Tensor& a, const at::Tensor& b) {
    if (!is_fast(a) || !is_fast(b) || !has_layout(a) || !has_layout(b)) return a + b;
    const auto out = empty_images(pool, a.size(0), a.size(1), a.size(2), a.size(3));
    auto all = with_added_channels(out);
    at::add_out(all, with_added_channels(a), with_added_channels(b));
    return out;
}

cpu::Nhwc image_of(const at::Tensor& images, std::int64_t n) {
    const auto channels = static_cast<int>(cpu::round_up(images.size(1), cpu::kChannelGroup));
    const int height = static_cast<int>(images.size(2)), width = static_cast<int>(images.size(3));
    auto* data = const_cast<float*>(images.const_data_ptr<float>());
    return {data + n * height * width * channels, height, width, channels};
}

at::Tensor with_added_channels(const at::Tensor& images) {
    const auto channels = cpu::round_up(images.size(1), cpu::kChannelGroup);
    return images.as_strided({images.size(0), channels, images.size(2), images.size(3)}, images.strides());
}

} // namespace unstuck::ops
