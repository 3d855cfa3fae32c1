#pragma once
#include "core/model/generator.hpp"
#include "core/ops/styled_conv.hpp"

namespace unstuck::model {

/// The alias-free network's input: Fourier features sampled on a grid, moved by any affine transform.
struct FourierInput {
    at::Tensor freqs;                      ///< [channels, 2], cycles per image side.
    at::Tensor phases;                     ///< [channels], in turns.
    at::Tensor weight;                     ///< [channels, channels]
    at::Tensor affine_weight, affine_bias; ///< w -> (r_c, r_s, t_x, t_y)
    int width = 0, height = 0;             ///< Samples.
    double sampling_rate = 0, bandwidth = 0;

    std::optional<ops::StyledConv> mix; ///< The fast path's `weight`.

    /// Takes the fast path from now on.
    void prepare();

    /// w [N, w_dim], transform [3, 3] or [N, 3, 3] (the inverse of the image's transform) -> features [N, channels, H,
    /// W]. Source: Karras et al. 2021, appendix "Fourier features"; golden: ops.json (synthesis_input).
    at::Tensor operator()(const at::Tensor& w, const at::Tensor& transform, const ops::BufferPool& buffers = {}) const;

    /// The pose of w [1, w_dim].
    LearnedPose pose_of(const at::Tensor& w) const;

  private:
    at::Tensor sample(const at::Tensor& f, const at::Tensor& phase, const at::Tensor& amplitude) const;
    at::Tensor sample_fast(const at::Tensor& f, const at::Tensor& phase, const at::Tensor& amplitude,
                           const ops::BufferPool& buffers) const;
};

} // namespace unstuck::model
