#include "core/engine/model_source.hpp"
#include "core/measure/aliasing.hpp"
#include "core/measure/draws.hpp"
#include "core/measure/layer_equivariance.hpp"
#include "core/measure/translate.hpp"
#include "tests/support/waves.hpp"

#include <ATen/ATen.h>
#include <algorithm>
#include <cmath>
#include <complex>
#include <gtest/gtest.h>
#include <limits>
#include <numbers>

namespace unstuck::measure {

namespace {

using test::Waves;

Render float_render(const Waves& w, int size) {
    return [&w, size](const model::Matrix3& inverse) { return w.render(inverse, size).to(at::kFloat); };
}

double db_of(const EqSample& s) {
    EqPool pool;
    pool.add(s);
    return pool.read().db;
}

/// The response of the 6 Lanczos taps that move by a fraction, relative to an exact move, at f cycles per sample:
/// the formula written once more, from spec/metrics.md.
std::complex<double> lanczos_response(double f, double move) {
    const auto sinc = [](double x) { return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x); };
    const double fraction = move - std::floor(move);
    std::complex<double> response = 0;
    double sum = 0;
    for (int k = -2; k <= 3; ++k) {
        const double tap = sinc(k - fraction) * sinc((k - fraction) / 3);
        response += tap * std::polar(1.0, -2 * std::numbers::pi * f * (k - fraction));
        sum += tap;
    }
    return response / sum;
}

double predicted_db(const Waves& w, const EqMove& move, int size) {
    double mse = 0;
    for (const auto& wave : w.waves) {
        const auto r =
            lanczos_response(wave.fx / size, move.tx * size) * lanczos_response(wave.fy / size, move.ty * size);
        mse += wave.amplitude * wave.amplitude / 2 * std::norm(r - 1.0);
    }
    return 20 * std::log10(2.0) - 10 * std::log10(mse);
}

} // namespace

TEST(Draws, AreTheSameOnEveryMachineAndStreamsDiffer) {
    Draws a(7), b(7), c(7, 1);
    const double first = a.uniform();
    EXPECT_EQ(first, b.uniform());
    EXPECT_NE(first, c.uniform());
    EXPECT_DOUBLE_EQ(first, 0.6893662431197446);
    double sum = 0;
    for (int i = 0; i < 10000; ++i) sum += a.uniform();
    EXPECT_NEAR(sum / 10000, 0.5, 4 * std::sqrt(1.0 / 12 / 10000));
    for (int i = 0; i < 1000; ++i) EXPECT_LT(a.below(3), 3u);
}

TEST(Translate, MasksLeaveOutWhatTapsBeyondTheImageReached) {
    // 10 samples moved by 2.5: whole part 2, taps reach 2 to the right and 3 to the left of it.
    const auto s = span_after(2.5, 10);
    EXPECT_EQ(s.first, 5);
    EXPECT_EQ(s.last, 10);
    EXPECT_EQ(span_after(-2.5, 10).first, 0);
    EXPECT_EQ(span_after(-2.5, 10).last, 5);
    for (const double d : {10.0, -11.0, 1e300, std::numeric_limits<double>::infinity(), std::nan("")})
        EXPECT_TRUE(span_after(d, 10).empty()) << d;
    const auto x = at::ones({2, 3, 10, 12});
    const auto moved = translate_fraction(x, 2.5, 0);
    EXPECT_EQ(moved.image.sizes(), x.sizes());
    EXPECT_EQ(moved.mask.sum().item<double>(), 2 * 3 * (12 - 5) * (10 - 5));
    EXPECT_LE(((moved.image - 1) * moved.mask).abs().max().item<double>(), 1e-6) << "constants pass unchanged";
}

TEST(Translate, SmallImagesAndBrokenMovesGiveEmptyMasks) {
    const auto x = at::ones({1, 1, 2, 2});
    for (const double d : {0.0, 0.5, -1.5, 7.0, std::nan("")}) {
        const auto f = translate_fraction(x, d, d), w = translate_whole(x, d == 0 ? 3 : d, 0);
        EXPECT_EQ(f.mask.sum().item<double>(), 0) << d;
        EXPECT_TRUE(at::isfinite(f.image).all().item<bool>()) << d;
        EXPECT_EQ(f.image.sizes(), x.sizes());
        EXPECT_EQ(w.image.sizes(), x.sizes());
    }
}

