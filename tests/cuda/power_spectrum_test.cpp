#include "cuda/power_spectrum.h"
#include "tests/cuda/stored_images.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

namespace unstuck::cuda {

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

/// The half plane of a real image's transform, straight from the definition.
std::vector<float> transform(const std::vector<float>& image, int height, int width) {
    std::vector<float> out;
    for (int ky = 0; ky < height; ++ky)
        for (int kx = 0; kx <= width / 2; ++kx) {
            std::complex<double> sum = 0;
            for (int y = 0; y < height; ++y)
                for (int x = 0; x < width; ++x) {
                    const double turns = static_cast<double>(ky) * y / height + static_cast<double>(kx) * x / width;
                    sum += static_cast<double>(image[static_cast<std::size_t>(y * width + x)]) *
                           std::polar(1.0, -2 * std::numbers::pi * turns);
                }
            out.push_back(static_cast<float>(sum.real()));
            out.push_back(static_cast<float>(sum.imag()));
        }
    return out;
}

/// What a fold writes.
struct Folded {
    std::vector<float> plane_db, ring_sum, ring_count, slices;
    double total = 0;
};

Folded fold(const std::vector<float>& power, int height, int width, float scale, float rate,
            void (*run)(const FoldSpectrum&)) {
    FoldSpectrum p;
    p.power = power.data();
    p.height = height;
    p.width = width;
    p.scale = scale;
    p.sampling_rate = rate;
    p.rings = static_cast<int>(std::floor(rate / 2)) + 1;
    Folded out{std::vector<float>(static_cast<std::size_t>(height * width)),
               std::vector<float>(static_cast<std::size_t>(p.rings)),
               std::vector<float>(static_cast<std::size_t>(p.rings)),
               std::vector<float>(static_cast<std::size_t>(2 * (std::min(height, width) / 2 + 1)))};
    p.plane_db = out.plane_db.data();
    p.ring_sum = out.ring_sum.data();
    p.ring_count = out.ring_count.data();
    p.slices = out.slices.data();
    p.total = &out.total;
    run(p);
    return out;
}

/// The spectrum of one channel without a window: scaled so that white noise of variance 1 is 0 dB.
Folded spectrum_of(const std::vector<float>& image, int height, int width, float rate) {
    const auto spectrum = transform(image, height, width);
    std::vector<float> power(spectrum.size() / 2);
    add_power_ref({spectrum.data(), 1, height, width, power.data()});
    return fold(power, height, width, 1.f / static_cast<float>(height * width), rate, fold_spectrum_ref);
}

/// cos(2 pi (k_x x / width + k_y y / height))
std::vector<float> plane_wave(int height, int width, int k_x, int k_y) {
    std::vector<float> out;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            out.push_back(static_cast<float>(
                std::cos(2 * std::numbers::pi *
                         (static_cast<double>(k_x) * x / width + static_cast<double>(k_y) * y / height))));
    return out;
}

std::vector<float> random_power(int height, int width) {
    auto power = normal_floats(static_cast<long long>(height) * (width / 2 + 1), 1);
    for (float& v : power) v *= v;
    return power;
}

void expect_all_near(const std::vector<float>& y, const std::vector<float>& ref, double relative, double absolute,
                     const char* what) {
    ASSERT_EQ(y.size(), ref.size());
    for (std::size_t i = 0; i < y.size(); ++i)
        ASSERT_LE(std::abs(static_cast<double>(y[i]) - ref[i]), relative * std::abs(ref[i]) + absolute)
            << what << " " << i;
}

/// Rings sum in double and round once, as the reference does; a run of the total adds 16 numbers in float32; of 10
/// log10 the argument's rounding is worth 4.4 dB times itself, the rest is a few roundings of up to 140 dB.
void expect_equal_fold(int height, int width, float rate) {
    const auto power = random_power(height, width);
    const auto y = fold(power, height, width, 0.37f, rate, fold_spectrum_emulated);
    const auto ref = fold(power, height, width, 0.37f, rate, fold_spectrum_ref);
    SCOPED_TRACE(std::to_string(height) + " x " + std::to_string(width) + " at rate " + std::to_string(rate));
    expect_all_near(y.plane_db, ref.plane_db, 4 * kFloatRounding, 10 * kFloatRounding, "plane");
    expect_all_near(y.ring_sum, ref.ring_sum, 2.01 * kFloatRounding, 0, "ring");
    EXPECT_EQ(y.ring_count, ref.ring_count);
    expect_all_near(y.slices, ref.slices, 2 * kFloatRounding, 0, "slice");
    EXPECT_LE(std::abs(y.total - ref.total), 16 * kFloatRounding * ref.total);
}

/// A call of window_channels with memory of its own.
struct WindowCase {
    WindowCase(Element e, int height, int width, int channels, int first, int count)
        : data(stored(e, normal_floats(static_cast<long long>(height) * width * channels, 1, 3))),
          means(normal_floats(count, 2)), window_y(normal_floats(height, 3)), window_x(normal_floats(width, 4)) {
        p.x = images(data, e, 1, height, width, channels);
        p.first_channel = first;
        p.count = count;
        p.means = means.data();
        p.window_y = window_y.data();
        p.window_x = window_x.data();
    }
    std::vector<float> result(void (*run)(const WindowChannels&)) {
        std::vector<float> y(static_cast<std::size_t>(p.count) * static_cast<std::size_t>(p.x.height * p.x.width) + 1,
                             -99);
        p.y = y.data();
        run(p);
        return y;
    }
    Stored data;
    std::vector<float> means, window_y, window_x;
    WindowChannels p;
};

} // namespace

