#pragma once
#include "core/ops/fused.hpp"
#include "core/ops/styled_conv.hpp"

namespace unstuck::ops {

/// Where the time went.
struct FilteredConvTimes {
    double conv_ms = 0, filter_ms = 0;
};

/// Most that lies between a convolution and its filter at a time.
inline constexpr std::int64_t kBandFloats = std::int64_t{12} << 20;

/// A styled convolution and the filtered leaky ReLU after it: x [N, I, H, W] -> [N, O, H', W']. What lies between them
/// exists as a band of rows only when it is large, since the largest networks would not fit into memory otherwise.
at::Tensor filtered_conv(const StyledConv& conv, const StyledConv::Modulation& modulation, const at::Tensor& bias,
                         const FusedFilteredLrelu& filter, const at::Tensor& x, const BufferPool& pool,
                         const cpu::Pool& threads, FilteredConvTimes& times, std::int64_t band_floats = kBandFloats);

} // namespace unstuck::ops
