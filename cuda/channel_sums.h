#pragma once
// Numbers about each channel of a layer, in one pass.
#include "cuda/types.h"

#include <algorithm>

namespace unstuck::cuda {

/// Of one channel's finite values; the others count as 0.
struct ChannelSum {
    double sum = 0, sum_squares = 0;
    float max_abs = 0;
    unsigned not_finite = 0;
};

struct ChannelSums {
    Images x;                      ///< Sample 0 is read.
    int channels = 0;              ///< Logical ones.
    ChannelSum* out = nullptr;     ///< [channels], overwritten.
    ChannelSum* scratch = nullptr; ///< [channel_sums_scratch(*this)], overwritten; the reference needs none.
};

/// Parts of the image that are summed on their own first: a function of the sizes alone, so the order of additions is,
/// too.
inline int channel_sums_slabs(const ChannelSums& p) {
    constexpr int kBlocks = 512;        // fill the largest GPU, yet leave little to the second stage
    constexpr int kPixelsAtLeast = 512; // in a slab: its block's own reduction has to be worth it
    const int groups = std::max(ceil_div(p.channels, 64), 1);
    return std::min(std::max(kBlocks / groups, 1), ceil_div(p.x.n > 0 ? p.x.height * p.x.width : 0, kPixelsAtLeast));
}

/// Entries that the kernels' scratch needs.
inline long long channel_sums_scratch(const ChannelSums& p) {
    return static_cast<long long>(channel_sums_slabs(p)) * p.channels;
}

void channel_sums_ref(const ChannelSums& p);
void channel_sums_emulated(const ChannelSums& p);
void channel_sums_cuda(const ChannelSums& p, Stream stream);

} // namespace unstuck::cuda
