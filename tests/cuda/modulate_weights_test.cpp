#include "cuda/modulate_weights.h"
#include "tests/cuda/stored_images.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace unstuck::cuda {

namespace {

constexpr float kUntouched = -99; // exact as a half, too

/// Of a result: sums of squares of all terms by a tree of 256 threads (all positive, so errors stay relative), with
/// roots that halve them, and a dozen roundings around.
double relative_bound(const ModulateWeights& p) {
    const int style_terms = p.in / 256 + 1 + 8, square_terms = p.in * p.taps / 256 + 1 + 8;
    return (style_terms + square_terms + 12) * kFloatRounding;
}

/// Random weights and styles through the reference and the emulated kernel, into `size` elements.
void expect_equal(ModulateWeights p, long long size) {
    const auto weight = normal_floats(static_cast<long long>(p.out) * p.taps * p.in, 1);
    const auto styles = normal_floats(p.in, 2, 3);
    p.weight = weight.data();
    p.styles = styles.data();
    for (const Element e : {Element::f32, Element::f16}) {
        Stored y(e, size, kUntouched), y_ref(e, size, kUntouched);
        p.element = e;
        p.y = y_ref.data();
        modulate_weights_ref(p);
        p.y = y.data();
        modulate_weights_emulated(p);
        for (long long i = 0; i < size; ++i) {
            const double ref = y_ref.at(i);
            ASSERT_LE(std::abs(y.at(i) - ref), relative_bound(p) * std::abs(ref) + 2 * store_error(e, ref))
                << "out " << p.out << " in " << p.in << " taps " << p.taps << " element " << i;
        }
    }
}

ModulateWeights dense(int out, int in, int taps) {
    ModulateWeights p;
    p.out = out;
    p.in = in;
    p.taps = taps;
    p.stride_out = static_cast<long long>(in) * taps;
    p.stride_tap = in;
    p.gain = 0.7f;
    return p;
}

/// One row of weights through the reference.
std::vector<float> row(ModulateWeights p, const std::vector<float>& weight, const std::vector<float>& styles) {
    std::vector<float> y(weight.size());
    p.weight = weight.data();
    p.styles = styles.data();
    p.y = y.data();
    modulate_weights_ref(p);
    return y;
}

} // namespace

TEST(ModulateWeights, TheKernelsBodyMatchesTheReference) {
    for (const StyleScale scale : {StyleScale::none, StyleScale::rms, StyleScale::max_abs})
        for (const bool demodulate : {false, true})
            for (const auto& [out, in, taps] :
                 {std::array{1, 1, 1}, {3, 7, 1}, {2, 255, 1}, {2, 256, 1}, {2, 257, 9}, {5, 29, 9}, {1, 1025, 3}}) {
                auto p = dense(out, in, taps);
                p.style_scale = scale;
                p.demodulate = demodulate;
                expect_equal(p, static_cast<long long>(out) * in * taps);
            }
}

TEST(ModulateWeights, WritesNothingWhereThereAreNoWeights) {
    expect_equal(dense(0, 5, 9), 3);
    expect_equal(dense(4, 0, 9), 3);
    expect_equal(dense(4, 5, 0), 3);
}

TEST(ModulateWeights, LeavesPaddingUntouched) {
    const int out = 3, in = 5, taps = 9, stored_in = 8, stored_out = 4;
    auto p = dense(out, in, taps);
    p.stride_tap = stored_in;
    p.stride_out = taps * stored_in;
    const auto weight = normal_floats(out * taps * in, 3), styles = normal_floats(in, 4);
    Stored y(Element::f16, stored_out * taps * stored_in, kUntouched);
    p.weight = weight.data();
    p.styles = styles.data();
    p.element = Element::f16;
    p.y = y.data();
    modulate_weights_emulated(p);
    for (int i = 0; i < stored_out * taps * stored_in; ++i) {
        const bool padding = i % stored_in >= in || i / (taps * stored_in) >= out;
        EXPECT_EQ(y.at(i) == kUntouched, padding) << i;
    }
}

