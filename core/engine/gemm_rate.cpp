#include "core/engine/gemm_rate.hpp"

#include "core/model/generator.hpp"
#include "core/ops/stopwatch.hpp"
#include "cuda/module.h"

#include <ATen/ATen.h>
#include <algorithm>

namespace unstuck::engine {

namespace {

double best_seconds(const ops::Gpu* gpu, const at::Tensor& a, const at::Tensor& b, at::Tensor& c) {
    constexpr int kRepeats = 3;
    double best = 1e30;
    const auto finish = [&] {
        if (gpu) ops::check_gpu(gpu->functions().synchronize());
    };
    if (gpu) at::mm_out(c, a, b); // libraries load what they need in the first call
    finish();
    for (int i = 0; i < kRepeats; ++i) {
        const ops::Stopwatch watch;
        at::mm_out(c, a, b);
        finish();
        best = std::min(best, watch.ms() / 1e3);
    }
    return best;
}

} // namespace

GemmRate measure_gemm_rate(const model::Generator& generator, const std::function<bool()>& stop) {
    const c10::InferenceMode inference;
    // Enough rows that a longer product would be no faster, and little memory.
    const double kMostRows = generator.synthesis().gpu() ? 65536 : 4096;
    double flop = 0, seconds = 0;
    const auto* gpu = generator.synthesis().gpu();
    if (gpu) ops::use_device(*gpu);
    const auto options = at::TensorOptions(gpu ? gpu->device() : at::Device(at::kCPU))
                             .dtype(gpu && gpu->device().is_cuda() ? at::kHalf : at::kFloat);
    for (const auto& l : generator.synthesis().layers()) {
        if (l.conv_flop <= 0) continue;
        if (stop && stop()) return {};
        const auto inner = static_cast<std::int64_t>(l.conv_inner);
        const double rows = l.conv_flop / (2.0 * static_cast<double>(inner) * l.channels);
        const auto used = static_cast<std::int64_t>(std::clamp(rows, 1.0, kMostRows));
        const auto a = at::ones({used, inner}, options), b = at::ones({inner, l.channels}, options);
        auto c = at::empty({used, l.channels}, options);
        seconds += best_seconds(gpu, a, b, c) * rows / static_cast<double>(used);
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
