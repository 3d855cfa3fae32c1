#pragma once
#include "core/ops/cpu/nhwc.hpp"

#include <memory>

namespace unstuck::cpu {

/// 3x3 convolutions by fewer products (Winograd 1980; Lavin and Gray 2016): tiles of the input are transformed,
/// multiplied with transformed weights by one GEMM per position, and transformed back.
///
///  * same: stride 1, F(4x4, 3x3), 36 products for 16 results instead of 144;
///  * up2: transposed with stride 2. Its even rows (and columns) are a two-tap convolution, F(3, 2), its odd ones a
///  single
///    product: 49 products for 36 results instead of 81.
enum class WinogradKind { same, up2 };

/// Transformed weights. Immutable: made once per model.
struct WinogradWeights {
    WinogradKind kind = WinogradKind::same;
    int in_channels = 0, out_channels = 0; ///< Rounded up to kChannelGroup.
    std::shared_ptr<const float> panels;   ///< [positions] of packed [in, out], 64-byte aligned.
    std::size_t position_size = 0;         ///< Floats of one.
    std::size_t bytes() const;
};

/// weight [out, in, 3, 3]: correlated for `same`; for `up2` y[2 j + k] += x[j] weight[k] on both axes.
WinogradWeights transform_weights(const float* weight, int out, int in, WinogradKind kind, const Pool& pool);

/// Floats of scratch memory that winograd() needs for a y of that size or less and that many workers.
std::size_t winograd_scratch(const WinogradWeights& weights, int height, int width, int workers);

/// y = finish(conv(x * style)). x [H, W, in], style [in] with zeros beyond the real channels. `same`: `padding` zeros
/// on each side, of the result [H + 2 padding - 2, W + 2 padding - 2, out]; `up2`: padding is ignored, of the result [2
/// H + 1, 2 W + 1, out], y takes y.height rows from `first_row` (a multiple of 6 for up2) on.
void winograd(const WinogradWeights& weights, const Nhwc& x, const float* style, int padding, const Finish& finish,
              const Nhwc& y, int first_row, float* scratch, const Pool& pool);

} // namespace unstuck::cpu
