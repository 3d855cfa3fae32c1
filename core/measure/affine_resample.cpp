#include "core/measure/affine_resample.hpp"

#include "core/model/matrix.hpp"
#include "core/ops/upfirdn2d.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace unstuck::measure {

namespace {

at::Tensor lanczos_window(const at::Tensor& x, double a) { return at::sinc(x / a) * (x.abs() < a).to(x.scalar_type()); }

at::Tensor circular_convolution(const at::Tensor& a, const at::Tensor& b) {
    return at::real(at::fft_ifft2(at::fft_fft2(a) * at::fft_fft2(b)));
}

/// Which tap of a filter of `taps` each of `up` phases applies to its j-th input sample: [up, count], `taps` for none.
/// Zeros inserted between samples meet a tap only here and there, and these are never multiplied.
struct Phases {
    at::Tensor tap;
    int first = 0; ///< Of the input samples that phase 0 of result 0 sees; negative: padding.
    int count = 0;
};

Phases phases(int taps, int up, int before) {
    const auto floor_div = [](int a, int b) { return a >= 0 ? a / b : -((b - 1 - a) / b); };
    Phases out;
    out.first = floor_div(-before, up);
    out.count = taps / up + 2;
    std::vector<std::int64_t> tap;
    for (int a = 0; a < up; ++a)
        for (int j = 0; j < out.count; ++j) {
            const int k = before + up * (out.first + j) - a; // result a, input sample first + j
            tap.push_back(k >= 0 && k < taps ? k : taps);
        }
    out.tap = at::tensor(tap, at::kLong);
    return out;
}

/// upsample2d(x, filter, up, up, {half, half, half, half}), phase by phase.
at::Tensor raised(const at::Tensor& x, const at::Tensor& filter, int up, int half) {
    const int taps = static_cast<int>(filter.size(0));
    const auto pad = ops::padding_for_up(filter, up, up, {half, half, half, half});
    const auto p = phases(taps, up, pad.x0);
    const auto kernel =
        at::constant_pad_nd(filter.to(x.device(), x.scalar_type()).flip({0, 1}) * (up * up), {0, 1, 0, 1});
    const auto tap = p.tap.to(x.device());
    const auto weight = kernel.index_select(0, tap).index_select(1, tap).reshape({up, p.count, up, p.count});
    const auto side = [&](std::int64_t n) { return n * up + pad.x0 + pad.x1 - (taps - 1); };
    const auto n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
    const auto after = [&](std::int64_t samples) { // so that every phase has its last result
        return (side(samples) + up - 1) / up - 1 + p.first + p.count - samples;
    };
    const auto padded = at::constant_pad_nd(x.reshape({n * c, 1, h, w}), {-p.first, after(w), -p.first, after(h)});
    const auto y = at::conv2d(padded, weight.permute({0, 2, 1, 3}).reshape({up * up, 1, p.count, p.count}));
    return at::pixel_shuffle(y, up).slice(2, 0, side(h)).slice(3, 0, side(w)).reshape({n, c, side(h), side(w)});
}

} // namespace

at::Tensor affine_bandlimit_filter(const model::Matrix3& m, const BandlimitParams& p) {
    // Positions -support + 1/up .. support - 1/up, rolled so that 0 comes first: convolutions by FFT then need no
    // shift.
    const int n = 2 * p.support * p.up - 1, centre = p.support * p.up - 1;
    const auto axis = ((at::arange(n, at::kFloat) - centre) / p.up).roll({-centre});
    const auto x = axis.unsqueeze(0).expand({n, n}), y = axis.unsqueeze(1).expand({n, n});
    const auto coefficient = [&](int i) { return static_cast<float>(m[i]); };
    const auto u = x * coefficient(0) + y * coefficient(1), v = x * coefficient(3) + y * coefficient(4);
    const auto low_pass = circular_convolution(at::sinc(x * p.cutoff_in) * at::sinc(y * p.cutoff_in),
                                               at::sinc(u * p.cutoff_out) * at::sinc(v * p.cutoff_out));
    const auto window = circular_convolution(lanczos_window(x, p.a) * lanczos_window(y, p.a),
                                             lanczos_window(u, p.a) * lanczos_window(v, p.a));
    const int cut = (p.support - p.amax) * p.up;
    auto f = (low_pass * window).roll({centre, centre}, {0, 1}).slice(0, cut, n - cut).slice(1, cut, n - cut);
    // Each phase sees one tap per input sample: give all of them the same DC gain.
    f = at::constant_pad_nd(f, {0, 1, 0, 1}).reshape({2 * p.amax, p.up, 2 * p.amax, p.up});
    f = f / (f.sum(at::IntArrayRef({0, 2}), true) * (p.up * p.up));
    return f.reshape({2 * p.amax * p.up, 2 * p.amax * p.up}).slice(0, 0, -1).slice(1, 0, -1).contiguous();
}

Resampled resample_affine(const at::Tensor& x, const model::Matrix3& m, const BandlimitParams& p) {
    return resample_affine(x, m, affine_bandlimit_filter(m, p), p.up);
}

Resampled AffineResampler::operator()(const at::Tensor& x, const model::Matrix3& m) {
    const std::array linear = {m[0], m[1], m[3], m[4]};
    const BandlimitParams p;
    if (!filter_.defined() || linear != linear_) {
        filter_ = affine_bandlimit_filter(m, p);
        linear_ = linear;
    }
    return resample_affine(x, m, filter_, p.up);
}

Resampled resample_affine(const at::Tensor& x, const model::Matrix3& m, const at::Tensor& filter, int up) {
    const auto height = x.size(2), width = x.size(3);
    const int half = static_cast<int>(filter.size(0) / 2);
    const auto dense = raised(x, filter, up, half);
    // Output pixel centres (image sides), mapped back, then to [-1, 1] across the padded dense grid, whose sample i
    // lies at input pixel (i - half - up / 2) / up: that gives the 1 / (up n) half-sample term.
    const auto back = model::inverse(m);
    const auto centres = [](std::int64_t n) {
        return (at::arange(n, at::kDouble) + 0.5) / static_cast<double>(n) - 0.5;
    };
    const auto cx = centres(width).unsqueeze(0), cy = centres(height).unsqueeze(1);
    const auto normalised = [&](int row, std::int64_t n) {
        const auto side = cx * back[row * 3] + cy * back[row * 3 + 1] + back[row * 3 + 2];
        return (side * static_cast<double>(2 * up * n) + 1) / static_cast<double>(up * n + 2 * half);
    };
    const auto grid = at::stack({normalised(0, width), normalised(1, height)}, 2)
                          .to(x.device(), x.scalar_type())
                          .unsqueeze(0)
                          .expand({x.size(0), -1, -1, -1});
    constexpr int kBilinear = 0, kNearest = 1, kZeros = 0;
    auto mask = at::zeros_like(dense);
    const int border = 2 * half + 1;
    if (dense.size(2) > 2 * border && dense.size(3) > 2 * border)
        mask.slice(2, border, -border).slice(3, border, -border).fill_(1);
    return {at::grid_sampler(dense, grid, kBilinear, kZeros, false),
            at::grid_sampler(mask, grid, kNearest, kZeros, false)};
}

} // namespace unstuck::measure
