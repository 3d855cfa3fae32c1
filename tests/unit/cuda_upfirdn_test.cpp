#include "core/ops/upfirdn2d.hpp"
#include "cuda/upfirdn.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace unstuck::cuda {

namespace {

/// The formula that the CUDA kernel runs, walked on the CPU in float, against the ATen reference.
void expect_equal(int rows, int n, int taps, int up, int down, int pad, int pad_end) {
    const auto x = at::randn({rows, n}), f = at::randn({taps});
    const int n_out = upfirdn_size(n, taps, up, down, pad, pad_end);
    auto y = at::full({rows, n_out}, -99.0), y_ref = y.clone();
    const Upfirdn p{x.data_ptr<float>(), rows, n, f.data_ptr<float>(), taps, up, down, pad, 1.5f, n_out};
    for (int row = 0; row < rows; ++row)
        for (int i = 0; i < n_out; ++i) y.data_ptr<float>()[row * n_out + i] = upfirdn_at<float>(p, row, i);
    upfirdn_ref(p, y_ref.data_ptr<float>());
    ops::UpfirdnParams q;
    q.up_x = up;
    q.down_x = down;
    q.pad = {pad, pad_end, 0, 0};
    q.flip_filter = true;
    const auto golden =
        ops::upfirdn2d(x.to(at::kDouble).reshape({1, 1, rows, n}), f.to(at::kDouble).reshape({1, taps}), q)
            .reshape({rows, n_out}) *
        1.5;
    const double bound = 1.5 * taps * 1.2e-7 * f.abs().sum().item<double>() * x.abs().max().item<double>();
    EXPECT_LE((y - golden).abs().max().item<double>(), bound)
        << n << " " << taps << " " << up << " " << down << " " << pad;
    EXPECT_LE((y_ref - golden).abs().max().item<double>(), bound);
}

} // namespace

TEST(CudaUpfirdn, TheKernelsFormulaMatchesTheReference) {
    at::manual_seed(1);
    for (const int n : {1, 2, 7, 84, 127, 128, 129, 257})
        for (const auto& [up, down, taps] :
             {std::array{1, 1, 1}, {2, 1, 12}, {4, 1, 24}, {1, 2, 12}, {2, 2, 12}, {3, 2, 7}, {8, 4, 48}})
            for (const int pad : {0, 5, 23}) {
                if (upfirdn_size(n, taps, up, down, pad, taps) == 0) continue;
                expect_equal(2, n, taps, up, down, pad, taps);
            }
}

TEST(CudaUpfirdn, CropsWithNegativePadding) {
    at::manual_seed(2);
    expect_equal(3, 40, 12, 2, 2, -7, -3);
}

TEST(CudaUpfirdn, HasNoResultsWhereTheFilterDoesNotFit) {
    EXPECT_EQ(upfirdn_size(0, 1, 2, 1, 0, 0), 0);
    EXPECT_EQ(upfirdn_size(3, 12, 2, 1, 0, 0), 0);
    EXPECT_EQ(upfirdn_size(6, 12, 2, 1, 0, 0), 1);
}

} // namespace unstuck::cuda
