#pragma once
#include <cstdint>
#include <string>
#include <vector>

struct unstuck_cuda_functions; // cuda/module.h

namespace unstuck::engine {

struct GpuDevice {
    int index = 0; ///< As the CUDA runtime counts.
    std::string name;
    int major = 0, minor = 0; ///< Compute capability.
    std::uint64_t memory_bytes = 0;
    bool usable = false;
    std::string why_not; ///< When it is not usable: the reason and the mend.
};

struct GpuStatus {
    bool module_found = false; ///< The CUDA module is there, and could be opened if that was tried.
    bool has_torch = false;    ///< LibTorch's CUDA half came with it.
    std::vector<GpuDevice> devices;
    int driver = 0, runtime = 0; ///< As CUDA counts: 13000 is 13.0. 0: unknown.
    std::string architectures;   ///< What the kernels were compiled for.
    std::string text;            ///< One line for people: the devices, or why there are none.

    bool can_compute() const;
};

/// Looks for the CUDA module beside the program and opens it. main() calls this before anything else touches LibTorch,
/// which remembers at the first question whether it has a CUDA half: opened later, half of it would stay missing. A
/// machine without an NVIDIA driver (no libcuda.so.1) loads nothing and pays nothing. UNSTUCK_CUDA_MODULE in the
/// environment: "off" hides the module; a path opens that file, driver or not. The first call does the work; safe on
/// any thread. tests/unit/gpu_door_test.cpp.
const GpuStatus& gpu_status();

/// The module's functions; null unless at least one device can compute.
const unstuck_cuda_functions* gpu_functions();

/// What gpu_status() does once it has a path. *table is null when the file cannot be used as a module, whatever the
/// devices.
GpuStatus open_gpu_module(const std::string& path, const unstuck_cuda_functions** table);

/// Asks a module what there is; `table` may be of another version.
GpuStatus describe_gpus(const unstuck_cuda_functions& table);

} // namespace unstuck::engine
