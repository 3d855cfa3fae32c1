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

} // namespace

EnergyBeyond energy_beyond(const LayerSpectrum& spectrum, double cutoff, double beta) {
    EnergyBeyond out;
    out.flat = spectrum.flat || spectrum.plane_db.empty();
    if (out.flat) return out;
    const auto r = radius(spectrum);
    const auto beyond = (r > cutoff).to(at::kDouble);
    const auto share = [&](const at::Tensor& power) {
        const double all = power.sum().item<double>();
        return all > 0 ? (power * beyond).sum().item<double>() / all : 0;
    };
    const auto db = at::tensor(spectrum.plane_db).to(at::kDouble).reshape({spectrum.height, spectrum.width});
    out.share = share(at::pow(10.0, db / 10));
    // A window multiplies the picture, so that it spreads a stationary field's power by convolution.
    const auto field = at::logical_and(r > 0, r <= cutoff).to(at::kDouble);
    const auto spread =
        at::fft_ifft2(at::fft_fft2(field) * at::fft_fft2(leakage(spectrum.height, spectrum.width, beta)));
    out.floor = std::clamp(share(at::real(spread)), 0.0, 1.0);
    out.excess = std::max(out.share - out.floor, 0.0);
    return out;
}

} // namespace unstuck::signal
