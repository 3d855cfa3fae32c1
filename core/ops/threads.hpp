#pragma once
#include "core/ops/cpu/nhwc.hpp"

namespace unstuck::ops {

/// ATen's threads (at::set_num_threads of the calling thread says how many) for the kernels. Tasks are handed out one
/// by one, so that a slow one holds nobody up.
cpu::Pool threads();

} // namespace unstuck::ops
