#include "core/ops/cpu/plane_waves.hpp"

namespace unstuck::cpu {

void plane_waves(const float* sin_a, const float* cos_a, const float* sin_b, const float* cos_b, const Nhwc& y,
                 const Pool& pool) {
    const int channels = y.channels;
    pool.run(y.height, [&](std::int64_t row, int) {
        const float *sb = sin_b + row * channels, *cb = cos_b + row * channels;
        for (int w = 0; w < y.width; ++w) {
            const float *sa = sin_a + static_cast<std::int64_t>(w) * channels,
                        *ca = cos_a + static_cast<std::int64_t>(w) * channels;
            float* __restrict to = y.pixel(static_cast<int>(row), w);
            for (int c = 0; c < channels; ++c) to[c] = sa[c] * cb[c] + ca[c] * sb[c];
        }
    });
}

} // namespace unstuck::cpu
