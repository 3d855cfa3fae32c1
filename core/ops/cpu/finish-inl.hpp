// The end of a convolution, per SIMD level. Included by kernels inside their foreach_target pass.
#if defined(UNSTUCK_CPU_FINISH_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef UNSTUCK_CPU_FINISH_INL
#undef UNSTUCK_CPU_FINISH_INL
#else
#define UNSTUCK_CPU_FINISH_INL
#endif

#include "core/ops/cpu/nhwc.hpp"

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace unstuck::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// At most 16 floats a vector, so that a group of channels is a whole number of vectors everywhere.
using D = hn::CappedTag<float, kChannelGroup>;
using V = hn::Vec<D>;
inline constexpr int kLanes = HWY_LANES(float) >= kChannelGroup ? kChannelGroup : static_cast<int>(HWY_LANES(float));
static_assert(kChannelGroup % kLanes == 0);

/// Activation with its constants in vectors. The order of operands keeps NaN: x86 returns the second of max and min.
struct ActivationV {
    V slope, gain, clamp, minus_clamp;
    bool identity;
    HWY_INLINE explicit ActivationV(const Activation& a)
        : slope(hn::Set(D(), a.slope)), gain(hn::Set(D(), a.gain)), clamp(hn::Set(D(), a.clamp)),
          minus_clamp(hn::Set(D(), -a.clamp)), identity(a.is_identity()) {}
    HWY_INLINE V operator()(V x) const {
        const V lrelu = hn::Mul(hn::Max(hn::Mul(x, slope), x), gain);
        return hn::Min(clamp, hn::Max(minus_clamp, lrelu));
    }
};

/// The inner sum of every filter: sum[b] += c[k] x[b + k], a tap loaded once for all kBlock results.
template <int kTaps, int kBlock>
HWY_INLINE void add_taps(const float* c, const V* x, V* sum) {
#pragma GCC unroll 16
    for (int k = 0; k < kTaps; ++k) {
        const V tap = hn::Set(D(), c[k]);
#pragma GCC unroll 16
        for (int b = 0; b < kBlock; ++b) sum[b] = hn::MulAdd(tap, x[b + k], sum[b]);
    }
}

/// Results that the caches cannot hold anyway go past them, when a vector is a whole line.
HWY_INLINE void put(V v, float* p, bool stream) {
    if (kLanes * sizeof(float) == 64 && stream)
        hn::Stream(v, D(), p);
    else
        hn::Store(v, D(), p);
}

} // namespace unstuck::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
