#pragma once
#include "core/ops/cpu/nhwc.hpp"

#include <memory>

namespace unstuck::cpu {

/// Weights of a plain convolution in panels. Immutable: made once per model.
struct DirectWeights {
    int in_channels = 0, out_channels = 0; ///< Rounded up to kChannelGroup.
    int kernel = 1;
    std::shared_ptr<const float> panels; ///< [kernel] rows of taps, each packed [kernel * in, out].
    std::size_t row_size = 0;            ///< Floats of one row of taps.
    std::size_t bytes() const { return static_cast<std::size_t>(kernel) * row_size * sizeof(float); }
};

/// weight [out, in, kernel, kernel].
DirectWeights pack_weights(const float* weight, int out, int in, int kernel);

/// Floats of scratch memory that direct_conv() needs for that many workers.
std::size_t direct_scratch(const DirectWeights& weights, int workers);

/// y = finish(correlate(x * style)), stride 1, by one GEMM per row of taps. x [H, W, in], style [in] with zeros beyond
/// the real channels, `padding` zeros on each side. Of the result [H + 2 padding - kernel + 1, likewise, out], y takes
/// y.height rows from `first_row` on.
void direct_conv(const DirectWeights& weights, const Nhwc& x, const float* style, int padding, const Finish& finish,
                 const Nhwc& y, int first_row, float* scratch, const Pool& pool);

} // namespace unstuck::cpu
