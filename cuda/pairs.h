#pragma once
// Two neighbouring channels at once: what one thread reads and writes.
#include "cuda/half.h"

namespace unstuck::cuda {

struct alignas(8) Pair {
    float a = 0, b = 0;
};

UNSTUCK_HD inline void add_product(Pair& sum, float tap, const Pair& v) {
    sum.a += tap * v.a;
    sum.b += tap * v.b;
}

/// Elements 2 i and 2 i + 1, in one access.
UNSTUCK_HD inline Pair load_pair(const float* data, long long i) { return reinterpret_cast<const Pair*>(data)[i]; }

UNSTUCK_HD inline Pair load_pair(const Half* data, long long i) {
    struct alignas(4) Halves {
        Half a, b;
    };
    const auto h = reinterpret_cast<const Halves*>(data)[i];
    return {to_float(h.a), to_float(h.b)};
}

UNSTUCK_HD inline void store_pair(float* data, long long i, const Pair& v) { reinterpret_cast<Pair*>(data)[i] = v; }

UNSTUCK_HD inline void store_pair(Half* data, long long i, const Pair& v) {
    struct alignas(4) Halves {
        Half a, b;
    };
    reinterpret_cast<Halves*>(data)[i] = {from_float<Half>(v.a), from_float<Half>(v.b)};
}

/// What the activations of both families are; NaN stays NaN. `clamped` grows by what the clamp cut.
struct Activate {
    float slope, gain, clamp; ///< clamp <= 0: none.
    UNSTUCK_HD float operator()(float v, unsigned& clamped) const {
        v = (v < 0 ? v * slope : v) * gain;
        if (clamp > 0) {
            if (v > clamp) {
                v = clamp;
                ++clamped;
            } else if (v < -clamp) {
                v = -clamp;
                ++clamped;
            }
        }
        return v;
    }
};

/// 1 when v is no finite number once it is stored as T.
template <class T>
UNSTUCK_HD unsigned count_not_finite(float v) {
    const float stored = to_float(from_float<T>(v));
    return stored - stored == 0 ? 0u : 1u;
}

UNSTUCK_HD inline void add_counts(NumberCounts* counts, unsigned not_finite, unsigned clamped) {
    if (!counts) return;
#ifdef __CUDA_ARCH__
    if (not_finite) atomicAdd(&counts->not_finite, not_finite);
    if (clamped) atomicAdd(&counts->clamped, clamped);
#else
    counts->not_finite += not_finite;
    counts->clamped += clamped;
#endif
}

} // namespace unstuck::cuda
