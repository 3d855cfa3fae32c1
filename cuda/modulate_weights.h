#pragma once
// A convolution's weights with style and demodulation folded in, once per frame: for a batch of one that is less
// traffic than scaling the activations (T-1024: 80 MB of weights against 1.3 GB).
#include "cuda/types.h"

namespace unstuck::cuda {

/// What the style vector is divided by first.
enum class StyleScale : std::uint8_t {
    none,
    rms,     ///< Its root mean square: the alias-free networks.
    max_abs, ///< Its largest magnitude: StyleGAN2 in float16.
};

/// y[o, i, t] = gain s_i w[o, i, t] d_o,  s = styles / their StyleScale,  d_o = rsqrt(sum_it (s_i w[o, i, t])^2 + 1e-8)
/// with demodulation, else 1. Computed in float32 and rounded once. Elements of y that are none of these stay as they
/// are.
struct ModulateWeights {
    const float* weight = nullptr; ///< [out, taps, in]
    const float* styles = nullptr; ///< [in]
    int out = 0, in = 0, taps = 1;
    StyleScale style_scale = StyleScale::none;
    bool demodulate = true;
    float gain = 1;
    void* y = nullptr;
    Element element = Element::f32;
    long long stride_out = 0, stride_in = 1, stride_tap = 0; ///< Of y, in elements.
};

void modulate_weights_ref(const ModulateWeights& p);
void modulate_weights_emulated(const ModulateWeights& p);
void modulate_weights_cuda(const ModulateWeights& p, Stream stream);

} // namespace unstuck::cuda
