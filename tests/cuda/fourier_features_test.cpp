#include "cuda/fourier_features.h"
#include "tests/cuda/stored_images.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace unstuck::cuda {

namespace {

/// Everything a call reads, with memory of its own.
struct Input {
    std::array<float, 4> pose{1, 0, 0, 0};
    std::array<float, 9> transform{1, 0, 0, 0, 1, 0, 0, 0, 1};
    std::vector<float> freqs{1, 0}, phases{0};
    float sampling_rate = 4, bandwidth = 1;
    int height = 1, width = 4, stored = 8;

    int channels() const { return static_cast<int>(phases.size()); }

    FourierFeatures call(Stored& y, Element e) const {
        FourierFeatures p;
        p.pose = pose.data();
        p.transform = transform.data();
        p.freqs = freqs.data();
        p.phases = phases.data();
        p.channels = channels();
        p.sampling_rate = sampling_rate;
        p.bandwidth = bandwidth;
        p.y = images(y, e, 1, height, width, stored);
        return p;
    }

    /// The reference's first channel.
    std::vector<float> reference() const {
        Stored y(Element::f32, static_cast<long long>(height) * width * stored, -99);
        fourier_features_ref(call(y, Element::f32));
        std::vector<float> out;
        for (long long i = 0; i < y.size(); i += stored) out.push_back(y.at(i));
        return out;
    }
};

Input random_input(int channels, int height, int width) {
    Input in;
    in.freqs = normal_floats(2 * channels, 1, 1.2f);
    in.phases = normal_floats(channels, 2, 0.3f);
    in.sampling_rate = 16;
    in.bandwidth = 2;
    in.height = height;
    in.width = width;
    in.stored = round_up(channels, kChannelGroup);
    return in;
}

/// Sums of the magnitudes of all terms: of a channel's moved frequency and of its turns at a picture's corner.
/// Roundings are relative to these, not to what is left of them.
struct Magnitudes {
    double frequency, turns;
};

Magnitudes magnitudes(const Input& in, int channel) {
    const double norm = std::hypot(in.pose[0], in.pose[1]);
    const double c = std::abs(in.pose[0]) / norm, s = std::abs(in.pose[1]) / norm;
    const double t[2] = {std::abs(in.pose[2]) / norm, std::abs(in.pose[3]) / norm};
    std::array<double, 3> sum{}; // of |f| |R| |T(-t)| |transform|, by column
    const double f[2] = {std::abs(in.freqs[static_cast<std::size_t>(2 * channel)]),
                         std::abs(in.freqs[static_cast<std::size_t>(2 * channel + 1)])};
    for (std::size_t j = 0; j < 3; ++j) {
        const double last = std::abs(in.transform[6 + j]);
        const double x = std::abs(in.transform[j]) + t[0] * last, y = std::abs(in.transform[3 + j]) + t[1] * last;
        sum[j] = f[0] * (c * x + s * y) + f[1] * (s * x + c * y);
    }
    const double corner_x = in.width / 2.0 / in.sampling_rate, corner_y = in.height / 2.0 / in.sampling_rate;
    return {sum[0] + sum[1],
            sum[0] * corner_x + sum[1] * corner_y + sum[2] + std::abs(in.phases[static_cast<std::size_t>(channel)])};
}

/// No term goes through more than 16 roundings on its way to the turns; the sine turns their error into radians. The
/// same of the frequency is divided by the width of the fade. The rest is the sine's own error and the last products.
double bound(const Input& in, int channel, Element e) {
    const Magnitudes m = magnitudes(in, channel);
    const double fade = in.sampling_rate / 2 - in.bandwidth;
    const double phase_error = 2 * std::numbers::pi * 16 * kFloatRounding * (m.turns + 0.5);
    const double amplitude_error = kFloatRounding * (16 * m.frequency / fade + 4 * (1 + (m.frequency + 2) / fade));
    return phase_error + amplitude_error + 8 * kFloatRounding + 2 * store_error(e, 1);
}

void expect_equal(const Input& in) {
    for (const Element e : {Element::f32, Element::f16}) {
        const long long size = static_cast<long long>(in.height) * in.width * in.stored;
        Stored y(e, size, -99), y_ref(e, size, -99);
        fourier_features_ref(in.call(y_ref, e));
        fourier_features_emulated(in.call(y, e));
        for (long long i = 0; i < size; ++i) {
            const int channel = static_cast<int>(i % in.stored);
            ASSERT_LE(std::abs(static_cast<double>(y.at(i)) - y_ref.at(i)),
                      channel < in.channels() ? bound(in, channel, e) : 0)
                << in.channels() << " channels, " << in.height << " x " << in.width << ", element " << i;
        }
    }
}

void expect_near(const std::vector<float>& y, const std::vector<double>& expected) {
    ASSERT_EQ(y.size(), expected.size());
    for (std::size_t i = 0; i < y.size(); ++i) EXPECT_LE(std::abs(y[i] - expected[i]), 1e-7) << i;
}

const double kHalfRoot = std::sqrt(0.5); // sine of an eighth of a turn

} // namespace

TEST(FourierFeatures, TheKernelsBodyMatchesTheReference) {
    for (const int channels : {1, 7, 8, 33, 255, 256, 257})
        for (const auto& [height, width] : {std::array{1, 1}, {1, 15}, {3, 5}, {4, 4}, {17, 1}, {6, 11}}) {
            auto in = random_input(channels, height, width);
            in.pose = {0.8f, -0.7f, 0.3f, -0.2f};
            expect_equal(in);
        }
    expect_equal(random_input(1025, 5, 3));
}

