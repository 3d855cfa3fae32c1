#pragma once
#include "core/ops/buffer_pool.hpp"
#include "core/ops/cpu/direct_conv.hpp"
#include "core/ops/cpu/fir_finish.hpp"
#include "core/ops/cpu/winograd.hpp"
#include "core/ops/modulated_conv.hpp"

#include <variant>

namespace unstuck::ops {

/// How the fast path convolves.
enum class ConvAlgorithm {
    automatic, ///< Winograd where it saves time: a rule of the shape alone, so that a picture is the same everywhere.
    direct,    ///< Never Winograd: slower, and nearer to exact arithmetic.
    winograd,  ///< Always for 3x3, to test it.
};

struct StyledConvOptions {
    bool up2 = false; ///< StyleGAN2's transposed convolution with stride 2 (3x3 only), before its filter.
    int padding = 0;  ///< Zeros on each side, in input pixels; for up2 not used.
    bool demodulate = true;
    bool normalize = false; ///< The alias-free networks' division of weights and styles by their root mean square.
    ConvAlgorithm algorithm = ConvAlgorithm::automatic;
    int in_height = 0, in_width = 0; ///< What it will be used for, for the choice of the algorithm.
};

/// A modulated convolution whose weights are prepared once: for one sample, styles scale its input's channels and the
/// demodulation its output's, d_o = rsqrt(sum_i s_i^2 |w_oi|^2 + 1e-8), so that weights are never rewritten.
/// Same results as modulated_conv2d up to rounding (Winograd: see docs/performance.md). Immutable: safe on any thread.
class StyledConv {
  public:
    /// weight [O, I, k, k] float32.
    StyledConv(const at::Tensor& weight, const StyledConvOptions& options, const cpu::Pool& threads);

    struct Modulation {
        at::Tensor style; ///< [N, I rounded up], zeros in the added channels.
        at::Tensor scale; ///< [N, O rounded up]; undefined without demodulation.
    };
    /// styles [N, I]; `gain` multiplies the result.
    Modulation modulate(const at::Tensor& styles, double gain, StyleNorm norm) const;

    /// What ends the convolution: bias [O] or undefined; noise undefined, [H, W] or [N, 1, H, W].
    struct End {
        at::Tensor bias, noise;
        cpu::Activation activation;
    };
    /// x [N, I, H, W] float32 -> [N, O, H', W'] in the fast path's layout.
    at::Tensor operator()(const at::Tensor& x, const Modulation& modulation, const End& end, const BufferPool& pool,
                          const cpu::Pool& threads) const;

    /// Rows [first_row, first_row + y.height) of sample n of that result. x in the fast path's layout; scratch for as
    /// many rows by scratch_floats().
    void rows(const at::Tensor& x, const Modulation& modulation, const End& end, std::int64_t n, int first_row,
              const cpu::Nhwc& y, float* scratch, const cpu::Pool& threads) const;
    std::size_t scratch_floats(std::int64_t height, std::int64_t width, const cpu::Pool& threads) const;

    std::int64_t out_channels() const { return out_; }
    /// Side of the result for an input side. Throws std::invalid_argument when nothing is left.
    std::int64_t out_side(std::int64_t n) const;

    /// True when the shape is convolved by Winograd's method.
    bool is_winograd() const { return std::holds_alternative<cpu::WinogradWeights>(weights_); }
    std::size_t bytes() const;

  private:
    StyledConvOptions options_;
    std::int64_t in_ = 0, out_ = 0, kernel_ = 1;
    std::variant<cpu::DirectWeights, cpu::WinogradWeights> weights_;
    at::Tensor norms_;    ///< [O, I] sums of squares over the taps, of normalised weights where they are.
    at::Tensor row_gain_; ///< [O] 1 / rms of each output's weights; undefined without normalisation.
};

/// A filter with `padding` zeros before it and the end of a convolution after it, in one pass: x [N, C, H, W] ->
/// [N, C, height, width].
at::Tensor fir_end(const cpu::FilterTerm& filter, int padding, const at::Tensor& x, const StyledConv::End& end,
                   std::int64_t height, std::int64_t width, const BufferPool& pool, const cpu::Pool& threads);

} // namespace unstuck::ops
