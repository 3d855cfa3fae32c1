#include "tests/support/golden_models.hpp"
#include "tests/support/test_gpu.hpp"

namespace unstuck::test {

namespace {

std::shared_ptr<const model::Generator> load_on_gpu(const std::string& file, model::Precision precision) {
    model::BuildOptions options;
    options.gpu = test_gpu();
    options.precision = precision;
    return model::Generator::build(io::open_checkpoint(golden_path("models/" + file)), options);
}

at::Tensor render(const model::Generator& g, const model::SynthesisInput& input) {
    return g.synthesize(input).to(at::kCPU, at::kFloat);
}

} // namespace

using GpuModels = GoldenModels;

TEST_P(GpuModels, RenderEveryGoldenImageInFloat32) {
    const auto g = load_on_gpu(pickle, model::Precision::float32);
    for (const auto& c : doc["cases"])
        EXPECT_LE(relative_error(render(*g, input_for(c, vectors, at::kFloat)), vectors.get(c["key"])),
                  2 * GetParam().accept_image) // sums in another order than the processor's
            << c["key"];
}

TEST_P(GpuModels, MatchEveryGoldenLayerInFloat32) {
    const auto g = load_on_gpu(pickle, model::Precision::float32);
    auto input = input_for(doc["activations_for"], vectors, at::kFloat);
    g->synthesis().stage(input);
    model::Activation a;
    const auto& layers = g->synthesis().layers();
    int compared = 0;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const c10::InferenceMode inference;
        a = g->synthesis().run(i, a, input);
        const auto& l = layers[i];
        EXPECT_EQ(a.shown.sizes(), at::IntArrayRef({1, l.channels, l.height, l.width})) << l.name;
        if (!vectors.has("act." + l.name)) continue;
        const auto golden = vectors.get("act." + l.name);
        const auto ours = a.shown.to(at::kCPU, at::kFloat);
        const double scale = ours.slice(1, 0, 4).abs().max().item<double>();
        EXPECT_LE((ours.slice(1, 0, golden.size(1)) - golden).abs().max().item<double>(),
                  2 * GetParam().accept_activation * scale)
            << l.name;
        ++compared;
    }
    EXPECT_GT(compared, 3);
}

/// Half precision keeps 11 bits; errors of some 14 layers add up like noise.
TEST_P(GpuModels, StayCloseToTheGoldenImagesInFloat16) {
    for (const auto precision : {model::Precision::as_marked, model::Precision::float16}) {
        const auto g = load_on_gpu(pickle, precision);
        for (const auto& c : doc["cases"]) {
            const auto golden = vectors.get(c["key"]);
            const auto ours = render(*g, input_for(c, vectors, at::kFloat));
            ASSERT_EQ(ours.sizes(), golden.sizes());
            const double scale = golden.abs().max().item<double>();
            const double rms = (ours - golden).square().mean().sqrt().item<double>();
            EXPECT_LE(rms, 4e-3 * scale) << c["key"];
            EXPECT_LE(relative_error(ours, golden), 3e-2) << c["key"];
        }
    }
}

/// Filters that the kernel has, filters that only LibTorch's calls have, and what is done beside them.
TEST_P(GpuModels, ComputeEditedLayersAsTheProcessorDoes) {
    const auto g = load_on_gpu(pickle, model::Precision::float32);
    const auto cpu = model::Generator::build(io::open_checkpoint(golden_path("models/" + pickle)));
    using Family = model::FilterFamily;
    for (const auto& [family, m] :
         {std::pair(Family::kaiser, 4), std::pair(Family::bilinear, 1), std::pair(Family::ideal, 2)}) {
        model::LayerEdit all;
        all.up.family = all.down.family = all.resample.family = family;
        all.oversampling = m;
        all.slope = 0.3;
        all.noise = 0.2;
        all.zero_margin = m == 1;
        all.moved_pixels = true;
        auto edits = std::make_shared<model::Edits>();
        for (const auto& l : cpu->synthesis().sampling()) edits->set(l.name, model::applicable(all, l));
        auto input = input_for(doc["cases"][0], vectors, at::kFloat);
        input.edits = edits;
        EXPECT_LE(relative_error(render(*g, input), cpu->synthesize(input)), 1e-4)
            << "m = " << m << ", family " << static_cast<int>(family);
    }
}

/// The processor counts anew what kernels count as they go.
TEST_P(GpuModels, CountTheClampedValuesThatTheProcessorCounts) {
    const auto g = load_on_gpu(pickle, model::Precision::float32);
    const auto cpu = model::Generator::build(io::open_checkpoint(golden_path("models/" + pickle)));
    auto edits = std::make_shared<model::Edits>();
    model::LayerEdit low;
    low.clamp = 0.7;
    for (const auto& l : cpu->synthesis().sampling()) edits->set(l.name, model::applicable(low, l));
    auto input = input_for(doc["cases"][0], vectors, at::kFloat);
    input.ws = input.ws.slice(0, 0, 1);
    input.edits = edits;
    auto on_gpu = input;
    g->synthesis().stage(on_gpu);
    const c10::InferenceMode inference;
    model::Activation a, b;
    std::int64_t all = 0;
    for (std::size_t i = 0; i < cpu->synthesis().layers().size(); ++i) {
        const auto counted = cpu->synthesis().count_clamped(i, a, input);
        a = cpu->synthesis().run(i, a, input);
        on_gpu.staged->counts.zero_();
        b = g->synthesis().run(i, b, on_gpu);
        const auto by_kernel = on_gpu.staged->counts[static_cast<std::int64_t>(i)][1].item<std::int64_t>();
        all += counted;
        // Edited layers of StyleGAN2 end in LibTorch's calls there, which do not count.
        if (cpu->config().family != model::Family::alias_free) continue;
        EXPECT_NEAR(static_cast<double>(by_kernel), static_cast<double>(counted),
                    2 + 1e-4 * static_cast<double>(counted))
            << cpu->synthesis().layers()[i].name; // values at the limit itself, by rounding
    }
    EXPECT_EQ(all > 100, cpu->config().conv_clamp.has_value());
}

INSTANTIATE_TEST_SUITE_P(All, GpuModels, ::testing::ValuesIn(kModels), test_name);

} // namespace unstuck::test
