#include "core/measure/sticking.hpp"

#include "core/measure/draws.hpp"
#include "core/ops/upfirdn2d.hpp"
#include "core/signal/filters.hpp"

#include <ATen/ATen.h>
#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace unstuck::measure {

namespace {

constexpr int kMoveBack = 8; ///< Half the taps that move a view back.

Span intersection(const Span& a, const Span& b) { return {std::max(a.first, b.first), std::min(a.last, b.last)}; }

/// x extended by `pad` samples on the last two axes, mirrored at the edges between samples, as often as it takes.
at::Tensor mirrored(const at::Tensor& x, int pad) {
    const auto places = [&](std::int64_t n) {
        auto i = at::remainder(at::arange(-pad, n + pad, x.options().dtype(at::kLong)), 2 * n);
        return at::minimum(i, 2 * n - 1 - i);
    };
    return x.index_select(-2, places(x.size(-2))).index_select(-1, places(x.size(-1)));
}

at::Tensor cut(const at::Tensor& x, const Span& columns, const Span& rows) {
    return x.slice(-2, rows.first, rows.last).slice(-1, columns.first, columns.last);
}

} // namespace

std::vector<PixelMove> sticking_moves(int count, double range_px, std::uint64_t seed) {
    Draws draws(seed);
    std::vector<PixelMove> moves(static_cast<std::size_t>(count));
    for (auto& m : moves) {
        m.dx = draws.uniform(-range_px, range_px);
        m.dy = draws.uniform(-range_px, range_px);
    }
    return moves;
}

double sticking_range_px(std::int64_t width, std::int64_t height) {
    return std::min(16.0, static_cast<double>(std::min(width, height)) / 8);
}

at::Tensor detail(const at::Tensor& x) {
    constexpr int kTaps = 33;
    constexpr double kCutoff = 1.0 / 16; // cycles per sample: 1/8 of the bandlimit 1/2
    const auto taps = signal::design_lowpass({.taps = kTaps, .cutoff = kCutoff, .width = kCutoff, .rate = 1});
    const auto filter = at::tensor(taps.values, at::kDouble);
    const auto extended = mirrored(x, kTaps / 2).unsqueeze(0);
    return x - ops::upfirdn2d(extended, filter, {}).squeeze(0);
}

at::Tensor luminance(const at::Tensor& image) {
    if (image.size(-3) != 3) return image.mean({-3}, true);
    return image.slice(-3, 0, 1) * 0.30 + image.slice(-3, 1, 2) * 0.59 + image.slice(-3, 2, 3) * 0.11;
}

void StickingIndex::add(const at::Tensor& u, const PixelMove& move) {
    const auto view = (u.dim() == 4 ? u.squeeze(0) : u).to(at::kDouble);
    if (view.dim() != 3 || (sum_u_.defined() && view.sizes() != sum_u_.sizes()))
        throw std::invalid_argument("sticking index: views must be [C, H, W] and of one size");
    if (!at::isfinite(view).all().item<bool>()) {
        ++not_finite_;
        return;
    }
    const auto height = view.size(1), width = view.size(2);
    if (!sum_u_.defined()) {
        sum_u_ = at::zeros_like(view);
        sum_v_ = at::zeros_like(view);
        columns_ = {0, width};
        rows_ = {0, height};
    }
    sum_u_ = sum_u_ + view; // not in place: copies share memory
    sum_v_ = sum_v_ + translate_fraction(view.unsqueeze(0), -move.dx, -move.dy, kMoveBack).image.squeeze(0);
    columns_ = intersection(columns_, span_after(-move.dx, width, kMoveBack));
    rows_ = intersection(rows_, span_after(-move.dy, height, kMoveBack));
    ++views_;
}

StickingReading StickingIndex::read(const at::Tensor& weight) const {
    StickingReading out;
    out.views = views_;
    out.not_finite = not_finite_;
    if (views_ == 0) {
        if (not_finite_ > 0) out.state = ReadingState::not_finite;
        return out;
    }
    out.floor = 1.0 / views_;
    out.columns = columns_;
    out.rows = rows_;
    out.state = ReadingState::no_overlap;
    if (columns_.empty() || rows_.empty()) return out;
    const auto whole = weight.defined() ? weight.to(sum_u_.options()) : at::ones_like(sum_u_.select(0, 0));
    if (whole.sizes() != sum_u_.select(0, 0).sizes())
        throw std::invalid_argument("sticking index: the mask must be [H, W], as large as the views");
    const auto counts = cut(whole, columns_, rows_);
    const double pixels = counts.sum().item<double>();
    if (!(pixels > 0)) return out;
    const auto mean_u = cut(sum_u_, columns_, rows_) / views_, mean_v = cut(sum_v_, columns_, rows_) / views_;
    const auto power = [&](const at::Tensor& x) { return (x.square() * counts).sum().item<double>() / pixels; };
    out.stays = power(detail(mean_u));
    out.follows = power(detail(mean_v));
    // What float32 rounding leaves of a constant picture is no detail.
    constexpr double kRounding = 1e-13;
    const double sum = out.stays + out.follows;
    out.state = sum > kRounding * (power(mean_u) + power(mean_v)) ? ReadingState::measured : ReadingState::flat;
    if (out.state == ReadingState::measured) out.index = out.stays / sum;
    return out;
}

} // namespace unstuck::measure
