#include "core/signal/filter_response.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace unstuck::signal {

using std::numbers::pi;
using std::numbers::sqrt2;

namespace {

/// Taps along one line, `rate` of them per image side.
struct Line {
    std::vector<double> taps;
    double rate = 1;

    double gain(double f) const {
        std::complex<double> sum = 0;
        const double step = 2 * pi * f / rate;
        for (std::size_t k = 0; k < taps.size(); ++k) sum += taps[k] * std::polar(1.0, step * static_cast<double>(k));
        return taps.empty() ? 1 : std::abs(sum);
    }
};

std::size_t count(const FilterTaps& t) { return static_cast<std::size_t>(t.taps); }

double tap(const FilterTaps& t, std::size_t y, std::size_t x) {
    return t.rows == 1 ? t.values[y] * t.values[x] : t.values[y * count(t) + x];
}

Line projected(const FilterTaps& t, double rate, Direction direction) {
    if (t.values.empty() || direction == Direction::axis) return {axis_taps(t), rate};
    Line out{std::vector<double>(2 * count(t) - 1, 0.0), rate * sqrt2};
    for (std::size_t y = 0; y < count(t); ++y)
        for (std::size_t x = 0; x < count(t); ++x) out.taps[x + y] += tap(t, y, x);
    return out;
}

double decibels(double gain) { return 20 * std::log10(std::max(gain, std::pow(10, kResponseFloorDb / 20))); }

std::vector<double> frequencies(double highest, int points) {
    std::vector<double> out(static_cast<std::size_t>(points));
    for (int i = 0; i < points; ++i) out[static_cast<std::size_t>(i)] = highest * i / (points - 1);
    return out;
}

/// Steps that resolve the lobes of `taps` taps, each half a cycle of their length or more.
int steps_for(std::size_t taps) { return static_cast<int>(std::clamp<std::size_t>(32 * taps, 256, 16384)); }

/// Largest gain between two frequencies: on a grid, then between the best one's neighbours by golden section.
double largest_gain(const Line& line, double low, double high) {
    const int steps = steps_for(line.taps.size());
    const double step = (high - low) / steps;
    double best = low, gain = line.gain(low);
    for (int i = 1; i <= steps; ++i)
        if (const double g = line.gain(low + i * step); g > gain) best = low + i * step, gain = g;
    double a = std::max(low, best - step), b = std::min(high, best + step);
    constexpr int kHalvings = 40;
    for (int i = 0; i < kHalvings; ++i) {
        const double span = (b - a) / std::numbers::phi, c = b - span, d = a + span;
        if (line.gain(c) > line.gain(d))
            b = d;
        else
            a = c;
    }
    return std::max(gain, line.gain((a + b) / 2));
}

/// The lowest frequency up to `highest` at which the gain falls to `gain`; `highest` when it never does.
double first_below(const Line& line, double gain, double highest) {
    const int steps = steps_for(line.taps.size());
    for (int i = 1; i <= steps; ++i) {
        double a = highest * (i - 1) / steps, b = highest * i / steps;
        if (line.gain(b) > gain) continue;
        constexpr int kHalvings = 50;
        for (int k = 0; k < kHalvings; ++k) (line.gain((a + b) / 2) > gain ? a : b) = (a + b) / 2;
        return b;
    }
    return highest;
}

} // namespace

std::vector<double> axis_taps(const FilterTaps& t) {
    if (t.rows <= 1) return t.values;
    std::vector<double> out(count(t), 0.0);
    for (std::size_t y = 0; y < count(t); ++y)
        for (std::size_t x = 0; x < count(t); ++x) out[x] += tap(t, y, x);
    return out;
}

double gain_at(const FilterTaps& t, double rate, double fx, double fy) {
    if (t.values.empty()) return 1;
    if (t.rows == 1) {
        const Line line{t.values, rate};
        return line.gain(fx) * line.gain(fy);
    }
    std::complex<double> sum = 0;
    for (std::size_t y = 0; y < count(t); ++y)
        for (std::size_t x = 0; x < count(t); ++x)
            sum += tap(t, y, x) *
                   std::polar(1.0, 2 * pi / rate * (fx * static_cast<double>(x) + fy * static_cast<double>(y)));
    return std::abs(sum);
}

SpectrumCurve response(const FilterTaps& taps, double rate, Direction direction, double highest, int points) {
    const auto line = projected(taps, rate, direction);
    SpectrumCurve out{frequencies(highest, points), {}};
    for (double f : out.frequency) out.db.push_back(decibels(line.gain(f)));
    return out;
}

SpectrumCurve ideal_response(double cutoff, bool radial, Direction direction, double highest, int points) {
    const double edge = direction == Direction::diagonal && !radial ? cutoff * sqrt2 : cutoff;
    SpectrumCurve out{frequencies(highest, points), {}};
    for (double f : out.frequency) out.db.push_back(f <= edge ? 0 : kResponseFloorDb);
    return out;
}

FilterFigures figures(const FilterTaps& taps, double rate, double stopband_edge) {
    FilterFigures out;
    const auto axis = projected(taps, rate, Direction::axis);
    if (axis.taps.empty()) return out;
    double sum = 0, moment = 0, largest = 0, unequal = 0;
    for (std::size_t k = 0; k < axis.taps.size(); ++k) {
        sum += axis.taps[k];
        moment += axis.taps[k] * static_cast<double>(k);
        largest = std::max(largest, std::abs(axis.taps[k]));
        unequal = std::max(unequal, std::abs(axis.taps[k] - axis.taps[axis.taps.size() - 1 - k]));
    }
    constexpr double kRounding = 1e-6; // taps come from files as float32
    out.dc_gain = sum;
    out.centre = sum == 0 ? 0 : moment / sum;
    out.symmetric = unequal <= kRounding * largest;
    const double nyquist = rate / 2;
    if (sum == 0 || stopband_edge > nyquist * (1 + kRounding)) return out;
    const double edge = std::min(stopband_edge, nyquist), dc = axis.gain(0);
    const double lobe = largest_gain(axis, edge, nyquist);
    const auto diagonal = projected(taps, rate, Direction::diagonal);
    out.attenuation_db = -decibels(lobe / dc);
    out.diagonal_attenuation_db = -decibels(largest_gain(diagonal, edge, nyquist * sqrt2) / diagonal.gain(0));
    const double passband = std::pow(10, -1.0 / 20) * dc;
    if (lobe < passband) out.transition_width = first_below(axis, lobe, edge) - first_below(axis, passband, edge);
    return out;
}

std::vector<std::array<double, 2>> image_bands(double low_rate, double band, double highest) {
    std::vector<std::array<double, 2>> out;
    if (!(low_rate > 0) || !(band > 0)) return out;
    for (int k = 1; k * low_rate - band < highest; ++k)
        out.push_back({std::max(0.0, k * low_rate - band), std::min(highest, k * low_rate + band)});
    return out;
}

} // namespace unstuck::signal
