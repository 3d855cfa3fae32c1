// The passes of the fused filtered leaky ReLU, per SIMD level. Included by its kernel inside its foreach_target pass.
#ifndef UNSTUCK_CPU_POLYPHASE_ONCE
#define UNSTUCK_CPU_POLYPHASE_ONCE
namespace unstuck::cpu {

/// Results that one step of a pass computes together, so that a tap is loaded once for all of them.
inline constexpr int kAcross = 8, kDown = 4, kUpRows = 2;

} // namespace unstuck::cpu
#endif

#if defined(UNSTUCK_CPU_POLYPHASE_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef UNSTUCK_CPU_POLYPHASE_INL
#undef UNSTUCK_CPU_POLYPHASE_INL
#else
#define UNSTUCK_CPU_POLYPHASE_INL
#endif

#include "core/ops/cpu/finish-inl.hpp"

#include <algorithm>

HWY_BEFORE_NAMESPACE();
namespace unstuck::cpu::HWY_NAMESPACE {

// Every pass is one of two polyphase sums. kUp, kDownBy, kTaps: 0 stands for "as the argument says"; the published
// networks' values have unrolled copies.

/// A row's part of the image, packed: pixels of all channels lie far apart and would evict one another.
HWY_ATTR void pack_row(const float* HWY_RESTRICT source, std::int64_t step, int columns, float* HWY_RESTRICT target) {
    const D d;
    for (int c = 0; c < columns; ++c)
        hn::Store(hn::Load(d, source + c * step), d, target + static_cast<std::int64_t>(c) * kLanes);
}

/// Rows: target[r][column] = sum_i c[r % up][i] source[r / up + i][column] for r < kUpRows * up.
template <int kUp, int kTaps>
HWY_ATTR void up_rows(const float* const* source, int columns, const float* c, int up_arg, int taps_arg, float* target,
                      std::int64_t target_row) {
    const D d;
    const int up = kUp ? kUp : up_arg, taps = kTaps ? kTaps : taps_arg;
    for (int column = 0; column < columns; ++column) {
        const auto at = static_cast<std::int64_t>(column) * kLanes;
        if constexpr (kTaps > 0) {
            V x[kTaps + kUpRows - 1];
#pragma GCC unroll 16
            for (int i = 0; i < kTaps + kUpRows - 1; ++i) x[i] = hn::Load(d, source[i] + at);
#pragma GCC unroll 16
            for (int q = 0; q < kUp; ++q) {
                V sum[kUpRows];
                for (int b = 0; b < kUpRows; ++b) sum[b] = hn::Zero(d);
                add_taps<kTaps, kUpRows>(c + q * kTaps, x, sum);
                for (int b = 0; b < kUpRows; ++b) hn::Store(sum[b], d, target + (b * kUp + q) * target_row + at);
            }
        } else {
            for (int q = 0; q < up; ++q)
                for (int b = 0; b < kUpRows; ++b) {
                    V sum = hn::Zero(d);
                    for (int i = 0; i < taps; ++i)
                        sum = hn::MulAdd(hn::Set(d, c[q * taps + i]), hn::Load(d, source[b + i] + at), sum);
                    hn::Store(sum, d, target + (b * up + q) * target_row + at);
                }
        }
    }
}

/// Columns, the same sum along a row, in blocks of kAcross groups; with `activation` after it when it is the last term.
template <int kUp, int kTaps>
HWY_ATTR void up_columns(const float* HWY_RESTRICT source, int groups, const float* HWY_RESTRICT c, int up_arg,
                         int taps_arg, bool accumulate, bool last, const Activation& a, float* HWY_RESTRICT target) {
    const D d;
    const int up = kUp ? kUp : up_arg, taps = kTaps ? kTaps : taps_arg;
    const ActivationV activation(a);
    for (int group = 0; group < groups; group += kAcross, source += kAcross * kLanes) {
        [[maybe_unused]] V x[kTaps + kAcross];
        if constexpr (kTaps > 0) {
#pragma GCC unroll 16
            for (int i = 0; i < kTaps + kAcross - 1; ++i) x[i] = hn::Load(d, source + i * kLanes);
        }
#pragma GCC unroll 4
        for (int q = 0; q < up; ++q) {
            V sum[kAcross];
            float* to = target + static_cast<std::int64_t>(group * up + q) * kLanes;
#pragma GCC unroll 16
            for (int b = 0; b < kAcross; ++b) sum[b] = accumulate ? hn::Load(d, to + b * up * kLanes) : hn::Zero(d);
            if constexpr (kTaps > 0) {
                add_taps<kTaps, kAcross>(c + q * kTaps, x, sum);
            } else {
                for (int i = 0; i < taps; ++i) {
                    const V tap = hn::Set(d, c[q * taps + i]);
#pragma GCC unroll 16
                    for (int b = 0; b < kAcross; ++b)
                        sum[b] = hn::MulAdd(tap, hn::Load(d, source + (b + i) * kLanes), sum[b]);
                }
            }
#pragma GCC unroll 16
            for (int b = 0; b < kAcross; ++b) hn::Store(last ? activation(sum[b]) : sum[b], d, to + b * up * kLanes);
        }
    }
}

/// Columns: target[i] = sum_{p,k} c[p][k] source[(i + k) down + p], in blocks of kAcross results.
template <int kDownBy, int kTaps>
HWY_ATTR void down_columns(const float* HWY_RESTRICT source, int count, const float* HWY_RESTRICT c, int down_arg,
                           int taps_arg, float* HWY_RESTRICT target) {
    const D d;
    const int down = kDownBy ? kDownBy : down_arg, taps = kTaps ? kTaps : taps_arg;
    for (int first = 0; first < count; first += kAcross) {
        const float* from = source + static_cast<std::int64_t>(first) * down * kLanes;
        V sum[kAcross];
#pragma GCC unroll 16
        for (int b = 0; b < kAcross; ++b) sum[b] = hn::Zero(d);
#pragma GCC unroll 4
        for (int p = 0; p < down; ++p) {
            if constexpr (kTaps > 0) {
                V x[kTaps + kAcross - 1];
#pragma GCC unroll 16
                for (int i = 0; i < kTaps + kAcross - 1; ++i) x[i] = hn::Load(d, from + (i * down + p) * kLanes);
                add_taps<kTaps, kAcross>(c + p * kTaps, x, sum);
            } else {
                for (int k = 0; k < taps; ++k) {
                    const V tap = hn::Set(d, c[p * taps + k]);
#pragma GCC unroll 16
                    for (int b = 0; b < kAcross; ++b)
                        sum[b] = hn::MulAdd(tap, hn::Load(d, from + ((b + k) * down + p) * kLanes), sum[b]);
                }
            }
        }
#pragma GCC unroll 16
        for (int b = 0; b < kAcross; ++b) hn::Store(sum[b], d, target + (first + b) * kLanes);
    }
}

/// Rows: target[b] = sum_{p,k} c[p][k] source[(b + k) down + p], for kDown results at each column.
template <int kDownBy, int kTaps>
HWY_ATTR void down_rows(const float* const* source, int columns, const float* c, int down_arg, int taps_arg,
                        float* const* target, int rows, std::int64_t target_step, bool stream) {
    const D d;
    const int down = kDownBy ? kDownBy : down_arg, taps = kTaps ? kTaps : taps_arg;
    for (int column = 0; column < columns; ++column) {
        const auto at = static_cast<std::int64_t>(column) * kLanes, to = column * target_step;
        if constexpr (kTaps > 0) {
            V sum[kDown];
            for (int b = 0; b < kDown; ++b) sum[b] = hn::Zero(d);
#pragma GCC unroll 4
            for (int p = 0; p < kDownBy; ++p) {
                V x[kTaps + kDown - 1];
#pragma GCC unroll 16
                for (int i = 0; i < kTaps + kDown - 1; ++i) x[i] = hn::Load(d, source[i * kDownBy + p] + at);
                add_taps<kTaps, kDown>(c + p * kTaps, x, sum);
            }
            for (int b = 0; b < rows; ++b) put(sum[b], target[b] + to, stream);
        } else {
            for (int b = 0; b < rows; ++b) {
                V sum = hn::Zero(d);
                for (int p = 0; p < down; ++p)
                    for (int k = 0; k < taps; ++k)
                        sum =
                            hn::MulAdd(hn::Set(d, c[p * taps + k]), hn::Load(d, source[(b + k) * down + p] + at), sum);
                put(sum, target[b] + to, stream);
            }
        }
    }
}

/// A filter that is no product: one row of results. Rows i and n - 1 - i share their taps when it is symmetric, and are
/// added before they are multiplied.
template <int kDownBy, int kTaps>
HWY_ATTR void down_plane(const float* const* source, int rows, int plane_rows, bool folded, int count, const float* c,
                         int down_arg, int taps_arg, float* target, std::int64_t target_step, bool stream) {
    const D d;
    const int down = kDownBy ? kDownBy : down_arg, taps = kTaps ? kTaps : taps_arg;
    for (int first = 0; first < count; first += kAcross) {
        const auto at = static_cast<std::int64_t>(first) * down * kLanes;
        V sum[kAcross];
#pragma GCC unroll 16
        for (int b = 0; b < kAcross; ++b) sum[b] = hn::Zero(d);
        for (int r = 0; r < plane_rows; ++r) {
            const float* HWY_RESTRICT upper = source[r] + at;
            // The middle row of an odd number stands alone.
            const float* HWY_RESTRICT lower = folded && rows - 1 - r != r ? source[rows - 1 - r] + at : nullptr;
            const float* HWY_RESTRICT row = c + static_cast<std::int64_t>(r) * down * taps;
#pragma GCC unroll 4
            for (int p = 0; p < down; ++p) {
                if constexpr (kTaps > 0) {
                    V x[kTaps + kAcross - 1];
                    if (lower) {
#pragma GCC unroll 16
                        for (int i = 0; i < kTaps + kAcross - 1; ++i)
                            x[i] = hn::Add(hn::Load(d, upper + (i * down + p) * kLanes),
                                           hn::Load(d, lower + (i * down + p) * kLanes));
                    } else {
#pragma GCC unroll 16
                        for (int i = 0; i < kTaps + kAcross - 1; ++i)
                            x[i] = hn::Load(d, upper + (i * down + p) * kLanes);
                    }
                    add_taps<kTaps, kAcross>(row + p * kTaps, x, sum);
                } else {
                    for (int k = 0; k < taps; ++k) {
                        const V tap = hn::Set(d, row[p * taps + k]);
                        for (int b = 0; b < kAcross; ++b) {
                            V x = hn::Load(d, upper + ((b + k) * down + p) * kLanes);
                            if (lower) x = hn::Add(x, hn::Load(d, lower + ((b + k) * down + p) * kLanes));
                            sum[b] = hn::MulAdd(tap, x, sum[b]);
                        }
                    }
                }
            }
        }
        const int valid = std::min(kAcross, count - first);
        for (int b = 0; b < valid; ++b) put(sum[b], target + (first + b) * target_step, stream);
    }
}

} // namespace unstuck::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
