#include "core/ops/upfirdn2d.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <stdexcept>

namespace unstuck::ops {

namespace {

at::Tensor zero_insert(const at::Tensor& x, int up_x, int up_y) {
    if (up_x == 1 && up_y == 1) return x;
    const auto n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
    auto out = at::zeros({n, c, h * up_y, w * up_x}, x.options());
    out.slice(2, 0, h * up_y, up_y).slice(3, 0, w * up_x, up_x).copy_(x);
    return out;
}

at::Tensor pad_or_crop(const at::Tensor& x, const Padding& p) {
    const auto positive = [](int v) { return std::max(v, 0); };
    const auto h = x.size(2), w = x.size(3);
    const auto top = positive(-p.y0), bottom = positive(-p.y1), left = positive(-p.x0), right = positive(-p.x1);
    if (top + bottom > h || left + right > w) throw std::invalid_argument("upfirdn2d: cropped to nothing");
    auto out = x.slice(2, top, h - bottom).slice(3, left, w - right);
    if (p.x0 > 0 || p.x1 > 0 || p.y0 > 0 || p.y1 > 0)
        out = at::constant_pad_nd(out, {positive(p.x0), positive(p.x1), positive(p.y0), positive(p.y1)}, 0);
    return out;
}

/// Depthwise correlation with one kernel for all channels.
at::Tensor correlate(const at::Tensor& x, const at::Tensor& kernel) {
    // Channels become the batch, so that one kernel serves all of them.
    const auto n = x.size(0), c = x.size(1);
    const auto y = at::conv2d(x.reshape({n * c, 1, x.size(2), x.size(3)}), kernel.unsqueeze(0).unsqueeze(0));
    return y.reshape({n, c, y.size(2), y.size(3)});
}

} // namespace

at::Tensor upfirdn2d(const at::Tensor& x, const at::Tensor& f, const UpfirdnParams& p) {
    if (x.dim() != 4) throw std::invalid_argument("upfirdn2d: x must be [N, C, H, W]");
    auto y = pad_or_crop(zero_insert(x, p.up_x, p.up_y), p.pad);
    if (f.defined()) {
        auto kernel = f.to(x.device(), x.scalar_type()) * std::pow(p.gain, static_cast<double>(f.dim()) / 2);
        if (!p.flip_filter) kernel = kernel.dim() == 1 ? kernel.flip({0}) : kernel.flip({0, 1});
        const auto fw = kernel.size(-1), fh = kernel.size(0);
        if (y.size(2) < fh || y.size(3) < fw)
            throw std::invalid_argument("upfirdn2d: the padded input is smaller than the filter");
        if (kernel.dim() == 1)
            y = correlate(correlate(y, kernel.unsqueeze(0)), kernel.unsqueeze(1));
        else
            y = correlate(y, kernel);
    } else if (p.gain != 1) {
        y = y * p.gain;
    }
    if (p.down_x > 1 || p.down_y > 1) y = y.slice(2, 0, y.size(2), p.down_y).slice(3, 0, y.size(3), p.down_x);
    return y;
}

namespace {

std::pair<int, int> filter_size(const at::Tensor& f) {
    if (!f.defined()) return {1, 1};
    return {static_cast<int>(f.size(-1)), static_cast<int>(f.size(0))};
}

/// Half of n, rounded down also for negative n.
int half(int n) { return static_cast<int>(std::floor(n / 2.0)); }

} // namespace

Padding padding_for_up(const at::Tensor& f, int up_x, int up_y, Padding pad) {
    const auto [fw, fh] = filter_size(f);
    return {pad.x0 + half(fw + up_x - 1), pad.x1 + half(fw - up_x), pad.y0 + half(fh + up_y - 1),
            pad.y1 + half(fh - up_y)};
}

Padding padding_for_down(const at::Tensor& f, int down_x, int down_y, Padding pad) {
    const auto [fw, fh] = filter_size(f);
    return {pad.x0 + half(fw - down_x + 1), pad.x1 + half(fw - down_x), pad.y0 + half(fh - down_y + 1),
            pad.y1 + half(fh - down_y)};
}

at::Tensor filter2d(const at::Tensor& x, const at::Tensor& f, Padding pad, bool flip, double gain) {
    UpfirdnParams p;
    p.pad = padding_for_down(f, 1, 1, pad);
    p.gain = gain;
    p.flip_filter = flip;
    return upfirdn2d(x, f, p);
}

at::Tensor upsample2d(const at::Tensor& x, const at::Tensor& f, int up_x, int up_y, Padding pad, bool flip,
                      double gain) {
    UpfirdnParams p;
    p.up_x = up_x;
    p.up_y = up_y;
    p.pad = padding_for_up(f, up_x, up_y, pad);
    p.gain = gain * up_x * up_y;
    p.flip_filter = flip;
    return upfirdn2d(x, f, p);
}

at::Tensor downsample2d(const at::Tensor& x, const at::Tensor& f, int down_x, int down_y, Padding pad, bool flip,
                        double gain) {
    UpfirdnParams p;
    p.down_x = down_x;
    p.down_y = down_y;
    p.pad = padding_for_down(f, down_x, down_y, pad);
    p.gain = gain;
    p.flip_filter = flip;
    return upfirdn2d(x, f, p);
}

at::Tensor setup_filter(const at::Tensor& taps, bool normalize, bool flip, double gain, std::optional<bool> separable) {
    constexpr int kSeparableFrom = 8;
    auto f = taps.to(at::kFloat);
    if (f.dim() == 0) f = f.unsqueeze(0);
    if (f.dim() == 1 && !separable.value_or(f.numel() >= kSeparableFrom)) f = at::outer(f, f);
    if (normalize) f = f / f.sum();
    if (flip) f = f.dim() == 1 ? f.flip({0}) : f.flip({0, 1});
    return f * std::pow(gain, static_cast<double>(f.dim()) / 2);
}

} // namespace unstuck::ops
