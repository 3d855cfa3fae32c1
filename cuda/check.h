#pragma once
#include <cuda_runtime.h>
#include <stdexcept>
#include <string>

namespace unstuck::cuda {

inline void check(cudaError_t error, const char* file, int line) {
    if (error != cudaSuccess)
        throw std::runtime_error(std::string(file) + ":" + std::to_string(line) + ": " + cudaGetErrorString(error));
}

} // namespace unstuck::cuda

#define UNSTUCK_CUDA_CHECK(call) ::unstuck::cuda::check((call), __FILE__, __LINE__)
