#include "core/engine/gpu.hpp"

#include "cuda/module.h"

#include <dlfcn.h>
#include <filesystem>

namespace unstuck::engine {

namespace {

std::string module_path() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    return (error ? std::filesystem::path(".") : program.parent_path()) / "libunstuck_cuda.so";
}

GpuStatus look() {
    GpuStatus status;
    const auto path = module_path();
    if (!std::filesystem::exists(path)) {
        status.text = "built without CUDA (nvcc was not found): the CPU computes";
        return status;
    }
    void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char* why = ::dlerror();
        status.text = std::string("the CUDA module cannot be opened: ") + (why ? why : "unknown reason");
        return status;
    }
    const auto entry = reinterpret_cast<unstuck_cuda_entry>(::dlsym(handle, UNSTUCK_CUDA_ENTRY));
    const auto* table = entry ? entry() : nullptr;
    if (!table || table->abi != UNSTUCK_CUDA_ABI) {
        status.text = "the CUDA module belongs to another version of this program";
        return status;
    }
    status.module_found = true;
    char text[512] = "";
    status.devices = table->describe(text, sizeof text);
    status.text = text;
    return status;
}

} // namespace

const GpuStatus& gpu_status() {
    static const GpuStatus status = look();
    return status;
}

} // namespace unstuck::engine
