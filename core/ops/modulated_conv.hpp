#pragma once
#include "core/ops/upfirdn2d.hpp"

namespace unstuck::ops {

/// Over what the alias-free style pre-normalisation takes its mean square. The official code uses the whole batch,
/// which mixes the samples of a batch; our own frames are normalised per sample, so that a picture does not depend on
/// its neighbours. For a batch of one both are the same.
enum class StyleNorm { whole_batch, per_sample };

struct ModulatedConvParams {
    bool demodulate = true;
    int pad_y = 0, pad_x = 0;
    at::Tensor input_gain; ///< Undefined, scalar, [I] or [N, I].
    StyleNorm style_norm = StyleNorm::whole_batch;
};

/// Alias-free modulated convolution: x [N, I, H, W], w [O, I, kh, kw], s [N, I].
/// Source: Karras et al. 2021, appendix; golden: ops.json (modulated_conv2d_sg3).
at::Tensor modulated_conv2d(const at::Tensor& x, const at::Tensor& w, const at::Tensor& s,
                            const ModulatedConvParams& p);

struct ResampleConvParams {
    int up = 1, down = 1;
    Padding pad;
    int groups = 1;
    bool flip_weight = true; ///< true: correlation, as neural networks have it.
    bool flip_filter = false;
};

/// Upsample by f, convolve, downsample by f, with the official paddings. Golden: ops.json (conv2d_resample).
at::Tensor conv2d_resample(const at::Tensor& x, const at::Tensor& w, const at::Tensor& f, const ResampleConvParams& p);

/// StyleGAN2's modulated convolution with noise: x [N, I, H, W], w [O, I, kh, kw], s [N, I], noise undefined, [H, W] or
/// [N, 1, H, W]. params.groups is ignored. Golden: ops.json (modulated_conv2d_sg2).
at::Tensor modulated_conv2d_resample(const at::Tensor& x, const at::Tensor& w, const at::Tensor& s,
                                     const at::Tensor& noise, const at::Tensor& f, bool demodulate,
                                     const ResampleConvParams& params);

/// Its transposed convolution with stride 2 and demodulation alone, before any filter: [N, O, 2 H + 1, 2 W + 1] for a
/// 3x3 kernel.
at::Tensor modulated_conv2d_up(const at::Tensor& x, const at::Tensor& w, const at::Tensor& s);

} // namespace unstuck::ops
