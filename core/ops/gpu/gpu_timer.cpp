#include "core/ops/gpu/gpu_timer.hpp"

#include "cuda/module.h"

namespace unstuck::ops {

GpuTimer::~GpuTimer() {
    for (auto& m : marks_)
        for (auto* e : m.event)
            if (e) gpu_.functions().event_destroy(e);
}

void GpuTimer::begin(std::size_t layers) {
    if (marks_.size() < layers) marks_.resize(layers);
    for (auto& m : marks_) m.set = {};
}

void GpuTimer::mark(std::size_t layer, Step step) {
    auto& m = marks_.at(layer);
    const auto i = static_cast<std::size_t>(step);
    if (!m.event[i]) check_gpu(gpu_.functions().event_create(&m.event[i]));
    check_gpu(gpu_.functions().event_record(m.event[i]));
    m.set[i] = true;
}

double GpuTimer::between(const Marks& m, Step from, Step to) const {
    const auto a = static_cast<std::size_t>(from), b = static_cast<std::size_t>(to);
    if (!m.set[a] || !m.set[b]) return 0;
    float ms = 0;
    check_gpu(gpu_.functions().event_ms(m.event[a], m.event[b], &ms));
    return ms;
}

GpuTimer::Times GpuTimer::of(std::size_t layer) const {
    if (layer >= marks_.size()) return {};
    const auto& m = marks_[layer];
    return {between(m, Step::start, Step::done), between(m, Step::start, Step::convolved),
            between(m, Step::convolved, Step::done)};
}

} // namespace unstuck::ops
