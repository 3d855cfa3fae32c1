#include "core/model/moving_constant.hpp"

#include <ATen/ATen.h>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace unstuck::model {

namespace {

/// The weight of sample j (of n, at pixel centres) in the value at position u (image sides): a periodic Dirichlet
/// kernel.
double dirichlet(double u, int j, int n) {
    const double d = 2 * std::numbers::pi * (u - ((j + 0.5) / n - 0.5));
    double sum = 1;
    for (int k = 1; k < (n + 1) / 2; ++k) sum += 2 * std::cos(d * k);
    if (n % 2 == 0) sum += std::cos(d * (n / 2.0));
    return sum / n;
}

} // namespace

at::Tensor move_constant(const at::Tensor& constant, const Matrix3& m, ConstantEdge edge) {
    const int n = static_cast<int>(constant.size(1));
    const double outer = 0.5 - 0.5 / n;
    const auto place = [&](double u) { return edge == ConstantEdge::clamp ? std::clamp(u, -outer, outer) : u; };
    auto weights = at::empty({n * n, n * n}, at::kDouble); // [source, target]
    auto* out = weights.data_ptr<double>();
    for (int ty = 0; ty < n; ++ty)
        for (int tx = 0; tx < n; ++tx) {
            const double x = (tx + 0.5) / n - 0.5, y = (ty + 0.5) / n - 0.5;
            const double u = place(m[0] * x + m[1] * y + m[2]), v = place(m[3] * x + m[4] * y + m[5]);
            for (int sy = 0; sy < n; ++sy)
                for (int sx = 0; sx < n; ++sx)
                    out[(sy * n + sx) * n * n + ty * n + tx] = dirichlet(u, sx, n) * dirichlet(v, sy, n);
        }
    return constant.reshape({-1, n * n}).matmul(weights.to(constant.scalar_type())).reshape(constant.sizes());
}

} // namespace unstuck::model