TEST(Equivariance, MovesAreDrawnInTheOfficialRangesSampleBySample) {
    for (int i = 0; i < 200; ++i) {
        const auto t = draw_move(EqKind::translation, 1, i, 64, 32), f = draw_move(EqKind::fractional, 1, i, 64, 32);
        EXPECT_EQ(t.tx * 64, std::round(t.tx * 64));
        EXPECT_EQ(t.ty * 32, std::round(t.ty * 32));
        EXPECT_LE(std::abs(f.tx), 0.125);
        EXPECT_LE(std::abs(f.tx - t.tx), 0.5 / 64) << "the rounded one is the same draw";
        EXPECT_LE(std::abs(draw_move(EqKind::rotation, 1, i, 64, 32).angle_rad), std::numbers::pi);
    }
}

TEST(Equivariance, WholeMovesOfAnEquivariantGeneratorAreLimitedByFloat32) {
    // Both renderings are rounded to float32, |x| < 2: errors of up to 2^-24 each, mse < 2 (2^-24)^2, at least 141 dB;
    // coordinates are moved in float64, which adds nothing.
    const auto w = Waves::random(20, 0, 24, 0.1, 1);
    for (int i = 0; i < 4; ++i)
        EXPECT_GT(
            db_of(measure_eq(EqKind::translation, float_render(w, 64), draw_move(EqKind::translation, 2, i, 64, 64))),
            140);
}

TEST(Equivariance, FractionalMovesOfAnEquivariantGeneratorAreLimitedByTheLanczosTaps) {
    // Six taps are no ideal interpolator; what they miss of each wave is known. Waves of different frequency average
    // out over the mask but for their beats, 1 dB here. Smooth, faint content gets beyond 90 dB.
    const auto sharp = Waves::random(12, 4, 24, 0.1, 3);
    const Waves smooth{{{1, 0, 0.07, 0.3}, {0, 1, 0.07, 1.1}}};
    for (int i = 0; i < 4; ++i) {
        const auto move = draw_move(EqKind::fractional, 3, i, 128, 128);
        EXPECT_NEAR(db_of(measure_eq(EqKind::fractional, float_render(sharp, 128), move)),
                    predicted_db(sharp, move, 128), 1);
        EXPECT_GT(db_of(measure_eq(EqKind::fractional, float_render(smooth, 256),
                                   draw_move(EqKind::fractional, 3, i, 256, 256))),
                  90);
    }
}

TEST(Equivariance, RotationsOfAnEquivariantGeneratorAreLimitedByTheOperator) {
    const auto w = Waves::random(10, 0, 8, 0.1, 4);
    // f <= 0.18 cycle per pixel. R ends in linear interpolation at 4 times the rate, which misses at most
    // (2 pi f / 4)^2 / 8 < 1 % of a wave; the Lanczos windows of R and R* leave 0.5 % on each of two axes: of a power
    // of 0.1 that is an mse of 1.5e-5, 54 dB.
    EXPECT_GT(db_of(measure_eq(EqKind::rotation, float_render(w, 64), {.angle_rad = 0.7})), 54);
    const Render stuck = [&](const model::Matrix3&) { return w.render(model::kIdentity3, 64).to(at::kFloat); };
    EXPECT_LT(db_of(measure_eq(EqKind::rotation, stuck, {.angle_rad = 0.7})), 20);
}

TEST(Equivariance, MovesBeyondTheImageSayNoOverlap) {
    const auto w = Waves::random(3, 1, 4, 0.1, 5);
    for (const auto kind : {EqKind::translation, EqKind::fractional})
        for (const EqMove move : {EqMove{1.01, 0}, EqMove{0, -1.5}, EqMove{1e30, 0}}) {
            EqPool pool;
            pool.add(measure_eq(kind, float_render(w, 32), move));
            const auto r = pool.read();
            EXPECT_EQ(r.state, ReadingState::no_overlap);
            EXPECT_STREQ(state_text(r.state), "no overlap");
            EXPECT_EQ(r.db, 0);
            EXPECT_EQ(r.without_overlap, 1);
            EXPECT_FALSE(r.interval);
        }
}

TEST(EqPool, SumsErrorsAndMasksInsteadOfAveragingDecibels) {
    EqPool pool;
    EXPECT_EQ(pool.read().state, ReadingState::nothing);
    pool.add({4e-3, 1000}); // 60 dB
    pool.add({4, 1000});    // 30 dB
    const auto r = pool.read();
    EXPECT_EQ(r.state, ReadingState::measured);
    EXPECT_EQ(r.samples, 2);
    EXPECT_NEAR(r.db, 10 * std::log10(4 / (4.004 / 2000)), 1e-9);
    ASSERT_TRUE(r.interval);
    EXPECT_NEAR(r.interval->low, 30, 1e-2);
    EXPECT_NEAR(r.interval->high, 60, 1e-2);
}

