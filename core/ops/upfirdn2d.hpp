#pragma once
#include <ATen/core/Tensor.h>
#include <array>
#include <optional>
#include <vector>

namespace unstuck::ops {

/// Padding on the upsampled grid, in samples; negative crops.
struct Padding {
    int x0 = 0, x1 = 0, y0 = 0, y1 = 0;
};

struct UpfirdnParams {
    int up_x = 1, up_y = 1, down_x = 1, down_y = 1;
    Padding pad;
    double gain = 1;
    bool flip_filter = false; ///< Correlate instead of convolving.
};

/// Zero-insert by `up`, pad or crop, convolve with f (valid part), keep every `down`-th sample.
/// x [N, C, H, W], any floating dtype; f [taps] (separable, applied on both axes) or [fh, fw], undefined = no filter.
/// Result [N, C, H', W'] with W' = (W up + x0 + x1 - fw + down) / down, floored. Throws std::invalid_argument when
/// the padded input is smaller than the filter. Source: StyleGAN2's upfirdn2d; golden: tests/golden/ops.*.
at::Tensor upfirdn2d(const at::Tensor& x, const at::Tensor& f, const UpfirdnParams& p);

/// The official automatic padding on top of `pad`: with it, upsampling multiplies and downsampling divides the size
/// exactly.
Padding padding_for_up(const at::Tensor& f, int up_x, int up_y, Padding pad);
Padding padding_for_down(const at::Tensor& f, int down_x, int down_y, Padding pad);

/// upfirdn2d with the official automatic padding, which keeps (filter), multiplies (up) or divides (down) the size.
at::Tensor filter2d(const at::Tensor& x, const at::Tensor& f, Padding pad = {}, bool flip = false, double gain = 1);
at::Tensor upsample2d(const at::Tensor& x, const at::Tensor& f, int up_x, int up_y, Padding pad = {}, bool flip = false,
                      double gain = 1);
at::Tensor downsample2d(const at::Tensor& x, const at::Tensor& f, int down_x, int down_y, Padding pad = {},
                        bool flip = false, double gain = 1);

/// A filter from its taps: normalised to unit DC gain, 1-D filters of fewer than 8 taps made 2-D by an outer product
/// unless `separable` says otherwise. taps is 0-D, 1-D or 2-D. Source: official setup_filter; golden: ops.json.
at::Tensor setup_filter(const at::Tensor& taps, bool normalize = true, bool flip = false, double gain = 1,
                        std::optional<bool> separable = std::nullopt);

} // namespace unstuck::ops
