#pragma once
// Writing float32 pixels into a half-precision OpenGL texture: the one conversion that a copy cannot do.
#include "cuda/types.h"

namespace unstuck::cuda {

/// surface[y, x] = half(rgba[y, x])
struct SurfaceWrite {
    unsigned long long surface = 0; ///< cudaSurfaceObject_t over a two-dimensional array of 4 halves.
    const float* rgba = nullptr;    ///< [height, width, 4], aligned to 16 bytes, device memory.
    int width = 0, height = 0;
};

void surface_write_cuda(const SurfaceWrite& p, Stream stream);

} // namespace unstuck::cuda
