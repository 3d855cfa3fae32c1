#pragma once
#include "core/engine/self_test.hpp"
#include "core/ops/gpu/aten_table.hpp"

#include <ATen/core/Tensor.h>

namespace unstuck::engine {

/// Every kernel of a table on small fixed inputs, judged against the formulas in ATen calls on the processor.
class KernelTests {
  public:
    /// `table`'s pointers are those of `device`. Throws nothing.
    KernelTests(const unstuck_cuda_functions& table, at::Device device);
    const std::vector<KernelCheck>& checks() const { return checks_; }
    ops::KernelSet failed() const { return failed_; }

  private:
    class Judge;
    std::vector<KernelCheck> checks_;
    ops::KernelSet failed_;
};

/// The exception in flight, as one line.
std::string reason_in_flight();

/// "4e-6".
std::string short_number(double error);

/// Largest difference, as a share of the largest finite number of `want`; NaN where only one of them is.
double largest_share(const at::Tensor& got, const at::Tensor& want);

} // namespace unstuck::engine
