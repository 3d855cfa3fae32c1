#pragma once
#include "core/engine/device_choice.hpp"
#include "core/engine/gpu.hpp"

#include <string>
#include <vector>

namespace unstuck::engine {

/// Which kernels a GPU's layers take.
enum class KernelPath {
    none,      ///< No GPU computes.
    fused,     ///< Our own, fused.
    reference, ///< Plain tensor calls.
    disabled,  ///< Ours are there but failed the self-test, or do not fit the device.
};

/// What became of a GPU's self-test.
enum class TestState { not_run, passed, failed };

/// What computes, how, and why it is not faster: for the system page and --version. Plain text for people; an empty
/// string is "unknown" or "does not apply".
struct SystemReport {
    std::string version, libtorch, blas, simd;
    int threads = 0;

    bool cuda_built = false; ///< The CUDA module lies beside the program.
    bool torch_cuda = false; ///< LibTorch's CUDA half is loaded: tensors can live on a GPU.
    std::string torch_cuda_mend = "UNSTUCK_CUDA=on ./run"; ///< The command that gets LibTorch's CUDA half.
    std::string cuda_status;                               ///< One line: devices, or why there are none.
    std::vector<GpuDevice> gpus;
    std::string driver, runtime; ///< "13.0"
    std::string architectures;   ///< What our kernels were compiled for: "75 80 .. 120+PTX".

    DeviceChoice choice;       ///< What was asked for.
    int compute_gpu = -1;      ///< Index into `gpus` of the one that computes; -1: the processor does.
    std::string why_processor; ///< Why the processor computes although a GPU was asked for or would be quicker.
    model::Precision precision = model::Precision::as_marked; ///< In effect on a GPU.
    std::string precision_why;                                ///< Where it is not what was asked for.
    KernelPath kernels = KernelPath::none;
    std::string kernels_why;
    bool graph = false; ///< Frames are replayed as a CUDA graph.
    std::string graph_why;
    TestState self_test = TestState::not_run;
    std::string self_test_text; ///< What it compared and how far apart that was.

    const GpuDevice* gpu() const { return compute_gpu < 0 ? nullptr : &gpus[static_cast<std::size_t>(compute_gpu)]; }
};

/// What is known of that choice. `run_self_test` runs the GPU's self-test where it has not run yet (a fraction of a
/// second); otherwise the GPU is taken at its word. The first call opens the CUDA module. Safe on any thread.
SystemReport system_report(const DeviceChoice& choice = {}, bool run_self_test = false);

/// Throws std::invalid_argument with the reason when the choice names a GPU that is not there or cannot compute.
void check_device(const SystemReport& report, const DeviceChoice& choice);

} // namespace unstuck::engine
