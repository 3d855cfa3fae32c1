#include "core/engine/system_report.hpp"

#include "core/engine/batch_render.hpp"
#include "core/engine/compute_target.hpp"
#include "core/engine/self_test.hpp"

#include <stdexcept>

namespace unstuck::engine {

namespace {

using Kind = DeviceChoice::Kind;

/// 13000 is 13.0.
std::string cuda_version(int version) {
    return version > 0 ? std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10) : "";
}

/// The device that the choice means, as an index into the report's; -1: none.
int chosen_gpu(const SystemReport& r) {
    if (r.choice.kind == Kind::cpu) return -1;
    for (std::size_t i = 0; i < r.gpus.size(); ++i)
        if (r.gpus[i].usable && (r.choice.kind == Kind::automatic || r.gpus[i].index == r.choice.index))
            return static_cast<int>(i);
    return -1;
}

void add_self_test(const SelfTest& test, SystemReport& r) {
    r.self_test = test.usable ? TestState::passed : TestState::failed;
    r.self_test_text = test.text;
    for (const auto& kernel : test.kernels) {
        if (kernel.ok) continue;
        r.self_test = TestState::failed;
        r.kernels = KernelPath::disabled;
        r.kernels_why += (r.kernels_why.empty() ? "" : ", ") + kernel.name;
    }
    if (!test.graphs_ok) r.graph_why = test.graphs_why;
    if (!test.float16_ok && r.precision != model::Precision::float32) {
        r.precision = model::Precision::float32;
        r.precision_why = "pictures in float16 fail the self-test";
    }
    if (test.usable) return;
    r.compute_gpu = -1;
    r.why_processor = test.text;
    r.kernels = KernelPath::none;
}

} // namespace

SystemReport system_report(const DeviceChoice& choice, bool run_self_test) {
    SystemReport r;
    const auto info = system_info();
    const auto& status = gpu_status();
    r.version = info.version;
    r.libtorch = info.libtorch;
    r.blas = info.blas;
    r.simd = info.simd;
    r.threads = info.threads;
    r.cuda_built = status.module_found;
    r.torch_cuda = status.has_torch;
    r.cuda_status = status.text;
    r.gpus = status.devices;
    r.driver = cuda_version(status.driver);
    r.runtime = cuda_version(status.runtime);
    r.architectures = status.architectures;
    r.choice = choice;
    r.precision = choice.precision;
    r.compute_gpu = chosen_gpu(r);
    if (r.compute_gpu < 0) {
        if (choice.kind != Kind::cpu) r.why_processor = status.text.substr(0, status.text.rfind(": the CPU computes"));
        return r;
    }
    r.kernels = KernelPath::fused;
    r.graph = true;
    if (const auto test = self_test_of(r.gpu()->index, run_self_test)) {
        r.graph = test->graphs_ok;
        add_self_test(*test, r);
    }
    return r;
}

void check_device(const SystemReport& report, const DeviceChoice& choice) {
    if (choice.kind != Kind::cuda) return;
    const auto asked = device_text(choice) + ": ";
    if (report.gpus.empty()) throw std::invalid_argument(asked + report.cuda_status);
    for (const auto& gpu : report.gpus) {
        if (gpu.index != choice.index) continue;
        if (!gpu.usable) throw std::invalid_argument(asked + gpu.name + ": " + gpu.why_not);
        return;
    }
    throw std::invalid_argument(
        asked + "there is no such device; the last one is cuda:" + std::to_string(report.gpus.back().index));
}

} // namespace unstuck::engine
