#pragma once
#include "core/ops/activation.hpp"
#include "core/ops/buffer_pool.hpp"
#include "core/ops/cpu/filtered_lrelu.hpp"

namespace unstuck::ops {

/// A filter as one product of two one-dimensional ones, in the order of correlation and with gain, when it is one:
/// always for [taps], for [h, w] when its rank is 1. Undefined is {1}.
std::optional<cpu::FilterTerm> as_separable(const at::Tensor& f, double gain, bool flip_filter);

/// Any filter as a sum of such products, by its singular values down to `negligible` times the first. Empty for a
/// filter of zeros, and for an oblong one.
std::vector<cpu::FilterTerm> filter_terms(const at::Tensor& f, double gain, bool flip_filter, double negligible);

/// Filtered leaky ReLU prepared for the fused kernel: filters taken apart once. Filters of [h, w] that are no product
/// go up as a sum of products (singular values) and come down as they are.
class FusedFilteredLrelu {
  public:
    /// No value when the kernel cannot express it: a slope outside [0, 1], a gain that is not positive, oblong filters.
    static std::optional<FusedFilteredLrelu> make(const at::Tensor& fu, const at::Tensor& fd,
                                                  const FilteredLreluParams& p);

    /// x [N, C, H, W] float32 with the bias already in it -> [N, C, H', W'] in the fast path's layout. Throws
    /// std::invalid_argument when the padded input is smaller than the filters.
    at::Tensor operator()(const at::Tensor& x, const BufferPool& pool, const cpu::Pool& threads) const;

    /// Sides [H', W'] of the result for an input of sides [H, W].
    std::array<std::int64_t, 2> out_sides(std::int64_t height, std::int64_t width) const;

    /// Input rows [first, last), not yet clipped to the image, that result rows [first, last) need.
    struct Rows {
        int first = 0, last = 0;
    };
    Rows needs(const Rows& results) const;

    /// Result rows `results` of `y`, the whole result, from a part of the input that begins at its row `first_row`.
    void rows(const cpu::Nhwc& part, int first_row, const Rows& results, const cpu::Nhwc& y, float* scratch,
              const cpu::Pool& threads) const;
    std::size_t scratch_floats(const cpu::Nhwc& y, const cpu::Pool& threads) const {
        return cpu::filtered_lrelu_scratch(kernel_, y, threads.workers);
    }

  private:
    cpu::FusedLrelu kernel_;
    Padding pad_;
};

} // namespace unstuck::ops
