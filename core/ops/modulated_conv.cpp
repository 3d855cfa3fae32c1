#include "core/ops/modulated_conv.hpp"

#include <ATen/ATen.h>

namespace unstuck::ops {

namespace {

/// One convolution per sample: the batch becomes groups. w [N, O, I, kh, kw].
at::Tensor per_sample_conv(const at::Tensor& x, const at::Tensor& w, int pad_y, int pad_x) {
    const auto n = x.size(0), o = w.size(1), i = w.size(2);
    const auto y = at::conv2d(x.reshape({1, n * i, x.size(2), x.size(3)}), w.reshape({n * o, i, w.size(3), w.size(4)}),
                              {}, {1, 1}, {pad_y, pad_x}, {1, 1}, n);
    return y.reshape({n, o, y.size(2), y.size(3)});
}

/// w [N, O, I, kh, kw] scaled to unit norm per output channel.
at::Tensor demodulated(const at::Tensor& w) { return w * (w.square().sum({2, 3, 4}, true) + 1e-8).rsqrt(); }

at::Tensor modulated(const at::Tensor& w, const at::Tensor& s) {
    return w.unsqueeze(0) * s.reshape({s.size(0), 1, s.size(1), 1, 1});
}

} // namespace

at::Tensor modulated_conv2d(const at::Tensor& x, const at::Tensor& w0, const at::Tensor& s0,
                            const ModulatedConvParams& p) {
    auto w = w0.to(x.scalar_type());
    auto s = s0;
    if (p.demodulate) {
        w = w * w.square().mean({1, 2, 3}, true).rsqrt();
        s = s * (p.style_norm == StyleNorm::whole_batch ? s.square().mean() : s.square().mean(1, true)).rsqrt();
    }
    auto ws = modulated(w, s);
    if (p.demodulate) ws = demodulated(ws);
    if (p.input_gain.defined()) {
        const auto gain = p.input_gain.to(x.scalar_type()).expand({x.size(0), x.size(1)});
        ws = ws * gain.reshape({x.size(0), 1, x.size(1), 1, 1});
    }
    return per_sample_conv(x, ws, p.pad_y, p.pad_x);
}

namespace {

/// Valid correlation with groups.
at::Tensor correlate(const at::Tensor& x, const at::Tensor& w, int stride, int groups) {
    const std::int64_t strides[] = {stride, stride}, none[] = {0, 0}, one[] = {1, 1};
    return at::conv2d(x, w, at::Tensor(), strides, at::IntArrayRef(none), one, groups);
}

at::Tensor transposed_weight(const at::Tensor& w, int groups) {
    if (groups == 1) return w.transpose(0, 1);
    const auto o = w.size(0), i = w.size(1), kh = w.size(2), kw = w.size(3);
    return w.reshape({groups, o / groups, i, kh, kw}).transpose(1, 2).reshape({groups * i, o / groups, kh, kw});
}

} // namespace

at::Tensor conv2d_resample(const at::Tensor& x, const at::Tensor& w, const at::Tensor& f, const ResampleConvParams& p) {
    auto pad = p.pad;
    if (p.up > 1) pad = padding_for_up(f, p.up, p.up, pad);
    if (p.down > 1) pad = padding_for_down(f, p.down, p.down, pad);
    const auto kernel = p.flip_weight ? w : w.flip({2, 3});
    const int kh = static_cast<int>(w.size(2)), kw = static_cast<int>(w.size(3));
    UpfirdnParams down;
    down.down_x = down.down_y = p.down;
    down.flip_filter = p.flip_filter;
    if (p.up == 1) {
        if (p.down > 1 && kh == 1 && kw == 1) { // filter first: a quarter of the products
            down.pad = pad;
            return correlate(upfirdn2d(x, f, down), kernel, 1, p.groups);
        }
        UpfirdnParams filter;
        filter.pad = pad;
        filter.flip_filter = p.flip_filter;
        return correlate(upfirdn2d(x, p.down > 1 ? f : at::Tensor(), filter), kernel, p.down, p.groups);
    }
    UpfirdnParams up;
    up.gain = static_cast<double>(p.up) * p.up;
    up.flip_filter = p.flip_filter;
    at::Tensor y;
    if (kh == 1 && kw == 1) { // convolve first: a quarter of the products
        up.up_x = up.up_y = p.up;
        up.pad = pad;
        y = upfirdn2d(correlate(x, kernel, 1, p.groups), f, up);
    } else {
        // Zero insertion and convolution in one: a transposed convolution, whose kernel runs the other way.
        const auto flipped = transposed_weight(kernel.flip({2, 3}), p.groups);
        pad = {pad.x0 - (kw - 1), pad.x1 - (kw - p.up), pad.y0 - (kh - 1), pad.y1 - (kh - p.up)};
        const int crop_x = std::max(std::min(-pad.x0, -pad.x1), 0), crop_y = std::max(std::min(-pad.y0, -pad.y1), 0);
        y = at::conv_transpose2d(x, flipped, {}, {p.up, p.up}, {crop_y, crop_x}, {0, 0}, p.groups);
        up.pad = {pad.x0 + crop_x, pad.x1 + crop_x, pad.y0 + crop_y, pad.y1 + crop_y};
        y = upfirdn2d(y, f, up);
    }
    if (p.down > 1) y = upfirdn2d(y, f, down);
    return y;
}

at::Tensor modulated_conv2d_resample(const at::Tensor& x, const at::Tensor& w, const at::Tensor& s,
                                     const at::Tensor& noise, const at::Tensor& f, bool demodulate,
                                     const ResampleConvParams& params) {
    const auto n = x.size(0), o = w.size(0);
    auto ws = modulated(w.to(x.scalar_type()), s);
    if (demodulate) ws = demodulated(ws);
    auto grouped = params;
    grouped.groups = static_cast<int>(n);
    auto y = conv2d_resample(x.reshape({1, n * x.size(1), x.size(2), x.size(3)}),
                             ws.reshape({n * o, w.size(1), w.size(2), w.size(3)}), f, grouped);
    y = y.reshape({n, o, y.size(2), y.size(3)});
    if (noise.defined()) y = y + noise.to(y.scalar_type());
    return y;
}

at::Tensor modulated_conv2d_up(const at::Tensor& x, const at::Tensor& w, const at::Tensor& s) {
    const auto n = x.size(0), o = w.size(0);
    const auto ws = demodulated(modulated(w.to(x.scalar_type()), s));
    const auto groups = static_cast<int>(n);
    const auto kernel = transposed_weight(ws.reshape({n * o, w.size(1), w.size(2), w.size(3)}), groups);
    const auto y = at::conv_transpose2d(x.reshape({1, n * x.size(1), x.size(2), x.size(3)}), kernel, {}, {2, 2}, {0, 0},
                                        {0, 0}, groups);
    return y.reshape({n, o, y.size(2), y.size(3)});
}

} // namespace unstuck::ops
