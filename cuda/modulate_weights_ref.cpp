#include "cuda/half.h"
#include "cuda/modulate_weights.h"

#include <cmath>
#include <vector>

namespace unstuck::cuda {

namespace {

double style_scale(const ModulateWeights& p) {
    double squares = 0, largest = 0;
    for (int i = 0; i < p.in; ++i) {
        const double s = p.styles[i];
        squares += s * s;
        if (std::abs(s) > largest || std::isnan(s)) largest = std::abs(s);
    }
    switch (p.style_scale) {
    case StyleScale::rms: return std::sqrt(squares / p.in);
    case StyleScale::max_abs: return largest;
    case StyleScale::none: break;
    }
    return 1;
}

} // namespace

void modulate_weights_ref(const ModulateWeights& p) {
    const double scale = style_scale(p);
    std::vector<double> v(static_cast<std::size_t>(p.taps) * static_cast<std::size_t>(p.in));
    for (int o = 0; o < p.out; ++o) {
        double squares = 0;
        for (int t = 0; t < p.taps; ++t)
            for (int i = 0; i < p.in; ++i) {
                const double w = p.weight[(static_cast<long long>(o) * p.taps + t) * p.in + i];
                const double styled = p.styles[i] / scale * w;
                v[static_cast<std::size_t>(t * p.in + i)] = styled;
                squares += styled * styled;
            }
        const double d = p.demodulate ? 1 / std::sqrt(squares + 1e-8) : 1;
        for (int t = 0; t < p.taps; ++t)
            for (int i = 0; i < p.in; ++i)
                store(p.y, p.element, o * p.stride_out + i * p.stride_in + t * p.stride_tap,
                      static_cast<float>(p.gain * v[static_cast<std::size_t>(t * p.in + i)] * d));
    }
}

} // namespace unstuck::cuda
