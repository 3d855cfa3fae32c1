#include "core/engine/gpu.hpp"

#include "cuda/module.h"
#include "cuda/module/messages.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>

namespace unstuck::engine {

namespace {

namespace fs = std::filesystem;

fs::path module_path() {
    std::error_code error;
    const auto program = fs::read_symlink("/proc/self/exe", error);
    return (error ? fs::path(".") : program.parent_path()) / "libunstuck_cuda.so";
}

/// What the CUDA runtime would look for. Asked first, since LibTorch's CUDA half costs 0.2 s and 350 MB to load.
bool driver_installed() { return ::dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL) != nullptr; }

std::string device_text(const GpuDevice& d) {
    char text[200];
    std::snprintf(text, sizeof text, "%s (sm_%d%d, %.0f GiB)", d.name.c_str(), d.major, d.minor,
                  static_cast<double>(d.memory_bytes) / (1 << 30));
    return d.usable ? text : d.why_not;
}

std::string status_text(const GpuStatus& s) {
    std::string text;
    for (const auto& d : s.devices) text += (text.empty() ? "" : ", ") + device_text(d);
    if (s.driver > 0) text += "; driver " + cuda::version_text(s.driver) + ", runtime " + cuda::version_text(s.runtime);
    if (!s.has_torch) text += "; LibTorch's CUDA half is not here, UNSTUCK_CUDA=on ./run fetches it";
    return s.can_compute() ? text : text + ": the CPU computes";
}

GpuDevice ask_device(const unstuck_cuda_functions& table, int index) {
    GpuDevice out;
    out.index = index;
    unstuck_cuda_device d{};
    if (const char* why = table.device(index, &d)) {
        out.why_not = "GPU " + std::to_string(index) + ": " + why;
        return out;
    }
    out.name = d.name;
    out.major = d.major;
    out.minor = d.minor;
    out.memory_bytes = d.memory_bytes;
    out.usable = d.has_kernels != 0;
    if (!out.usable) out.why_not = d.why_not;
    return out;
}

struct Door {
    GpuStatus status;
    const unstuck_cuda_functions* table = nullptr;
};

Door look() {
    Door door;
    const char* setting = std::getenv("UNSTUCK_CUDA_MODULE");
    if (setting && std::string(setting) == "off") {
        door.status.text = "hidden by UNSTUCK_CUDA_MODULE=off: the CPU computes";
        return door;
    }
    if (setting && *setting) {
        door.status = open_gpu_module(setting, &door.table);
        return door;
    }
    std::error_code error;
    const auto path = module_path();
    if (!fs::exists(path, error)) {
        door.status.text = "built without CUDA, UNSTUCK_CUDA=on ./run builds with it: the CPU computes";
        return door;
    }
    if (!driver_installed()) {
        door.status.module_found = true;
        door.status.text = cuda::kNoDriver;
        return door;
    }
    door.status = open_gpu_module(path, &door.table);
    return door;
}

const Door& door() {
    static const Door found = look();
    return found;
}

} // namespace

bool GpuStatus::can_compute() const {
    return has_torch && std::any_of(devices.begin(), devices.end(), [](const auto& d) { return d.usable; });
}

GpuStatus describe_gpus(const unstuck_cuda_functions& table) {
    GpuStatus status;
    if (table.abi != UNSTUCK_CUDA_ABI) {
        status.text = "the CUDA module belongs to another version of this program (its interface is " +
                      std::to_string(table.abi) + ", " + std::to_string(UNSTUCK_CUDA_ABI) +
                      " was expected): build both together";
        return status;
    }
    status.module_found = true;
    status.has_torch = table.has_torch() != 0;
    unstuck_cuda_versions versions{};
    table.versions(&versions);
    status.driver = versions.driver;
    status.runtime = versions.runtime;
    status.architectures = versions.architectures;
    int count = 0;
    if (const char* why = table.device_count(&count)) {
        status.text = why;
        return status;
    }
    for (int i = 0; i < count; ++i) status.devices.push_back(ask_device(table, i));
    status.text = status_text(status);
    return status;
}

GpuStatus open_gpu_module(const std::string& path, const unstuck_cuda_functions** table) {
    *table = nullptr;
    GpuStatus status;
    // Without a slash the loader would search the system's folders.
    void* handle = ::dlopen(fs::absolute(path).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char* why = ::dlerror();
        status.text = std::string("the CUDA module cannot be opened: ") + (why ? why : "unknown reason");
        return status;
    }
    const auto entry = reinterpret_cast<unstuck_cuda_entry>(::dlsym(handle, UNSTUCK_CUDA_ENTRY));
    const auto* found = entry ? entry() : nullptr;
    if (!found) {
        status.text = path + " is no CUDA module of this program: it has no " UNSTUCK_CUDA_ENTRY;
        return status;
    }
    status = describe_gpus(*found);
    if (status.module_found) *table = found;
    return status;
}

const GpuStatus& gpu_status() { return door().status; }

const unstuck_cuda_functions* gpu_functions() { return gpu_status().can_compute() ? door().table : nullptr; }

} // namespace unstuck::engine
