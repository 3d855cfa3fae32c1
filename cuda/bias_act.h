#pragma once
// What ends a convolution without filters.
#include "cuda/types.h"

namespace unstuck::cuda {

/// y = activate(x + noise_gain noise + bias) scale: activate as in filtered_lrelu.h. x and y may be the same buffer.
struct BiasAct {
    Images x, y;                          ///< Same shape; elements may differ.
    const float* bias = nullptr;          ///< [channels], or null.
    const float* noise = nullptr;         ///< [height, width], or null.
    const float* noise_gain = nullptr;    ///< One number, in the images' memory; null: 1.
    float slope = 1, gain = 1, clamp = 0; ///< clamp <= 0: none.
    float scale = 1;
    NumberCounts* counts = nullptr;
};

void bias_act_ref(const BiasAct& p);
void bias_act_emulated(const BiasAct& p);
void bias_act_cuda(const BiasAct& p, Stream stream);

} // namespace unstuck::cuda