TEST(EqPool, ReadsNoiseAndSignalAsTheirRatio) {
    EqPool pool;
    pool.add({1e-3, 1}); // -30 dB
    pool.add({2, 20});   // -10 dB
    const auto r = as_ratio(pool.read());
    EXPECT_EQ(r.state, ReadingState::measured);
    EXPECT_NEAR(r.db, 10 * std::log10(2.001 / 21), 1e-9);
    ASSERT_TRUE(r.interval);
    EXPECT_NEAR(r.interval->low, -30, 1e-9);
    EXPECT_NEAR(r.interval->high, -10, 1e-9);
    EXPECT_FALSE(as_ratio(EqPool().read()).interval);
}

TEST(EqPool, HasNoInfiniteNumbers) {
    EqPool same, broken;
    same.add({0, 100});
    same.add({0, 100});
    EXPECT_EQ(same.read().state, ReadingState::identical);
    EXPECT_EQ(same.read().db, kMostDb);
    EXPECT_EQ(same.read().interval->high, kMostDb);
    broken.add({std::nan(""), 100});
    broken.add({INFINITY, 100});
    EXPECT_EQ(broken.read().state, ReadingState::not_finite);
    EXPECT_EQ(broken.read().not_finite, 2);
    broken.add({4, 100});
    EXPECT_EQ(broken.read().state, ReadingState::measured);
    EXPECT_NEAR(broken.read().db, 20, 1e-9);
}

TEST(EqPool, BootstrapIntervalCoversTheTruthAsOftenAsItSays) {
    // Exponential errors of mean 1 per sample and mask 4: truth 10 log10(4 * 4) dB.
    const double truth = 10 * std::log10(16.0);
    constexpr int kRepeats = 400, kSamples = 80;
    int covered = 0;
    double width = 0, width_of_four_times = 0;
    for (int repeat = 0; repeat < kRepeats; ++repeat) {
        EqPool pool, larger;
        Draws draws(11, repeat);
        for (int i = 0; i < 4 * kSamples; ++i) {
            const EqSample s{-std::log(1 - draws.uniform()), 4};
            larger.add(s);
            if (i < kSamples) pool.add(s);
        }
        const Bootstrap b{.resamples = 400, .seed = static_cast<std::uint64_t>(repeat)};
        const auto interval = *pool.read(b).interval;
        covered += interval.low <= truth && truth <= interval.high;
        width += interval.high - interval.low;
        if (repeat >= 100) continue;
        const auto narrow = *larger.read(b).interval;
        width_of_four_times += narrow.high - narrow.low;
    }
    // Percentile intervals of skewed data cover a little less; the count itself spreads by 1.1 %.
    EXPECT_GE(covered, 0.90 * kRepeats);
    EXPECT_LE(covered, 0.98 * kRepeats);
    EXPECT_NEAR(width_of_four_times / 100 / (width / kRepeats), 0.5, 0.04);
    // 95 % of a mean of n exponentials: +-1.96 / sqrt(n), in dB 4.343 times that.
    EXPECT_NEAR(width / kRepeats, 2 * 1.96 * 4.343 / std::sqrt(kSamples), 0.15);
}

TEST(LayerEquivariance, CountsInTheLayersOwnSamplesInsideItsMargin) {
    model::LayerInfo layer;
    layer.sampling_rate = 64;
    layer.margin = 10;
    layer.width = layer.height = 84;
    const auto w = Waves::random(6, 2, 8, 25, 6); // of any scale: the range is the reference's own
    const EqMove move{0.0537, -0.031};
    const auto still = w.render(model::kIdentity3, 84, 64);
    auto moved = w.render(inverse_transform(EqKind::fractional, move), 84, 64).clone();
    const auto exact = layer_equivariance(still, moved, layer, move);
    EXPECT_GT(db_of(exact.sample), 50) << "six taps, as in EQ-T";
    EXPECT_EQ(exact.sample.mask, (84.0 - 26) * (84 - 26)) << "13 samples per side; the move stays within the margin";
    moved.slice(2, 0, 13).fill_(1e6);
    moved.slice(3, 71, 84).fill_(std::nan(""));
    EXPECT_EQ(layer_equivariance(still, moved, layer, move).sample.squared_error, exact.sample.squared_error);
    const auto scaled = layer_equivariance(
        still * 100, w.render(inverse_transform(EqKind::fractional, move), 84, 64) * 100, layer, move);
    EXPECT_NEAR(db_of(scaled.sample), db_of(exact.sample), 1e-3);
    EXPECT_EQ(layer_equivariance(at::ones({1, 1, 84, 84}), moved, layer, move).sample.mask, 0) << "no range";
    EXPECT_EQ(layer_equivariance(still, moved, layer, {1.2, 0}).sample.mask, 0);
}

