#include "core/ops/banded.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <stdexcept>

namespace unstuck::ops {

namespace {

/// The matrix [n, n_out] with y = x M for one axis: zero insertion, padding, filter and decimation in one.
at::Tensor axis_matrix(std::int64_t n, const at::Tensor& f, int up, int down, int pad0, int pad1, double gain,
                       bool flip) {
    const auto taps = f.numel();
    const auto span = n * up + pad0 + pad1 - taps;
    if (span < 0) throw std::invalid_argument("upfirdn2d: the padded input is smaller than the filter");
    const auto n_out = span / down + 1;
    auto m = at::zeros({n, n_out}, at::kFloat);
    auto* out = m.data_ptr<float>();
    const auto contiguous = f.to(at::kFloat).contiguous();
    const auto* tap = contiguous.const_data_ptr<float>();
    for (std::int64_t i = 0; i < n_out; ++i)
        for (std::int64_t k = 0; k < taps; ++k) {
            const auto at = i * down + k - pad0; // on the upsampled grid
            if (at < 0 || at >= n * up || at % up != 0) continue;
            out[at / up * n_out + i] += static_cast<float>(tap[flip ? k : taps - 1 - k] * gain);
        }
    return m;
}

} // namespace

bool banded_is_faster(const at::Tensor& x, const at::Tensor& f) {
    constexpr std::int64_t kMostSide = 400;
    return f.defined() && f.dim() == 1 && x.scalar_type() == at::kFloat && x.is_cpu() && x.size(2) <= kMostSide &&
           x.size(3) <= kMostSide;
}

at::Tensor upfirdn2d_banded(const at::Tensor& x, const at::Tensor& f, const UpfirdnParams& p) {
    const double gain = std::sqrt(p.gain);
    const auto mx = axis_matrix(x.size(3), f, p.up_x, p.down_x, p.pad.x0, p.pad.x1, gain, p.flip_filter);
    const auto my = axis_matrix(x.size(2), f, p.up_y, p.down_y, p.pad.y0, p.pad.y1, gain, p.flip_filter);
    const auto n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
    const auto rows = at::mm(x.reshape({n * c * h, w}), mx).reshape({n, c, h, mx.size(1)});
    return at::matmul(my.t(), rows);
}

} // namespace unstuck::ops
