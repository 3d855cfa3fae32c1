// Every kernel against its reference. The shapes are few: tests/cuda walks the kernels' bodies over many more without a
// GPU.
#include "tests/cuda/stored_images.hpp"
#include "tests/gpu/crop.hpp"
#include "tests/gpu/under_test.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace unstuck::cuda {

namespace {

class Kernels : public ::testing::Test {
  protected:
    void SetUp() override {
        const auto why = no_device();
        if (!why.empty()) GTEST_SKIP() << why;
    }
};

/// Images in both memories.
class Picture {
  public:
    Picture(Element e, std::array<int, 4> shape, const std::vector<float>& values)
        : shape_(shape), element_(e), bytes_(packed(e, values)) {}
    /// Filled with a number that no result has.
    Picture(Element e, std::array<int, 4> shape)
        : Picture(e, shape,
                  std::vector<float>(static_cast<std::size_t>(shape[0]) * static_cast<std::size_t>(shape[1]) *
                                         static_cast<std::size_t>(shape[2]) * static_cast<std::size_t>(shape[3]),
                                     -99.f)) {}
    Images host() { return {bytes_.host.data(), element_, shape_[0], shape_[1], shape_[2], shape_[3]}; }
    Images device() { return {bytes_.device(), element_, shape_[0], shape_[1], shape_[2], shape_[3]}; }
    float at(long long i) const { return load(bytes_.host.data(), element_, i); }
    std::vector<float> result() const {
        const auto bytes = bytes_.result();
        std::vector<float> out(bytes.size() / bytes_of(element_));
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = load(bytes.data(), element_, static_cast<long long>(i));
        return out;
    }

  private:
    static std::vector<char> packed(Element e, const std::vector<float>& values) {
        std::vector<char> out(values.size() * bytes_of(e));
        for (std::size_t i = 0; i < values.size(); ++i) store(out.data(), e, static_cast<long long>(i), values[i]);
        return out;
    }
    std::array<int, 4> shape_;
    Element element_;
    Array<char> bytes_;
};

Picture random_picture(Element e, std::array<int, 4> shape, unsigned seed, float scale = 1) {
    return {e, shape, normal_floats(static_cast<long long>(shape[0]) * shape[1] * shape[2] * shape[3], seed, scale)};
}

constexpr Element kElements[] = {Element::f32, Element::f16};

/// What a kernel and its reference may differ by where each is within `error` of the truth and then stored.
double between(Element e, double reference, double error) {
    return error + 2 * store_error(e, std::abs(reference) + error);
}

// ---- filtered leaky ReLU
// ---------------------------------------------------------------------------------------------

struct LayerCase {
    std::array<int, 4> x; ///< n, height, width, channels
    int y_side, up, down, up_taps, down_taps, terms, pad;
};

std::vector<float> random_filter(int taps, int terms, unsigned seed) {
    return normal_floats(2LL * taps * terms, seed, 1 / std::sqrt(static_cast<float>(taps)));
}

std::vector<float> magnitudes(std::vector<float> v) {
    for (float& x : v) x = std::abs(x);
    return v;
}

/// A layer with all that it can have.
struct Layer {
    Layer(const LayerCase& c, Element x_element, Element y_element)
        : shape(c), x(random_picture(x_element, c.x, 1, 2)), y(y_element, y_shape()), y_ref(y_element, y_shape()),
          magnitude(Element::f32, y_shape()), up(random_filter(c.up_taps, 1, 2)),
          down(random_filter(c.down_taps, c.terms, 3)), bias(normal_floats(c.x[3], 4)),
          mid_bias(normal_floats(c.x[3], 5)), noise(normal_floats(static_cast<long long>(raised()) * raised(), 6)),
          gain(1, 0.3f), counts(1) {}

    int raised() const { return raised_side(shape.y_side, shape.down, shape.down_taps); }
    std::array<int, 4> y_shape() const { return {shape.x[0], shape.y_side, shape.y_side, shape.x[3]}; }

    FilteredLrelu numbers() const {
        FilteredLrelu p;
        p.up = shape.up;
        p.down = shape.down;
        p.pad_x0 = p.pad_y0 = shape.pad;
        p.slope = 0.2f;
        p.gain = 1.4f;
        p.clamp = 3;
        return p;
    }

