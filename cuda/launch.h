#pragma once
// A body (see emulate.h) as a kernel. Only for nvcc.
#include "cuda/check.h"
#include "cuda/emulate.h"

namespace unstuck::cuda {

template <class Body>
__global__ void __launch_bounds__(Body::kThreads) body_kernel(Body body) {
    extern __shared__ __align__(16) char shared[];
    run_body(body, shared);
}

/// Queues the body: at most Body::kThreads threads per block, at most 48 KiB of shared memory. Neither allocates nor
/// waits, so a capturing stream records it.
template <class Body>
void launch_body(const Body& body, Stream stream) {
    const Launch l = body.launch();
    if (l.empty()) return;
    const dim3 grid(static_cast<unsigned>(l.grid_x), static_cast<unsigned>(l.grid_y), static_cast<unsigned>(l.grid_z));
    body_kernel<<<grid, static_cast<unsigned>(l.threads), l.shared_bytes, stream>>>(body);
    UNSTUCK_CUDA_CHECK(cudaGetLastError());
}

} // namespace unstuck::cuda
