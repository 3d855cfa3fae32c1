#include "core/signal/spectrum.hpp"

#include "core/signal/filters.hpp"

#include <ATen/ATen.h>
#include <cmath>

namespace unstuck::signal {

double to_db(double power) { return std::max(10 * std::log10(power), kFloorDb); }

namespace {

/// Frequency of bin k of n, in cycles per image side, negative in the upper half.
double bin_frequency(int k, int n, double rate) { return (k <= (n - 1) / 2 ? k : k - n) * rate / n; }

SpectrumCurve radial_mean(const double* power, int height, int width, double rate) {
    const int rings = static_cast<int>(std::floor(rate / 2)) + 1;
    std::vector<double> sum(rings, 0.0), count(rings, 0.0);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const double f = std::hypot(bin_frequency(x, width, rate), bin_frequency(y, height, rate));
            const int ring = static_cast<int>(std::lround(f));
            if (ring >= rings || f > rate / 2) continue;
            sum[ring] += power[y * width + x];
            ++count[ring];
        }
    SpectrumCurve out;
    for (int r = 0; r < rings; ++r) {
        if (count[r] == 0) continue;
        out.frequency.push_back(r);
        out.db.push_back(to_db(sum[r] / count[r]));
    }
    return out;
}

} // namespace

LayerSpectrum layer_spectrum(const at::Tensor& x, double sampling_rate, double beta) {
    const int height = static_cast<int>(x.size(1)), width = static_cast<int>(x.size(2));
    LayerSpectrum out;
    out.width = width;
    out.height = height;
    out.sampling_rate = sampling_rate;
    const auto window = at::tensor(kaiser_window(height, beta), at::kDouble).unsqueeze(1) *
                        at::tensor(kaiser_window(width, beta), at::kDouble).unsqueeze(0);
    const double energy = window.square().sum().item<double>();
    const auto window_float = window.to(at::kFloat);
    // A few channels at a time: the transform of a wide layer at once would take gigabytes.
    constexpr std::int64_t kChannels = 16;
    auto power = at::zeros({height, width}, at::kDouble);
    for (std::int64_t first = 0; first < x.size(0); first += kChannels) {
        const auto part = at::nan_to_num(x.slice(0, first, first + kChannels).to(at::kFloat), 0.0, 0.0, 0.0);
        const auto spectrum = at::fft_fft2((part - part.mean({1, 2}, true)) * window_float);
        power += (at::real(spectrum).square() + at::imag(spectrum).square()).sum({0}, false, at::kDouble);
    }
    power /= energy * static_cast<double>(x.size(0));
    const double* p = power.const_data_ptr<double>();
    const double mean = power.mean().item<double>();
    out.flat = !(mean > 1e-20);
    out.mean_db = to_db(mean);
    out.plane_db.resize(static_cast<std::size_t>(width) * height);
    for (int y = 0; y < height; ++y)
        for (int xx = 0; xx < width; ++xx)
            out.plane_db[((y + height / 2) % height) * width + (xx + width / 2) % width] =
                static_cast<float>(to_db(p[y * width + xx]));
    out.radial = radial_mean(p, height, width, sampling_rate);
    const int steps = std::min(width, height) / 2;
    for (int k = 0; k <= steps && k < std::min(width, height); ++k) {
        out.slice_0.frequency.push_back(k * sampling_rate / width);
        out.slice_0.db.push_back(to_db(p[k]));
        out.slice_45.frequency.push_back(std::hypot(k * sampling_rate / width, k * sampling_rate / height));
        out.slice_45.db.push_back(to_db(p[k * width + k]));
    }
    return out;
}

} // namespace unstuck::signal
