#include "core/signal/filter_response.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

namespace unstuck::signal {

using std::numbers::pi;
using std::numbers::sqrt2;

namespace {

double db(double gain) { return 20 * std::log10(gain); }

FilterTaps separable(std::vector<double> values) { return {1, static_cast<int>(values.size()), values}; }

const FilterTaps kBinomial = separable({0.125, 0.375, 0.375, 0.125});

} // namespace

TEST(FilterResponse, OfABoxIsTheDirichletKernel) {
    constexpr int n = 5;
    constexpr double rate = 64;
    const auto box = separable(std::vector<double>(n, 1.0 / n));
    const auto curve = response(box, rate, Direction::axis, rate / 2, 101);
    ASSERT_EQ(curve.frequency.size(), 101u);
    EXPECT_EQ(curve.frequency.back(), rate / 2);
    EXPECT_NEAR(curve.db[0], 0, 1e-12);
    for (std::size_t i = 1; i < curve.frequency.size(); ++i) {
        const double x = pi * curve.frequency[i] / rate, gain = std::abs(std::sin(n * x) / (n * std::sin(x)));
        if (gain > 1e-6) EXPECT_NEAR(curve.db[i], db(gain), 1e-6) << curve.frequency[i];
    }
}

TEST(FilterResponse, OfTheBinomialFilterIsACosineCubed) {
    constexpr double rate = 128;
    const auto axis = response(kBinomial, rate, Direction::axis, 60, 61);
    const auto diagonal = response(kBinomial, rate, Direction::diagonal, 60, 61);
    for (std::size_t i = 0; i < axis.frequency.size(); ++i) {
        const double f = axis.frequency[i];
        EXPECT_NEAR(axis.db[i], db(std::pow(std::cos(pi * f / rate), 3)), 1e-9);
        EXPECT_NEAR(diagonal.db[i], db(std::pow(std::cos(pi * f / sqrt2 / rate), 6)), 1e-9);
        EXPECT_NEAR(db(gain_at(kBinomial, rate, f, 0)), axis.db[i], 1e-9);
    }
    // f = rate / 2 is its threefold zero.
    EXPECT_EQ(response(kBinomial, rate, Direction::axis, rate / 2, 2).db[1], kResponseFloorDb);
}

TEST(FilterResponse, FiguresOfTheBinomialFilter) {
    const auto f = figures(kBinomial, 128, 32);
    EXPECT_NEAR(f.dc_gain, 1, 1e-15);
    EXPECT_EQ(f.centre, 1.5);
    EXPECT_TRUE(f.symmetric);
    // It falls steadily: the largest gain beyond 32 is the one at 32, (cos pi/4)^3, 9.03 dB.
    ASSERT_TRUE(f.attenuation_db && f.transition_width);
    EXPECT_NEAR(*f.attenuation_db, 9.0309, 1e-4);
    const double one_db = 128 / pi * std::acos(std::pow(10, -1.0 / 60));
    EXPECT_NEAR(*f.transition_width, 32 - one_db, 1e-6);
    ASSERT_TRUE(f.diagonal_attenuation_db);
    EXPECT_NEAR(*f.diagonal_attenuation_db, -db(std::pow(std::cos(pi / 4 / sqrt2), 6)), 1e-6);
}

TEST(FilterResponse, AKaiserDesignReachesTheAttenuationOfKaisersFormula) {
    for (const auto& [taps, half_width] : {std::pair{12, 10.0}, {24, 8.0}, {48, 4.5}, {97, 3.0}}) {
        constexpr double rate = 128, cutoff = 20;
        const auto f = figures(design_lowpass({taps, cutoff, 2 * half_width, rate}), rate, cutoff + half_width);
        ASSERT_TRUE(f.attenuation_db && f.transition_width);
        EXPECT_NEAR(*f.attenuation_db, kaiser_attenuation(taps, 2 * half_width / (rate / 2)), 2.5) << taps;
        // From -1 dB it is a little less than the whole band of the design.
        EXPECT_LT(*f.transition_width, 2 * half_width);
        EXPECT_GT(*f.transition_width, half_width);
        EXPECT_NEAR(f.dc_gain, 1, 1e-12);
        EXPECT_NEAR(f.centre, (taps - 1) / 2.0, 1e-9);
    }
}

TEST(FilterResponse, TheAttenuationIsTheLargestLobeBetweenGridPointsToo) {
    // First sidelobe of a box of 8: at the maximum of the Dirichlet kernel beyond its first zero.
    const auto box = separable(std::vector<double>(8, 0.125));
    double lobe = 0;
    for (double f = 8; f <= 32; f += 1e-4)
        lobe = std::max(lobe, std::abs(std::sin(pi * f / 8) / (8 * std::sin(pi * f / 64))));
    const auto f = figures(box, 64, 8);
    ASSERT_TRUE(f.attenuation_db);
    EXPECT_NEAR(*f.attenuation_db, -db(lobe), 1e-6);
}

TEST(FilterResponse, AJincIsTheSameInAllDirectionsWhereASincIsNot) {
    constexpr double rate = 128, cutoff = 24, width = 20;
    const auto jinc = design_lowpass({24, cutoff, width, rate, true}), sinc = design_lowpass({24, cutoff, width, rate});
    double jinc_spread = 0, sinc_spread = 0;
    for (double f = 2; f <= 34; f += 2)
        for (double angle = 0; angle < pi / 2; angle += pi / 16) {
            const double fx = f * std::cos(angle), fy = f * std::sin(angle);
            jinc_spread = std::max(jinc_spread, std::abs(gain_at(jinc, rate, fx, fy) - gain_at(jinc, rate, f, 0)));
            sinc_spread = std::max(sinc_spread, std::abs(gain_at(sinc, rate, fx, fy) - gain_at(sinc, rate, f, 0)));
        }
    EXPECT_LT(db(jinc_spread), -30);
    EXPECT_GT(db(sinc_spread), -6);
    const auto axis = response(jinc, rate, Direction::axis, 34, 35),
               diagonal = response(jinc, rate, Direction::diagonal, 34, 35);
    for (std::size_t i = 0; i < axis.db.size(); ++i) {
        EXPECT_NEAR(axis.db[i], db(gain_at(jinc, rate, axis.frequency[i], 0)), 1e-6);
        EXPECT_NEAR(diagonal.db[i], db(gain_at(jinc, rate, axis.frequency[i] / sqrt2, axis.frequency[i] / sqrt2)),
                    1e-6);
    }
}

TEST(FilterResponse, WithoutTapsEverythingPasses) {
    const auto curve = response({}, 64, Direction::axis, 32, 9);
    for (double v : curve.db) EXPECT_EQ(v, 0);
    EXPECT_EQ(gain_at({}, 64, 3, 4), 1);
    const auto f = figures({}, 64, 16);
    EXPECT_EQ(f.dc_gain, 1);
    EXPECT_FALSE(f.attenuation_db || f.diagonal_attenuation_db || f.transition_width);
}

TEST(FilterResponse, AStopbandBeyondHalfTheRateHasNoAttenuation) {
    EXPECT_FALSE(figures(kBinomial, 64, 40).attenuation_db);
    EXPECT_TRUE(figures(kBinomial, 64, 32).attenuation_db);
}

TEST(FilterResponse, FiguresSeeWhatIsNotSymmetric) {
    const auto f = figures(separable({0.5, 0.25, 0.25}), 64, 32);
    EXPECT_FALSE(f.symmetric);
    EXPECT_DOUBLE_EQ(f.centre, 0.75);
}

TEST(FilterResponse, TheIdealSquareReachesFurtherAlongTheDiagonal) {
    const auto square = ideal_response(10, false, Direction::diagonal, 20, 21);
    const auto disk = ideal_response(10, true, Direction::diagonal, 20, 21);
    EXPECT_EQ(square.db[14], 0);
    EXPECT_EQ(square.db[15], kResponseFloorDb);
    EXPECT_EQ(disk.db[10], 0);
    EXPECT_EQ(disk.db[11], kResponseFloorDb);
    EXPECT_EQ(ideal_response(10, false, Direction::axis, 20, 21).db[11], kResponseFloorDb);
}

TEST(FilterResponse, ImagesLieAroundMultiplesOfTheLowRate) {
    const auto bands = image_bands(16, 5, 40);
    ASSERT_EQ(bands.size(), 2u);
    EXPECT_EQ(bands[0], (std::array<double, 2>{11, 21}));
    EXPECT_EQ(bands[1], (std::array<double, 2>{27, 37}));
    EXPECT_EQ(image_bands(16, 5, 30).back(), (std::array<double, 2>{27, 30}));
    EXPECT_TRUE(image_bands(0, 5, 40).empty());
}

} // namespace unstuck::signal