    FilteredLrelu device() {
        auto p = numbers();
        p.x = x.device();
        p.y = y.device();
        p.up_filter = {up.host.data(), up.device(), 1, shape.up_taps};
        p.down_filter = {down.host.data(), down.device(), shape.terms, shape.down_taps};
        p.bias = bias.device();
        p.mid_bias = mid_bias.device();
        p.mid_noise = noise.device();
        p.noise_gain = gain.device();
        p.counts = counts.device();
        return p;
    }

    FilteredLrelu host() {
        auto p = numbers();
        p.x = x.host();
        p.y = y_ref.host();
        p.up_filter = {up.host.data(), up.host.data(), 1, shape.up_taps};
        p.down_filter = {down.host.data(), down.host.data(), shape.terms, shape.down_taps};
        p.bias = bias.host.data();
        p.mid_bias = mid_bias.host.data();
        p.mid_noise = noise.host.data();
        p.noise_gain = gain.host.data();
        p.counts = counts.host.data();
        return p;
    }

    /// The sum of the magnitudes of all that is added up for each result: the same layer of magnitudes, nothing cut.
    std::vector<float> sum_of_magnitudes() {
        auto p = host();
        std::vector<float> values(static_cast<std::size_t>(p.x.size()));
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::abs(x.at(static_cast<long long>(i)));
        Picture x_abs(Element::f32, shape.x, values);
        const auto up_abs = magnitudes(up.host), down_abs = magnitudes(down.host), bias_abs = magnitudes(bias.host),
                   mid_abs = magnitudes(mid_bias.host), noise_abs = magnitudes(noise.host);
        p.x = x_abs.host();
        p.y = magnitude.host();
        p.up_filter.taps_host = p.up_filter.taps_device = up_abs.data();
        p.down_filter.taps_host = p.down_filter.taps_device = down_abs.data();
        p.bias = bias_abs.data();
        p.mid_bias = mid_abs.data();
        p.mid_noise = noise_abs.data();
        p.slope = 1;
        p.clamp = 0;
        p.counts = nullptr;
        filtered_lrelu_ref(p);
        std::vector<float> out(static_cast<std::size_t>(p.y.size()));
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = magnitude.at(static_cast<long long>(i));
        return out;
    }

    LayerCase shape;
    Picture x, y, y_ref, magnitude;
    Array<float> up, down, bias, mid_bias, noise, gain;
    Array<NumberCounts> counts;
};

/// Each product goes through at most the roundings of its two column and two row sums, and a handful around them.
double roundings(const LayerCase& c) { return 2.0 * (c.up_taps + c.down_taps) + c.terms + 10; }

void expect_equal_layer(const LayerCase& c, Element x_element, Element y_element) {
    Layer layer(c, x_element, y_element);
    SCOPED_TRACE("up " + std::to_string(c.up) + " (" + std::to_string(c.up_taps) + " taps) down " +
                 std::to_string(c.down) + " (" + std::to_string(c.down_taps) + " taps, " + std::to_string(c.terms) +
                 " terms), " + std::to_string(c.x[3]) + " channels, element " +
                 std::to_string(static_cast<int>(y_element)));
    run(layer.device());
    filtered_lrelu_ref(layer.host());
    const auto y = layer.y.result(), magnitude = layer.sum_of_magnitudes();
    for (std::size_t i = 0; i < y.size(); ++i) {
        const double ref = layer.y_ref.at(static_cast<long long>(i));
        ASSERT_LE(std::abs(y[i] - ref),
                  between(y_element, ref, roundings(c) * kFloatRounding * static_cast<double>(magnitude[i])))
            << "element " << i;
    }
    const auto counts = layer.counts.result()[0], expected = layer.counts.host[0];
    EXPECT_EQ(counts.not_finite, expected.not_finite);
    // A value within a rounding of the clamp may fall on either side.
    EXPECT_LE(std::abs(static_cast<double>(counts.clamped) - expected.clamped), 1 + 1e-4 * expected.clamped);
}

} // namespace

