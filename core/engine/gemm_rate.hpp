#pragma once
#include <functional>

namespace unstuck::model {
class Generator;
}

namespace unstuck::engine {

/// How fast this machine multiplies matrices at a model's own shapes, on ATen's current number of threads: the direct
/// convolution of each layer as one product [pixels, k^2 C_in] x [k^2 C_in, C_out] by LibTorch's BLAS (at::mm).
struct GemmRate {
    double gflops = 0;   ///< All layers' operations over their summed times; 0 when stopped.
    double floor_ms = 0; ///< All of the model's convolution operations at that rate: the floor of direct convolution.
};

/// Takes about half a second for a 256-px model. `stop` is asked between layers.
GemmRate measure_gemm_rate(const model::Generator& generator, const std::function<bool()>& stop = {});

} // namespace unstuck::engine
