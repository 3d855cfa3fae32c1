#include "cuda/pack_image.h"
#include "tests/cuda/stored_images.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace unstuck::cuda {

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

void expect_equal(PackImage p, int height, int width, int channels) {
    for (const Element e : {Element::f32, Element::f16}) {
        const long long pixels = static_cast<long long>(height) * width;
        auto x = stored(e, normal_floats(pixels * channels, 1, 2));
        std::vector<float> rgba(static_cast<std::size_t>(pixels) * 4 + 4, -99), rgba_ref(rgba);
        p.x = images(x, e, 1, height, width, channels);
        p.rgba = rgba_ref.data();
        pack_image_ref(p);
        p.rgba = rgba.data();
        pack_image_emulated(p);
        EXPECT_EQ(rgba, rgba_ref) << height << " x " << width; // one product, rounded once by either
    }
}

/// One pixel of the reference.
std::array<float, 4> packed(PackImage p, std::vector<float> channels) {
    std::array<float, 4> rgba{};
    p.x = {channels.data(), Element::f32, 1, 1, 1, static_cast<int>(channels.size())};
    p.rgba = rgba.data();
    pack_image_ref(p);
    return rgba;
}

} // namespace

TEST(PackImage, TheKernelsBodyMatchesTheReference) {
    for (const auto& [height, width] : {std::array{1, 1}, {3, 5}, {1, 63}, {8, 8}, {5, 13}, {257, 3}})
        for (const int count : {1, 2, 3, 4})
            for (const float clamp : {0.f, 1.5f}) {
                PackImage p;
                p.first_channel = 3;
                p.count = count;
                p.scale = 0.7f;
                p.clamp = clamp;
                expect_equal(p, height, width, 8);
            }
}

TEST(PackImage, WritesNothingForEmptyImages) {
    expect_equal({}, 0, 5, 8);
    expect_equal({}, 5, 0, 8);
}

TEST(PackImage, MissingColoursAreBlackAndMissingAlphaIsOne) {
    PackImage p;
    p.first_channel = 1;
    p.scale = 2;
    const std::vector<float> x{9, 1, 2, 3, 4, 9, 9, 9};
    p.count = 1;
    EXPECT_EQ(packed(p, x), (std::array<float, 4>{2, 0, 0, 1}));
    p.count = 2;
    EXPECT_EQ(packed(p, x), (std::array<float, 4>{2, 4, 0, 1}));
    p.count = 3;
    EXPECT_EQ(packed(p, x), (std::array<float, 4>{2, 4, 6, 1}));
    p.count = 4;
    EXPECT_EQ(packed(p, x), (std::array<float, 4>{2, 4, 6, 8}));
}

TEST(PackImage, ClampsAfterScalingAndOnlyWhenAsked) {
    PackImage p;
    p.count = 4;
    p.scale = 0.5f;
    const std::vector<float> x{4, -4, 1, -kInfinity, 0, 0, 0, 0};
    p.clamp = 1;
    EXPECT_EQ(packed(p, x), (std::array<float, 4>{1, -1, 0.5f, -1}));
    for (const float none : {0.f, -1.f}) {
        p.clamp = none;
        EXPECT_EQ(packed(p, x), (std::array<float, 4>{2, -2, 0.5f, -kInfinity}));
    }
}

TEST(PackImage, NanStaysNan) {
    for (const float clamp : {0.f, 1.f}) {
        std::vector<float> x{kNan, 1, 2, 3, 0, 0, 0, 0}, rgba(4);
        PackImage p;
        p.clamp = clamp;
        EXPECT_TRUE(std::isnan(packed(p, x)[0]));
        p.x = {x.data(), Element::f32, 1, 1, 1, 8};
        p.rgba = rgba.data();
        pack_image_emulated(p);
        EXPECT_TRUE(std::isnan(rgba[0]));
        EXPECT_EQ(rgba[1], 1);
    }
}

TEST(PackImage, RefusesWhatItCannotDo) {
    Stored x(Element::f32, 8);
    PackImage p;
    p.x = images(x, Element::f32, 1, 1, 1, 8);
    EXPECT_EQ(refusal([&] { pack_image_emulated(p); }), "pack_image: rgba is null");
    p.first_channel = 6;
    EXPECT_EQ(refusal([&] { pack_image_emulated(p); }),
              "pack_image: expected a first channel whose run lies within those stored, got 6");
    p.count = 5;
    EXPECT_EQ(refusal([&] { pack_image_emulated(p); }), "pack_image: expected 1 to 4 channels, got 5");
}

} // namespace unstuck::cuda