TEST_F(Kernels, FilteredLreluMatchesTheReference) {
    const LayerCase cases[] = {{{1, 20, 20, 8}, 20, 2, 2, 12, 12, 1, 16},   // the alias-free networks' plain layer
                               {{1, 36, 36, 16}, 52, 4, 2, 24, 12, 1, 33},  // one that raises the rate
                               {{1, 36, 36, 16}, 36, 2, 2, 12, 12, 3, 16},  // radial down filter
                               {{1, 19, 19, 8}, 33, 4, 2, 24, 12, 4, 14},   // both, odd sides
                               {{1, 17, 17, 24}, 34, 2, 1, 4, 1, 1, 2},     // StyleGAN2's up layer
                               {{1, 16, 16, 8}, 9, 1, 2, 1, 4, 1, 2},       // down alone
                               {{2, 9, 9, 8}, 9, 1, 1, 1, 1, 1, 0},         // no filter at all
                               {{1, 40, 40, 8}, 20, 2, 2, 12, 12, 1, -4},   // cropped
                               {{3, 11, 11, 40}, 20, 3, 2, 9, 6, 1, 7},     // a factor without a special case
                               {{1, 14, 14, 8}, 8, 4, 4, 48, 48, 2, 20},    // the most of everything
                               {{1, 1, 1, 8}, 1, 2, 2, 12, 12, 1, 11},      // one pixel
                               {{1, 70, 70, 24}, 70, 2, 2, 12, 12, 1, 16}}; // more than one tile either way
    for (const auto& c : cases)
        for (const Element x : kElements)
            for (const Element y : kElements) expect_equal_layer(c, x, y);
}

TEST_F(Kernels, FilteredLreluKeepsNanAndCountsIt) {
    const LayerCase c{{1, 20, 20, 8}, 20, 2, 2, 12, 12, 1, 16};
    Layer layer(c, Element::f32, Element::f32);
    auto p = layer.device();
    std::vector<float> values(static_cast<std::size_t>(p.x.size()), 1);
    values[8 * (10 * 20 + 10)] = std::numeric_limits<float>::quiet_NaN();
    Picture x(Element::f32, c.x, values);
    p.x = x.device();
    run(p);
    auto q = layer.host();
    q.x = x.host();
    filtered_lrelu_ref(q);
    const auto y = layer.y.result();
    int nans = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        ASSERT_EQ(std::isnan(y[i]), std::isnan(layer.y_ref.at(static_cast<long long>(i)))) << i;
        nans += std::isnan(y[i]);
    }
    EXPECT_GT(nans, 0);
    EXPECT_EQ(layer.counts.result()[0].not_finite, layer.counts.host[0].not_finite);
}

// The benchmark checks large layers by squares of their results.
TEST_F(Kernels, CropsGiveTheResultsOfTheWhole) {
    constexpr int kSide = 23, kOut = 25;
    for (const auto& [up, down, up_taps, down_taps, pad] :
         {std::array{2, 2, 12, 12, 16}, {4, 2, 24, 12, 33}, {1, 2, 1, 4, 2}, {2, 1, 4, 1, -7}, {3, 4, 9, 5, 1}}) {
        auto x = random_picture(Element::f32, {1, kSide, kSide, 8}, 1);
        const auto up_filter = random_filter(up_taps, 1, 2), down_filter = random_filter(down_taps, 2, 3);
        Picture whole(Element::f32, {1, kOut, kOut, 8});
        FilteredLrelu p;
        p.x = x.host();
        p.y = whole.host();
        p.up = up;
        p.down = down;
        p.pad_x0 = p.pad_y0 = pad;
        p.up_filter = {up_filter.data(), up_filter.data(), 1, up_taps};
        p.down_filter = {down_filter.data(), down_filter.data(), 2, down_taps};
        p.slope = 0.2f;
        filtered_lrelu_ref(p);
        for (const auto& [first_y, first_x, count] : {std::array{0, 0, 3}, {21, 22, 3}, {10, 0, 5}, {24, 24, 1}}) {
            const auto rows = needed(p, pad, kSide, first_y, count), columns = needed(p, pad, kSide, first_x, count);
            std::vector<float> values;
            for (int row = rows.begin; row < rows.end; ++row)
                for (int i = columns.begin * 8; i < columns.end * 8; ++i) values.push_back(x.at(row * kSide * 8 + i));
            Picture part(Element::f32, {1, count, count, 8});
            auto q = p;
            q.x = {values.data(), Element::f32, 1, rows.size(), columns.size(), 8};
            q.y = part.host();
            q.pad_y0 = rows.pad;
            q.pad_x0 = columns.pad;
            filtered_lrelu_ref(q);
            for (int i = 0; i < count * count * 8; ++i) {
                const int row = first_y + i / (count * 8), rest = first_x * 8 + i % (count * 8);
                EXPECT_EQ(part.at(i), whole.at(row * kOut * 8 + rest)) << up << " " << down << " element " << i;
            }
        }
    }
}

