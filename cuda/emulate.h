#pragma once
// Runs a kernel's body on the processor, block by block, phase by phase: what lies between two barriers runs for each
// thread of a block in turn. The body is the very code that the GPU runs, so its indices, tiles and barriers are tested
// without one.
//
// A body is a struct of plain values with
//     struct Thread { .. };                      what a GPU thread keeps in registers from phase to phase; its `index`
//     is set Launch launch() const;                     grid, block and shared bytes: a pure function template <class
//     Phases> UNSTUCK_HD void run(Block block, char* shared, Phases&& phase) const;
// and calls phase([&](Thread& t) { .. }) for each phase: all threads finish one before any starts the next.
#include "cuda/types.h"

#include <vector>

namespace unstuck::cuda {

struct Block {
    int x = 0, y = 0, z = 0;
};

struct Launch {
    int grid_x = 0, grid_y = 1, grid_z = 1; ///< Blocks; nothing runs when any is 0.
    int threads = 1;                        ///< Per block, one-dimensional.
    std::size_t shared_bytes = 0;
    bool empty() const { return grid_x <= 0 || grid_y <= 0 || grid_z <= 0; }
};

#ifdef __CUDACC__

/// One thread's phases on the GPU.
template <class Thread>
struct GpuPhases {
    Thread thread;
    template <class F>
    __device__ void operator()(F f) {
        f(thread);
        __syncthreads();
    }
};

template <class Body>
__device__ void run_body(const Body& body, char* shared) {
    GpuPhases<typename Body::Thread> phases{};
    phases.thread.index = static_cast<int>(threadIdx.x);
    body.run(Block{static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.y), static_cast<int>(blockIdx.z)}, shared,
             phases);
}

#else

template <class Thread>
struct HostPhases {
    std::vector<Thread>& threads;
    template <class F>
    void operator()(F f) {
        for (auto& t : threads) f(t);
    }
};

/// Shared memory starts as NaNs: what a phase reads and no phase wrote is seen in the results.
template <class Body>
void emulate(const Body& body) {
    const Launch l = body.launch();
    if (l.empty()) return;
    std::vector<char> shared(l.shared_bytes);
    for (int z = 0; z < l.grid_z; ++z)
        for (int y = 0; y < l.grid_y; ++y)
            for (int x = 0; x < l.grid_x; ++x) {
                shared.assign(l.shared_bytes, static_cast<char>(0xff));
                std::vector<typename Body::Thread> threads(static_cast<std::size_t>(l.threads));
                for (int i = 0; i < l.threads; ++i) threads[static_cast<std::size_t>(i)].index = i;
                HostPhases<typename Body::Thread> phases{threads};
                body.run(Block{x, y, z}, shared.data(), phases);
            }
}

#endif

} // namespace unstuck::cuda
