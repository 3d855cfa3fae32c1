#include "cuda/fourier_features.h"
#include "cuda/half.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace unstuck::cuda {

namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

Matrix product(const Matrix& a, const Matrix& b) {
    Matrix out{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            for (std::size_t k = 0; k < 3; ++k) out[i][j] += a[i][k] * b[k][j];
    return out;
}

/// R(r) T(-t) transform, as core/model/fourier_input.cpp multiplies them.
Matrix moved(const FourierFeatures& p) {
    const double norm = std::hypot(p.pose[0], p.pose[1]);
    const double c = p.pose[0] / norm, s = p.pose[1] / norm, t_x = p.pose[2] / norm, t_y = p.pose[3] / norm;
    const Matrix rotation{{{c, -s, 0}, {s, c, 0}, {0, 0, 1}}};
    const Matrix translation{{{1, 0, -t_x}, {0, 1, -t_y}, {0, 0, 1}}};
    Matrix transform{};
    for (std::size_t i = 0; i < 9; ++i) transform[i / 3][i % 3] = p.transform[i];
    return product(product(rotation, translation), transform);
}

} // namespace

void fourier_features_ref(const FourierFeatures& p) {
    if (p.y.size() == 0) return;
    const Matrix m = moved(p);
    const double rate = p.sampling_rate, bandwidth = p.bandwidth;
    for (int c = 0; c < p.y.channels; ++c) {
        const bool used = c < p.channels;
        const double f_x = used ? p.freqs[2 * c] : 0, f_y = used ? p.freqs[2 * c + 1] : 0;
        const double moved_x = f_x * m[0][0] + f_y * m[1][0], moved_y = f_x * m[0][1] + f_y * m[1][1];
        const double phase = (used ? p.phases[c] : 0) + f_x * m[0][2] + f_y * m[1][2];
        const double amplitude =
            used ? std::clamp(1 - (std::hypot(moved_x, moved_y) - bandwidth) / (rate / 2 - bandwidth), 0.0, 1.0) : 0;
        for (int y = 0; y < p.y.height; ++y)
            for (int x = 0; x < p.y.width; ++x) {
                const double at_x = (x + 0.5 - p.y.width / 2.0) / rate, at_y = (y + 0.5 - p.y.height / 2.0) / rate;
                const double turns = moved_x * at_x + moved_y * at_y + phase;
                store(p.y.data, p.y.element, (static_cast<long long>(y) * p.y.width + x) * p.y.channels + c,
                      static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * turns)));
            }
    }
}

} // namespace unstuck::cuda
