#include "cuda/module.h"

#include <cstdio>
#include <cuda_runtime.h>

namespace {

int describe(char* text, size_t size) {
    int devices = 0, driver = 0, runtime = 0;
    const auto error = cudaGetDeviceCount(&devices);
    if (error != cudaSuccess) {
        std::snprintf(text, size, "no GPU: %s; the CPU computes", cudaGetErrorString(error));
        return 0;
    }
    cudaDriverGetVersion(&driver);
    cudaRuntimeGetVersion(&runtime);
    size_t used = 0;
    for (int i = 0; i < devices && used < size; ++i) {
        cudaDeviceProp p{};
        if (cudaGetDeviceProperties(&p, i) != cudaSuccess) continue;
        used += static_cast<size_t>(std::snprintf(text + used, size - used, "%s%s (sm_%d%d, %.0f GiB)", i ? ", " : "",
                                                  p.name, p.major, p.minor,
                                                  static_cast<double>(p.totalGlobalMem) / (1 << 30)));
    }
    if (used < size)
        std::snprintf(text + used, size - used, "; driver %d.%d, runtime %d.%d; this version computes on the CPU",
                      driver / 1000, driver % 1000 / 10, runtime / 1000, runtime % 1000 / 10);
    return devices;
}

} // namespace

extern "C" __attribute__((visibility("default"))) const unstuck_cuda_functions* unstuck_cuda_table() {
    static const unstuck_cuda_functions table{UNSTUCK_CUDA_ABI, describe};
    return &table;
}
