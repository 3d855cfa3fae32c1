#include "core/measure/affine_resample.hpp"

#include "core/model/matrix.hpp"
#include "core/ops/upfirdn2d.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace unstuck::measure {

namespace {

at::Tensor lanczos_window(const at::Tensor& x, double a) { return at::sinc(x / a) * (x.abs() < a).to(x.scalar_type()); }

at::Tensor circular_convolution(const at::Tensor& a, const at::Tensor& b) {
    return at::real(at::fft_ifft2(at::fft_fft2(a) * at::fft_fft2(b)));
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
    const auto height = x.size(2), width = x.size(3);
    const auto filter = affine_bandlimit_filter(m, p);
    const int half = static_cast<int>(filter.size(0) / 2);
    const auto dense = ops::upsample2d(x, filter, p.up, p.up, {half, half, half, half});
    // Output pixel centres (image sides), mapped back, then to [-1, 1] across the padded dense grid, whose sample i
    // lies at input pixel (i - half - up / 2) / up: that gives the 1 / (up n) half-sample term.
    const auto back = model::inverse(m);
    const auto centres = [](std::int64_t n) {
        return (at::arange(n, at::kDouble) + 0.5) / static_cast<double>(n) - 0.5;
    };
    const auto cx = centres(width).unsqueeze(0), cy = centres(height).unsqueeze(1);
    const auto normalised = [&](int row, std::int64_t n) {
        const auto side = cx * back[row * 3] + cy * back[row * 3 + 1] + back[row * 3 + 2];
        return (side * static_cast<double>(2 * p.up * n) + 1) / static_cast<double>(p.up * n + 2 * half);
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
