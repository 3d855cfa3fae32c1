#include "core/signal/energy_beyond.hpp"

#include "core/signal/filters.hpp"

#include <ATen/ATen.h>
#include <algorithm>

namespace unstuck::signal {

namespace {

/// [height, width] float64: each bin's distance from DC in cycles per image side, DC at (height / 2, width / 2).
at::Tensor radius(const LayerSpectrum& s) {
    const auto axis = [&](int n) { return (at::arange(n, at::kDouble) - n / 2) * (s.sampling_rate / n); };
    return at::hypot(axis(s.height).unsqueeze(1), axis(s.width).unsqueeze(0));
}

/// The window's power spectrum on both axes, [height, width], DC first.
at::Tensor leakage(int height, int width, double beta) {
    const auto power = [beta](int n) {
        return at::fft_fft(at::tensor(kaiser_window(n, beta), at::kDouble)).abs().square();
    };
    return power(height).unsqueeze(1) * power(width).unsqueeze(0);
}

double share(const at::Tensor& power, const at::Tensor& beyond) {
    const double all = power.sum().item<double>();
    return all > 0 ? (power * beyond.to(at::kDouble)).sum().item<double>() / all : 0;
}

bool is_flat(const LayerSpectrum& s) { return s.flat || s.plane_db.empty(); }

} // namespace

double share_beyond(const LayerSpectrum& spectrum, double cutoff) {
    if (is_flat(spectrum)) return 0;
    const auto db = at::tensor(spectrum.plane_db).to(at::kDouble).reshape({spectrum.height, spectrum.width});
    return share(at::pow(10.0, db / 10), radius(spectrum) > cutoff);
}

double floor_beyond(const LayerSpectrum& grid, double cutoff, double beta) {
    const auto r = radius(grid);
    // A window multiplies the picture, so that it spreads a stationary field's power by convolution.
    const auto field = at::logical_and(r > 0, r <= cutoff).to(at::kDouble);
    const auto spread = at::fft_ifft2(at::fft_fft2(field) * at::fft_fft2(leakage(grid.height, grid.width, beta)));
    return std::clamp(share(at::real(spread), r > cutoff), 0.0, 1.0);
}

EnergyBeyond energy_beyond(const LayerSpectrum& spectrum, double cutoff, double beta) {
    EnergyBeyond out;
    out.flat = is_flat(spectrum);
    if (out.flat) return out;
    out.share = share_beyond(spectrum, cutoff);
    out.floor = floor_beyond(spectrum, cutoff, beta);
    out.excess = std::max(out.share - out.floor, 0.0);
    return out;
}

} // namespace unstuck::signal
