#include "core/ops/fused.hpp"

#include "core/ops/images.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <stdexcept>

namespace unstuck::ops {

namespace {

std::vector<float> floats(const at::Tensor& t) {
    const auto f = t.to(at::kFloat).contiguous();
    return {f.const_data_ptr<float>(), f.const_data_ptr<float>() + f.numel()};
}

/// The reference convolves: the kernel correlates.
at::Tensor correlation_order(const at::Tensor& f, bool flip_filter) {
    const auto d = f.to(at::kDouble);
    if (flip_filter) return d;
    return d.dim() == 1 ? d.flip({0}) : d.flip({0, 1});
}

/// Below float's rounding of a filter's largest tap.
constexpr double kNegligible = 1e-8;

/// A plane as a sum of products of columns and rows, by falling singular values.
std::vector<cpu::FilterTerm> products(const at::Tensor& plane, double negligible) {
    const auto [u, s, v] = at::linalg_svd(plane, false);
    std::vector<cpu::FilterTerm> out;
    for (std::int64_t r = 0; r < s.size(0) && (r == 0 || s[r].item<double>() > negligible * s[0].item<double>()); ++r) {
        const auto root = s[r].sqrt();
        out.push_back({floats(u.select(1, r) * root), floats(v[r] * root)});
    }
    return out;
}

bool is_oblong(const at::Tensor& f) { return f.defined() && f.dim() == 2 && f.size(0) != f.size(1); }

} // namespace

std::vector<cpu::FilterTerm> filter_terms(const at::Tensor& f, double gain, bool flip_filter, double negligible) {
    if (is_oblong(f) || (f.defined() && !f.abs().max().is_nonzero())) return {};
    if (const auto term = as_separable(f, gain, flip_filter)) return {*term};
    return products(correlation_order(f, flip_filter) * gain, negligible);
}

std::optional<cpu::FilterTerm> as_separable(const at::Tensor& f, double gain, bool flip_filter) {
    if (!f.defined())
        return cpu::FilterTerm{{static_cast<float>(std::sqrt(gain))}, {static_cast<float>(std::sqrt(gain))}};
    const auto d = correlation_order(f, flip_filter) * std::pow(gain, f.dim() / 2.0);
    if (d.dim() == 1) return cpu::FilterTerm{floats(d), floats(d)};
    // The row and the column through the largest tap give all of a product.
    const auto at_most = d.abs().argmax().item<std::int64_t>();
    const auto row = d[at_most / d.size(1)], column = d.select(1, at_most % d.size(1));
    const auto most = row[at_most % d.size(1)];
    if (most.item<double>() == 0) return std::nullopt;
    constexpr double kRounding = 2e-7;
    if (!((at::outer(column, row) / most - d).abs().max() <= kRounding * most.abs()).item<bool>()) return std::nullopt;
    const auto root = most.abs().sqrt();
    return cpu::FilterTerm{floats(column / most * root), floats(row / root)};
}

std::optional<FusedFilteredLrelu> FusedFilteredLrelu::make(const at::Tensor& fu, const at::Tensor& fd,
                                                           const FilteredLreluParams& p) {
    if (!(p.slope >= 0 && p.slope <= 1) || !(p.gain > 0) || is_oblong(fu) || is_oblong(fd)) return std::nullopt;
    FusedFilteredLrelu out;
    auto& k = out.kernel_;
    out.pad_ = p.pad;
    k.up = p.up;
    k.down = p.down;
    k.pad_x0 = p.pad.x0;
    k.pad_y0 = p.pad.y0;
    const double up_gain = static_cast<double>(p.up) * p.up;
    if (const auto term = as_separable(fu, up_gain, p.flip_filter))
        k.up_filter = {*term};
    else
        k.up_filter = products(correlation_order(fu, p.flip_filter) * up_gain, kNegligible);
    if (const auto term = as_separable(fd, 1, p.flip_filter)) {
        k.down_filter = *term;
        k.down_taps = static_cast<int>(term->x.size());
    } else {
        k.down_plane = floats(correlation_order(fd, p.flip_filter));
        k.down_taps = static_cast<int>(fd.size(0));
    }
    k.activation.slope = static_cast<float>(p.slope);
    k.activation.gain = static_cast<float>(p.gain);
    if (p.clamp) k.activation.clamp = static_cast<float>(*p.clamp);
    return out;
}

std::array<std::int64_t, 2> FusedFilteredLrelu::out_sides(std::int64_t height, std::int64_t width) const {
    const auto up_taps = static_cast<std::int64_t>(kernel_.up_filter.front().x.size());
    const auto side = [&](std::int64_t n, int before, int after) {
        const auto raised = n * kernel_.up + before + after - (up_taps - 1) - kernel_.down_taps;
        if (raised < 0) throw std::invalid_argument("filtered_lrelu: the padded input is smaller than the filters");
        return raised / kernel_.down + 1;
    };
    return {side(height, pad_.y0, pad_.y1), side(width, pad_.x0, pad_.x1)};
}

FusedFilteredLrelu::Rows FusedFilteredLrelu::needs(const Rows& results) const {
    using cpu::ceil_div;
    const int first = results.first * kernel_.down, last = (results.last - 1) * kernel_.down + kernel_.down_taps - 1;
    const int taps = ceil_div(static_cast<int>(kernel_.up_filter.front().y.size()), kernel_.up);
    return {ceil_div(first - pad_.y0, kernel_.up), ceil_div(last - pad_.y0, kernel_.up) + taps};
}

void FusedFilteredLrelu::rows(const cpu::Nhwc& part, int first_row, const Rows& results, const cpu::Nhwc& y,
                              float* scratch, const cpu::Pool& threads) const {
    auto kernel = kernel_;
    kernel.pad_y0 += first_row * kernel_.up - results.first * kernel_.down;
    const cpu::Nhwc target{y.pixel(results.first, 0), results.last - results.first, y.width, y.channels};
    cpu::filtered_lrelu(kernel, part, target, scratch, threads);
}

at::Tensor FusedFilteredLrelu::operator()(const at::Tensor& x, const BufferPool& pool, const cpu::Pool& threads) const {
    const auto [height, width] = out_sides(x.size(2), x.size(3));
    auto y = empty_images(pool, x.size(0), x.size(1), height, width);
    const auto images = as_images(pool, x);
    const auto scratch = pool.take(scratch_floats(image_of(y, 0), threads));
    for (std::int64_t n = 0; n < x.size(0); ++n)
        rows(image_of(images, n), 0, {0, static_cast<int>(height)}, image_of(y, n), scratch.get(), threads);
    return y;
}

} // namespace unstuck::ops
