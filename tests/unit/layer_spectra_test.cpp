#include "core/engine/layer_spectra.hpp"
#include "core/latent/seed_w.hpp"

#include "core/engine/frame_renderer.hpp"
#include "core/signal/energy_beyond.hpp"
#include "core/signal/spectrum.hpp"
#include "tests/support/golden.hpp"

#include <cmath>
#include <numbers>

namespace unstuck::test {

namespace {

using engine::LayerSpectra;

/// A layer of `size` samples per side with a cutoff at a quarter of the rate.
model::LayerInfo some_layer(const char* name, int size) {
    model::LayerInfo l;
    l.name = name;
    l.channels = 64;
    l.width = l.height = size;
    l.sampling_rate = size;
    l.cutoff = size / 4.0;
    l.half_width = size / 16.0;
    return l;
}

signal::LayerSpectrum white_noise(int size, double variance) {
    return signal::layer_spectrum(at::randn({64, size, size}) * std::sqrt(variance), size, 8);
}

/// The spectra that the live view would show of each layer.
std::vector<signal::LayerSpectrum> live_spectra(const model::Generator& g, std::uint32_t seed, double psi) {
    model::SynthesisInput input;
    input.style_norm = ops::StyleNorm::per_sample;
    input.ws = g.truncate(latent::seed_w(g, seed, -1), psi);
    std::vector<signal::LayerSpectrum> out;
    for (std::size_t i = 0; i < g.synthesis().layers().size(); ++i)
        out.push_back(signal::layer_spectrum(g.synthesize(input, static_cast<int>(i))[0],
                                             g.synthesis().layers()[i].sampling_rate, 8));
    return out;
}

engine::SeedLatent latent_of(std::uint32_t seed, double psi = 1) {
    engine::SeedLatent l;
    l.seed = seed;
    l.psi = psi;
    return l;
}

model::SynthesisInput per_sample() {
    model::SynthesisInput input;
    input.style_norm = ops::StyleNorm::per_sample;
    return input;
}

double power_of(double db) { return std::pow(10, db / 10); }

} // namespace

TEST(LayerSpectra, WhiteNoiseReadsItsVarianceAndTheBandIsThatOfTheSeeds) {
    at::manual_seed(1);
    LayerSpectra s({some_layer("L0", 48), some_layer("L1", 32)});
    // Variances of 1, 2, 4, 8: mean power 3.75; their decibels spread by 10 log10(2) sqrt(5 / 3) = 3.886.
    const int seeds = 4;
    for (int i = 0; i < seeds; ++i) s.add({white_noise(48, 1 << i), white_noise(32, 9)});
    const auto layers = s.snapshot();
    ASSERT_EQ(layers.size(), 2u);
    const auto& a = layers[0];
    EXPECT_EQ(a.layer.name, "L0");
    EXPECT_EQ(a.seeds, seeds);
    EXPECT_FALSE(a.flat);
    ASSERT_EQ(a.radial.frequency.size(), 25u);
    for (std::size_t ring = 8; ring < 24; ++ring) { // rings of 50 bins and more
        EXPECT_NEAR(a.radial.power[ring], 3.75, 0.2) << ring;
        EXPECT_NEAR(a.radial.db[ring], 10 * std::log10(3.75), 0.25) << ring;
        EXPECT_NEAR(a.radial.power_stddev[ring], std::sqrt(28.75 / 3), 0.35) << ring;
        EXPECT_NEAR(a.radial.db_stddev[ring], 10 * std::log10(2) * std::sqrt(5.0 / 3), 0.3) << ring;
        if (ring < 16) {
            EXPECT_NEAR(layers[1].radial.db[ring], 10 * std::log10(9), 0.4) << ring;
            EXPECT_LT(layers[1].radial.db_stddev[ring], 0.5) << ring;
        }
    }
    // A disk of radius s / 4 holds pi / 16 of the plane.
    ASSERT_TRUE(a.beyond_cutoff);
    EXPECT_EQ(a.beyond_cutoff->frequency, 12);
    EXPECT_NEAR(a.beyond_cutoff->mean, 1 - std::numbers::pi / 16, 0.01);
    EXPECT_LT(a.beyond_cutoff->stddev, 0.01);
    // L1 is coarser: outside a disk of radius 16 of the 48 x 48 plane.
    ASSERT_TRUE(a.beyond_next);
    EXPECT_EQ(a.beyond_next->frequency, 16);
    EXPECT_NEAR(a.beyond_next->mean, 1 - std::numbers::pi * 16 * 16 / (48 * 48), 0.01);
    EXPECT_FALSE(layers[1].beyond_next);
}

TEST(LayerSpectra, OfAModelAreTheAveragesOfItsLiveSpectra) {
    for (const auto* name : {"demo:alias-free-t", "demo:stylegan2"}) {
        const c10::InferenceMode inference;
        const auto model = engine::load_model(name);
        const auto& g = *model.generator;
        LayerSpectra s(g.synthesis().layers());
        std::vector<std::vector<signal::LayerSpectrum>> live;
        for (const std::uint32_t seed : {3u, 5u, 8u}) {
            live.push_back(live_spectra(g, seed, 0.7));
            ASSERT_TRUE(s.add(g, per_sample(), latent_of(seed, 0.7)));
        }
        EXPECT_EQ(s.seeds(), 3);
        const auto layers = s.snapshot();
        ASSERT_EQ(layers.size(), g.synthesis().layers().size());
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const auto& l = layers[i];
            for (const auto& [curve, of] : {std::pair{&l.radial, &signal::LayerSpectrum::radial},
                                            std::pair{&l.slice_0, &signal::LayerSpectrum::slice_0},
                                            std::pair{&l.slice_45, &signal::LayerSpectrum::slice_45}}) {
                EXPECT_EQ(curve->frequency, (live[0][i].*of).frequency);
                for (std::size_t k = 0; k < curve->db.size(); ++k) {
                    double mean = 0, mean_db = 0, squares_db = 0;
                    for (const auto& seed : live) {
                        mean += power_of((seed[i].*of).db[k]) / 3;
                        mean_db += (seed[i].*of).db[k] / 3;
                    }
                    for (const auto& seed : live) squares_db += std::pow((seed[i].*of).db[k] - mean_db, 2);
                    EXPECT_NEAR(curve->db[k], 10 * std::log10(mean), 1e-9) << name << " " << l.layer.name;
                    EXPECT_NEAR(curve->db_stddev[k], std::sqrt(squares_db / 2), 1e-9) << name << " " << l.layer.name;
                }
            }
            if (!l.beyond_cutoff) continue;
            double share = 0;
            for (const auto& seed : live) share += signal::energy_beyond(seed[i], l.layer.cutoff, 8).share / 3;
            EXPECT_NEAR(l.beyond_cutoff->mean, share, 1e-12) << l.layer.name;
            EXPECT_EQ(l.beyond_cutoff->floor, signal::energy_beyond(live[0][i], l.layer.cutoff, 8).floor);
        }
    }
}

