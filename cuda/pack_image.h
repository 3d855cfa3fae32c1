#pragma once
// From a layer's channels to what a texture holds.
#include "cuda/types.h"

namespace unstuck::cuda {

/// rgba[y, x] = (channels first .. first + count of sample 0) * scale, clamped to +-clamp when that is positive;
/// missing colours are 0, a missing alpha is 1. NaN stays NaN.
struct PackImage {
    Images x;
    int first_channel = 0, count = 3; ///< 1 to 4.
    float scale = 1, clamp = 0;
    float* rgba = nullptr; ///< [height, width, 4]
};

void pack_image_ref(const PackImage& p);
void pack_image_emulated(const PackImage& p);
void pack_image_cuda(const PackImage& p, Stream stream);

} // namespace unstuck::cuda
