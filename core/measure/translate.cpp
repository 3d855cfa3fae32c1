#include "core/measure/translate.hpp"

#include "core/ops/upfirdn2d.hpp"

#include <ATen/ATen.h>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace unstuck::measure {

namespace {

double sinc(double x) { return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x); }

/// Taps at offsets 1 - a .. a that move by 0 <= fraction < 1.
at::Tensor lanczos_taps(double fraction, int a) {
    std::vector<double> taps(static_cast<std::size_t>(2 * a));
    double sum = 0;
    for (int i = 0; i < 2 * a; ++i) {
        const double d = i + 1 - a - fraction;
        sum += taps[i] = sinc(d) * sinc(d / a);
    }
    for (double& t : taps) t /= sum;
    return at::tensor(taps, at::kDouble);
}

bool within(double whole, std::int64_t n) { return std::abs(whole) < static_cast<double>(n); }

at::Tensor mask_of(const at::Tensor& x, const Span& columns, const Span& rows) {
    auto mask = at::zeros({1, 1, x.size(2), x.size(3)}, x.options());
    if (!columns.empty() && !rows.empty())
        mask.slice(2, rows.first, rows.last).slice(3, columns.first, columns.last).fill_(1);
    return mask.expand(x.sizes());
}

Span clipped(double first, double last, std::int64_t n) {
    const auto into = [n](double v) { return static_cast<std::int64_t>(std::clamp(v, 0.0, static_cast<double>(n))); };
    return {into(first), into(last)};
}

} // namespace

Span span_after(double d, std::int64_t n, int a) {
    const double whole = std::floor(d);
    if (!within(whole, n)) return {};
    return clipped(std::max(whole + a, 0.0), static_cast<double>(n) + std::min(whole + 1 - a, 0.0), n);
}

Resampled translate_whole(const at::Tensor& x, double dx, double dy) {
    const double ix = std::nearbyint(dx), iy = std::nearbyint(dy);
    const auto h = x.size(2), w = x.size(3);
    if (!within(ix, w) || !within(iy, h)) return {at::zeros_like(x), mask_of(x, {}, {})};
    const auto px = static_cast<std::int64_t>(ix), py = static_cast<std::int64_t>(iy);
    return {at::constant_pad_nd(x, {px, -px, py, -py}),
            mask_of(x, clipped(ix, static_cast<double>(w) + ix, w), clipped(iy, static_cast<double>(h) + iy, h))};
}

Resampled translate_fraction(const at::Tensor& x, double dx, double dy, int a) {
    const double ix = std::floor(dx), iy = std::floor(dy);
    if (!within(ix, x.size(3)) || !within(iy, x.size(2))) return {at::zeros_like(x), mask_of(x, {}, {})};
    // The whole part of the move is done by padding one side and cropping the other.
    const int px = static_cast<int>(ix), py = static_cast<int>(iy);
    ops::UpfirdnParams horizontal, vertical;
    horizontal.pad = {.x0 = a + px, .x1 = a - 1 - px};
    vertical.pad = {.y0 = a + py, .y1 = a - 1 - py};
    const auto rows = ops::upfirdn2d(x, lanczos_taps(dx - ix, a).unsqueeze(0), horizontal);
    return {ops::upfirdn2d(rows, lanczos_taps(dy - iy, a).unsqueeze(1), vertical),
            mask_of(x, span_after(dx, x.size(3), a), span_after(dy, x.size(2), a))};
}

} // namespace unstuck::measure