// ---- bias and activation
// ---------------------------------------------------------------------------------------------

TEST_F(Kernels, BiasActMatchesTheReference) {
    for (const auto& shape : {std::array{1, 1, 1, 8}, {1, 4, 4, 512}, {2, 7, 5, 24}, {1, 129, 65, 16}})
        for (const Element x_element : kElements)
            for (const Element y_element : kElements) {
                auto x = random_picture(x_element, shape, 1, 2);
                Picture y(y_element, shape), y_ref(y_element, shape);
                Array<float> bias(normal_floats(shape[3], 2)), noise(normal_floats(shape[1] * shape[2], 3)),
                    gain(1, 0.5f);
                Array<NumberCounts> counts(1);
                BiasAct p{x.device(), y.device(), bias.device(), noise.device(), gain.device(), 0.2f,
                          1.4f,       2,          0.7f,          counts.device()};
                run(p);
                bias_act_ref({x.host(), y_ref.host(), bias.host.data(), noise.host.data(), gain.host.data(), 0.2f, 1.4f,
                              2, 0.7f, counts.host.data()});
                const auto result = y.result();
                for (std::size_t i = 0; i < result.size(); ++i) {
                    const double ref = y_ref.at(static_cast<long long>(i));
                    const auto pixel = i / static_cast<std::size_t>(shape[3]);
                    const double terms = std::abs(x.at(static_cast<long long>(i))) +
                                         0.5 * std::abs(noise.host[pixel % noise.host.size()]) +
                                         std::abs(bias.host[i % static_cast<std::size_t>(shape[3])]);
                    ASSERT_LE(std::abs(result[i] - ref), between(y_element, ref, 8 * kFloatRounding * terms)) << i;
                }
                EXPECT_LE(std::abs(static_cast<double>(counts.result()[0].clamped) - counts.host[0].clamped),
                          1 + 1e-4 * counts.host[0].clamped);
            }
}

// ---- weights
// -----------------------------------------------------------------------------------------------------------

TEST_F(Kernels, ModulateWeightsMatchesTheReference) {
    for (const auto& [out, in, taps] : {std::array{1, 1, 1}, {3, 7, 1}, {2, 257, 9}, {512, 512, 9}, {1, 1025, 3}})
        for (const StyleScale scale : {StyleScale::none, StyleScale::rms, StyleScale::max_abs})
            for (const bool demodulate : {false, true})
                for (const Element e : kElements) {
                    const auto size = static_cast<long long>(out) * in * taps;
                    Array<float> weight(normal_floats(size, 1)), styles(normal_floats(in, 2, 3));
                    Picture y(e, {1, 1, 1, static_cast<int>(size)}), y_ref(e, {1, 1, 1, static_cast<int>(size)});
                    ModulateWeights p{weight.device(),
                                      styles.device(),
                                      out,
                                      in,
                                      taps,
                                      scale,
                                      demodulate,
                                      0.7f,
                                      y.device().data,
                                      e,
                                      static_cast<long long>(in) * taps,
                                      1,
                                      in};
                    run(p);
                    p.weight = weight.host.data();
                    p.styles = styles.host.data();
                    p.y = y_ref.host().data;
                    modulate_weights_ref(p);
                    const auto result = y.result();
                    // Sums of squares by 256 threads and a tree, as in tests/cuda/modulate_weights_test.cpp.
                    const double steps = in / 256 + 9 + in * taps / 256 + 9 + 12;
                    for (std::size_t i = 0; i < result.size(); ++i) {
                        const double ref = y_ref.at(static_cast<long long>(i));
                        ASSERT_LE(std::abs(result[i] - ref), between(e, ref, steps * kFloatRounding * std::abs(ref)))
                            << out << " " << in << " " << taps << " element " << i;
                    }
                }
}

// ---- the input
// -----------------------------------------------------------------------------------------------------------

