#pragma once
// How a failed CUDA call leaves a launcher: as an exception that keeps the error's number.
#include <cuda_runtime.h>
#include <stdexcept>
#include <string>

namespace unstuck::cuda {

/// A CUDA call failed. `code` is its cudaError_t: cuda/module/messages.h makes a sentence for people of it.
struct Error : std::runtime_error {
    Error(cudaError_t error, const char* file, int line)
        : std::runtime_error(std::string(file) + ":" + std::to_string(line) + ": " + cudaGetErrorString(error)),
          code(static_cast<int>(error)) {}
    int code;
};

inline void check(cudaError_t error, const char* file, int line) {
    if (error != cudaSuccess) throw Error(error, file, line);
}

} // namespace unstuck::cuda

#define UNSTUCK_CUDA_CHECK(call) ::unstuck::cuda::check((call), __FILE__, __LINE__)
