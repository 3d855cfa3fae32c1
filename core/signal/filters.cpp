#include "core/signal/filters.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>

namespace unstuck::signal {

using std::numbers::pi;

double bessel_i0(double x) {
    const double q = x * x / 4;
    double term = 1, sum = 1;
    for (int k = 1; k < 2000; ++k) {
        term *= q / (static_cast<double>(k) * k);
        sum += term;
        if (term < sum * 1e-17) break;
    }
    return sum;
}

std::vector<double> kaiser_window(int n, double beta) {
    std::vector<double> out(static_cast<std::size_t>(n), 1.0);
    if (n < 2) return out;
    const double half = (n - 1) / 2.0;
    for (int i = 0; i < n; ++i) {
        const double r = (i - half) / half;
        out[i] = bessel_i0(beta * std::sqrt(std::max(0.0, 1 - r * r))) / bessel_i0(beta);
    }
    return out;
}

double kaiser_attenuation(int n, double width) { return 2.285 * (n - 1) * pi * width + 7.95; }

double kaiser_beta(double a) {
    if (a > 50) return 0.1102 * (a - 8.7);
    if (a > 21) return 0.5842 * std::pow(a - 21, 0.4) + 0.07886 * (a - 21);
    return 0;
}

namespace {

void check(const LowpassSpec& s) {
    if (s.taps < 1 || s.taps > 4096) throw std::invalid_argument("low-pass: taps must be 1 to 4096");
    if (s.taps == 1) return;
    if (!(s.rate > 0)) throw std::invalid_argument("low-pass: rate must be positive");
    if (!(s.cutoff > 0) || !(s.cutoff < s.rate / 2))
        throw std::invalid_argument("low-pass: cutoff must lie between 0 and half the rate");
    if (!(s.width > 0)) throw std::invalid_argument("low-pass: width must be positive");
    if (s.radial && s.taps % 2) throw std::invalid_argument("low-pass: a radial filter needs an even number of taps");
}

void normalise(std::vector<double>& taps) {
    double sum = 0;
    for (double v : taps) sum += v;
    for (double& v : taps) v /= sum;
}

} // namespace

std::vector<double> window_of(Window window, int n, double beta) {
    if (window == Window::kaiser) return kaiser_window(n, beta);
    std::vector<double> out(static_cast<std::size_t>(n), 1.0);
    for (int i = 0; i < n && n > 1; ++i) {
        const double a = 2 * pi * i / (n - 1);
        if (window == Window::hann) out[i] = 0.5 - 0.5 * std::cos(a);
        if (window == Window::hamming) out[i] = 0.54 - 0.46 * std::cos(a);
        if (window == Window::blackman) out[i] = 0.42 - 0.5 * std::cos(a) + 0.08 * std::cos(2 * a);
    }
    return out;
}

double beta_of(const LowpassSpec& spec) {
    return spec.beta.value_or(kaiser_beta(kaiser_attenuation(spec.taps, spec.width / (spec.rate / 2))));
}

FilterTaps design_lowpass(const LowpassSpec& spec) {
    check(spec);
    if (spec.taps == 1) return {};
    const int n = spec.taps;
    const double centre = (n - 1) / 2.0;
    const auto window = window_of(spec.window, n, beta_of(spec));
    if (!spec.radial) {
        FilterTaps out{1, n, std::vector<double>(static_cast<std::size_t>(n))};
        for (int i = 0; i < n; ++i) {
            const double x = 2 * spec.cutoff / spec.rate * (i - centre);
            out.values[i] = window[i] * (x == 0 ? 1.0 : std::sin(pi * x) / (pi * x));
        }
        normalise(out.values);
        return out;
    }
    FilterTaps out{n, n, std::vector<double>(static_cast<std::size_t>(n) * n)};
    for (int y = 0; y < n; ++y)
        for (int x = 0; x < n; ++x) {
            const double r = std::hypot((x - centre) / spec.rate, (y - centre) / spec.rate);
            out.values[y * n + x] = window[y] * window[x] * ::j1(2 * pi * spec.cutoff * r) / (pi * r);
        }
    normalise(out.values);
    return out;
}

} // namespace unstuck::signal
