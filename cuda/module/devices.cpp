#include "cuda/module/messages.h"
#include "cuda/module/module.h"

#include <algorithm>
#include <cstdlib>

#ifndef UNSTUCK_CUDA_ARCHITECTURES
#error "UNSTUCK_CUDA_ARCHITECTURES: the list that cuda/CMakeLists.txt makes of CMAKE_CUDA_ARCHITECTURES"
#endif

namespace unstuck::cuda::module {

namespace {

// messages.h knows the errors by number.
static_assert(static_cast<int>(Failure::out_of_memory) == cudaErrorMemoryAllocation);
static_assert(static_cast<int>(Failure::initialization) == cudaErrorInitializationError);
static_assert(static_cast<int>(Failure::stub_library) == cudaErrorStubLibrary);
static_assert(static_cast<int>(Failure::insufficient_driver) == cudaErrorInsufficientDriver);
static_assert(static_cast<int>(Failure::newer_driver_needed) == cudaErrorCallRequiresNewerDriver);
static_assert(static_cast<int>(Failure::devices_unavailable) == cudaErrorDevicesUnavailable);
static_assert(static_cast<int>(Failure::no_device) == cudaErrorNoDevice);
static_assert(static_cast<int>(Failure::invalid_device) == cudaErrorInvalidDevice);
static_assert(static_cast<int>(Failure::no_kernel_image) == cudaErrorNoKernelImageForDevice);
static_assert(static_cast<int>(Failure::invalid_graphics_context) == cudaErrorInvalidGraphicsContext);
static_assert(static_cast<int>(Failure::unsupported_ptx) == cudaErrorUnsupportedPtxVersion);
static_assert(static_cast<int>(Failure::operating_system) == cudaErrorOperatingSystem);
static_assert(static_cast<int>(Failure::illegal_address) == cudaErrorIllegalAddress);
static_assert(static_cast<int>(Failure::launch_timeout) == cudaErrorLaunchTimeout);
static_assert(static_cast<int>(Failure::launch_failure) == cudaErrorLaunchFailure);
static_assert(static_cast<int>(Failure::system_not_ready) == cudaErrorSystemNotReady);
static_assert(static_cast<int>(Failure::driver_mismatch) == cudaErrorSystemDriverMismatch);
static_assert(static_cast<int>(Failure::compat_not_supported) == cudaErrorCompatNotSupportedOnDevice);

template <std::size_t N>
void copy_text(char (&to)[N], const std::string& from) {
    to[from.copy(to, N - 1)] = 0;
}

Situation situation(int code) {
    Situation s;
    s.error = code;
    s.error_text = cudaGetErrorString(static_cast<cudaError_t>(code));
    s.architectures = UNSTUCK_CUDA_ARCHITECTURES;
    s.visible = std::getenv("CUDA_VISIBLE_DEVICES");
    cudaDriverGetVersion(&s.driver);
    cudaRuntimeGetVersion(&s.runtime);
    int index = 0;
    cudaDeviceProp p{};
    if (cudaGetDevice(&index) == cudaSuccess && cudaGetDeviceProperties(&p, index) == cudaSuccess) {
        s.device = p.name;
        s.major = p.major;
        s.minor = p.minor;
    }
    cudaGetLastError();
    return s;
}

} // namespace

std::string describe() {
    try {
        throw;
    } catch (const Error& e) {
        cudaGetLastError();
        return explain(situation(e.code));
    } catch (const std::exception& e) {
        cudaGetLastError();
        return first_words(e.what());
    } catch (...) {
        return exception_text();
    }
}

const char* device_count(int* count) {
    *count = 0;
    return guard([&] {
        UNSTUCK_CUDA_CHECK(cudaGetDeviceCount(count));
        if (*count == 0) UNSTUCK_CUDA_CHECK(cudaErrorNoDevice);
    });
}

const char* device(int index, unstuck_cuda_device* out) {
    *out = {};
    return guard([&] {
        cudaDeviceProp p{};
        UNSTUCK_CUDA_CHECK(cudaGetDeviceProperties(&p, index));
        copy_text(out->name, p.name);
        out->major = p.major;
        out->minor = p.minor;
        out->memory_bytes = p.totalGlobalMem;
        const auto why = why_not(p.name, p.major, p.minor, UNSTUCK_CUDA_ARCHITECTURES);
        out->has_kernels = why.empty();
        copy_text(out->why_not, why);
    });
}

void versions(unstuck_cuda_versions* out) {
    *out = {};
    cudaDriverGetVersion(&out->driver);
    cudaRuntimeGetVersion(&out->runtime);
    cudaGetLastError();
    copy_text(out->architectures, UNSTUCK_CUDA_ARCHITECTURES);
}

} // namespace unstuck::cuda::module
