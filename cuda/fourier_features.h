#pragma once
// The alias-free networks' input: Fourier features on a grid, moved by the learned pose of w and the user's transform.
#include "cuda/types.h"

namespace unstuck::cuda {

/// With (r_c, r_s, t_x, t_y) = pose / |(r_c, r_s)| and T = R(r) T(-t) transform:
///   f' = f T[0:2, 0:2],  phase' = phase + f . T[0:2, 2]
///   y[c] = clamp(1 - (|f'| - bandwidth) / (rate / 2 - bandwidth), 0, 1) sin(2 pi (f' . position + phase'))
/// at pixel centres of a width x height grid of `sampling_rate` samples per image side, centred on the origin.
/// Source: Karras et al. 2021, appendix "Fourier features"; golden: ops.json (synthesis_input).
struct FourierFeatures {
    const float* pose = nullptr;      ///< [4], raw: what the affine of w gives.
    const float* transform = nullptr; ///< [3, 3] row by row: the inverse of the image's transform.
    const float* freqs = nullptr;     ///< [channels, 2], cycles per image side.
    const float* phases = nullptr;    ///< [channels], in turns.
    int channels = 0;                 ///< Logical ones; the others of y become 0.
    float sampling_rate = 1, bandwidth = 0;
    Images y; ///< n = 1.
};

void fourier_features_ref(const FourierFeatures& p);
void fourier_features_emulated(const FourierFeatures& p);
void fourier_features_cuda(const FourierFeatures& p, Stream stream);

} // namespace unstuck::cuda
