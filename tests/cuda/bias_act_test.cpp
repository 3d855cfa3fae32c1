#include "cuda/bias_act.h"

#include "tests/cuda/stored_images.hpp"

namespace unstuck::cuda {

namespace {

struct Case {
    int n = 1, height = 5, width = 7, channels = 24;
    Element x = Element::f32, y = Element::f32;
    bool bias = true, noise = true;
    float slope = 0.2f, gain = 1.4f, clamp = 0, scale = 1;
};

void expect_equal(const Case& c) {
    const long long size = 1LL * c.n * c.height * c.width * c.channels;
    auto x = stored(c.x, normal_floats(size, 1));
    const auto bias = normal_floats(c.channels, 2), noise = normal_floats(1LL * c.height * c.width, 3);
    const float gain = 0.6f;
    Stored ours(c.y, size, -99), golden(c.y, size, -99);
    NumberCounts our_counts, golden_counts;
    const auto parameters = [&](Stored& y, NumberCounts* counts) {
        BiasAct p;
        p.x = images(x, c.x, c.n, c.height, c.width, c.channels);
        p.y = images(y, c.y, c.n, c.height, c.width, c.channels);
        if (c.bias) p.bias = bias.data();
        if (c.noise) p.noise = noise.data(), p.noise_gain = &gain;
        p.slope = c.slope;
        p.gain = c.gain;
        p.clamp = c.clamp;
        p.scale = c.scale;
        p.counts = counts;
        return p;
    };
    bias_act_emulated(parameters(ours, &our_counts));
    bias_act_ref(parameters(golden, &golden_counts));
    for (long long i = 0; i < size; ++i) // five roundings of at most 10
        ASSERT_LE(std::abs(static_cast<double>(ours.at(i)) - golden.at(i)),
                  50 * kFloatRounding + 2 * store_error(c.y, golden.at(i)))
            << i;
    EXPECT_NEAR(our_counts.clamped, golden_counts.clamped, 1);
    EXPECT_EQ(our_counts.not_finite, 0u);
    if (c.clamp > 0 && size > 500) EXPECT_GT(golden_counts.clamped, 10u);
}

} // namespace

TEST(BiasAct, MatchesTheReferenceForEveryPairOfElements) {
    for (const auto x : {Element::f32, Element::f16})
        for (const auto y : {Element::f32, Element::f16})
            for (const float clamp : {0.0f, 0.5f})
                for (const bool extras : {true, false}) {
                    Case c;
                    c.x = x;
                    c.y = y;
                    c.clamp = clamp;
                    c.bias = c.noise = extras;
                    c.scale = extras ? 0.25f : 1;
                    expect_equal(c);
                }
}

TEST(BiasAct, TakesAnySize) {
    for (const int side : {1, 3, 16, 57})
        for (const int n : {1, 2}) {
            Case c;
            c.n = n;
            c.height = side;
            c.width = side + 1;
            c.channels = side == 57 ? 8 : 72;
            expect_equal(c);
        }
}

TEST(BiasAct, MayWriteOverItsInput) {
    const auto values = normal_floats(4 * 4 * 8, 7);
    auto x = stored(Element::f16, values), y = x;
    BiasAct p;
    p.x = images(x, Element::f16, 1, 4, 4, 8);
    p.y = images(y, Element::f16, 1, 4, 4, 8);
    p.slope = 0.2f;
    bias_act_emulated(p);
    p.x = p.y = images(x, Element::f16, 1, 4, 4, 8);
    bias_act_emulated(p);
    for (long long i = 0; i < y.size(); ++i) EXPECT_EQ(x.at(i), y.at(i));
}

TEST(BiasAct, KeepsNanAndCountsWhatIsNotFinite) {
    auto x = stored(Element::f32, std::vector<float>(16, 1.0f));
    x.set(3, std::numeric_limits<float>::quiet_NaN());
    x.set(9, 1e30f);
    Stored y(Element::f16, 16);
    NumberCounts counts;
    BiasAct p;
    p.x = images(x, Element::f32, 1, 1, 2, 8);
    p.y = images(y, Element::f16, 1, 1, 2, 8);
    p.counts = &counts;
    bias_act_emulated(p);
    EXPECT_TRUE(std::isnan(y.at(3)));
    EXPECT_TRUE(std::isinf(y.at(9)));
    EXPECT_EQ(counts.not_finite, 2u) << "what becomes infinite only when it is stored counts, too";
}

TEST(BiasAct, DoesWhatItsFormulaSays) {
    auto x = stored(Element::f32, {-1, 2, 0, 5, -8, 1, 1, 1});
    Stored y(Element::f32, 8);
    const std::vector<float> bias = {0.5f, 0, 1, 0, 0, 0, 0, 0};
    BiasAct p;
    p.x = images(x, Element::f32, 1, 1, 1, 8);
    p.y = images(y, Element::f32, 1, 1, 1, 8);
    p.bias = bias.data();
    p.slope = 0.5f;
    p.gain = 2;
    p.clamp = 6;
    p.scale = 0.5f;
    NumberCounts counts;
    p.counts = &counts;
    bias_act_emulated(p);
    const std::vector<float> expected = {-0.25f, 2, 1, 3, -3, 1, 1, 1};
    for (int i = 0; i < 8; ++i) EXPECT_FLOAT_EQ(y.at(i), expected[i]) << i;
    EXPECT_EQ(counts.clamped, 2u); // 10 and -8
}

TEST(BiasAct, RefusesResultsOfAnotherShape) {
    Stored x(Element::f32, 16), y(Element::f32, 16);
    BiasAct p;
    p.x = images(x, Element::f32, 1, 1, 2, 8);
    p.y = images(y, Element::f32, 1, 2, 1, 8);
    EXPECT_NE(refusal([&] { bias_act_emulated(p); }).find("one shape"), std::string::npos);
}

} // namespace unstuck::cuda
