#pragma once
#include "core/engine/device_choice.hpp"
#include "core/ops/gpu/gpu.hpp"

#include <memory>
#include <optional>
#include <string>

namespace unstuck::engine {

/// A choice of device come true: where a network is to be built and run.
struct ComputeTarget {
    std::optional<ops::Gpu> gpu; ///< None: the processor.
    model::Precision precision = model::Precision::as_marked;
    bool graphs = false; ///< Whole frames may be replayed as CUDA graphs.
    std::string why_no_graphs;
    bool may_fall_back = false; ///< Nobody asked for this GPU by name: the processor will do.
    std::string why_processor;  ///< Why the processor computes although a GPU would be quicker; empty: as asked.
};

/// Finds the device, runs its self-test the first time (a fraction of a second), and takes what passed. Throws
/// std::invalid_argument with the reason when a GPU was asked for by name and cannot compute. Safe on any thread.
ComputeTarget compute_target(const DeviceChoice& choice);

struct SelfTest;
/// What the self-test of that GPU found; null when it has not run, and `run` does not ask for it, or there is no such
/// GPU. Runs at most once in a process. Safe on any thread; waits only where `run` asks for it.
std::shared_ptr<const SelfTest> self_test_of(int index, bool run = true);

} // namespace unstuck::engine
