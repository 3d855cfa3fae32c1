#include "cuda/bias_act.h"
#include "cuda/half.h"

#include <cmath>

namespace unstuck::cuda {

void bias_act_ref(const BiasAct& p) {
    const int channels = p.x.channels;
    const long long plane = static_cast<long long>(p.x.height) * p.x.width;
    for (long long i = 0; i < p.x.size(); ++i) {
        double v = load(p.x.data, p.x.element, i);
        if (p.bias) v += p.bias[i % channels];
        if (p.noise) v += static_cast<double>(p.noise[i / channels % plane]) * (p.noise_gain ? *p.noise_gain : 1.0);
        v = (v < 0 ? v * p.slope : v) * p.gain;
        if (p.clamp > 0 && std::abs(v) > p.clamp) {
            v = std::copysign(static_cast<double>(p.clamp), v);
            if (p.counts) ++p.counts->clamped;
        }
        const auto out = static_cast<float>(v * p.scale);
        store(p.y.data, p.y.element, i, out);
        if (p.counts && !std::isfinite(load(p.y.data, p.y.element, i))) ++p.counts->not_finite;
    }
}

} // namespace unstuck::cuda