TEST(LayerSpectra, OneLayerAloneIsThatOfAllAndStopsThere) {
    const auto model = engine::load_model("demo:alias-free-t");
    const auto& g = *model.generator;
    LayerSpectra all(g.synthesis().layers()), one(g.synthesis().layers(), 8, 3);
    all.add(g, per_sample(), latent_of(1));
    one.add(g, per_sample(), latent_of(1));
    const auto alone = one.snapshot(), every = all.snapshot();
    ASSERT_EQ(alone.size(), 1u);
    EXPECT_EQ(alone[0].layer.name, every[3].layer.name);
    EXPECT_EQ(alone[0].radial.db, every[3].radial.db);
    for (const double v : alone[0].radial.db_stddev) EXPECT_EQ(v, 0) << "one seed has no spread";
}

TEST(LayerSpectra, AStoppedSeedAddsNothing) {
    const auto model = engine::load_model("demo:alias-free-t");
    const auto& g = *model.generator;
    LayerSpectra s(g.synthesis().layers());
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(s.add(g, per_sample(), latent_of(0), stop.get_token()));
    EXPECT_EQ(s.seeds(), 0);
    EXPECT_TRUE(s.snapshot()[0].radial.db.empty());
}

TEST(LayerSpectra, AConstantLayerIsFlatAndHasNoShare) {
    LayerSpectra s({some_layer("L0", 16)});
    s.add({signal::layer_spectrum(at::full({2, 16, 16}, 3), 16, 8)});
    const auto l = s.snapshot()[0];
    EXPECT_TRUE(l.flat);
    EXPECT_EQ(l.radial.db[3], signal::kFloorDb);
    EXPECT_FALSE(l.beyond_cutoff);
}

} // namespace unstuck::test
