#include "core/engine/frame_renderer.hpp"
#include "core/engine/layer_spectra.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/test_gpu.hpp"

namespace unstuck::test {

TEST(GpuLayerSpectra, AreThoseOfTheProcessor) {
    for (const auto* name : {"demo:alias-free-t", "demo:stylegan2"}) {
        engine::LoadOptions options;
        options.target = test_target();
        const auto gpu = engine::load_model(name, {}, options), cpu = engine::load_model(name);
        ASSERT_NE(gpu.generator->synthesis().gpu(), nullptr);
        const auto average = [](const engine::LoadedModel& m) {
            engine::LayerSpectra s(m.generator->synthesis().layers());
            model::SynthesisInput input;
            input.style_norm = ops::StyleNorm::per_sample;
            for (const std::uint32_t seed : {4u, 9u}) {
                engine::SeedLatent l;
                l.seed = seed;
                EXPECT_TRUE(s.add(*m.generator, input, l));
            }
            return s.snapshot();
        };
        const auto a = average(gpu), b = average(cpu);
        ASSERT_EQ(a.size(), b.size());
        for (std::size_t i = 0; i < a.size(); ++i) {
            const auto what = std::string(name) + " " + b[i].layer.name;
            EXPECT_EQ(a[i].seeds, 2) << what;
            EXPECT_EQ(a[i].radial.frequency, b[i].radial.frequency) << what;
            ASSERT_EQ(a[i].radial.db.size(), b[i].radial.db.size()) << what;
            const double top = *std::max_element(b[i].radial.db.begin(), b[i].radial.db.end());
            // 60 dB below the largest, float32's rounding of the activations themselves begins to show.
            for (std::size_t k = 0; k < b[i].radial.db.size(); ++k)
                if (b[i].radial.db[k] > top - 60) EXPECT_NEAR(a[i].radial.db[k], b[i].radial.db[k], 0.05) << what;
            ASSERT_EQ(a[i].beyond_cutoff.has_value(), b[i].beyond_cutoff.has_value()) << what;
            if (b[i].beyond_cutoff) EXPECT_NEAR(a[i].beyond_cutoff->mean, b[i].beyond_cutoff->mean, 1e-5) << what;
        }
    }
}

} // namespace unstuck::test
