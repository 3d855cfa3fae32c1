#include "cuda/channel_sums.h"
#include "cuda/half.h"

#include <algorithm>
#include <cmath>

namespace unstuck::cuda {

void channel_sums_ref(const ChannelSums& p) {
    const long long pixels = p.x.n == 0 ? 0 : static_cast<long long>(p.x.height) * p.x.width;
    for (int c = 0; c < p.channels; ++c) {
        ChannelSum s;
        for (long long i = 0; i < pixels; ++i) {
            const float v = load(p.x.data, p.x.element, i * p.x.channels + c);
            if (!std::isfinite(v)) {
                ++s.not_finite;
                continue;
            }
            s.sum += v;
            s.sum_squares += static_cast<double>(v) * v;
            s.max_abs = std::max(s.max_abs, std::abs(v));
        }
        p.out[c] = s;
    }
}

} // namespace unstuck::cuda