TEST(WindowChannels, TheKernelsBodyMatchesTheReference) {
    for (const Element e : {Element::f32, Element::f16})
        for (const auto& [height, width, channels, first, count] : {std::array{1, 1, 8, 0, 1},
                                                                    {3, 5, 8, 2, 3},
                                                                    {2, 63, 24, 0, 16},
                                                                    {2, 64, 24, 5, 17},
                                                                    {3, 65, 40, 3, 33},
                                                                    {1, 129, 8, 7, 1},
                                                                    {5, 2, 8, 8, 0},
                                                                    {0, 4, 8, 0, 2},
                                                                    {4, 0, 8, 0, 2}}) {
            WindowCase c(e, height, width, channels, first, count);
            const auto y = c.result(window_channels_emulated), ref = c.result(window_channels_ref);
            expect_all_near(y, ref, 4 * kFloatRounding, 0, "element"); // a difference, two products, the reference's
        }
}

TEST(WindowChannels, WhatIsNotFiniteCountsAsZeroBeforeTheMeanGoes) {
    WindowCase c(Element::f32, 1, 3, 8, 1, 1);
    const float values[] = {kNan, kInfinity, 5};
    for (int x = 0; x < 3; ++x) c.data.set(8 * x + 1, values[x]);
    c.means = {2};
    c.window_y = {0.5f};
    c.window_x = {1, 2, 4};
    for (const auto run : {window_channels_ref, window_channels_emulated})
        EXPECT_EQ(c.result(run), (std::vector<float>{-1, -2, 6, -99})); // the last one lies beyond
}

TEST(AddPower, TheKernelsBodyMatchesTheReference) {
    for (const auto& [count, height, width] :
         {std::array{1, 1, 1}, {3, 5, 7}, {16, 16, 31}, {16, 16, 32}, {2, 1, 511}, {0, 3, 3}, {4, 0, 3}, {4, 3, 0}}) {
        const int bins = height * (width / 2 + 1);
        const auto spectrum = normal_floats(2LL * count * bins, 1);
        std::vector<float> power(static_cast<std::size_t>(bins), 0.5f), ref(power);
        add_power_emulated({spectrum.data(), count, height, width, power.data()});
        add_power_ref({spectrum.data(), count, height, width, ref.data()});
        // per channel two squares, their sum and its addition: all positive
        expect_all_near(power, ref, (count + 4) * kFloatRounding, 0, "bin");
    }
}

TEST(FoldSpectrum, TheKernelsBodyMatchesTheReference) {
    for (const auto& [height, width] : {std::array{1, 1},
                                        {1, 2},
                                        {2, 1},
                                        {1, 9},
                                        {8, 1},
                                        {2, 2},
                                        {3, 4},
                                        {4, 3},
                                        {7, 7},
                                        {16, 16},
                                        {15, 17},
                                        {33, 20},
                                        {20, 33},
                                        {52, 36},
                                        {5, 301},
                                        {301, 5}})
        for (const float rate : {1.f, 2.f, 5.f, 16.f, 16.5f, 64.f}) expect_equal_fold(height, width, rate);
}

