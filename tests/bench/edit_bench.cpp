// What an edit costs: a whole frame of a demo model beside one whose last filtered layer was edited. The second should
// take less than a third of the first.
#include "core/engine/allocator.hpp"
#include "core/engine/frame_renderer.hpp"

#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>

namespace {

using namespace unstuck;

const engine::LoadedModel& demo(bool alias_free) {
    static const auto models =
        std::array{engine::load_model("demo:stylegan2"), engine::load_model("demo:alias-free-t")};
    return models[alias_free ? 1 : 0];
}

/// The last layer with a nonlinearity: what follows it is the layer to RGB.
std::string last_filtered(const engine::LoadedModel& model) {
    std::string name;
    for (const auto& s : model.info->sampling)
        if (s.has_nonlinearity) name = s.name;
    return name;
}

void whole_frame(benchmark::State& state) {
    engine::FrameRenderer renderer(demo(state.range(0) != 0));
    engine::FrameRequest request;
    request.want_spectrum = false;
    for (auto _ : state) {
        request.latent.x += 0.001;
        benchmark::DoNotOptimize(renderer.render(request));
    }
}

void edit_at_the_last_layer(benchmark::State& state) {
    const auto& model = demo(state.range(0) != 0);
    engine::FrameRenderer renderer(model);
    engine::FrameRequest request;
    request.want_spectrum = false;
    double slope = 0.1;
    for (auto _ : state) {
        slope = slope > 0.5 ? 0.1 : slope + 0.001;
        auto edits = std::make_shared<model::Edits>();
        edits->layers[last_filtered(model)].slope = slope;
        request.edits = edits;
        benchmark::DoNotOptimize(renderer.render(request));
    }
}

BENCHMARK(whole_frame)->ArgName("alias_free")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(edit_at_the_last_layer)->ArgName("alias_free")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace

int main(int argc, char** argv) {
    engine::keep_large_blocks();
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
