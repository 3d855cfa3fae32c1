#include "core/ops/fft_filter.hpp"

#include <ATen/ATen.h>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace unstuck::ops {

namespace {

/// Room for what wraps around: a filter's taps fit in, an ideal one's tails have fallen off.
std::int64_t transform_side(std::int64_t side, int length) {
    const auto least = side + std::max<std::int64_t>(length, side / 4);
    std::int64_t n = 1;
    while (n < least) n *= 2;
    return n * 3 / 4 >= least ? n * 3 / 4 : n; // both are quick to transform
}

/// The response on the bins of an rfft2 of [n, n] or [rows, columns] samples, delayed by (length - 1) / 2.
at::Tensor response(const SpectralFilter& f, std::int64_t rows, std::int64_t columns,
                    const at::TensorOptions& options) {
    if (f.taps.defined()) {
        auto kernel = f.taps.to(options);
        if (kernel.dim() == 1) kernel = at::outer(kernel, kernel);
        return at::fft_rfft2(kernel, at::IntArrayRef({rows, columns}));
    }
    const auto y = at::fft_fftfreq(rows, 1, options).unsqueeze(1),
               x = at::fft_rfftfreq(columns, 1, options).unsqueeze(0);
    const auto passes = f.radial ? (x.square() + y.square()).sqrt() <= f.cutoff
                                 : (x.abs() <= f.cutoff).logical_and(y.abs() <= f.cutoff);
    const auto delay = (x + y) * (-std::numbers::pi * (f.length - 1));
    return at::polar(passes.to(options.dtype()), delay.to(options.dtype()));
}

/// x as the tile of a plane without edges: itself and its mirror images.
at::Tensor mirrored(const at::Tensor& x) {
    const auto wide = at::cat({x, x.flip({3})}, 3);
    return at::cat({wide, wide.flip({2})}, 2);
}

/// Where a filter's result begins: padding before it (negative crops), samples of the result.
struct Window {
    int before_y = 0, before_x = 0;
    std::int64_t height = 0, width = 0;
};

/// An ideal filter rings for as long as the picture is wide: zeros beyond the edge would be seen everywhere, so it gets
/// the mirrored picture instead.
at::Tensor convolve_ideal(const at::Tensor& x, const SpectralFilter& f, int up, double gain, const Window& w) {
    UpfirdnParams insert;
    insert.up_x = insert.up_y = up;
    const auto z = upfirdn2d(mirrored(x), {}, insert);
    const auto rows = z.size(2), columns = z.size(3);
    const auto y = at::fft_irfft2(at::fft_rfft2(z) * (response(f, rows, columns, x.options()) * gain),
                                  at::IntArrayRef({rows, columns}));
    const auto places = [&](std::int64_t count, int before, std::int64_t period) {
        const auto options = at::TensorOptions(x.device()).dtype(at::kLong);
        return at::remainder(at::arange(count, options) + (f.length - 1 - before), period); // the tile repeats
    };
    return y.index_select(2, places(w.height, w.before_y, rows)).index_select(3, places(w.width, w.before_x, columns));
}

/// Taps: "valid" convolution of the padded input.
at::Tensor convolve_taps(const at::Tensor& x, const SpectralFilter& f, double gain) {
    const auto n = transform_side(std::max(x.size(2), x.size(3)), f.length);
    const auto first = std::int64_t{f.length} - 1;
    const auto y = at::fft_irfft2(at::fft_rfft2(x, at::IntArrayRef({n, n})) * (response(f, n, n, x.options()) * gain),
                                  at::IntArrayRef({n, n}));
    return y.slice(2, first, x.size(2)).slice(3, first, x.size(3));
}

at::Tensor convolve(const at::Tensor& x, const SpectralFilter& f, int up, const Padding& pad, double gain) {
    UpfirdnParams insert;
    insert.up_x = insert.up_y = up;
    insert.pad = pad;
    if (!f.taps.defined() && f.length <= 1) return upfirdn2d(x, {}, insert) * gain;
    const auto side = [&](std::int64_t n, int before, int after) { return n * up + before + after - (f.length - 1); };
    const Window window{pad.y0, pad.x0, side(x.size(2), pad.y0, pad.y1), side(x.size(3), pad.x0, pad.x1)};
    auto out = at::empty({x.size(0), x.size(1), window.height, window.width}, x.options());
    constexpr std::int64_t kMostSamples = std::int64_t{1} << 24; // of one transform, so that memory stays flat
    const auto samples = 4 * x.size(0) * x.size(2) * x.size(3) * up * up;
    const auto step = std::max<std::int64_t>(1, kMostSamples / samples);
    for (std::int64_t c = 0; c < x.size(1); c += step) {
        const auto part = x.slice(1, c, c + step);
        out.slice(1, c, c + step)
            .copy_(f.taps.defined() ? convolve_taps(upfirdn2d(part, {}, insert), f, gain)
                                    : convolve_ideal(part, f, up, gain, window));
    }
    return out;
}

} // namespace

at::Tensor filter_by_fft(const at::Tensor& x, const SpectralFilter& filter, const Padding& pad, double gain) {
    return convolve(x, filter, 1, pad, gain);
}

at::Tensor raised_by_fft(const at::Tensor& x, const SpectralFilter& up, const FilteredLreluParams& p) {
    return convolve(x, up, p.up, p.pad, static_cast<double>(p.up) * p.up);
}

at::Tensor filtered_lrelu_by_fft(const at::Tensor& x, const SpectralFilter& up, const SpectralFilter& down,
                                 const FilteredLreluParams& p) {
    auto y = at::leaky_relu(raised_by_fft(x, up, p), p.slope);
    if (p.gain != 1) y.mul_(p.gain);
    if (p.clamp) y.clamp_(-*p.clamp, *p.clamp);
    y = convolve(y, down, 1, {}, 1);
    return y.slice(2, 0, y.size(2), p.down).slice(3, 0, y.size(3), p.down);
}

} // namespace unstuck::ops