TEST(FoldSpectrum, RingsHoldTheSameBinsAsTheReferenceAtEveryLayerSize) {
    const std::array<std::array<int, 2>, 14> layers{{{36, 16},
                                                     {52, 32},
                                                     {52, 16},
                                                     {84, 64},
                                                     {84, 32},
                                                     {148, 128},
                                                     {148, 64},
                                                     {276, 256},
                                                     {276, 128},
                                                     {532, 512},
                                                     {532, 256},
                                                     {1044, 512},
                                                     {1044, 1024},
                                                     {1024, 1024}}};
    for (const auto& [size, rate] : layers) expect_equal_fold(size, size, static_cast<float>(rate));
    for (int size = 4; size <= 512; size *= 2) expect_equal_fold(size, size, static_cast<float>(size));
}

TEST(FoldSpectrum, BinsOnTheEdgeOfARingAreDecidedByTheirFrequencyNotByItsRounding) {
    // At half a cycle per bin many frequencies lie exactly between rings, at 16 / 52 some exactly at rate / 2.
    for (int size = 1; size <= 120; ++size)
        for (const float rate : {10.f, 16.f, 17.f, 30.f}) {
            const std::vector<float> power(static_cast<std::size_t>(size * (size / 2 + 1)), 1);
            EXPECT_EQ(fold(power, size, size, 1, rate, fold_spectrum_emulated).ring_count,
                      fold(power, size, size, 1, rate, fold_spectrum_ref).ring_count)
                << size << " at rate " << rate;
        }
}

TEST(FoldSpectrum, ThePowerOfAPlaneWaveLiesInTheRingOfItsFrequency) {
    for (const auto& [height, width] : {std::array{16, 16}, {15, 15}, {16, 12}, {9, 14}})
        for (const auto& [k_x, k_y] : {std::array{1, 0}, {3, 0}, {0, 2}, {3, -4}, {-2, 2}}) {
            const float rate = 30; // bins are 30 / width and 30 / height apart
            const auto s = spectrum_of(plane_wave(height, width, k_x, k_y), height, width, rate);
            const double f = std::hypot(k_x * 30.0 / width, k_y * 30.0 / height);
            const double expected = height * width / 2.0; // two bins of (N / 2)^2 / N
            for (std::size_t r = 0; r < s.ring_sum.size(); ++r)
                EXPECT_LE(std::abs(s.ring_sum[r] - (static_cast<long>(r) == std::lround(f) ? expected : 0)),
                          1e-5 * expected)
                    << "ring " << r;
            EXPECT_LE(std::abs(s.total - expected), 1e-5 * expected);
        }
}

TEST(FoldSpectrum, ThePlaneShowsAWaveTwiceAroundItsCentre) {
    for (const auto& [height, width] : {std::array{8, 8}, {7, 7}, {8, 5}, {5, 8}}) {
        const auto s = spectrum_of(plane_wave(height, width, 1, 2), height, width, 8);
        const double peak_db = 10 * std::log10(height * width / 4.0);
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x) {
                const int ky = y - height / 2, kx = x - width / 2;
                const float db = s.plane_db[static_cast<std::size_t>(y * width + x)];
                const bool peak = std::abs(kx) == 1 && ky == 2 * kx;
                EXPECT_LE(peak ? std::abs(db - peak_db) : db - -100.0, peak ? 1e-4 : 0) << kx << ", " << ky;
            }
    }
}

TEST(FoldSpectrum, TheTotalIsTheSumOfSquares) {
    for (const auto& [height, width] : {std::array{1, 1}, {1, 6}, {7, 1}, {6, 6}, {9, 7}, {5, 8}}) {
        const auto image = normal_floats(height * width, 5);
        double squares = 0;
        for (const double v : image) squares += v * v;
        EXPECT_LE(std::abs(spectrum_of(image, height, width, 8).total - squares), 1e-5 * squares);
    }
}