TEST(FourierFeatures, LargeTransformsKeepTheirPhase) {
    auto in = random_input(64, 36, 36);
    in.pose = {1.7f, 0.9f, -0.4f, 1.1f};
    const float c = 0.5f * std::cos(0.4f), s = 0.5f * std::sin(0.4f);
    in.transform = {c, -s, 3, s, c, -3, 0, 0, 1};
    expect_equal(in);
    in.transform = {1, 0.1f, 2, -0.2f, 1, 1, 0.3f, -0.4f, 0.9f}; // the last row counts, too
    expect_equal(in);
    in.transform = {2, 0, 50, 0, 2, 80, 0, 0, 1}; // hundreds of turns: the bound grows with them, and holds
    expect_equal(in);
}

TEST(FourierFeatures, WritesNothingIntoEmptyImages) {
    for (const auto& [height, width] : {std::array{0, 4}, {4, 0}}) {
        auto in = random_input(3, height, width);
        Stored y(Element::f32, 0);
        fourier_features_emulated(in.call(y, Element::f32));
    }
}

TEST(FourierFeatures, ChannelsBeyondTheLogicalOnesBecomeZero) {
    auto in = random_input(3, 2, 9);
    Stored y(Element::f16, 2 * 9 * 8, -99);
    fourier_features_emulated(in.call(y, Element::f16));
    for (int i = 0; i < 2 * 9 * 8; ++i) {
        if (i % 8 >= 3) {
            EXPECT_EQ(y.at(i), 0) << i;
        }
    }
}

TEST(FourierFeatures, AtTheIdentityItIsTheSineAtPixelCentres) {
    Input in; // centres at -3/8, -1/8, 1/8 and 3/8 of the image
    expect_near(in.reference(), {-kHalfRoot, -kHalfRoot, kHalfRoot, kHalfRoot});
    in.phases = {0.25f}; // the cosine
    expect_near(in.reference(), {-kHalfRoot, kHalfRoot, kHalfRoot, -kHalfRoot});
    in.freqs = {0, 1};
    in.width = 1;
    in.height = 4;
    in.phases = {0};
    expect_near(in.reference(), {-kHalfRoot, -kHalfRoot, kHalfRoot, kHalfRoot});
}

TEST(FourierFeatures, ThePoseRotatesAndTranslatesWhateverItsLength) {
    Input in;
    in.pose = {0, 3, 0, 0}; // a quarter turn: f' = (1, 0) R = (0, -1)
    in.width = 1;
    in.height = 4;
    expect_near(in.reference(), {kHalfRoot, kHalfRoot, -kHalfRoot, -kHalfRoot});
    in = Input{};
    in.pose = {2, 0, 0.5f, 0}; // t = 1/4: the wave moves right by a quarter
    expect_near(in.reference(), {kHalfRoot, -kHalfRoot, -kHalfRoot, kHalfRoot});
}

TEST(FourierFeatures, TheTransformMovesPositionsBeforeThePoseDoes) {
    Input in;
    in.transform[2] = 0.25f; // sin(2 pi (x + 1/4))
    expect_near(in.reference(), {-kHalfRoot, kHalfRoot, kHalfRoot, -kHalfRoot});
    in.pose = {0, 1, 0, 0}; // R (0, -1) on the position (x + 1/4, y): -y of it is left
    expect_near(in.reference(), {0, 0, 0, 0});
    in.transform = {1, 0, 0, 0, 1, 0.25f, 0, 0, 1};
    expect_near(in.reference(), {-1, -1, -1, -1});
}

TEST(FourierFeatures, FrequenciesFadeBetweenTheBandwidthAndHalfTheRate) {
    Input in;
    in.bandwidth = 0.5f; // of |f| = 1, rate / 2 = 2: 1 - 0.5 / 1.5 = 2/3 is left
    const double left = 2.0 / 3 * kHalfRoot;
    expect_near(in.reference(), {-left, -left, left, left});
    in.transform[0] = in.transform[4] = 2; // |f'| = 2
    expect_near(in.reference(), {0, 0, 0, 0});
    in.transform[0] = in.transform[4] = 0.125f; // below the bandwidth: whole
    const double wave[] = {std::sin(std::numbers::pi * 3 / 32), std::sin(std::numbers::pi / 32)};
    expect_near(in.reference(), {-wave[0], -wave[1], wave[1], wave[0]});
}

TEST(FourierFeatures, RefusesWhatItCannotDo) {
    Stored y(Element::f32, 64);
    Input in;
    auto p = in.call(y, Element::f32);
    p.channels = 9;
    EXPECT_EQ(refusal([&] { fourier_features_emulated(p); }),
              "fourier_features: expected channels between 0 and those stored, got 9");
    p = in.call(y, Element::f32);
    p.y.channels = 7;
    EXPECT_EQ(refusal([&] { fourier_features_emulated(p); }),
              "fourier_features: expected stored channels in groups of 8, got 7");
    p = in.call(y, Element::f32);
    p.pose = nullptr;
    EXPECT_EQ(refusal([&] { fourier_features_emulated(p); }), "fourier_features: pose is null");
}

} // namespace unstuck::cuda
