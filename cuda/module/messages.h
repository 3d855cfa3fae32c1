#pragma once
// What CUDA's errors mean to a person, and what mends them. Plain C++, so that it is tested where there is no GPU:
// tests/cuda/messages_test.cpp.
#include <string>

namespace unstuck::cuda {

/// Also said by the program itself, which does not open the module where no driver is installed.
inline constexpr char kNoDriver[] = "no NVIDIA driver is loaded: install one, or use the CPU";

/// The errors that get a sentence of their own, by their numbers in cudaError_t.
enum class Failure : int {
    out_of_memory = 2,
    initialization = 3,
    stub_library = 34,
    insufficient_driver = 35,
    newer_driver_needed = 36,
    devices_unavailable = 46,
    no_device = 100,
    invalid_device = 101,
    no_kernel_image = 209,
    invalid_graphics_context = 219,
    unsupported_ptx = 222,
    operating_system = 304,
    illegal_address = 700,
    launch_timeout = 702,
    launch_failure = 719,
    system_not_ready = 802,
    driver_mismatch = 803,
    compat_not_supported = 804,
};

/// A failed call and what is known around it; what is not known stays as it is here.
struct Situation {
    int error = 0;                 ///< cudaError_t
    std::string error_text;        ///< As CUDA has it.
    int driver = 0, runtime = 0;   ///< Newest CUDA that the driver knows; CUDA of this program. 13000 is 13.0.
    const char* visible = nullptr; ///< CUDA_VISIBLE_DEVICES, when it is set.
    std::string device;            ///< The card's name.
    int major = 0, minor = 0;      ///< Its compute capability.
    std::string architectures;     ///< What the kernels were compiled for, as runs_on() reads it.
};

/// One sentence or two: what is wrong, and how to mend it.
std::string explain(const Situation& s);

/// Whether kernels for `architectures` ("75 80 90 120+PTX": compute capabilities times ten; +PTX: newer cards can
/// translate it) run on a card. Machine code runs on its own major version from its minor one up. True for a list that
/// has no numbers.
bool runs_on(const std::string& architectures, int major, int minor);

/// Why a card cannot be used; empty when it can.
std::string why_not(const std::string& device, int major, int minor, const std::string& architectures);

/// LibTorch's messages without their list of C++ frames and without its advice for Python.
std::string first_words(const std::string& text);

/// 13000 -> "13.0"
inline std::string version_text(int version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

} // namespace unstuck::cuda
