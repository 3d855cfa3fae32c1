#include "core/signal/average_spectrum.hpp"
#include "core/signal/energy_beyond.hpp"
#include "core/signal/spectrum.hpp"
#include "tests/support/waves.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

namespace unstuck::signal {

namespace {

using test::Waves;

std::string message_of(const AverageSpectrumSpec& spec) {
    try {
        AverageSpectrum s(spec);
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
    return "";
}

} // namespace

TEST(AverageSpectrum, WhiteNoiseOfTheSetsVarianceReadsZeroDecibels) {
    at::manual_seed(1);
    const auto images = at::randn({40, 3, 32, 32}) * 20 + 100;
    ImageMoments m;
    m.add(images);
    AverageSpectrum s({.size = 32, .mean = m.mean(), .stddev = m.stddev()});
    s.add(images);
    EXPECT_EQ(s.planes(), 120);
    // The window leaves about 11 independent samples per axis: the mean power spreads by sqrt(2 / 120) / 11, 0.05 dB.
    EXPECT_NEAR(10 * std::log10(s.power().mean().item<double>()), 0, 0.2);
    EXPECT_EQ(s.heatmap_db().sizes(), at::IntArrayRef({129, 129}));
    for (const double db : s.slice_0(1.25).db) EXPECT_NEAR(db, 0, 2);
    EXPECT_EQ(s.slice_0().frequency.back(), 16);
    EXPECT_NEAR(s.slice_45().frequency.back(), 32 / std::numbers::sqrt2, 1e-12);
}

TEST(AverageSpectrum, OddSizesMirrorAsTheFullTransformDoes) {
    at::manual_seed(2);
    const auto x = at::randn({1, 1, 9, 9}, at::kDouble);
    AverageSpectrum s({.size = 9, .beta = 0, .interpolation = 1});
    s.add(x);
    const auto full = at::fft_fft2(x[0][0] / 9.0);
    EXPECT_LE((s.power() - full.abs().square()).abs().max().item<double>(), 1e-12);
}

TEST(AverageSpectrum, FlatSetsReadTheFloorAndBadOnesAreRefused) {
    AverageSpectrum s({.size = 8, .mean = 5});
    EXPECT_EQ(s.slice_0().db[3], kFloorDb);
    s.add(at::full({2, 3, 8, 8}, 5));
    EXPECT_EQ(s.heatmap_db(0).max().item<double>(), kFloorDb);
    EXPECT_THROW(s.add(at::zeros({1, 1, 9, 8})), std::invalid_argument);
    EXPECT_NE(message_of({.size = 0}).find("size"), std::string::npos);
    EXPECT_NE(message_of({.size = 8, .stddev = 0}).find("stddev"), std::string::npos);
    EXPECT_NE(message_of({.size = 8, .beta = -1}).find("beta"), std::string::npos);
    EXPECT_NE(message_of({.size = 8, .interpolation = 0}).find("interpolation"), std::string::npos);
    EXPECT_EQ(message_of({.size = 8}), "");
}

TEST(AverageSpectrum, AMeasuredSetWithoutContrastReadsTheFloor) {
    AverageSpectrum s({.size = 8, .measured = true});
    s.add(at::full({2, 3, 8, 8}, 5));
    EXPECT_EQ(s.stddev(), 0);
    EXPECT_EQ(s.heatmap_db(0).max().item<double>(), kFloorDb);
}

TEST(EnergyBeyond, OfWhiteNoiseIsTheAreaOutsideTheDisk) {
    at::manual_seed(3);
    const auto s = layer_spectrum(at::randn({64, 64, 64}), 64, 8);
    // pi 16^2 of 64^2 inside.
    EXPECT_NEAR(energy_beyond(s, 16, 8).share, 1 - std::numbers::pi / 16, 0.01);
    EXPECT_EQ(energy_beyond(s, 46, 8).share, 0) << "beyond the corner";
}

TEST(EnergyBeyond, OfAFieldLimitedToTheCutoffIsTheFloor) {
    // 200 channels of random phase in every bin up to 12 cycles; a ring of leakage around the disk.
    at::manual_seed(4);
    const auto f = at::fft_fftfreq(64, 1.0 / 64, at::kDouble);
    const auto r = at::hypot(f.unsqueeze(1), f.unsqueeze(0));
    const auto noise = at::fft_fft2(at::randn({200, 64, 64}, at::kDouble));
    const auto field = at::real(at::fft_ifft2(noise * at::logical_and(r > 0, r <= 12).to(at::kDouble)));
    const auto e = energy_beyond(layer_spectrum(field.to(at::kFloat), 64, 8), 12, 8);
    EXPECT_GT(e.floor, 0.02);
    EXPECT_LT(e.floor, 0.3);
    EXPECT_NEAR(e.share, e.floor, 0.02 * e.floor + 1e-3);
    EXPECT_LT(e.excess, 0.005);
}

TEST(EnergyBeyond, FindsAToneOfKnownPower) {
    // A quarter of the power at 25 cycles, the rest at 4, both far from the cutoff; a margin does not matter.
    const Waves w{{{4, 0, std::sqrt(3.0), 0.1}, {0, 25, 1, 0.2}}};
    const auto x = w.render(model::kIdentity3, 84, 64).squeeze(0).to(at::kFloat);
    const auto e = energy_beyond(layer_spectrum(x, 64, 8), 14, 8);
    EXPECT_NEAR(e.share, 0.25, 0.005);
    EXPECT_NEAR(e.excess, e.share - e.floor, 1e-15);
    EXPECT_TRUE(energy_beyond(layer_spectrum(at::zeros({1, 8, 8}), 8, 8), 2, 8).flat);
}

} // namespace unstuck::signal