TEST(LayerEquivariance, IsThePeakSignalToNoiseRatioOverTheReferencesRange) {
    model::LayerInfo layer;
    layer.sampling_rate = 32;
    const auto still = Waves::random(6, 1, 6, 9, 8).render(model::kIdentity3, 32);
    const auto inside = still.slice(2, 3, 29).slice(3, 3, 29);
    const double range = (inside.max() - inside.min()).item<double>();
    const auto eq = layer_equivariance(still, still + 0.01 * range, layer, {});
    EXPECT_DOUBLE_EQ(eq.peak_to_peak, range);
    EXPECT_NEAR(db_of(eq.sample), 40, 1e-6) << "an error of one per cent of the range";
}

TEST(Equivariance, NoiseMapsAreDrawnPerSampleAndTheSameForItsRenderings) {
    const auto g = model::Generator::build(engine::open_model("demo:stylegan2"));
    auto input = eq_input(*g, 1);
    const auto first = render_of(*g, input)(model::kIdentity3);
    EXPECT_TRUE(at::equal(first, render_of(*g, input)(model::kIdentity3)));
    input.noise_seed = eq_input(*g, 2).noise_seed;
    EXPECT_FALSE(at::equal(first, render_of(*g, input)(model::kIdentity3)));
}

TEST(LayerEquivariance, MeasuresEveryLayerOfBothFamilies) {
    const EqMove move{0.0437, -0.029};
    for (const auto* name : {"demo:alias-free-t", "demo:stylegan2"}) {
        const auto g = model::Generator::build(engine::open_model(name));
        const auto all = all_layers_equivariance(g->synthesis(), eq_input(*g, 0), move);
        ASSERT_EQ(all.size(), g->synthesis().layers().size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto& layer = g->synthesis().layers()[i];
            const bool too_small = layer.width < 16;
            if (too_small) continue;
            EXPECT_GT(all[i].sample.mask, 0) << layer.name;
            EXPECT_GT(all[i].peak_to_peak, 0) << layer.name;
            if (std::string(name) == "demo:alias-free-t") EXPECT_GT(db_of(all[i].sample), 35) << layer.name;
        }
        if (std::string(name) == "demo:stylegan2") {
            EXPECT_EQ(all.front().sample.mask, 0) << "4 samples hold no interior";
            EXPECT_LT(db_of(all.back().sample), 30);
        }
        std::stop_source stop;
        stop.request_stop();
        EXPECT_TRUE(all_layers_equivariance(g->synthesis(), eq_input(*g, 0), move, stop.get_token()).empty());
    }
}

TEST(AliasToSignal, ReadsAKnownToneInDecibelsAndShowsWhereItIs) {
    const Waves signal{{{4, 3, 1, 0.2}}}, tone{{{20, 0, 0.01, 0}}};
    const auto reference = signal.render(model::kIdentity3, 84, 64).squeeze(0);
    const auto y = reference + tone.render(model::kIdentity3, 84, 64).squeeze(0);
    // Over 64 samples both have whole periods: the ratio is 0.01^2.
    const auto r = alias_to_signal(y, reference, 64, 10);
    EXPECT_EQ(r.state, ReadingState::measured);
    EXPECT_NEAR(r.db, -40, 1e-6);
    const auto& db = r.difference.slice_0.db;
    EXPECT_EQ(std::max_element(db.begin(), db.end()) - db.begin(), 20);
    const auto smaller = y.slice(1, 4, 80).slice(2, 4, 80);
    EXPECT_NEAR(alias_to_signal(smaller, reference, 64, 6).db, -40, 1e-6) << "cut to the common interior";
}

TEST(AliasToSignal, NamesWhatCannotBeMeasured) {
    const auto x = at::ones({2, 16, 16});
    EXPECT_EQ(alias_to_signal(x, x, 16, 2).state, ReadingState::identical);
    EXPECT_EQ(alias_to_signal(x, x, 16, 2).db, -kMostDb);
    EXPECT_EQ(alias_to_signal(x, x, 16, 8).state, ReadingState::no_overlap);
    EXPECT_EQ(alias_to_signal(x, at::zeros_like(x), 16, 2).state, ReadingState::flat);
    EXPECT_EQ(alias_to_signal(x * NAN, x, 16, 2).state, ReadingState::not_finite);
    EXPECT_THROW(alias_to_signal(x, at::ones({2, 17, 16}), 16, 2), std::invalid_argument);
    EXPECT_THROW(alias_to_signal(x, at::ones({3, 16, 16}), 16, 2), std::invalid_argument);
}

} // namespace unstuck::measure
