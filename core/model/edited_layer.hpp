#pragma once
#include "core/model/layer_sampling.hpp"
#include "core/model/types.hpp"
#include "core/ops/activation.hpp"
#include "core/ops/buffer_pool.hpp"

#include <functional>

namespace unstuck::model {

/// An edited layer's filters as tensors, and how they are applied.
class EditedEnd {
  public:
    explicit EditedEnd(const LayerSampling& sampling);

    /// What follows the convolution: y [N, C, in_size, in_size] with bias and noise in it -> [N, C, out_size,
    /// out_size]. Any device and dtype; float32 on the processor takes the fused kernel where it can express the
    /// filters.
    at::Tensor operator()(const at::Tensor& y, const ops::BufferPool& buffers) const;

    /// How many values of that y the clamp cuts off, at the raised rate. Computed anew, by the formula.
    std::int64_t count_clamped(const at::Tensor& y) const;

    const LayerSampling& sampling() const { return sampling_; }
    const ops::FilteredLreluParams& params() const { return params_; }
    const at::Tensor& up_taps() const { return up_; } ///< Undefined for no filter and for an ideal one.
    const at::Tensor& down_taps() const { return down_; }
    bool by_fft() const { return by_fft_; }

  private:
    LayerSampling sampling_;
    ops::FilteredLreluParams params_;
    at::Tensor up_, down_;
    bool by_fft_ = false;
};

/// The taps of a design as a tensor, [n] or [n, n]; undefined for none.
at::Tensor tensor_of(const signal::FilterTaps& taps);

/// Filters x with `pad` by any design, without resampling: H' = H + y0 + y1 - (taps - 1).
at::Tensor apply_design(const FilterDesign& design, const at::Tensor& x, const ops::Padding& pad, double gain,
                        const ops::BufferPool& buffers);

/// x raised by the design's factor, as the official upsample2d does.
at::Tensor raise_by_design(const FilterDesign& design, const at::Tensor& x, const ops::BufferPool& buffers);

/// Zeros beyond the middle `side` samples of each axis, in place.
at::Tensor& clear_margin(at::Tensor& x, double side);

/// Unit noise that stays on the screen: [side, side], always the same for a layer.
at::Tensor screen_noise(std::size_t layer, int side, const at::TensorOptions& options);

/// x sampled at the positions that the image's inverse transform gives: bilinear, zeros beyond its samples.
at::Tensor move_pixels(const at::Tensor& x, const Matrix3& inverse_transform, double sampling_rate);

/// A filter's taps as the model stores them; empty for none.
std::vector<double> own_taps(const at::Tensor& filter);

/// The edit of a layer in effect; null when there is none.
const LayerEdit* find_edit(const std::shared_ptr<const Edits>& edits, const std::string& layer);

/// Appends an edit to a layer's cache key.
void append_edit(const std::shared_ptr<const Edits>& edits, const std::string& layer, std::string& key);

} // namespace unstuck::model
