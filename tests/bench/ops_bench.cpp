// Operators at the networks' real layer shapes, reference beside fast path in one run.
//   filtered_lrelu/...      the zero-insertion composite of ATen calls (reference) and the fused kernel
//   styled_conv/...         oneDNN's direct convolution with rewritten weights (reference), our direct one, Winograd
// Names end in CONFIG RESOLUTION LAYER. The last rows sum a whole network.
#include "core/engine/allocator.hpp"
#include "core/model/config.hpp"
#include "core/ops/filtered_conv.hpp"
#include "core/ops/images.hpp"
#include "core/ops/threads.hpp"
#include "core/signal/spectrum.hpp"

#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

namespace {

using namespace unstuck;

model::AliasFreePlan plan_of(char config, int resolution) {
    model::GeneratorConfig c;
    c.img_resolution = resolution;
    c.channel_base = resolution == 256 ? 16384 : 32768;
    if (config == 'r') {
        c.conv_kernel = 1;
        c.use_radial_filters = true;
        c.channel_base *= 2;
        c.channel_max *= 2;
    }
    return model::plan_alias_free(c);
}

/// One layer's tensors. Filters are random: their values cost nothing. Radial ones have the symmetry of theirs.
struct LayerCase {
    model::LayerPlan plan;
    at::Tensor x, y, weight, style, bias, fu, fd;
    ops::FilteredLreluParams lrelu;
    ops::BufferPool pool;

    explicit LayerCase(const model::LayerPlan& p) : plan(p) {
        const int conv_side = p.in_size + p.conv_kernel - 1;
        x = ops::as_images(pool, at::randn({1, p.in_channels, p.in_size, p.in_size}));
        y = ops::as_images(pool, at::randn({1, p.out_channels, conv_side, conv_side}));
        weight = at::randn({p.out_channels, p.in_channels, p.conv_kernel, p.conv_kernel});
        style = at::rand({1, p.in_channels}) + 0.5;
        bias = at::randn({p.out_channels});
        if (p.up_taps > 1) fu = at::randn({p.up_taps}) / p.up_taps;
        if (p.down_taps > 1) fd = p.down_radial ? at::randn({p.down_taps, p.down_taps}) : at::randn({p.down_taps});
        if (p.down_radial) fd = fd + fd.flip({0});
        lrelu.up = p.up_factor;
        lrelu.down = p.down_factor;
        lrelu.pad = {p.padding_low, p.padding_high, p.padding_low, p.padding_high};
        lrelu.clamp = 256;
    }

