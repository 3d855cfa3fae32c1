#include "cuda/filtered_lrelu.h"
#include "cuda/half.h"

#include <cmath>
#include <vector>

namespace unstuck::cuda {

namespace {

/// A filter's plane, [taps][taps], terms added up.
std::vector<double> plane_of(const Filter& f) {
    std::vector<double> out(static_cast<std::size_t>(f.taps) * f.taps, 0.0);
    for (int r = 0; r < f.terms; ++r)
        for (int y = 0; y < f.taps; ++y)
            for (int x = 0; x < f.taps; ++x)
                out[static_cast<std::size_t>(y) * f.taps + x] +=
                    static_cast<double>(f.taps_host[2 * r * f.taps + y]) * f.taps_host[(2 * r + 1) * f.taps + x];
    return out;
}

/// One channel of one sample.
struct Channel {
    const FilteredLrelu& p;
    const std::vector<double>&up, &down;
    int n, c;
    int width = raised_side(p.y.width, p.down, p.down_filter.taps);
    int height = raised_side(p.y.height, p.down, p.down_filter.taps);
    std::vector<double> raised = std::vector<double>(static_cast<std::size_t>(width) * height);

    long long at(const Images& i, int y, int x) const {
        return ((static_cast<long long>(n) * i.height + y) * i.width + x) * i.channels + c;
    }

    double up_sum(int y, int x) const {
        double sum = 0;
        const int taps = p.up_filter.taps;
        for (int ty = 0; ty < taps; ++ty)
            for (int tx = 0; tx < taps; ++tx) {
                const int zy = y + ty - p.pad_y0, zx = x + tx - p.pad_x0;
                if (zy < 0 || zx < 0 || zy % p.up || zx % p.up) continue;
                if (zy / p.up >= p.x.height || zx / p.up >= p.x.width) continue;
                const double v = load(p.x.data, p.x.element, at(p.x, zy / p.up, zx / p.up));
                sum += up[static_cast<std::size_t>(ty) * taps + tx] * (v + (p.bias ? p.bias[c] : 0.0));
            }
        return sum;
    }

    void raise() {
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x) {
                const auto i = static_cast<std::size_t>(y) * width + x;
                double v = up_sum(y, x) + (p.mid_bias ? p.mid_bias[c] : 0.0);
                if (p.mid_noise) v += static_cast<double>(p.mid_noise[i]) * (p.noise_gain ? *p.noise_gain : 1.0);
                v = (v < 0 ? v * p.slope : v) * p.gain;
                if (p.clamp > 0 && std::abs(v) > p.clamp) {
                    v = std::copysign(static_cast<double>(p.clamp), v);
                    if (p.counts) ++p.counts->clamped;
                }
                raised[i] = v;
            }
    }

    void lower() const {
        const int taps = p.down_filter.taps;
        for (int y = 0; y < p.y.height; ++y)
            for (int x = 0; x < p.y.width; ++x) {
                double sum = 0;
                for (int ty = 0; ty < taps; ++ty)
                    for (int tx = 0; tx < taps; ++tx)
                        sum += down[static_cast<std::size_t>(ty) * taps + tx] *
                               raised[static_cast<std::size_t>(y * p.down + ty) * width + (x * p.down + tx)];
                store(p.y.data, p.y.element, at(p.y, y, x), static_cast<float>(sum));
                if (p.counts && !std::isfinite(load(p.y.data, p.y.element, at(p.y, y, x)))) ++p.counts->not_finite;
            }
    }
};

} // namespace

void filtered_lrelu_ref(const FilteredLrelu& p) {
    const auto up = plane_of(p.up_filter), down = plane_of(p.down_filter);
    if (p.y.size() == 0) return;
    for (int n = 0; n < p.y.n; ++n)
        for (int c = 0; c < p.y.channels; ++c) {
            Channel channel{p, up, down, n, c};
            channel.raise();
            channel.lower();
        }
}

} // namespace unstuck::cuda