TEST_F(Kernels, FourierFeaturesMatchTheReference) {
    for (const auto& [channels, side] : {std::array{1, 1}, {5, 7}, {100, 36}, {512, 36}})
        for (const Element e : kElements) {
            const std::array shape{1, side, side, round_up(channels, kChannelGroup)};
            Array<float> pose(std::vector<float>{0.8f, 0.6f, 0.2f, -0.1f});
            Array<float> transform(std::vector<float>{0.9f, 0.1f, 0.05f, -0.1f, 0.9f, -0.02f, 0, 0, 1});
            Array<float> freqs(normal_floats(2 * channels, 1, 1.2f)), phases(normal_floats(channels, 2, 0.3f));
            Picture y(e, shape), y_ref(e, shape);
            FourierFeatures p{pose.device(), transform.device(), freqs.device(), phases.device(), channels, 16, 2,
                              y.device()};
            run(p);
            fourier_features_ref({pose.host.data(), transform.host.data(), freqs.host.data(), phases.host.data(),
                                  channels, 16, 2, y_ref.host()});
            const auto result = y.result();
            for (std::size_t i = 0; i < result.size(); ++i) {
                const auto c = i % static_cast<std::size_t>(shape[3]);
                double bound = 0; // what fills up the channels is exactly 0
                if (c < phases.host.size()) {
                    // Every entry of |R T(-t) transform| is below 2, a corner lies side / 32 image sides from the
                    // centre; no term goes through more than 16 roundings. The fade is 6 cycles wide.
                    const double f = 2.0 * (std::abs(freqs.host[2 * c]) + std::abs(freqs.host[2 * c + 1]));
                    const double turns = f * (side / 16.0 + 1) + std::abs(phases.host[c]) + 0.5;
                    bound = kFloatRounding * (2 * std::numbers::pi * 16 * turns + 20 * (f + 2) / 6 + 12);
                }
                const double ref = y_ref.at(static_cast<long long>(i));
                ASSERT_LE(std::abs(result[i] - ref), bound > 0 ? between(e, ref, bound) : 0)
                    << channels << " element " << i;
            }
        }
}

// ---- pictures and numbers
// ------------------------------------------------------------------------------------------------

TEST_F(Kernels, PackImageMatchesTheReference) {
    for (const auto& shape : {std::array{1, 1, 1, 8}, {1, 5, 13, 8}, {1, 257, 33, 16}})
        for (const int count : {1, 2, 3, 4})
            for (const Element e : kElements) {
                auto x = random_picture(e, shape, 1, 2);
                const auto size = static_cast<std::size_t>(shape[1]) * static_cast<std::size_t>(shape[2]) * 4;
                Array<float> rgba(size + 4, -99);
                run(PackImage{x.device(), 3, count, 0.7f, 1.5f, rgba.device()});
                pack_image_ref({x.host(), 3, count, 0.7f, 1.5f, rgba.host.data()});
                EXPECT_EQ(rgba.result(), rgba.host); // one product, rounded once by either
            }
}

TEST_F(Kernels, ChannelSumsMatchTheReference) {
    for (const auto& shape : {std::array{1, 1, 1, 8}, {1, 19, 27, 32}, {1, 70, 71, 8}, {1, 148, 148, 64}})
        for (const Element e : kElements) {
            auto values = normal_floats(static_cast<long long>(shape[1]) * shape[2] * shape[3], 1, 5);
            if (values.size() > 100) values[17] = std::numeric_limits<float>::quiet_NaN();
            Picture x(e, shape, values);
            const int channels = shape[3] - 3;
            Array<ChannelSum> out(static_cast<std::size_t>(channels), ChannelSum{7, 7, 7, 7});
            ChannelSums p{x.device(), channels, out.device(), nullptr};
            Array<ChannelSum> scratch(static_cast<std::size_t>(channel_sums_scratch(p)), ChannelSum{7, 7, 7, 7});
            p.scratch = scratch.device();
            run(p);
            channel_sums_ref({x.host(), channels, out.host.data(), nullptr});
            const auto sums = out.result();
            std::vector<double> magnitude(static_cast<std::size_t>(shape[3]));
            for (std::size_t i = 0; i < values.size(); ++i)
                if (std::isfinite(values[i]))
                    magnitude[i % magnitude.size()] += std::abs(static_cast<double>(values[i]));
            for (std::size_t c = 0; c < sums.size(); ++c) {
                const auto& ref = out.host[c];
                ASSERT_LE(std::abs(sums[c].sum - ref.sum), 8 * kFloatRounding * 1.001 * magnitude[c]) << c;
                ASSERT_LE(std::abs(sums[c].sum_squares - ref.sum_squares), 9 * kFloatRounding * ref.sum_squares) << c;
                ASSERT_EQ(sums[c].max_abs, ref.max_abs) << c;
                ASSERT_EQ(sums[c].not_finite, ref.not_finite) << c;
            }
        }
}