    void filter_reference(const at::Tensor& nchw) const {
        benchmark::DoNotOptimize(ops::filtered_lrelu_reference(nchw, fu, fd, bias, lrelu));
    }
    void filter_fused(const ops::FusedFilteredLrelu& fused) const {
        benchmark::DoNotOptimize(fused(y, pool, ops::threads()));
    }
};

enum class Conv { reference, direct, winograd };

void run_filter(benchmark::State& state, const LayerCase& c, bool fused) {
    const c10::InferenceMode inference;
    const auto nchw = c.y.contiguous();
    const auto kernel = *ops::FusedFilteredLrelu::make(c.fu, c.fd, c.lrelu);
    const auto run = [&] { fused ? c.filter_fused(kernel) : c.filter_reference(nchw); };
    run(); // maps memory
    for (auto _ : state) run();
    const double raised = static_cast<double>(c.plan.out_size) * c.plan.down_factor;
    state.counters["raised_Msamples/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()) * c.plan.out_channels * raised * raised / 1e6,
                           benchmark::Counter::kIsRate);
}

void run_conv(benchmark::State& state, const LayerCase& c, Conv method) {
    const c10::InferenceMode inference;
    const auto nchw = c.x.contiguous();
    ops::StyledConvOptions o;
    o.padding = c.plan.conv_kernel - 1;
    o.normalize = true;
    o.in_height = o.in_width = c.plan.in_size;
    o.algorithm = method == Conv::winograd ? ops::ConvAlgorithm::winograd : ops::ConvAlgorithm::direct;
    const ops::StyledConv conv(c.weight, o, ops::threads());
    ops::ModulatedConvParams p;
    p.pad_x = p.pad_y = o.padding;
    const auto run = [&] {
        if (method == Conv::reference)
            benchmark::DoNotOptimize(ops::modulated_conv2d(nchw, c.weight, c.style, p));
        else
            benchmark::DoNotOptimize(
                conv(c.x, conv.modulate(c.style, 1, ops::StyleNorm::per_sample), {}, c.pool, ops::threads()));
    };
    run(); // maps memory
    for (auto _ : state) run();
    const double side = c.plan.in_size + o.padding, taps = c.plan.conv_kernel * c.plan.conv_kernel;
    state.counters["direct_GFLOP/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()) * 2 * taps * c.plan.in_channels *
                               c.plan.out_channels * side * side / 1e9,
                           benchmark::Counter::kIsRate);
}

/// All filters of a network in turn: the ratio that counts.
void run_all_filters(benchmark::State& state, const model::AliasFreePlan& plan, bool fused) {
    const c10::InferenceMode inference;
    std::vector<LayerCase> cases;
    std::vector<at::Tensor> nchw;
    std::vector<ops::FusedFilteredLrelu> kernels;
    for (const auto& l : plan.layers) {
        if (l.is_torgb) continue;
        cases.emplace_back(l);
        nchw.push_back(cases.back().y.contiguous());
        kernels.push_back(*ops::FusedFilteredLrelu::make(cases.back().fu, cases.back().fd, cases.back().lrelu));
    }
    const auto all = [&] {
        for (std::size_t i = 0; i < cases.size(); ++i)
            fused ? cases[i].filter_fused(kernels[i]) : cases[i].filter_reference(nchw[i]);
    };
    all(); // maps memory
    for (auto _ : state) all();
}

void layer_spectrum(benchmark::State& state) {
    const c10::InferenceMode inference;
    const auto x = at::randn({state.range(0), state.range(1), state.range(1)});
    for (auto _ : state) benchmark::DoNotOptimize(signal::layer_spectrum(x, 64, 8));
}
BENCHMARK(layer_spectrum)->Args({40, 84})->Args({3, 64})->Args({512, 276})->Unit(benchmark::kMillisecond);

void add(const std::string& name, std::function<void(benchmark::State&)> run) {
    benchmark::RegisterBenchmark(name.c_str(), std::move(run))->Unit(benchmark::kMillisecond)->UseRealTime();
}

void register_layer(const std::string& network, const model::LayerPlan& l) {
    const auto name = network + "/" + l.name;
    // Made when it runs: all at once would not fit into memory.
    for (const bool fused : {false, true})
        add(std::string("filtered_lrelu/") + (fused ? "fused/" : "reference/") + name,
            [l, fused](benchmark::State& s) { run_filter(s, LayerCase(l), fused); });
    for (const auto& [method, label] :
         {std::pair(Conv::reference, "reference/"), {Conv::direct, "direct/"}, {Conv::winograd, "winograd/"}})
        if (method != Conv::winograd || l.conv_kernel == 3)
            add(std::string("styled_conv/") + label + name,
                [l, m = method](benchmark::State& s) { run_conv(s, LayerCase(l), m); });
}

void register_networks() {
    for (const char config : {'t', 'r'})
        for (const int resolution : {256, 1024}) {
            const auto plan = plan_of(config, resolution);
            const auto network = std::string(1, config) + std::to_string(resolution);
            for (const auto& l : plan.layers)
                if (!l.is_torgb) register_layer(network, l);
            if (resolution != 256) continue;
            for (const bool fused : {false, true})
                add(std::string("all_filters/") + (fused ? "fused/" : "reference/") + network,
                    [plan, fused](benchmark::State& s) { run_all_filters(s, plan, fused); });
        }
}

} // namespace

int main(int argc, char** argv) {
    unstuck::engine::keep_large_blocks();
    register_networks();
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
