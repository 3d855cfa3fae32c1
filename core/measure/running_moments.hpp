#pragma once
#include <ATen/core/Tensor.h>
#include <cstdint>

namespace unstuck::measure {

/// Mean and variance of tensors added one by one, element by element, by Welford's recurrence in float64: the average
/// over a latent neighbourhood and its variance map. A value type whose results are there at any time.
/// Source: design.md, "neighbourhood average"; test: tests/unit/sticking_test.cpp.
class RunningMoments {
  public:
    /// All of one shape, which throws std::invalid_argument otherwise.
    void add(const at::Tensor& x);

    std::int64_t count() const { return count_; }
    at::Tensor mean() const { return mean_; } ///< float64, undefined before the first. Not changed by later adds.
    at::Tensor variance() const;              ///< Unbiased (n - 1); zeros for n = 1, undefined before the first.

  private:
    at::Tensor mean_, sum_; ///< sum_: of squared deviations
    std::int64_t count_ = 0;
};

} // namespace unstuck::measure
