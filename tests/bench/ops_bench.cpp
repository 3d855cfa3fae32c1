// Operators at the demo's and at 256-px layer shapes, quick path beside reference in one run.
#include "core/engine/allocator.hpp"
#include "core/ops/activation.hpp"
#include "core/ops/modulated_conv.hpp"
#include "core/signal/spectrum.hpp"

#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

namespace {

using namespace unstuck;

/// Args: channels, side, up factor.
template <auto Run>
void filtered_lrelu(benchmark::State& state) {
    const c10::InferenceMode inference;
    const auto channels = state.range(0), side = state.range(1), up = state.range(2);
    const auto x = at::randn({1, channels, side + 2, side + 2});
    const auto fu = at::randn({6 * up}), fd = at::randn({12}), b = at::randn({channels});
    ops::FilteredLreluParams p;
    p.up = static_cast<int>(up);
    p.down = 2;
    const int pad = static_cast<int>(6 * up + 12) / 2;
    p.pad = {pad, pad, pad, pad};
    for (auto _ : state) benchmark::DoNotOptimize(Run(x, fu, fd, b, p));
    state.SetItemsProcessed(state.iterations() * x.numel());
}

void shapes(benchmark::internal::Benchmark* b) {
    b->Args({40, 84, 2})
        ->Args({40, 52, 4})
        ->Args({512, 36, 2})
        ->Args({512, 84, 2})
        ->Args({128, 276, 2})
        ->Unit(benchmark::kMillisecond);
}

BENCHMARK(filtered_lrelu<ops::filtered_lrelu_reference>)->Apply(shapes);
BENCHMARK(filtered_lrelu<ops::filtered_lrelu>)->Apply(shapes);

void modulated_conv(benchmark::State& state) {
    const c10::InferenceMode inference;
    const auto c = state.range(0), side = state.range(1);
    const auto x = at::randn({1, c, side, side}), w = at::randn({c, c, 3, 3}), s = at::randn({1, c});
    ops::ModulatedConvParams p;
    p.pad_x = p.pad_y = 2;
    for (auto _ : state) benchmark::DoNotOptimize(ops::modulated_conv2d(x, w, s, p));
}
BENCHMARK(modulated_conv)->Args({40, 84})->Args({512, 36})->Args({128, 276})->Unit(benchmark::kMillisecond);

void layer_spectrum(benchmark::State& state) {
    const c10::InferenceMode inference;
    const auto x = at::randn({state.range(0), state.range(1), state.range(1)});
    for (auto _ : state) benchmark::DoNotOptimize(signal::layer_spectrum(x, 64, 8));
}
BENCHMARK(layer_spectrum)->Args({40, 84})->Args({3, 64})->Args({512, 276})->Unit(benchmark::kMillisecond);

} // namespace

int main(int argc, char** argv) {
    unstuck::engine::keep_large_blocks();
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
