#include "core/engine/compute_target.hpp"

#include "core/engine/gpu.hpp"
#include "core/engine/self_test.hpp"
#include "cuda/module.h"

#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>

namespace unstuck::engine {

namespace {

/// The first device that can compute, or the one asked for; the reason when there is none.
struct Found {
    int index = -1;
    std::string why_not;
};

Found find_device(const GpuStatus& status, const DeviceChoice& choice) {
    if (!gpu_functions()) return {-1, status.text};
    for (const auto& d : status.devices) {
        const bool asked = choice.kind == DeviceChoice::Kind::automatic || d.index == choice.index;
        if (asked && d.usable) return {d.index, ""};
        if (choice.kind == DeviceChoice::Kind::cuda && d.index == choice.index) return {-1, d.name + ": " + d.why_not};
    }
    return {-1, choice.kind == DeviceChoice::Kind::cuda
                    ? "there is no GPU number " + std::to_string(choice.index) + ", only " + status.text
                    : status.text};
}

ComputeTarget on_gpu(int index, const DeviceChoice& choice) {
    const auto& test = *self_test_of(index);
    ComputeTarget out;
    if (!test.usable) throw std::invalid_argument(test.text);
    out.gpu.emplace(test.functions, at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index)));
    out.precision = test.float16_ok ? choice.precision : model::Precision::float32;
    out.graphs = test.graphs_ok;
    if (!test.graphs_ok) out.why_no_graphs = test.graphs_why;
    return out;
}

} // namespace

std::shared_ptr<const SelfTest> self_test_of(int index, bool run) {
    static std::mutex mutex; // one card is tested once in a process
    static std::map<int, std::shared_ptr<const SelfTest>> done;
    std::unique_lock lock(mutex, std::defer_lock);
    if (run)
        lock.lock();
    else if (!lock.try_lock()) // it is running: whoever draws does not wait for it
        return nullptr;
    auto& test = done[index];
    if (!test && run && gpu_functions())
        test = std::make_shared<const SelfTest>(
            run_self_test(*gpu_functions(), at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index))));
    return test;
}

ComputeTarget compute_target(const DeviceChoice& choice) {
    ComputeTarget processor;
    if (choice.kind == DeviceChoice::Kind::cpu) return processor;
    const bool by_name = choice.kind == DeviceChoice::Kind::cuda;
    const auto found = find_device(gpu_status(), choice);
    processor.why_processor = found.why_not;
    try {
        if (found.index >= 0) {
            auto out = on_gpu(found.index, choice);
            out.may_fall_back = !by_name;
            return out;
        }
    } catch (const std::invalid_argument& e) {
        processor.why_processor = e.what();
    }
    if (by_name) throw std::invalid_argument("--device " + device_text(choice) + ": " + processor.why_processor);
    return processor;
}

} // namespace unstuck::engine
