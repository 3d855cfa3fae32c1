#include "tests/support/test_gpu.hpp"

#include "core/engine/gpu.hpp"
#include "cuda/emulated_table.h"

#include <ATen/ATen.h>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace unstuck::test {

namespace {

/// Before main(): LibTorch remembers at the first question whether it has a CUDA half, and tests seed it early.
[[maybe_unused]] const bool opened = on_real_gpu() && engine::gpu_status().module_found;

} // namespace

bool on_real_gpu() {
    const char* device = std::getenv("UNSTUCK_TEST_DEVICE");
    return device && std::string_view(device) == "cuda";
}

ops::Gpu test_gpu() {
    if (!on_real_gpu()) return {*unstuck_emulated_table(), at::Device(at::kCPU)};
    if (!engine::gpu_functions()) throw std::runtime_error(engine::gpu_status().text);
    return {*engine::gpu_functions(), at::Device(at::kCUDA, 0)};
}

engine::ComputeTarget test_target(model::Precision precision) {
    engine::ComputeTarget t;
    t.gpu = test_gpu();
    t.precision = precision;
    t.graphs = on_real_gpu();
    if (!t.graphs) t.why_no_graphs = "the emulation has none";
    return t;
}

} // namespace unstuck::test
