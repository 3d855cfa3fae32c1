#include "core/measure/rotate.hpp"

#include "core/ops/upfirdn2d.hpp"

#include <ATen/ATen.h>
#include <cmath>

namespace unstuck::measure {

model::Matrix3 rotation_matrix(double angle_rad) {
    const double c = std::cos(angle_rad), s = std::sin(angle_rad);
    return {c, s, 0, -s, c, 0, 0, 0, 1};
}

Resampled rotate(const at::Tensor& x, double angle_rad) { return resample_affine(x, rotation_matrix(angle_rad), {}); }

Resampled pseudo_rotate(const at::Tensor& x, double angle_rad) {
    BandlimitParams p;
    p.up = 1;
    const auto filter = affine_bandlimit_filter(rotation_matrix(-angle_rad), p);
    const auto border = filter.size(0) / 2;
    auto mask = at::zeros({1, 1, x.size(2), x.size(3)}, x.options());
    if (x.size(2) > 2 * border && x.size(3) > 2 * border)
        mask.slice(2, border, -border).slice(3, border, -border).fill_(1);
    return {ops::filter2d(x, filter), mask.expand(x.sizes())};
}

} // namespace unstuck::measure
