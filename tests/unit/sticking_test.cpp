#include "core/engine/model_source.hpp"
#include "core/measure/equivariance.hpp"
#include "core/measure/running_moments.hpp"
#include "core/measure/sticking.hpp"
#include "tests/support/waves.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <gtest/gtest.h>

namespace unstuck::measure {

namespace {

using test::Waves;

model::Matrix3 moved_by(const PixelMove& m, int size) { return {1, 0, -m.dx / size, 0, 1, -m.dy / size, 0, 0, 1}; }

/// The content follows the moves; `screen` stays.
StickingIndex views_of(const Waves& content, const Waves& screen, int size, int views, std::uint64_t seed) {
    StickingIndex s;
    for (const auto& m : sticking_moves(views, sticking_range_px(size, size), seed))
        s.add((content.render(moved_by(m, size), size) + screen.render(model::kIdentity3, size)).to(at::kFloat), m);
    return s;
}

StickingReading demo_reading(const char* name, std::uint32_t seed, int views) {
    const auto g = model::Generator::build(engine::open_model(name));
    auto input = eq_input(*g, seed);
    input.noise = model::NoiseMode::constant;
    const auto render = render_of(*g, input);
    StickingIndex s;
    for (const auto& m : sticking_moves(views, sticking_range_px(64, 64), 5))
        s.add(luminance(render(moved_by(m, 64))), m);
    return s.read();
}

} // namespace

TEST(Sticking, DetailIsWhatLiesAboveAnEighthOfTheBandlimit) {
    const auto power = [](double cycles) {
        const Waves w{{{cycles, 0, std::sqrt(2.0), 0.4}}};
        return detail(w.render(model::kIdentity3, 128).squeeze(0)).square().mean().item<double>();
    };
    // 128 px: the bandlimit is 64 cycles per side, its eighth 8. Mirrored edges bend waves a little.
    EXPECT_LT(power(0), 1e-20);
    EXPECT_LT(power(3), 0.01);
    EXPECT_NEAR(power(8), 0.25, 0.05) << "half the amplitude at the cutoff";
    EXPECT_NEAR(power(16), 1, 0.04);
    EXPECT_NEAR(power(50), 1, 0.04);
}

TEST(Sticking, ContentThatFollowsReadsTheFloor) {
    for (const int views : {16, 64}) {
        const auto r = views_of(Waves::random(40, 8, 32, 0.1, 1), {}, 96, views, 2).read();
        EXPECT_EQ(r.state, ReadingState::measured);
        EXPECT_EQ(r.floor, 1.0 / views);
        EXPECT_LT(r.index, r.floor + 0.01);
        EXPECT_GT(r.follows, 0.095);
    }
}

TEST(Sticking, ContentThatStaysReadsOneLessTheFloor) {
    const auto r = views_of({}, Waves::random(40, 8, 32, 0.1, 1), 96, 64, 2).read();
    EXPECT_GT(r.index, 1 - r.floor - 0.01);
}

TEST(Sticking, AScreenFixedPatternOfKnownEnergyGivesThePredictedIndex) {
    constexpr int kViews = 64, kWaves = 40, kSize = 96;
    constexpr double kContent = 0.1;
    const auto content = Waves::random(kWaves, 8, 20, kContent, 3);
    for (const double screen : {0.02, 0.1, 0.4}) {
        const Waves pattern{{{32, 0, std::sqrt(2 * screen), 0.5}}};
        const auto r = views_of(content, pattern, kSize, kViews, 4).read();
        const double u = screen + kContent / kViews, v = kContent + screen / kViews, s = u / (u + v);
        // Relative errors of both powers: 2 x 1.5 % ripple of the high-pass, 2 x 1 % of the interpolation (a = 8 below
        // 0.35 cycle per pixel); the moves' spread, 4 sigma: the power of the mean of `waves` waves of equal power
        // spreads by 1 / sqrt(waves), one pattern wave by 1; pattern and content differ by at least 12 cycles per side
        // over some 64 pixels, 8 periods: they correlate by less than 1 / (8 pi), two random phases apart.
        const double filters = 0.03 + 0.02, overlap = 1 / (8 * std::numbers::pi);
        const double spread_u =
            4 * kContent / kViews / std::sqrt(kWaves) + 2 * overlap * std::sqrt(screen * kContent / kViews);
        const double spread_v = 4 * screen / kViews + 2 * overlap * std::sqrt(screen * kContent / kViews);
        const double bound = s * (1 - s) * (2 * filters + spread_u / u + spread_v / v);
        EXPECT_NEAR(r.index, s, bound) << screen;
        EXPECT_LT(bound, 0.06);
    }
}

TEST(Sticking, AMaskCountsOnlyWhatItCovers) {
    constexpr int kSize = 96;
    const auto content = Waves::random(40, 8, 32, 0.1, 1), screen = Waves::random(40, 8, 32, 0.1, 6);
    auto left = at::zeros({1, 1, kSize, kSize}, at::kDouble);
    left.slice(3, 0, kSize / 2).fill_(1);
    StickingIndex s;
    for (const auto& m : sticking_moves(32, 12, 7))
        s.add(at::where(left > 0, screen.render(model::kIdentity3, kSize), content.render(moved_by(m, kSize), kSize)),
              m);
    auto inside = at::zeros({kSize, kSize});
    inside.slice(1, 0, kSize / 2 - 16).fill_(1);
    EXPECT_GT(s.read(inside).index, 0.9);
    EXPECT_LT(s.read(inside.flip({1})).index, 0.1);
    EXPECT_GT(s.read().index, 0.3);
    EXPECT_LT(s.read().index, 0.7);
    EXPECT_EQ(s.read(at::zeros({kSize, kSize})).state, ReadingState::no_overlap);
    EXPECT_THROW(s.read(at::ones({3, 3})), std::invalid_argument);
}

TEST(Sticking, IsProgressiveAndAValue) {
    const auto content = Waves::random(20, 8, 32, 0.1, 1);
    StickingIndex s;
    EXPECT_EQ(s.read().state, ReadingState::nothing);
    const auto moves = sticking_moves(8, 12, 3);
    EXPECT_EQ(sticking_moves(20, 12, 3)[5].dy, moves[5].dy);
    s.add(content.render(moved_by(moves[0], 96), 96), moves[0]);
    EXPECT_NEAR(s.read().index, 0.5, 0.05) << "one view cannot tell: floor " << s.read().floor;
    const auto first = s;
    const double before = first.read().index;
    for (int i = 1; i < 8; ++i) s.add(content.render(moved_by(moves[i], 96), 96), moves[i]);
    EXPECT_LT(s.read().index, 0.2);
    EXPECT_EQ(first.read().index, before);
    EXPECT_EQ(s.read().views, 8);
}

TEST(Sticking, NamesWhatCannotBeMeasured) {
    StickingIndex flat, far, broken;
    for (const auto& m : sticking_moves(4, 4, 1)) flat.add(at::full({1, 3, 48, 48}, 0.3f), m);
    EXPECT_EQ(flat.read().state, ReadingState::flat);
    EXPECT_EQ(flat.read().index, 0);
    const auto x = Waves::random(4, 8, 16, 0.1, 1).render(model::kIdentity3, 48);
    far.add(x, {30, 0});
    far.add(x, {-30, 0});
    EXPECT_EQ(far.read().state, ReadingState::no_overlap);
    broken.add(x * NAN, {1, 1});
    EXPECT_EQ(broken.read().state, ReadingState::not_finite);
    broken.add(x, {1, 1});
    EXPECT_EQ(broken.read().state, ReadingState::measured);
    EXPECT_EQ(broken.read().not_finite, 1);
    EXPECT_THROW(broken.add(at::zeros({1, 9, 9}), {}), std::invalid_argument);
}

TEST(RunningMoments, AreMeanAndVarianceOfAllThatWasAdded) {
    at::manual_seed(1);
    const auto x = at::randn({12, 3, 5, 4}) + 1000;
    RunningMoments m;
    EXPECT_FALSE(m.mean().defined());
    m.add(x[0]);
    EXPECT_EQ(m.variance().abs().max().item<double>(), 0);
    const auto first = m;
    for (int i = 1; i < 12; ++i) m.add(x[i]);
    const auto all = x.to(at::kDouble);
    EXPECT_LE((m.mean() - all.mean({0})).abs().max().item<double>(), 1e-10);
    EXPECT_LE((m.variance() - all.var({0})).abs().max().item<double>(), 1e-9);
    EXPECT_TRUE(at::equal(first.mean(), all[0])) << "a copy keeps its state";
    EXPECT_THROW(m.add(at::zeros({2})), std::invalid_argument);
}

TEST(DemoPair, TheAliasFreeNetworkFollowsAndStyleGan2Sticks) {
    double eqt[2], index[2];
    const char* names[] = {"demo:alias-free-t", "demo:stylegan2"};
    for (int i = 0; i < 2; ++i) {
        const auto g = model::Generator::build(engine::open_model(names[i]));
        EqPool pool;
        for (std::uint32_t seed = 0; seed < 4; ++seed)
            pool.add(measure_eq(EqKind::fractional, render_of(*g, eq_input(*g, seed)),
                                draw_move(EqKind::fractional, 1, seed, 64, 64)));
        eqt[i] = pool.read().db;
        const auto r = demo_reading(names[i], 0, 16);
        ASSERT_EQ(r.state, ReadingState::measured);
        index[i] = r.index;
    }
    RecordProperty("eqt", std::to_string(eqt[0]) + " " + std::to_string(eqt[1]));
    RecordProperty("sticking", std::to_string(index[0]) + " " + std::to_string(index[1]));
    EXPECT_GT(eqt[0], eqt[1] + 15);
    EXPECT_LT(index[0], 0.12);
    EXPECT_GT(index[1], index[0] + 0.15);
}

} // namespace unstuck::measure
