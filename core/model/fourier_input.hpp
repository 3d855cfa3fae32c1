#pragma once
#include "core/model/generator.hpp"

namespace unstuck::model {

/// The alias-free network's input: Fourier features sampled on a grid, moved by any affine transform.
struct FourierInput {
    at::Tensor freqs;                      ///< [channels, 2], cycles per image side.
    at::Tensor phases;                     ///< [channels], in turns.
    at::Tensor weight;                     ///< [channels, channels]
    at::Tensor affine_weight, affine_bias; ///< w -> (r_c, r_s, t_x, t_y)
    int width = 0, height = 0;             ///< Samples.
    double sampling_rate = 0, bandwidth = 0;

    /// w [N, w_dim], transform [3, 3] or [N, 3, 3] (the inverse of the image's transform) -> features [N, channels, H,
    /// W]. Source: Karras et al. 2021, appendix "Fourier features"; golden: ops.json (synthesis_input).
    at::Tensor operator()(const at::Tensor& w, const at::Tensor& transform) const;
};

} // namespace unstuck::model
