#include "core/engine/gemm_rate.hpp"

#include "core/model/generator.hpp"
#include "core/ops/stopwatch.hpp"

#include <ATen/ATen.h>
#include <algorithm>

namespace unstuck::engine {

namespace {

double best_seconds(const at::Tensor& a, const at::Tensor& b, at::Tensor& c) {
    constexpr int kRepeats = 3;
    double best = 1e30;
    for (int i = 0; i < kRepeats; ++i) {
        const ops::Stopwatch watch;
        at::mm_out(c, a, b);
        best = std::min(best, watch.ms() / 1e3);
    }
    return best;
}

} // namespace

GemmRate measure_gemm_rate(const model::Generator& generator, const std::function<bool()>& stop) {
    const c10::InferenceMode inference;
    // Enough rows that a longer product would be no faster, and little memory.
    constexpr double kMostRows = 4096;
    double flop = 0, seconds = 0;
    for (const auto& l : generator.synthesis().layers()) {
        if (l.conv_flop <= 0) continue;
        if (stop && stop()) return {};
        const auto inner = static_cast<std::int64_t>(l.conv_inner);
        const double rows = l.conv_flop / (2.0 * static_cast<double>(inner) * l.channels);
        const auto used = static_cast<std::int64_t>(std::clamp(rows, 1.0, kMostRows));
        const auto a = at::ones({used, inner}), b = at::ones({inner, l.channels});
        auto c = at::empty({used, l.channels});
        seconds += best_seconds(a, b, c) * rows / static_cast<double>(used);
        flop += l.conv_flop;
    }
    GemmRate rate;
    if (seconds > 0) {
        rate.gflops = flop / seconds / 1e9;
        rate.floor_ms = seconds * 1e3;
    }
    return rate;
}

} // namespace unstuck::engine