TEST(FoldSpectrum, AConstantHasPowerOnlyAtFrequencyZero) {
    const auto s = spectrum_of(std::vector<float>(6 * 8, 2), 6, 8, 8);
    EXPECT_LE(std::abs(s.plane_db[3 * 8 + 4] - 10 * std::log10(4.0 * 48)), 1e-4);
    EXPECT_LE(std::abs(s.ring_sum[0] - 4.0 * 48), 1e-3);
    EXPECT_EQ(std::count_if(s.plane_db.begin(), s.plane_db.end(), [](float db) { return !(db <= -100); }), 1);
}

TEST(FoldSpectrum, SlicesGoRightAndAlongTheDiagonal) {
    const int height = 6, width = 9; // power 100 y + x
    std::vector<float> power;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x <= width / 2; ++x) power.push_back(static_cast<float>(100 * y + x));
    for (const auto run : {fold_spectrum_ref, fold_spectrum_emulated})
        EXPECT_EQ(fold(power, height, width, 2, 8, run).slices, (std::vector<float>{0, 2, 4, 6, 0, 202, 404, 606}));
}

TEST(FoldSpectrum, RingsOfFlatPowerAverageToIt) {
    const std::vector<float> power(16 * 9, 3);
    const auto s = fold(power, 16, 16, 1, 16, fold_spectrum_ref);
    for (std::size_t r = 0; r < s.ring_sum.size(); ++r) EXPECT_EQ(s.ring_sum[r], 3 * s.ring_count[r]);
    EXPECT_EQ(s.ring_count[0], 1);  // (0, 0)
    EXPECT_EQ(s.ring_count[1], 8);  // (1, 0) and (1, 1), four of each
    EXPECT_EQ(s.ring_count[2], 12); // (2, 0): 4, (2, 1): 8
    EXPECT_EQ(s.ring_count[8], 18); // up to 8 itself: (-8, 0): 2, (7, 3): 8, (6, 5): 8
}

TEST(FoldSpectrum, NoPowerIsTheFloorAndNanStaysNan) {
    std::vector<float> power(4 * 3, 0);
    power[1 * 3 + 1] = kNan;
    for (const auto run : {fold_spectrum_ref, fold_spectrum_emulated}) {
        const auto s = fold(power, 4, 4, 1, 4, run);
        EXPECT_EQ(std::count(s.plane_db.begin(), s.plane_db.end(), -140.f), 14);
        EXPECT_TRUE(std::isnan(s.plane_db[3 * 4 + 3])); // (1, 1) and its mirror
        EXPECT_TRUE(std::isnan(s.plane_db[1 * 4 + 1]));
        EXPECT_TRUE(std::isnan(s.total));
    }
}

TEST(FoldSpectrum, WritesNothingWithoutAPlane) {
    for (const auto& [height, width] : {std::array{0, 4}, {4, 0}}) {
        const auto s = fold({}, height, width, 1, 8, fold_spectrum_emulated);
        EXPECT_EQ(s.total, 0);
        EXPECT_EQ(s.ring_sum, std::vector<float>(5, 0));
    }
}

TEST(PowerSpectrum, RefusesWhatItCannotDo) {
    WindowCase c(Element::f32, 2, 2, 8, 0, 1);
    c.p.count = 9;
    EXPECT_EQ(refusal([&] { window_channels_emulated(c.p); }),
              "window_channels: expected a first channel whose run lies within those stored, got 0");
    EXPECT_EQ(refusal([] {
                  add_power_emulated({nullptr, 1, 40000, 40000, nullptr});
              }),
              "add_power: expected fewer than 2^29 pixels, got 1600000000");
    EXPECT_EQ(refusal([] { add_power_emulated({nullptr, 1, 4, 4, nullptr}); }), "add_power: spectrum is null");
    FoldSpectrum p;
    p.sampling_rate = 0;
    EXPECT_EQ(refusal([&] { fold_spectrum_emulated(p); }), "fold_spectrum: expected a sampling rate > 0, got 0.000000");
    p.sampling_rate = 4;
    p.rings = -2;
    EXPECT_EQ(refusal([&] { fold_spectrum_emulated(p); }), "fold_spectrum: expected rings >= 0, got -2");
}

} // namespace unstuck::cuda
