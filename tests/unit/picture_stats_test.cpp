#include "core/engine/picture_stats.hpp"
#include "core/engine/tone.hpp"
#include "core/figure/diverging.hpp"
#include "core/figure/viridis.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>

namespace unstuck::engine {

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInf = std::numeric_limits<float>::infinity();

/// v = x of every pixel in channel 0, -y in channel 1.
Image ramp(int width, int height) {
    Image image{width, height, 2, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) image.pixels.push_back(static_cast<float>(x));
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) image.pixels.push_back(static_cast<float>(-y));
    return image;
}

Rgb colour(float v, const Tone& tone) { return ToneCurve(tone)({v, v, v}, 1); }

} // namespace

TEST(PictureStats, AreTheClosedFormsOfARamp) {
    const int w = 64, h = 10;
    const auto all = channel_summaries(ramp(w, h), {0, 0, w, h});
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].finite, w * h);
    EXPECT_NEAR(all[0].mean, (w - 1) / 2.0, 1e-12);
    EXPECT_NEAR(all[0].stddev, std::sqrt((w * w - 1) / 12.0), 1e-12); // of 0 .. w - 1
    EXPECT_EQ(all[0].min, 0);
    EXPECT_EQ(all[0].max, w - 1);
    EXPECT_NEAR(all[1].mean, -(h - 1) / 2.0, 1e-12);
    EXPECT_NEAR(all[1].stddev, std::sqrt((h * h - 1) / 12.0), 1e-12);
}

TEST(PictureStats, CountOnlyTheRectangle) {
    const auto part = channel_summaries(ramp(64, 10), {10, 4, 3, 1});
    EXPECT_EQ(part[0].finite, 3);
    EXPECT_EQ(part[0].mean, 11);
    EXPECT_NEAR(part[0].stddev, std::sqrt(2.0 / 3), 1e-12);
    EXPECT_EQ(part[1].mean, -4);
    EXPECT_EQ(part[1].stddev, 0);
}

TEST(PictureStats, CountWhatIsNotFiniteApart) {
    const Image image{5, 1, 1, {1, kNan, 3, -kInf, kInf}};
    const auto s = channel_summaries(image, {0, 0, 5, 1})[0];
    EXPECT_EQ(s.finite, 2);
    EXPECT_EQ(s.nan, 1);
    EXPECT_EQ(s.infinite, 2);
    EXPECT_EQ(s.mean, 2);
    EXPECT_EQ(s.stddev, 1);
    const auto none = channel_summaries(image, {1, 0, 1, 1})[0];
    EXPECT_EQ(none.finite, 0);
    EXPECT_EQ(none.mean, 0);
    EXPECT_EQ(channel_summaries(image, {0, 0, 0, 0})[0].finite, 0);
}

TEST(PictureStats, KeepTheirDigitsFarFromZero) {
    Image image{2, 1, 1, {16777215.0f, 16777213.0f}};
    EXPECT_EQ(channel_summaries(image, {0, 0, 2, 1})[0].stddev, 1);
}

TEST(PictureStats, HistogramsPutEveryNumberIntoItsBin) {
    const auto h = histogram(ramp(64, 10), {0, 0, 64, 10}, 0, 0, 63, 63);
    EXPECT_EQ(h.counts[0], 10);  // [0, 1): 0
    EXPECT_EQ(h.counts[62], 20); // [62, 63]: 62 and 63
    EXPECT_EQ(std::accumulate(h.counts.begin(), h.counts.end(), std::int64_t{0}), 640);
    const auto narrow = histogram(ramp(64, 10), {0, 0, 64, 10}, 0, 10, 20, 5);
    EXPECT_EQ(narrow.below, 100);
    EXPECT_EQ(narrow.above, 430);
    EXPECT_EQ(narrow.counts, (std::vector<std::int64_t>{20, 20, 20, 20, 30}));
    const auto both = histogram(ramp(64, 10), {0, 0, 64, 10}, -1, -9, 63, 1);
    EXPECT_EQ(both.counts[0], 1280);
    const auto bad = histogram({3, 1, 1, {kNan, kInf, 0.5f}}, {0, 0, 3, 1}, 0, 0, 1, 1);
    EXPECT_EQ(bad.counts[0], 1);
    EXPECT_EQ(bad.above, 1);
}

TEST(PictureStats, ARegionIsTheSamePartOfPicturesOfAnySizeAndMargin) {
    Image small{64, 64, 1, {}}, large{276, 276, 1, {}}; // the second: 256 samples per side and a margin of 10
    EXPECT_EQ(touched_pixels(small, 64, -0.25, -0.5, 0.25, 0), (PixelRect{16, 0, 32, 32}));
    EXPECT_EQ(touched_pixels(large, 256, -0.25, -0.5, 0.25, 0), (PixelRect{74, 10, 128, 128}));
    EXPECT_EQ(touched_pixels(small, 64, 0.001, 0.001, 0.002, 0.002), (PixelRect{32, 32, 1, 1}));
    EXPECT_EQ(touched_pixels(small, 64, -9, -9, 9, 9), (PixelRect{0, 0, 64, 64}));
    EXPECT_EQ(touched_pixels(small, 64, 2, 2, 3, 3).width, 0);
}

TEST(Tone, OffsetAndGammaAreTheFormula) {
    for (const float v : {-1.0f, -0.3f, 0.0f, 0.4f, 0.9f}) {
        EXPECT_EQ(colour(v, {})[0], static_cast<int>(std::min(v * 127.5f + 128, 255.0f)));
        Tone tone;
        tone.exposure_stops = -1;
        tone.offset = 0.1;
        tone.gamma = 2.2;
        const double d = std::pow((v + 1.0) / 2 * 0.5 + 0.1, 1 / 2.2);
        EXPECT_NEAR(colour(v, tone)[0], d * 255, 1) << v;
    }
    Tone up;
    up.offset = 0.5;
    EXPECT_EQ(colour(-1, up)[0], 128);
    EXPECT_EQ(colour(0.5f, up)[0], 255);
}

TEST(Tone, ColourMapsReachTheirEndsAndMiddle) {
    const auto bytes = [](const std::array<float, 3>& c) {
        Rgb out{};
        for (std::size_t i = 0; i < 3; ++i) out[i] = static_cast<std::uint8_t>(std::lround(c[i] * 255));
        return out;
    };
    Tone tone;
    tone.map = ToneMap::false_colour;
    EXPECT_EQ(colour(-1, tone), bytes(figure::kViridis.front()));
    EXPECT_EQ(colour(1, tone), bytes(figure::kViridis.back()));
    EXPECT_EQ(colour(0, tone), bytes(figure::kViridis[5]));
    EXPECT_EQ(colour(7, tone), bytes(figure::kViridis.back()));
    EXPECT_EQ(colour(kNan, tone), (Rgb{0, 0, 0}));
    tone.map = ToneMap::positive_negative;
    EXPECT_EQ(colour(0, tone), bytes(figure::kDiverging[2]));
    EXPECT_EQ(colour(-1, tone), bytes(figure::kDiverging.front()));
    tone.exposure_stops = 1; // about 0, not about black
    EXPECT_EQ(colour(0, tone), bytes(figure::kDiverging[2]));
    EXPECT_EQ(colour(0.5f, tone), bytes(figure::kDiverging.back()));
    EXPECT_EQ(ToneCurve(tone)({0.5f, -0.5f, 0}, 3), bytes(figure::kDiverging[2])); // the channels' mean
}

} // namespace unstuck::engine
