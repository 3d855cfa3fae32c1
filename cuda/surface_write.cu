#include "cuda/check.h"
#include "cuda/half.h"
#include "cuda/surface_write.h"

namespace unstuck::cuda {

namespace {

__global__ void surface_write_kernel(SurfaceWrite p) {
    const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    const int y = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
    if (x >= p.width || y >= p.height) return;
    const auto v = reinterpret_cast<const float4*>(p.rgba)[static_cast<long long>(y) * p.width + x];
    const auto h = make_ushort4(from_float<Half>(v.x).bits, from_float<Half>(v.y).bits, from_float<Half>(v.z).bits,
                                from_float<Half>(v.w).bits);
    surf2Dwrite(h, static_cast<cudaSurfaceObject_t>(p.surface), x * static_cast<int>(sizeof h), y);
}

} // namespace

void surface_write_cuda(const SurfaceWrite& p, Stream stream) {
    if (p.width <= 0 || p.height <= 0) return;
    const dim3 block(32, 8);
    const dim3 grid(static_cast<unsigned>(ceil_div(p.width, 32)), static_cast<unsigned>(ceil_div(p.height, 8)));
    surface_write_kernel<<<grid, block, 0, stream>>>(p);
    UNSTUCK_CUDA_CHECK(cudaGetLastError());
}

} // namespace unstuck::cuda
