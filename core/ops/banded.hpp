#pragma once
#include "core/ops/upfirdn2d.hpp"

namespace unstuck::ops {

/// True when upfirdn2d_banded is both possible and quicker than the reference: float32 on the CPU, a separable filter,
/// and sides small enough that the matrices' zeros cost less than the reference's passes over memory.
bool banded_is_faster(const at::Tensor& x, const at::Tensor& f);

/// upfirdn2d of a separable filter as two products with banded matrices, one per axis: BLAS does the work. Same result
/// as the reference up to rounding (tests/golden/ops_test.cpp runs both).
at::Tensor upfirdn2d_banded(const at::Tensor& x, const at::Tensor& f, const UpfirdnParams& p);

} // namespace unstuck::ops
