#include "cuda/module/messages.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace unstuck::cuda {

namespace {

/// What every CUDA 13 release asks for (CUDA's release notes, table of minor version compatibility).
const char* needed_driver(int runtime) { return runtime / 1000 == 13 ? " (driver 580 or newer)" : ""; }

std::string too_old(const Situation& s) {
    if (s.driver <= 0) return kNoDriver;
    return "the NVIDIA driver is too old: it knows CUDA " + version_text(s.driver) + ", this program needs " +
           version_text(s.runtime) + needed_driver(s.runtime) + ": update it, or use the CPU";
}

std::string nothing_there(const Situation& s) {
    if (s.visible)
        return std::string("CUDA_VISIBLE_DEVICES='") + s.visible +
               "' hides every GPU: unset it, or name one, as in CUDA_VISIBLE_DEVICES=0";
    return "the NVIDIA driver finds no GPU in this machine";
}

std::string card(const std::string& name, int major, int minor) {
    const auto sm = "sm_" + std::to_string(major) + std::to_string(minor);
    return name.empty() && major == 0 ? "this GPU" : (name.empty() ? sm : name + " (" + sm + ")");
}

std::string no_image(const std::string& device, int major, int minor, const std::string& architectures) {
    const auto who = card(device, major, minor);
    if (major > 0 && 10 * major + minor < 75)
        return who + " is too old: compute capability 7.5 (Turing) or newer is needed";
    return "no kernels were compiled for " + who + ", only for " +
           (architectures.empty() ? "other architectures" : architectures) +
           ": build with -DCMAKE_CUDA_ARCHITECTURES=native";
}

/// After these the process' CUDA context is gone for good.
std::string broken(const Situation& s) {
    return "a GPU kernel failed (" + s.error_text + "): the GPU cannot be used until the program starts again";
}

struct Architecture {
    int number = 0;
    bool code = false, ptx = false;
};

Architecture parse(const std::string& word) {
    Architecture a;
    std::size_t i = 0;
    for (; i < word.size() && std::isdigit(static_cast<unsigned char>(word[i])); ++i)
        a.number = 10 * a.number + (word[i] - '0');
    a.ptx = word.find("PTX") != std::string::npos;
    a.code = i == word.size() || word[i] == '+';
    return a;
}

} // namespace

std::string explain(const Situation& s) {
    switch (static_cast<Failure>(s.error)) {
    case Failure::insufficient_driver:
    case Failure::newer_driver_needed: return too_old(s);
    case Failure::no_device: return nothing_there(s);
    case Failure::no_kernel_image: return no_image(s.device, s.major, s.minor, s.architectures);
    case Failure::out_of_memory:
        return "the GPU's memory is full: close other programs that use it, or load a smaller model";
    case Failure::stub_library:
        return "libcuda.so is the CUDA toolkit's stub instead of the driver: take the toolkit's stubs folder out of "
               "LD_LIBRARY_PATH";
    case Failure::driver_mismatch:
        return "the loaded NVIDIA kernel module and libcuda.so are of different versions, as after an update: restart "
               "the "
               "machine";
    case Failure::compat_not_supported:
        return "libcuda.so is of CUDA's forward-compatibility package, which this GPU does not take: remove that "
               "package "
               "(cuda-compat) or its folder from LD_LIBRARY_PATH";
    case Failure::system_not_ready:
        return "the system is not ready for CUDA yet: NVIDIA's services (nvidia-fabricmanager on machines with "
               "NVSwitch) "
               "have to be started";
    case Failure::devices_unavailable:
        return "every GPU is busy or in exclusive or prohibited compute mode (nvidia-smi shows it)";
    case Failure::invalid_device: return "there is no GPU of this number";
    case Failure::initialization:
        return "the NVIDIA driver could not start (" + s.error_text + "): restart the program, or the machine";
    case Failure::operating_system:
        return "the operating system refused the NVIDIA driver's call (" + s.error_text +
               "): may this user open /dev/nvidia*?";
    case Failure::invalid_graphics_context: return "OpenGL is not drawn by an NVIDIA GPU here";
    case Failure::unsupported_ptx:
        return "the NVIDIA driver (CUDA " + version_text(s.driver) + ") cannot translate the kernels for " +
               card(s.device, s.major, s.minor) + ": update it, or build with -DCMAKE_CUDA_ARCHITECTURES=native";
    case Failure::launch_timeout:
        return "a GPU kernel ran into the display's time limit: the GPU cannot be used until the program starts again";
    case Failure::illegal_address:
    case Failure::launch_failure: return broken(s);
    }
    return "CUDA error " + std::to_string(s.error) + (s.error_text.empty() ? "" : ": " + s.error_text);
}

bool runs_on(const std::string& architectures, int major, int minor) {
    std::istringstream words(architectures);
    bool any = false;
    for (std::string word; words >> word;) {
        const auto a = parse(word);
        if (a.number == 0) continue;
        any = true;
        const bool same_major = a.number / 10 == major && a.number % 10 <= minor;
        if ((a.code && same_major) || (a.ptx && a.number <= 10 * major + minor)) return true;
    }
    return !any;
}

std::string why_not(const std::string& device, int major, int minor, const std::string& architectures) {
    return runs_on(architectures, major, minor) ? "" : no_image(device, major, minor, architectures);
}

std::string first_words(const std::string& text) {
    auto end = text.size();
    for (const auto* rest : {"\nException raised from", "\nCUDA kernel errors might be", "\nSearch for `cuda",
                             "\nFor debugging consider", "\nCompile with `TORCH_USE_CUDA_DSA`"})
        end = std::min(end, text.find(rest));
    return text.substr(0, end);
}

} // namespace unstuck::cuda
