#pragma once
// One block folds style and demodulation into the weights of one output channel.
#include "cuda/block_reduce.h"
#include "cuda/emulate.h"
#include "cuda/half.h"
#include "cuda/modulate_weights.h"
#include "cuda/require.h"

#include <cmath>

namespace unstuck::cuda {

inline void validate(const ModulateWeights& p) {
    constexpr const char* kOp = "modulate_weights";
    require(p.out >= 0, kOp, "out >= 0", p.out);
    require(p.in >= 0, kOp, "in >= 0", p.in);
    require(p.taps >= 0, kOp, "taps >= 0", p.taps);
    const long long row = static_cast<long long>(p.in) * p.taps;
    require(row <= std::numeric_limits<int>::max(), kOp, "in * taps that fits an int", row);
    if (p.out == 0 || row == 0) return;
    require_data(p.weight, kOp, "weight");
    require_data(p.styles, kOp, "styles");
    require_data(p.y, kOp, "y");
}

struct ModulateWeightsBody {
    static constexpr int kThreads = 256;
    struct Thread {
        int index = 0;
        float style_scale = 1; ///< What styles are divided by.
        float factor = 1;      ///< gain d_o
    };
    ModulateWeights p;

    Launch launch() const { return {p.in * p.taps == 0 ? 0 : p.out, 1, 1, kThreads, kThreads * sizeof(float)}; }

    template <class Phases>
    UNSTUCK_HD void run(Block block, char* shared, Phases&& phase) const {
        auto* partial = reinterpret_cast<float*>(shared);
        const int o = block.x;
        if (p.style_scale != StyleScale::none) {
            phase([&](Thread& t) { partial[t.index] = style_magnitude(t.index); });
            fold_rows(partial, kThreads, 1, phase, [this](float a, float b) { return joined(a, b); });
            phase([&](Thread& t) { t.style_scale = scale_of(partial[0]); });
        }
        phase([&](Thread& t) { t.factor = p.gain; });
        if (p.demodulate) {
            phase([&](Thread& t) { partial[t.index] = sum_of_squares(o, t); });
            fold_rows(partial, kThreads, 1, phase, [](float a, float b) { return a + b; });
            phase([&](Thread& t) { t.factor = p.gain / std::sqrt(partial[0] + 1e-8f); });
        }
        phase([&](Thread& t) { write(o, t); });
    }

  private:
    /// The larger one; NaN when either is.
    UNSTUCK_HD static float larger(float a, float b) { return b > a || b != b ? b : a; }

    UNSTUCK_HD float joined(float a, float b) const { return p.style_scale == StyleScale::rms ? a + b : larger(a, b); }

    /// Of every kThreads-th style, from `first` on: what joined() puts together.
    UNSTUCK_HD float style_magnitude(int first) const {
        float m = 0;
        for (int i = first; i < p.in; i += kThreads) {
            const float s = p.styles[i];
            m = joined(m, p.style_scale == StyleScale::rms ? s * s : std::fabs(s));
        }
        return m;
    }

    UNSTUCK_HD float scale_of(float magnitude) const {
        return p.style_scale == StyleScale::rms ? std::sqrt(magnitude / static_cast<float>(p.in)) : magnitude;
    }

    /// Element k = tap * in + i of the channel's row, times its style.
    UNSTUCK_HD float styled(const float* row, int k, const Thread& t) const {
        return p.styles[k % p.in] / t.style_scale * row[k];
    }

    UNSTUCK_HD const float* row(int o) const { return p.weight + static_cast<long long>(o) * p.taps * p.in; }

    UNSTUCK_HD float sum_of_squares(int o, const Thread& t) const {
        float sum = 0;
        for (int k = t.index; k < p.taps * p.in; k += kThreads) {
            const float v = styled(row(o), k, t);
            sum += v * v;
        }
        return sum;
    }

    UNSTUCK_HD void write(int o, const Thread& t) const {
        for (int k = t.index; k < p.taps * p.in; k += kThreads) {
            const int tap = k / p.in, i = k % p.in;
            store(p.y, p.element, o * p.stride_out + i * p.stride_in + tap * p.stride_tap,
                  styled(row(o), k, t) * t.factor);
        }
    }
};

} // namespace unstuck::cuda
