#include "core/ops/cpu/direct_conv.hpp"

#include "core/ops/cpu/aligned.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/ops/cpu/direct_conv.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include "core/ops/cpu/finish-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace unstuck::cpu::HWY_NAMESPACE {

/// Rows of A for pixels [first, last) of y: each pixel's neighbours along row of taps `dy`, scaled by the styles. The
/// origin is where the first tap of y's first pixel lies in x.
HWY_ATTR void gather(const Nhwc& x, const float* style, int origin_y, int origin_x, int kernel, int y_width,
                     std::int64_t first, std::int64_t last, float* a, std::int64_t stride) {
    const D d;
    for (auto m = first; m < last; ++m, a += stride) {
        const int yy = origin_y + static_cast<int>(m / y_width), left = origin_x + static_cast<int>(m % y_width);
        float* to = a;
        for (int dx = 0; dx < kernel; ++dx, to += x.channels) {
            const int xx = left + dx;
            if (yy < 0 || yy >= x.height || xx < 0 || xx >= x.width) {
                std::fill(to, to + x.channels, 0.0f);
                continue;
            }
            const float* from = x.pixel(yy, xx);
            for (int c = 0; c < x.channels; c += kLanes)
                hn::Store(hn::Mul(hn::Load(d, from + c), hn::Load(d, style + c)), d, to + c);
        }
    }
}

HWY_ATTR void activate(const Nhwc& y, const Finish& finish, int first_row, std::int64_t first, std::int64_t last,
                       int column, int columns) {
    const D d;
    const ActivationV activation(finish.activation);
    for (auto m = first; m < last; ++m) {
        const V noise =
            finish.noise ? hn::Set(d, finish.noise[first_row * static_cast<std::int64_t>(y.width) + m]) : hn::Zero(d);
        float* p = y.data + m * y.channels + column;
        for (int c = 0; c < columns; c += kLanes) hn::Store(activation(hn::Add(hn::Load(d, p + c), noise)), d, p + c);
    }
}

} // namespace unstuck::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace unstuck::cpu {

HWY_EXPORT(gather);
HWY_EXPORT(activate);

namespace {

constexpr int kRows = 14 * 8; ///< Pixels per task: with a row of taps they fit into the second level cache.

std::int64_t row_stride(const DirectWeights& w) { return w.kernel * w.in_channels + kChannelGroup; }

/// One task: some pixels, some columns.
void convolve(const DirectWeights& w, const Nhwc& x, const float* style, int padding, const Finish& finish,
              const Nhwc& y, int first_row, float* a, std::int64_t first, std::int64_t last, int column, int columns) {
    const int inner = w.kernel * w.in_channels, rows = static_cast<int>(last - first);
    for (int dy = 0; dy < w.kernel; ++dy) {
        HWY_DYNAMIC_DISPATCH(gather)
        (x, style, first_row + dy - padding, -padding, w.kernel, y.width, first, last, a, row_stride(w));
        GemmFinish f;
        f.accumulate = dy > 0;
        if (dy + 1 == w.kernel) {
            f.scale = finish.scale ? finish.scale + column : nullptr;
            f.bias = finish.bias ? finish.bias + column : nullptr;
        }
        gemm({rows, inner, columns}, a, row_stride(w),
             w.panels.get() + static_cast<std::size_t>(dy) * w.row_size + static_cast<std::size_t>(column) * inner,
             y.data + first * y.channels + column, y.channels, f);
    }
    if (finish.noise || !finish.activation.is_identity())
        HWY_DYNAMIC_DISPATCH(activate)(y, finish, first_row, first, last, column, columns);
}

} // namespace

DirectWeights pack_weights(const float* weight, int out, int in, int kernel) {
    DirectWeights w;
    w.in_channels = static_cast<int>(round_up(in, kChannelGroup));
    w.out_channels = static_cast<int>(round_up(out, kChannelGroup));
    w.kernel = kernel;
    const int inner = kernel * w.in_channels;
    w.row_size = packed_size(inner, w.out_channels);
    const auto data = aligned_floats(static_cast<std::size_t>(kernel) * w.row_size);
    std::fill(data.get(), data.get() + static_cast<std::size_t>(kernel) * w.row_size, 0.0f);
    for (int o = 0; o < out; ++o)
        for (int i = 0; i < in; ++i)
            for (int dy = 0; dy < kernel; ++dy)
                for (int dx = 0; dx < kernel; ++dx)
                    data.get()[static_cast<std::size_t>(dy) * w.row_size +
                               static_cast<std::size_t>(o / kPanel) * inner * kPanel +
                               static_cast<std::size_t>(dx * w.in_channels + i) * kPanel + o % kPanel] = *weight++;
    w.panels = data;
    return w;
}

std::size_t direct_scratch(const DirectWeights& w, int workers) {
    return static_cast<std::size_t>(workers) * kRows * static_cast<std::size_t>(row_stride(w));
}

void direct_conv(const DirectWeights& w, const Nhwc& x, const float* style, int padding, const Finish& finish,
                 const Nhwc& y, int first_row, float* scratch, const Pool& pool) {
    const auto pixels = static_cast<std::int64_t>(y.height) * y.width;
    const auto blocks = (pixels + kRows - 1) / kRows;
    // Small pictures have too few blocks of pixels for all workers: divide the columns as well.
    const auto panels = round_up(w.out_channels, kPanel) / kPanel;
    const auto parts = std::clamp<std::int64_t>(2 * pool.workers / blocks, 1, panels);
    pool.run(blocks * parts, [&](std::int64_t task, int worker) {
        const auto block = task / parts, part = task % parts;
        const int column = static_cast<int>(panels * part / parts) * kPanel,
                  end = std::min(static_cast<int>(panels * (part + 1) / parts) * kPanel, w.out_channels);
        convolve(w, x, style, padding, finish, y, first_row, scratch + worker * kRows * row_stride(w),
                 pixels * block / blocks, pixels * (block + 1) / blocks, column, end - column);
    });
}

} // namespace unstuck::cpu
#endif