TEST(ModulateWeights, StridesTransposeForTransposedConvolution) {
    const int out = 3, in = 5, taps = 4, stored_out = 8;
    auto p = dense(out, in, taps);
    const auto weight = normal_floats(out * taps * in, 5), styles = normal_floats(in, 6);
    const auto straight = row(p, weight, styles);
    // [in, taps, out], the last tap first
    Stored y(Element::f32, in * taps * stored_out, kUntouched);
    p.weight = weight.data();
    p.styles = styles.data();
    p.stride_out = 1;
    p.stride_in = taps * stored_out;
    p.stride_tap = -stored_out;
    p.y = static_cast<float*>(y.data()) + (taps - 1) * stored_out;
    modulate_weights_emulated(p);
    for (int o = 0; o < out; ++o)
        for (int i = 0; i < in; ++i)
            for (int t = 0; t < taps; ++t) {
                const double expected = straight[static_cast<std::size_t>((o * taps + t) * in + i)];
                EXPECT_LE(std::abs(y.at((i * taps + taps - 1 - t) * stored_out + o) - expected),
                          (relative_bound(p) + kFloatRounding) * std::abs(expected));
            }
}

TEST(ModulateWeights, DemodulatedRowsHaveUnitNorm) {
    auto p = dense(1, 40, 9);
    p.gain = 1;
    double norm = 0;
    for (const double v : row(p, normal_floats(360, 7), normal_floats(40, 8))) norm += v * v;
    EXPECT_LE(std::abs(norm - 1), 1e-6); // 1e-8 / 360 by the epsilon, and 360 roundings of single weights
}

TEST(ModulateWeights, StyleScalesAreTheRootMeanSquareAndTheLargestMagnitude) {
    auto p = dense(1, 4, 1);
    p.demodulate = false;
    p.gain = 2;
    const std::vector<float> weight{1, 1, 1, 10}, styles{1, -7, 5, 5}; // mean square (1 + 49 + 25 + 25) / 4 = 25
    EXPECT_EQ(row(p, weight, styles), (std::vector<float>{2, -14, 10, 100}));
    p.style_scale = StyleScale::rms;
    EXPECT_EQ(row(p, weight, styles), (std::vector<float>{0.4f, -2.8f, 2, 20}));
    p.style_scale = StyleScale::max_abs;
    EXPECT_EQ(row(p, weight, styles), (std::vector<float>{2.f / 7, -2, 10.f / 7, 100.f / 7}));
}

TEST(ModulateWeights, ADemodulatedResultByHand) {
    auto p = dense(1, 2, 1);
    p.gain = 10;
    const auto y = row(p, {1, 2}, {3, 2}); // (3, 4) / sqrt(25 + 1e-8)
    EXPECT_FLOAT_EQ(y[0], 6);
    EXPECT_FLOAT_EQ(y[1], 8);
}

TEST(ModulateWeights, AllZeroStylesDivideByZeroAsTheOfficialCodeDoes) {
    for (const StyleScale scale : {StyleScale::rms, StyleScale::max_abs}) {
        auto p = dense(1, 2, 1);
        const std::vector<float> weight{1, 2}, styles{0, 0};
        std::vector<float> y(2);
        p.style_scale = scale;
        p.weight = weight.data();
        p.styles = styles.data();
        p.y = y.data();
        modulate_weights_emulated(p);
        EXPECT_TRUE(std::isnan(y[0]) && std::isnan(y[1]));
        EXPECT_TRUE(std::isnan(row(p, weight, styles)[0]));
    }
}

TEST(ModulateWeights, OneNanStyleReachesAllResultsThroughTheLargestMagnitude) {
    for (const int where : {0, 1, 299}) {
        auto p = dense(1, 300, 1);
        const auto weight = normal_floats(300, 9);
        auto styles = normal_floats(300, 10);
        styles[static_cast<std::size_t>(where)] = std::numeric_limits<float>::quiet_NaN();
        std::vector<float> y(300);
        p.style_scale = StyleScale::max_abs;
        p.demodulate = false;
        p.weight = weight.data();
        p.styles = styles.data();
        p.y = y.data();
        modulate_weights_emulated(p);
        for (const float v : y) EXPECT_TRUE(std::isnan(v));
        EXPECT_TRUE(std::isnan(row(p, weight, styles)[100]));
    }
}

TEST(ModulateWeights, RefusesWhatItCannotDo) {
    EXPECT_EQ(refusal([] { modulate_weights_emulated(dense(-1, 1, 1)); }),
              "modulate_weights: expected out >= 0, got -1");
    EXPECT_EQ(refusal([] { modulate_weights_emulated(dense(1, 1 << 20, 1 << 20)); }),
              "modulate_weights: expected in * taps that fits an int, got 1099511627776");
    EXPECT_EQ(refusal([] { modulate_weights_emulated(dense(1, 1, 1)); }), "modulate_weights: weight is null");
}

} // namespace unstuck::cuda
