#include "core/latent/walk.hpp"

#include <cmath>
#include <stdexcept>

namespace unstuck::latent {

namespace {

/// Solves T x = x in place, T tridiagonal with 4 on the diagonal and 1 beside it.
void solve_one_four_one(std::vector<double>& x) {
    std::vector<double> ratio(x.size());
    double pivot = 4;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (i > 0) {
            pivot = 4 - ratio[i - 1];
            x[i] -= x[i - 1];
        }
        ratio[i] = 1 / pivot;
        x[i] /= pivot;
    }
    for (std::size_t i = x.size(); i-- > 1;) x[i - 1] -= ratio[i - 1] * x[i];
}

} // namespace

// On unit knots y_0 .. y_n-1 the spline's second derivatives M obey M_i-1 + 4 M_i + M_i+1 = 6 d_i with the second
// differences d. Not-a-knot makes M_0 - 2 M_1 + M_2 = 0, whence M_1 = d_1, and alike at the end. So M_2 .. M_n-3 come
// from a symmetric system, and the value, a linear function of y, has its weights by solving that system once for the
// two derivatives that it reads.
std::vector<double> walk_weights(std::size_t keys, double position, int wraps) {
    if (keys == 0) throw std::invalid_argument("walk: expected at least one latent");
    if (wraps < 1) throw std::invalid_argument("walk: expected at least one wrap");
    if (keys == 1) return {1.0};
    const auto count = static_cast<double>(keys);
    position -= std::floor(position / count) * count;
    if (!(position < count)) position = 0; // rounded up to the end, or not finite
    const auto first = static_cast<std::size_t>(position);
    const double u = position - static_cast<double>(first), v = 1 - u;

    const std::size_t n = keys * (2 * static_cast<std::size_t>(wraps) + 1);
    const std::size_t i = first + keys * static_cast<std::size_t>(wraps); // the knot at or before the position
    std::vector<double> weights(n), per_derivative(n), inner(n - 4);      // inner: M_2 .. M_n-3
    weights[i] = v;
    weights[i + 1] = u;
    per_derivative[i] = (v * v * v - v) / 6;
    per_derivative[i + 1] = (u * u * u - u) / 6;
    for (std::size_t j = 0; j < inner.size(); ++j) inner[j] = per_derivative[j + 2];
    solve_one_four_one(inner);

    std::vector<double> per_difference(n);
    for (std::size_t j = 0; j < inner.size(); ++j) per_difference[j + 2] = 6 * inner[j];
    per_difference[1] = per_derivative[1] - inner.front();
    per_difference[n - 2] = per_derivative[n - 2] - inner.back();
    for (std::size_t j = 1; j + 1 < n; ++j) {
        weights[j - 1] += per_difference[j];
        weights[j] -= 2 * per_difference[j];
        weights[j + 1] += per_difference[j];
    }
    std::vector<double> out(keys);
    for (std::size_t j = 0; j < n; ++j) out[j % keys] += weights[j];
    return out;
}

} // namespace unstuck::latent
