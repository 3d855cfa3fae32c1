#include "core/signal/spectrum.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

namespace unstuck::signal {

namespace {

double at_frequency(const SpectrumCurve& c, double f) {
    for (std::size_t i = 0; i < c.frequency.size(); ++i)
        if (std::abs(c.frequency[i] - f) < 1e-9) return c.db[i];
    return std::nan("");
}

/// cos(2 pi (fx x + fy y)) on an n x n grid of rate n.
at::Tensor wave(int n, double fx, double fy) {
    const auto p = (at::arange(n, at::kDouble) + 0.5) / n;
    return at::cos(2 * std::numbers::pi * (p.unsqueeze(0) * fx + p.unsqueeze(1) * fy)).to(at::kFloat).unsqueeze(0);
}

} // namespace

TEST(LayerSpectrum, WhiteNoiseOfVarianceVReadsTenLogV) {
    at::manual_seed(1);
    for (const double v : {0.25, 1.0, 9.0})
        for (const double beta : {0.0, 8.0}) {
            const auto s = layer_spectrum(at::randn({64, 48, 48}) * std::sqrt(v), 48, beta);
            EXPECT_NEAR(s.mean_db, 10 * std::log10(v), 0.1);
            // A ring of k cycles holds about 2 pi k of 48^2 bins, each the mean of 64 channels.
            EXPECT_NEAR(at_frequency(s.radial, 12), 10 * std::log10(v), 0.6);
        }
}

TEST(LayerSpectrum, AWaveStandsAtItsFrequency) {
    const auto s = layer_spectrum(wave(64, 10, 0), 64, 8);
    const auto peak = std::max_element(s.plane_db.begin(), s.plane_db.end()) - s.plane_db.begin();
    EXPECT_EQ(peak / 64, 32);
    EXPECT_EQ(std::abs(peak % 64 - 32), 10);
    EXPECT_GT(at_frequency(s.slice_0, 10), at_frequency(s.slice_0, 20) + 60);
    EXPECT_LT(at_frequency(s.slice_45, std::hypot(10, 10)), at_frequency(s.slice_0, 10) - 60);
}

TEST(LayerSpectrum, FrequenciesAreCyclesPerImageAlsoWithAMargin) {
    // 52 samples at 32 per side: 20 of them are margin, the bins are 32/52 cycles apart.
    const auto x = (at::arange(52, at::kDouble) - 25.5) / 32;
    const auto layer = at::cos(2 * std::numbers::pi * 8 * x).to(at::kFloat).unsqueeze(0).expand({52, 52}).unsqueeze(0);
    const auto s = layer_spectrum(layer, 32, 8);
    const auto& db = s.slice_0.db;
    const auto best = std::max_element(db.begin(), db.end()) - db.begin();
    EXPECT_NEAR(s.slice_0.frequency[best], 8, 32.0 / 52);
    EXPECT_EQ(s.radial.frequency.back(), 16);
}

TEST(LayerSpectrum, ParsevalHolds) {
    at::manual_seed(2);
    const auto x = at::randn({3, 31, 31});
    const auto s = layer_spectrum(x, 31, 0);
    const auto centred = x - x.mean({1, 2}, true);
    EXPECT_NEAR(s.mean_db, 10 * std::log10(centred.square().mean().item<double>()), 1e-3);
}

TEST(LayerSpectrum, FlatTinyAndBrokenLayersHaveNoSurprises) {
    EXPECT_TRUE(layer_spectrum(at::zeros({2, 16, 16}), 16, 8).flat);
    EXPECT_TRUE(layer_spectrum(at::full({2, 1, 1}, 3.0), 1, 8).flat);
    EXPECT_TRUE(layer_spectrum(at::full({1, 4, 4}, -7.0), 4, 8).flat);
    auto broken = at::randn({2, 8, 8});
    broken[0][0][0] = std::nan("");
    broken[1][2][3] = INFINITY;
    const auto s = layer_spectrum(broken, 8, 8);
    EXPECT_FALSE(s.flat);
    for (float v : s.plane_db) EXPECT_TRUE(std::isfinite(v));
    for (float v : layer_spectrum(at::zeros({2, 16, 16}), 16, 8).plane_db) EXPECT_EQ(v, static_cast<float>(kFloorDb));
}

} // namespace unstuck::signal
