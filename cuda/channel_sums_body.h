#pragma once
// Two stages: blocks sum slabs of an image's pixels for up to 64 channels each, then one block per channel sums the
// slabs. No atomics: the order of additions depends on the sizes alone.
#include "cuda/block_reduce.h"
#include "cuda/channel_sums.h"
#include "cuda/emulate.h"
#include "cuda/half.h"
#include "cuda/require.h"

#include <cmath>

namespace unstuck::cuda {

/// Lanes lie along pairs of channels: a warp that loads 64 channels of a pixel reads whole sectors.
inline constexpr int kPairsPerBlock = 32;

inline void validate(const ChannelSums& p) {
    constexpr const char* kOp = "channel_sums";
    require_images(p.x, kOp);
    require(p.channels >= 0 && p.channels <= p.x.channels, kOp, "channels between 0 and those stored", p.channels);
    if (p.channels == 0) return;
    require_data(p.out, kOp, "out");
    const auto address = reinterpret_cast<std::uintptr_t>(p.x.data);
    require(address % (2 * bytes_of(p.x.element)) == 0, kOp, "data aligned to pairs of elements", address % 16);
    if (channel_sums_slabs(p) > 0) require_data(p.scratch, kOp, "scratch");
}

UNSTUCK_HD inline ChannelSum added(const ChannelSum& a, const ChannelSum& b) {
    return {a.sum + b.sum, a.sum_squares + b.sum_squares, a.max_abs > b.max_abs ? a.max_abs : b.max_abs,
            a.not_finite + b.not_finite};
}

/// Adds a run of values. Its float32 sums become doubles once per run: most GPUs do doubles at 1/32 or 1/64 of the
/// rate. Where squares would leave float32's range, all is done in double.
template <int kRun>
UNSTUCK_HD void add_run(ChannelSum& s, const float (&values)[kRun]) {
    float v[kRun], sum = 0, squares = 0, largest = 0;
    for (int j = 0; j < kRun; ++j) {
        const bool finite = std::fabs(values[j]) <= 3.402823466e38f;
        v[j] = finite ? values[j] : 0;
        s.not_finite += finite ? 0 : 1;
        sum += v[j];
        squares += v[j] * v[j];
        largest = std::fabs(v[j]) > largest ? std::fabs(v[j]) : largest;
    }
    if (largest > s.max_abs) s.max_abs = largest;
    if (largest == 0) return;
    if (largest > 1e-15f && largest < 1e18f) {
        s.sum += static_cast<double>(sum);
        s.sum_squares += static_cast<double>(squares);
        return;
    }
    for (int j = 0; j < kRun; ++j) {
        const double d = v[j];
        s.sum += d;
        s.sum_squares += d * d;
    }
}

/// First stage. T: float or Half.
template <class T>
struct SlabSumsBody {
    static constexpr int kThreads = 256, kRun = 8;
    struct Thread {
        int index = 0;
    };
    ChannelSums p;
    int slabs;

    Launch launch() const {
        const int groups = p.channels == 0 ? 0 : ceil_div(p.channels, 2 * kPairsPerBlock);
        return {slabs, groups, 1, kThreads, kThreads * 2 * sizeof(ChannelSum)};
    }

    template <class Phases>
    UNSTUCK_HD void run(Block block, char* shared, Phases&& phase) const {
        auto* items = reinterpret_cast<ChannelSum*>(shared); // [lanes][pairs][2]
        const int pairs = pairs_per_block(), lanes = kThreads / pairs;
        phase([&](Thread& t) {
            if (t.index >= lanes * pairs) return;
            ChannelSum sums[2];
            sum_pair(block, t.index % pairs, t.index / pairs, sums);
            items[2 * t.index] = sums[0];
            items[2 * t.index + 1] = sums[1];
        });
        fold_rows(items, lanes, 2 * pairs, phase, [](const ChannelSum& a, const ChannelSum& b) { return added(a, b); });
        phase([&](Thread& t) {
            const int channel = block.y * 2 * pairs + t.index;
            if (t.index < 2 * pairs && channel < p.channels)
                p.scratch[static_cast<long long>(channel) * slabs + block.x] = items[t.index];
        });
    }

  private:
    struct alignas(2 * sizeof(T)) Pair { // one load
        T v[2];
    };

    UNSTUCK_HD int pairs_per_block() const {
        return p.channels < 2 * kPairsPerBlock ? ceil_div(p.channels, 2) : kPairsPerBlock;
    }

    UNSTUCK_HD void sum_pair(Block block, int column, int lane, ChannelSum (&sums)[2]) const {
        const int pairs = pairs_per_block(), lanes = kThreads / pairs, pair = block.y * pairs + column;
        if (2 * pair >= p.channels) return;
        const int pixels = p.x.height * p.x.width, slab = ceil_div(pixels, slabs), first = block.x * slab;
        const int end = pixels - first < slab ? pixels : first + slab;
        const auto* data = static_cast<const Pair*>(p.x.data) + pair;
        for (int at = first + lane; at < end; at += lanes * kRun) {
            Pair loaded[kRun];
            for (int j = 0; j < kRun; ++j) { // all loads before any sum: many are under way at once
                const int pixel = at + j * lanes;
                loaded[j] = pixel < end ? data[static_cast<long long>(pixel) * (p.x.channels / 2)] : Pair{};
            }
            for (int k = 0; k < 2; ++k) {
                float values[kRun];
                for (int j = 0; j < kRun; ++j) values[j] = to_float(loaded[j].v[k]);
                add_run(sums[k], values);
            }
        }
    }
};

/// Second stage: a block per channel; without slabs it writes zeros.
struct JoinSlabsBody {
    static constexpr int kThreads = 128;
    struct Thread {
        int index = 0;
    };
    ChannelSums p;
    int slabs;

    Launch launch() const { return {p.channels, 1, 1, kThreads, kThreads * sizeof(ChannelSum)}; }

    template <class Phases>
    UNSTUCK_HD void run(Block block, char* shared, Phases&& phase) const {
        auto* items = reinterpret_cast<ChannelSum*>(shared);
        phase([&](Thread& t) {
            ChannelSum sum;
            const ChannelSum* own = p.scratch + static_cast<long long>(block.x) * slabs;
            for (int i = t.index; i < slabs; i += kThreads) sum = added(sum, own[i]);
            items[t.index] = sum;
        });
        fold_rows(items, kThreads, 1, phase, [](const ChannelSum& a, const ChannelSum& b) { return added(a, b); });
        phase([&](Thread& t) {
            if (t.index == 0) p.out[block.x] = items[0];
        });
    }
};

} // namespace unstuck::cuda