// ---- spectrum
// --------------------------------------------------------------------------------------------------------------

TEST_F(Kernels, WindowChannelsMatchesTheReference) {
    for (const auto& [height, width, channels, first, count] :
         {std::array{1, 1, 8, 0, 1}, {3, 5, 8, 2, 3}, {3, 65, 40, 3, 33}, {148, 148, 64, 0, 64}})
        for (const Element e : kElements) {
            auto x = random_picture(e, {1, height, width, channels}, 1, 3);
            Array<float> means(normal_floats(count, 2)), window_y(normal_floats(height, 3)),
                window_x(normal_floats(width, 4));
            Array<float> y(static_cast<std::size_t>(count * height * width) + 1, -99);
            run(WindowChannels{x.device(), first, count, means.device(), window_y.device(), window_x.device(),
                               y.device()});
            window_channels_ref(
                {x.host(), first, count, means.host.data(), window_y.host.data(), window_x.host.data(), y.host.data()});
            const auto result = y.result();
            for (std::size_t i = 0; i < result.size(); ++i) // a difference, two products, the reference's own rounding
                ASSERT_LE(std::abs(static_cast<double>(result[i]) - y.host[i]),
                          4 * kFloatRounding * std::abs(y.host[i]))
                    << i;
        }
}

TEST_F(Kernels, AddPowerMatchesTheReference) {
    for (const auto& [count, height, width] : {std::array{1, 1, 1}, {3, 5, 7}, {16, 16, 31}, {64, 148, 148}}) {
        const auto bins = static_cast<std::size_t>(height * (width / 2 + 1));
        Array<float> spectrum(normal_floats(2LL * count * static_cast<long long>(bins), 1)), power(bins, 0.5f);
        run(AddPower{spectrum.device(), count, height, width, power.device()});
        add_power_ref({spectrum.host.data(), count, height, width, power.host.data()});
        const auto result = power.result();
        for (std::size_t i = 0; i < bins; ++i)
            ASSERT_LE(std::abs(result[i] - power.host[i]), (count + 4) * kFloatRounding * power.host[i]) << i;
    }
}

TEST_F(Kernels, FoldSpectrumMatchesTheReference) {
    for (const auto& [height, width, rate] :
         {std::array{1, 1, 1}, {3, 4, 4}, {33, 20, 16}, {148, 148, 128}, {532, 532, 512}}) {
        const auto rings = static_cast<std::size_t>(rate / 2 + 1);
        const auto pixels = static_cast<std::size_t>(height * width);
        Array<float> power(magnitudes(normal_floats(height * (width / 2 + 1), 1)));
        Array<float> plane(pixels), sum(rings), count(rings),
            slices(static_cast<std::size_t>(2 * (std::min(height, width) / 2 + 1)));
        Array<double> total(1);
        FoldSpectrum p{power.device(),
                       height,
                       width,
                       0.37f,
                       static_cast<float>(rate),
                       -140,
                       static_cast<int>(rings),
                       plane.device(),
                       sum.device(),
                       count.device(),
                       slices.device(),
                       total.device()};
        run(p);
        fold_spectrum_ref({power.host.data(), height, width, 0.37f, static_cast<float>(rate), -140,
                           static_cast<int>(rings), plane.host.data(), sum.host.data(), count.host.data(),
                           slices.host.data(), total.host.data()});
        // As in tests/cuda/power_spectrum_test.cpp, and two units for the GPU's own log10f.
        const auto expect_near = [](const Array<float>& y, double relative, double absolute, const char* what) {
            const auto result = y.result();
            for (std::size_t i = 0; i < result.size(); ++i)
                ASSERT_LE(std::abs(static_cast<double>(result[i]) - y.host[i]),
                          relative * std::abs(y.host[i]) + absolute)
                    << what << " " << i;
        };
        expect_near(plane, 8 * kFloatRounding, 20 * kFloatRounding, "plane");
        expect_near(sum, 2.01 * kFloatRounding, 0, "ring");
        expect_near(count, 0, 0, "ring's count");
        expect_near(slices, 2 * kFloatRounding, 0, "slice");
        EXPECT_LE(std::abs(total.result()[0] - total.host[0]), 16 * kFloatRounding * total.host[0]);
    }
}

} // namespace unstuck::cuda
