#include "cuda/half.h"
#include "cuda/power_spectrum.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace unstuck::cuda {

void window_channels_ref(const WindowChannels& p) {
    if (p.x.size() == 0) return;
    float* y = p.y;
    for (int c = 0; c < p.count; ++c)
        for (int h = 0; h < p.x.height; ++h)
            for (int w = 0; w < p.x.width; ++w) {
                const long long pixel = static_cast<long long>(h) * p.x.width + w;
                const double v = load(p.x.data, p.x.element, pixel * p.x.channels + p.first_channel + c);
                const double finite = std::isfinite(v) ? v : 0;
                *y++ = static_cast<float>((finite - p.means[c]) * p.window_y[h] * p.window_x[w]);
            }
}

void add_power_ref(const AddPower& p) {
    if (p.height == 0 || p.width == 0) return;
    const long long bins = static_cast<long long>(p.height) * (p.width / 2 + 1);
    for (long long i = 0; i < bins; ++i) {
        double sum = p.power[i];
        for (int c = 0; c < p.count; ++c) {
            const double re = p.spectrum[2 * (c * bins + i)], im = p.spectrum[2 * (c * bins + i) + 1];
            sum += re * re + im * im;
        }
        p.power[i] = static_cast<float>(sum);
    }
}

namespace {

/// Both as in core/signal/spectrum.cpp.
double to_db(double power, double floor_db) { return std::max(10 * std::log10(power), floor_db); }
double bin_frequency(int k, int n, double rate) { return (k <= (n - 1) / 2 ? k : k - n) * rate / n; }

/// All bins' power, scaled, with frequency 0 at (0, 0).
std::vector<double> whole_plane(const FoldSpectrum& p) {
    std::vector<double> plane;
    for (int y = 0; y < p.height; ++y)
        for (int x = 0; x < p.width; ++x) {
            const bool stored = x <= p.width / 2;
            const int row = stored ? y : (p.height - y) % p.height, column = stored ? x : p.width - x;
            plane.push_back(p.scale * static_cast<double>(p.power[row * (p.width / 2 + 1) + column]));
        }
    return plane;
}

void add_rings(const FoldSpectrum& p, const std::vector<double>& plane) {
    std::vector<double> sum(static_cast<std::size_t>(p.rings)), count(sum);
    const double rate = p.sampling_rate;
    for (int y = 0; y < p.height; ++y)
        for (int x = 0; x < p.width; ++x) {
            const double f = std::hypot(bin_frequency(x, p.width, rate), bin_frequency(y, p.height, rate));
            const long ring = std::lround(f);
            if (ring >= p.rings || f > rate / 2) continue;
            sum[static_cast<std::size_t>(ring)] += plane[static_cast<std::size_t>(y * p.width + x)];
            ++count[static_cast<std::size_t>(ring)];
        }
    for (int r = 0; r < p.rings; ++r) {
        p.ring_sum[r] = static_cast<float>(sum[static_cast<std::size_t>(r)]);
        p.ring_count[r] = static_cast<float>(count[static_cast<std::size_t>(r)]);
    }
}

} // namespace

void fold_spectrum_ref(const FoldSpectrum& p) {
    if (p.height == 0 || p.width == 0) return;
    const auto plane = whole_plane(p);
    const auto at = [&](int y, int x) { return plane[static_cast<std::size_t>(y * p.width + x)]; };
    *p.total = 0;
    for (int y = 0; y < p.height; ++y)
        for (int x = 0; x < p.width; ++x) {
            p.plane_db[(y + p.height / 2) % p.height * p.width + (x + p.width / 2) % p.width] =
                static_cast<float>(to_db(at(y, x), p.floor_db));
            *p.total += at(y, x);
        }
    add_rings(p, plane);
    const int least = std::min(p.height, p.width), steps = least / 2;
    for (int k = 0; k <= steps && k < least; ++k) {
        p.slices[k] = static_cast<float>(at(0, k));
        p.slices[steps + 1 + k] = static_cast<float>(at(k, k));
    }
}

} // namespace unstuck::cuda
