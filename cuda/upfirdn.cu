#include "cuda/check.h"
#include "cuda/upfirdn.h"

namespace unstuck::cuda {

namespace {

// One thread per result: the general kernel that any faster one is held to.
__global__ void upfirdn_kernel(Upfirdn p, float* y) {
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    for (int row = blockIdx.y; row < p.rows; row += gridDim.y)
        if (i < p.n_out) y[static_cast<long long>(row) * p.n_out + i] = upfirdn_at<float>(p, row, i);
}

} // namespace

void upfirdn_cuda(const Upfirdn& p, float* y, Stream stream) {
    if (p.rows == 0 || p.n_out == 0) return;
    constexpr int kBlock = 128, kMostRows = 65535;
    const dim3 grid((p.n_out + kBlock - 1) / kBlock, p.rows < kMostRows ? p.rows : kMostRows);
    upfirdn_kernel<<<grid, kBlock, 0, stream>>>(p, y);
    UNSTUCK_CUDA_CHECK(cudaGetLastError());
}

} // namespace unstuck::cuda
