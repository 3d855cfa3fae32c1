#include "cuda/channel_sums.h"
#include "tests/cuda/stored_images.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace unstuck::cuda {

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

std::vector<ChannelSum> garbage(int size) {
    return std::vector<ChannelSum>(static_cast<std::size_t>(size), {7, 7, 7, 7});
}

std::vector<ChannelSum> reference(const Images& x, int channels) {
    auto out = garbage(channels);
    channel_sums_ref({x, channels, out.data(), nullptr});
    return out;
}

std::vector<ChannelSum> emulated(const Images& x, int channels) {
    auto out = garbage(channels);
    ChannelSums p{x, channels, out.data(), nullptr};
    auto scratch = garbage(static_cast<int>(channel_sums_scratch(p)));
    p.scratch = scratch.data();
    channel_sums_emulated(p);
    return out;
}

/// The kernel rounds a square and the seven additions of a run in float32; what doubles add is far less.
void expect_equal(const Images& x, int channels) {
    const auto sums = emulated(x, channels), expected = reference(x, channels);
    for (int c = 0; c < channels; ++c) {
        double magnitudes = 0;
        for (long long i = c; i < x.size(); i += x.channels) {
            const float v = load(x.data, x.element, i);
            if (std::isfinite(v)) magnitudes += std::abs(static_cast<double>(v));
        }
        const auto &s = sums[static_cast<std::size_t>(c)], &ref = expected[static_cast<std::size_t>(c)];
        ASSERT_LE(std::abs(s.sum - ref.sum), 8 * kFloatRounding * magnitudes) << "channel " << c;
        ASSERT_LE(std::abs(s.sum_squares - ref.sum_squares), 9 * kFloatRounding * ref.sum_squares) << "channel " << c;
        ASSERT_EQ(s.max_abs, ref.max_abs) << "channel " << c;
        ASSERT_EQ(s.not_finite, ref.not_finite) << "channel " << c;
    }
}

} // namespace

TEST(ChannelSums, TheKernelsBodyMatchesTheReference) {
    for (const Element e : {Element::f32, Element::f16})
        for (const auto& [height, width, channels] : {std::array{1, 1, 1},
                                                      {3, 5, 3},
                                                      {2, 8, 8},
                                                      {16, 32, 24},
                                                      {19, 27, 30},
                                                      {33, 31, 63},
                                                      {7, 9, 64},
                                                      {23, 23, 65},
                                                      {2, 3, 257},
                                                      {70, 71, 5}}) {
            const int stored_channels = round_up(channels, kChannelGroup);
            auto data = stored(e, normal_floats(static_cast<long long>(height) * width * stored_channels, 1, 5));
            expect_equal(images(data, e, 1, height, width, stored_channels), channels);
        }
}

TEST(ChannelSums, EveryPixelIsCountedOnceAtEverySizeOfASlab) {
    for (const int pixels : {511, 512, 513, 1024, 1025, 512 * 37 + 1}) { // small whole numbers: all sums are exact
        Stored data(Element::f16, 8LL * pixels);
        for (long long i = 0; i < data.size(); ++i) data.set(i, static_cast<float>(i * 31 % 17 - 5));
        const auto x = images(data, Element::f16, 1, 1, pixels, 8);
        const auto sums = emulated(x, 8), expected = reference(x, 8);
        for (std::size_t c = 0; c < 8; ++c) {
            EXPECT_EQ(sums[c].sum, expected[c].sum) << pixels;
            EXPECT_EQ(sums[c].sum_squares, expected[c].sum_squares) << pixels;
        }
    }
}

TEST(ChannelSums, OnlySampleZeroIsRead) {
    auto data = stored(Element::f32, normal_floats(2 * 5 * 8, 2));
    const auto two = emulated(images(data, Element::f32, 2, 1, 5, 8), 8);
    const auto one = reference(images(data, Element::f32, 1, 1, 5, 8), 8);
    for (std::size_t c = 0; c < 8; ++c) EXPECT_EQ(two[c].max_abs, one[c].max_abs);
}

TEST(ChannelSums, NumbersThatAreNotFiniteAreCountedAndLeftOut) {
    for (const Element e : {Element::f32, Element::f16}) {
        auto data = stored(e, normal_floats(40 * 8, 3));
        data.set(0, kNan);
        data.set(17 * 8, kInfinity);
        data.set(39 * 8, -kInfinity);
        data.set(8 + 1, kNan);
        const auto x = images(data, e, 1, 5, 8, 8);
        expect_equal(x, 8);
        const auto expected = reference(x, 8);
        EXPECT_EQ(expected[0].not_finite, 3u);
        EXPECT_EQ(expected[1].not_finite, 1u);
        EXPECT_EQ(expected[2].not_finite, 0u);
        EXPECT_TRUE(std::isfinite(expected[0].sum_squares));
    }
}

TEST(ChannelSums, SquaresBeyondTheRangeOfFloatAreKept) {
    for (const float value : {3e38f, 2e19f, 1e18f, 1e-15f, 1e-22f, 1e-30f, 1e-44f}) {
        Stored data(Element::f32, 20 * 8, value);
        expect_equal(images(data, Element::f32, 1, 4, 5, 8), 8);
    }
}

TEST(ChannelSums, OfAConstantChannel) {
    Stored data(Element::f16, 30 * 8);
    for (int i = 0; i < 30 * 8; ++i) data.set(i, i % 8 == 1 ? -3.f : 0.5f);
    const auto sums = reference(images(data, Element::f16, 1, 5, 6, 8), 2);
    EXPECT_EQ(sums[0].sum, 15);
    EXPECT_EQ(sums[0].sum_squares, 7.5);
    EXPECT_EQ(sums[0].max_abs, 0.5f);
    EXPECT_EQ(sums[1].sum, -90);
    EXPECT_EQ(sums[1].sum_squares, 270);
    EXPECT_EQ(sums[1].max_abs, 3.f);
}

TEST(ChannelSums, OfNoPixelsAreZeros) {
    Stored none(Element::f32, 0);
    for (const auto& x : {images(none, Element::f32, 1, 0, 5, 8), images(none, Element::f32, 0, 5, 5, 8)})
        for (const auto& s : emulated(x, 3)) {
            EXPECT_EQ(s.sum, 0);
            EXPECT_EQ(s.sum_squares, 0);
            EXPECT_EQ(s.max_abs, 0);
            EXPECT_EQ(s.not_finite, 0u);
        }
    EXPECT_TRUE(emulated(images(none, Element::f32, 1, 0, 5, 8), 0).empty());
}

TEST(ChannelSums, RefusesWhatItCannotDo) {
    Stored data(Element::f32, 16);
    ChannelSum out[8];
    const auto x = images(data, Element::f32, 1, 1, 2, 8);
    EXPECT_EQ(refusal([&] {
                  channel_sums_emulated({x, 9, out, nullptr});
              }),
              "channel_sums: expected channels between 0 and those stored, got 9");
    EXPECT_EQ(refusal([&] { channel_sums_emulated({x, 8, out, nullptr}); }), "channel_sums: scratch is null");
    auto odd = x;
    odd.data = static_cast<float*>(x.data) + 1;
    odd.width = 1;
    EXPECT_EQ(refusal([&] {
                  channel_sums_emulated({odd, 8, out, nullptr});
              }),
              "channel_sums: expected data aligned to pairs of elements, got 4");
}

} // namespace unstuck::cuda
