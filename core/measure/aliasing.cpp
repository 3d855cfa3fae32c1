#include "core/measure/aliasing.hpp"

#include "core/signal/spectrum.hpp"

#include <ATen/ATen.h>
#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace unstuck::measure {

namespace {

/// The central `size` samples of an axis, less `border` on each side.
at::Tensor central(const at::Tensor& x, std::int64_t axis, std::int64_t size, std::int64_t border) {
    const auto more = x.size(axis) - size;
    if (more % 2 != 0) throw std::invalid_argument("alias to signal: the sizes differ by an odd number of samples");
    return x.slice(axis, more / 2 + border, more / 2 + size - border);
}

} // namespace

AliasReading alias_to_signal(const at::Tensor& y, const at::Tensor& y_ref, double sampling_rate, int border,
                             double beta) {
    if (y.dim() != 3 || y_ref.dim() != 3 || y.size(0) != y_ref.size(0))
        throw std::invalid_argument("alias to signal: expected two layers [C, H, W] of as many channels");
    const auto height = std::min(y.size(1), y_ref.size(1)), width = std::min(y.size(2), y_ref.size(2));
    AliasReading out;
    if (height <= 2 * border || width <= 2 * border) return out;
    const auto inside = [&](const at::Tensor& x) {
        return central(central(x, 1, height, border), 2, width, border).to(at::kDouble);
    };
    const auto reference = inside(y_ref), difference = inside(y) - reference;
    const double error = difference.square().sum().item<double>(), signal = reference.square().sum().item<double>();
    out.error = error;
    out.signal = signal;
    out.difference = signal::layer_spectrum(difference, sampling_rate, beta);
    if (!std::isfinite(error) || !std::isfinite(signal)) {
        out.state = ReadingState::not_finite;
    } else if (error == 0) {
        out.state = ReadingState::identical;
        out.db = -kMostDb;
    } else if (signal == 0) {
        out.state = ReadingState::flat;
    } else {
        out.state = ReadingState::measured;
        out.db = std::max(10 * std::log10(error / signal), -kMostDb);
    }
    return out;
}

} // namespace unstuck::measure
