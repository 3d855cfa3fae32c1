#pragma once
#include "core/engine/compute_target.hpp"
#include "core/ops/gpu/gpu.hpp"

namespace unstuck::test {

/// What tests of the GPU path run on: the emulation on the processor, or with UNSTUCK_TEST_DEVICE=cuda the machine's
/// first GPU. Throws std::runtime_error when that cannot compute.
ops::Gpu test_gpu();
bool on_real_gpu();

/// The same as a target, without graphs on the emulation.
engine::ComputeTarget test_target(model::Precision precision = model::Precision::float32);

} // namespace unstuck::test
