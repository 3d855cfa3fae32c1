#include "core/engine/self_test.hpp"

#include "core/ops/gpu/aten_table.hpp"
#include "cuda/emulated_table.h"
#include "cuda/half.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>
#include <thread>

namespace unstuck::test {

namespace {

using cuda::Element;
using Functions = unstuck_cuda_functions;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN(), kInfinity = std::numeric_limits<double>::infinity();

const Functions& aten() { return ops::aten_table_functions(at::kCPU); }

// ---- the formulas in ATen calls against the plain loops
// ---------------------------------------------------------------

float* floats(const at::Tensor& t) { return t.data_ptr<float>(); }

at::ScalarType type_of(Element e) { return e == Element::f16 ? at::kHalf : at::kFloat; }

/// Dense [1, height, width, channels] as a kernel sees it.
cuda::Images images(const at::Tensor& t) {
    const auto side = [&](int i) { return static_cast<int>(t.size(i)); };
    return {t.data_ptr(), t.scalar_type() == at::kHalf ? Element::f16 : Element::f32, side(0), side(1), side(2),
            side(3)};
}

/// Largest difference as a share of the largest finite number; infinite where one is not finite in another way.
double difference(const at::Tensor& a, const at::Tensor& b) {
    const auto x = a.to(at::kDouble).contiguous(), y = b.to(at::kDouble).contiguous();
    double most = 0, largest = 1e-30;
    for (std::int64_t i = 0; i < x.numel(); ++i) {
        const double p = x.const_data_ptr<double>()[i], q = y.const_data_ptr<double>()[i];
        if (std::isfinite(q)) largest = std::max(largest, std::abs(q));
        if (p == q || (std::isnan(p) && std::isnan(q))) continue;
        most = std::isfinite(p - q) ? std::max(most, std::abs(p - q)) : kInfinity;
    }
    return most / largest;
}

/// Float32 sums in another order; one step between neighbouring halfs, at the largest number.
double bound_of(Element e) { return e == Element::f16 ? 1.0 / 1024 : 1e-5; }

/// Runs `make` for both, which has to point the parameters at the results given to it, and compares those.
template <class P, class Make>
void expect_same(const char* (*kernel)(const P*), void (*reference)(const P&), const std::vector<at::Tensor>& before,
                 double bound, Make make) {
    std::vector<at::Tensor> got, want;
    for (const auto& t : before) {
        got.push_back(t.clone());
        want.push_back(t.clone());
    }
    P p;
    make(p, want);
    reference(p);
    make(p, got);
    EXPECT_STREQ(kernel(&p), nullptr);
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_LE(difference(got[i], want[i]), bound) << "result " << i;
}

struct Lrelu {
    int up, up_taps, up_terms, down, down_taps, down_terms, pad;
    Element in, out;
};

void expect_lrelu(const Lrelu& c, bool spoil) {
    const int channels = 16, height = 7, width = 10;
    const auto side = [&](int n) { return (n * c.up + 2 * c.pad - c.up_taps + 1 - c.down_taps) / c.down + 1; };
    auto x = at::randn({2, height, width, channels});
    if (spoil) x[1][3][4][5] = kNaN;
    x = x.to(type_of(c.in));
    const auto bias = at::randn({channels}), mid_bias = at::randn({channels});
    const auto up = at::randn({c.up_terms, 2, c.up_taps}), down = at::randn({c.down_terms, 2, c.down_taps});
    const int y_height = side(height), y_width = side(width);
    const auto noise =
        at::randn({cuda::raised_side(y_height, c.down, c.down_taps), cuda::raised_side(y_width, c.down, c.down_taps)});
    const auto gain = at::full({1}, 0.7F);
    for (const bool mid : {false, true}) {
        const auto make = [&](cuda::FilteredLrelu& p, const std::vector<at::Tensor>& out) {
            p.x = images(x);
            p.y = images(out[0]);
            p.up = c.up;
            p.down = c.down;
            p.pad_x0 = p.pad_y0 = c.pad;
            p.up_filter = {floats(up), floats(up), c.up_terms, c.up_taps};
            p.down_filter = {floats(down), floats(down), c.down_terms, c.down_taps};
            p.bias = floats(bias);
            if (mid) {
                p.mid_bias = floats(mid_bias);
                p.mid_noise = floats(noise);
                p.noise_gain = floats(gain);
            }
            p.slope = 0.2F;
            p.gain = 1.4F;
            p.clamp = mid ? 0 : 3;
            p.counts = static_cast<cuda::NumberCounts*>(out[1].data_ptr());
        };
        expect_same<cuda::FilteredLrelu>(
            aten().filtered_lrelu, cuda::filtered_lrelu_ref,
            {at::full({2, y_height, y_width, channels}, 7).to(type_of(c.out)), at::tensor({100, 200}, at::kInt)},
            bound_of(c.out), make);
    }
}

} // namespace

TEST(AtenTable, FilteredLreluIsTheFormula) {
    at::manual_seed(1);
    constexpr auto f32 = Element::f32, f16 = Element::f16;
    for (const auto& c : {Lrelu{2, 12, 1, 2, 12, 1, 9, f32, f32}, Lrelu{2, 12, 1, 2, 12, 3, 9, f16, f16},
                          Lrelu{4, 24, 1, 2, 12, 1, 20, f32, f32}, Lrelu{1, 4, 2, 1, 1, 1, 2, f32, f32},
                          Lrelu{2, 4, 1, 1, 1, 1, 2, f16, f32}, Lrelu{3, 7, 2, 4, 9, 2, 5, f32, f16},
                          Lrelu{2, 1, 1, 1, 3, 1, -3, f32, f32}, Lrelu{3, 2, 1, 2, 2, 1, -4, f32, f32}})
        for (const bool spoil : {false, true}) {
            SCOPED_TRACE(testing::Message() << c.up << ' ' << c.up_taps << ' ' << c.down << ' ' << c.down_taps);
            expect_lrelu(c, spoil);
        }
}

TEST(AtenTable, FilteredLreluTakesLargeLayersInParts) {
    at::manual_seed(8);
    const auto x = at::randn({1, 300, 300, 16}), taps = at::randn({1, 2, 3}), bias = at::randn({16});
    const auto run = [&](const at::Tensor& in, const at::Tensor& in_bias) {
        const auto y = at::zeros({1, 1198, 1198, in.size(3)});
        cuda::FilteredLrelu p;
        p.x = images(in);
        p.y = images(y);
        p.up = 4;
        p.up_filter = {floats(taps), nullptr, 1, 3};
        p.bias = floats(in_bias);
        p.slope = 0.2F;
        EXPECT_STREQ(aten().filtered_lrelu(&p), nullptr);
        return y;
    };
    const auto whole = run(x, bias); // 23 million raised samples; a part holds 17
    const auto last = run(x.slice(3, 8).contiguous(), bias.slice(0, 8).contiguous());
    EXPECT_TRUE(at::allclose(whole.slice(3, 8), last, 1e-5, 1e-6));
}

TEST(AtenTable, BiasActIsTheFormula) {
    at::manual_seed(2);
    for (const auto in : {Element::f32, Element::f16})
        for (const auto to : {Element::f32, Element::f16})
            for (const bool all : {false, true}) {
                auto x = at::randn({2, 5, 7, 16});
                x[1][2][3][4] = kNaN;
                x[0][2][3][4] = -kInfinity;
                x = x.to(type_of(in));
                const auto bias = at::randn({16}), noise = at::randn({5, 7}), gain = at::full({1}, -0.6F);
                expect_same<cuda::BiasAct>(aten().bias_act, cuda::bias_act_ref,
                                           {at::full({2, 5, 7, 16}, 7).to(type_of(to)), at::tensor({1, 2}, at::kInt)},
                                           bound_of(to), [&](cuda::BiasAct& p, const std::vector<at::Tensor>& out) {
                                               p.x = images(x);
                                               p.y = images(out[0]);
                                               p.slope = 0.2F;
                                               p.gain = 1.4F;
                                               p.scale = 0.25F;
                                               if (!all) return;
                                               p.bias = floats(bias);
                                               p.noise = floats(noise);
                                               p.noise_gain = floats(gain);
                                               p.clamp = 1;
                                               p.counts = static_cast<cuda::NumberCounts*>(out[1].data_ptr());
                                           });
            }
}

TEST(AtenTable, BiasActWorksInPlace) {
    auto x = at::full({1, 3, 3, 8}, -2.F);
    cuda::BiasAct p;
    p.x = p.y = images(x);
    p.slope = 0.5F;
    p.gain = 3;
    ASSERT_STREQ(aten().bias_act(&p), nullptr);
    EXPECT_TRUE(x.equal(at::full_like(x, -3)));
}

TEST(AtenTable, ModulateWeightsIsTheFormula) {
    at::manual_seed(3);
    constexpr int kOut = 5, kIn = 11;
    for (const auto scale : {cuda::StyleScale::none, cuda::StyleScale::rms, cuda::StyleScale::max_abs})
        for (const bool demodulate : {false, true})
            for (const int taps : {1, 9})
                for (const auto element : {Element::f32, Element::f16}) {
                    const auto w = at::randn({kOut, taps, kIn}), s = at::randn({kIn});
                    // Innermost the results, as a transposed convolution has it, with room between.
                    expect_same<cuda::ModulateWeights>(
                        aten().modulate_weights, cuda::modulate_weights_ref,
                        {at::full({16, taps, 8}, 7).to(type_of(element))}, bound_of(element),
                        [&](cuda::ModulateWeights& p, const std::vector<at::Tensor>& out) {
                            p.weight = floats(w);
                            p.styles = floats(s);
                            p.out = kOut;
                            p.in = kIn;
                            p.taps = taps;
                            p.style_scale = scale;
                            p.demodulate = demodulate;
                            p.gain = 0.3F;
                            p.y = out[0].data_ptr();
                            p.element = element;
                            p.stride_out = 1;
                            p.stride_tap = 8;
                            p.stride_in = 8LL * taps;
                        });
                }
}

TEST(AtenTable, FourierFeaturesAreTheFormula) {
    at::manual_seed(4);
    const auto freqs = at::randn({5, 2}) * 3, phases = at::randn({5}), pose = at::tensor({0.7F, -1.1F, 0.3F, 0.2F});
    const auto transform = at::tensor({0.9F, 0.2F, 0.1F, -0.3F, 1.1F, -0.2F, 0.F, 0.F, 1.F});
    for (const auto element : {Element::f32, Element::f16})
        expect_same<cuda::FourierFeatures>(aten().fourier_features, cuda::fourier_features_ref,
                                           {at::full({1, 12, 17, 8}, 7).to(type_of(element))}, bound_of(element),
                                           [&](cuda::FourierFeatures& p, const std::vector<at::Tensor>& out) {
                                               p.pose = floats(pose);
                                               p.transform = floats(transform);
                                               p.freqs = floats(freqs);
                                               p.phases = floats(phases);
                                               p.channels = 5;
                                               p.sampling_rate = 16;
                                               p.bandwidth = 2;
                                               p.y = images(out[0]);
                                           });
}

TEST(AtenTable, PackImageIsTheFormula) {
    at::manual_seed(5);
    auto x = at::randn({1, 6, 9, 8});
    x[0][3][4][3] = kNaN;
    for (const auto element : {Element::f32, Element::f16})
        for (const int count : {1, 2, 3, 4}) {
            const auto typed = x.to(type_of(element));
            expect_same<cuda::PackImage>(aten().pack_image, cuda::pack_image_ref, {at::full({6, 9, 4}, 7.F)}, 1e-6,
                                         [&](cuda::PackImage& p, const std::vector<at::Tensor>& out) {
                                             p.x = images(typed);
                                             p.first_channel = 2;
                                             p.count = count;
                                             p.scale = 0.5F;
                                             p.clamp = count % 2 ? 0.4F : 0;
                                             p.rgba = floats(out[0]);
                                         });
        }
}

TEST(AtenTable, ChannelSumsAreTheFormula) {
    at::manual_seed(6);
    auto x = at::randn({1, 9, 7, 16});
    x[0][1][2][3] = kNaN;
    x[0][2][1][3] = -kInfinity;
    for (const auto element : {Element::f32, Element::f16}) {
        const auto typed = x.to(type_of(element));
        cuda::ChannelSum got[13], want[13];
        cuda::ChannelSums p{images(typed), 13, want, nullptr};
        cuda::channel_sums_ref(p);
        p.out = got;
        ASSERT_STREQ(aten().channel_sums(&p), nullptr);
        for (int c = 0; c < 13; ++c) {
            EXPECT_NEAR(got[c].sum, want[c].sum, 1e-9);
            EXPECT_NEAR(got[c].sum_squares, want[c].sum_squares, 1e-9);
            EXPECT_EQ(got[c].max_abs, want[c].max_abs);
            EXPECT_EQ(got[c].not_finite, want[c].not_finite);
        }
        EXPECT_EQ(got[3].not_finite, 2U);
    }
}

TEST(AtenTable, SpectraAreTheFormulas) {
    at::manual_seed(7);
    for (const auto& [height, width] : {std::pair{12, 12}, {9, 14}, {14, 9}, {1, 1}, {2, 1}, {1, 5}, {36, 36}}) {
        SCOPED_TRACE(testing::Message() << height << ' ' << width);
        auto x = at::randn({1, height, width, 8});
        x[0][0][0][2] = kNaN;
        const auto means = at::randn({5}), rows = at::randn({height}), columns = at::randn({width});
        expect_same<cuda::WindowChannels>(
            aten().window_channels, cuda::window_channels_ref, {at::full({5, height, width}, 7.F)}, 1e-6,
            [&](cuda::WindowChannels& p, const std::vector<at::Tensor>& out) {
                p = {images(x), 2, 5, floats(means), floats(rows), floats(columns), floats(out[0])};
            });
        const int half = width / 2 + 1;
        const auto spectrum = at::randn({5, height, half, 2});
        expect_same<cuda::AddPower>(aten().add_power, cuda::add_power_ref, {at::rand({height, half})}, 1e-6,
                                    [&](cuda::AddPower& p, const std::vector<at::Tensor>& out) {
                                        p = {floats(spectrum), 5, height, width, floats(out[0])};
                                    });
        const auto power = at::rand({height, half});
        for (const float rate : {8.F, 13.F, 64.F}) {
            const int rings = static_cast<int>(rate / 2) + 1;
            expect_same<cuda::FoldSpectrum>(aten().fold_spectrum, cuda::fold_spectrum_ref,
                                            {at::full({height, width}, 7.F), at::zeros({rings}), at::zeros({rings}),
                                             at::full({2, std::min(height, width) / 2 + 1}, 7.F),
                                             at::zeros({1}, at::kDouble)},
                                            1e-6, [&](cuda::FoldSpectrum& p, const std::vector<at::Tensor>& out) {
                                                p.power = floats(power);
                                                p.height = height;
                                                p.width = width;
                                                p.scale = 0.1F;
                                                p.sampling_rate = rate;
                                                p.rings = rings;
                                                p.plane_db = floats(out[0]);
                                                p.ring_sum = floats(out[1]);
                                                p.ring_count = floats(out[2]);
                                                p.slices = floats(out[3]);
                                                p.total = out[4].data_ptr<double>();
                                            });
        }
    }
}

TEST(AtenTable, SaysWhatIsWrongInsteadOfThrowing) {
    const auto x = at::zeros({1, 2, 2, 8}), y = at::zeros({1, 9, 9, 16});
    cuda::FilteredLrelu p;
    p.x = images(x);
    p.y = images(y);
    EXPECT_STREQ(aten().filtered_lrelu(&p), "filtered_lrelu: x and y must have the same samples and channels");
    p.x = {}; // nothing to do is no error
    p.y = {};
    EXPECT_STREQ(aten().filtered_lrelu(&p), nullptr);
}

TEST(AtenTable, ReplacesTheKernelsAskedFor) {
    const auto& real = *unstuck_emulated_table();
    ops::KernelSet one;
    one.set(static_cast<std::size_t>(ops::Kernel::pack_image));
    const auto mixed = ops::with_aten_kernels(real, one, at::kCPU);
    EXPECT_EQ(mixed.pack_image, aten().pack_image);
    EXPECT_EQ(mixed.bias_act, real.bias_act);
    EXPECT_EQ(mixed.graph_begin, real.graph_begin);
    EXPECT_STREQ(ops::kernel_name(ops::Kernel::pack_image), "pack_image");
}

// ---- cards with faults
// --------------------------------------------------------------------------------------------------

namespace {

enum class Fault { scales, refuses, gives_nan, spoils_halfs };
constexpr Fault kFaults[] = {Fault::scales, Fault::refuses, Fault::gives_nan};

template <class F>
void change(const cuda::Images& y, F f) {
    for (long long i = 0; i < y.size(); ++i) cuda::store(y.data, y.element, i, f(cuda::load(y.data, y.element, i)));
}
template <class F>
void change(float* y, long long n, F f) {
    std::transform(y, y + n, y, f);
}
template <class F>
void change(const cuda::FilteredLrelu& p, F f) {
    change(p.y, f);
}
template <class F>
void change(const cuda::BiasAct& p, F f) {
    change(p.y, f);
}
template <class F>
void change(const cuda::FourierFeatures& p, F f) {
    change(p.y, f);
}
template <class F>
void change(const cuda::ModulateWeights& p, F f) {
    cuda::store(p.y, p.element, 0, f(cuda::load(p.y, p.element, 0)));
    const auto last = (p.out - 1) * p.stride_out;
    cuda::store(p.y, p.element, last, 1.5F * f(cuda::load(p.y, p.element, last)));
}
template <class F>
void change(const cuda::PackImage& p, F f) {
    change(p.rgba, 4LL * p.x.height * p.x.width, f);
}
template <class F>
void change(const cuda::ChannelSums& p, F f) {
    for (int c = 0; c < p.channels; ++c) p.out[c].sum_squares = f(static_cast<float>(p.out[c].sum_squares));
}
template <class F>
void change(const cuda::WindowChannels& p, F f) {
    change(p.y, static_cast<long long>(p.count) * p.x.height * p.x.width, f);
}
template <class F>
void change(const cuda::AddPower& p, F f) {
    change(p.power, static_cast<long long>(p.height) * (p.width / 2 + 1), f);
}
template <class F>
void change(const cuda::FoldSpectrum& p, F f) {
    change(p.ring_sum, p.rings, f);
}

template <class P>
bool writes_halfs(const P& p) {
    if constexpr (requires { p.y.element; })
        return p.y.element == Element::f16;
    else if constexpr (requires { p.element; })
        return p.element == Element::f16;
    else
        return false;
}

constexpr const char* kRefusal = "no kernel image is available for execution on the device";

template <auto entry>
struct Faulty;
template <class P, const char* (*Functions::*entry)(const P*)>
struct Faulty<entry> {
    template <Fault fault>
    static const char* call(const P* p) {
        if (fault == Fault::refuses) return kRefusal;
        const char* error = (unstuck_emulated_table()->*entry)(p);
        if (fault == Fault::spoils_halfs && !writes_halfs(*p)) return error;
        change(*p, [](float v) { return fault == Fault::gives_nan ? static_cast<float>(kNaN) : 1.01F * v; });
        return error;
    }
    static void put(Functions& table, Fault fault) {
        switch (fault) {
        case Fault::scales: table.*entry = call<Fault::scales>; break;
        case Fault::refuses: table.*entry = call<Fault::refuses>; break;
        case Fault::gives_nan: table.*entry = call<Fault::gives_nan>; break;
        case Fault::spoils_halfs: table.*entry = call<Fault::spoils_halfs>; break;
        }
    }
};

engine::SelfTest test_of(const Functions& table) { return engine::run_self_test(table, at::Device(at::kCPU)); }

/// f(entry's number, a function that puts a fault into a table) for each kernel.
template <class F>
void for_each_kernel(F f) {
    std::size_t i = 0;
    const auto each = [&]<auto... entries>() { (f(i++, Faulty<entries>::put), ...); };
    each.template operator()<&Functions::filtered_lrelu, &Functions::bias_act, &Functions::modulate_weights,
                             &Functions::fourier_features, &Functions::pack_image, &Functions::channel_sums,
                             &Functions::window_channels, &Functions::add_power, &Functions::fold_spectrum>();
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace

TEST(SelfTest, PassesTheEmulatedDevice) {
    const auto& table = *unstuck_emulated_table();
    const auto t = test_of(table);
    ASSERT_EQ(t.kernels.size(), ops::kKernels);
    for (const auto& k : t.kernels) {
        EXPECT_TRUE(k.ok) << k.name << ' ' << k.text;
        EXPECT_LE(k.error, k.bound) << k.name;
        EXPECT_EQ(k.text, "");
    }
    EXPECT_TRUE(t.networks_ok && t.float16_ok && t.usable);
    EXPECT_GT(t.float16_error, t.float32_error);
    EXPECT_EQ(t.text.rfind("self-test passed: 9 kernels, float32 ", 0), 0U) << t.text;
    EXPECT_EQ(t.functions.filtered_lrelu, table.filtered_lrelu);
}

TEST(SelfTest, SaysWhyThereAreNoGraphs) {
    const auto t = test_of(*unstuck_emulated_table());
    EXPECT_FALSE(t.graphs_ok);
    EXPECT_TRUE(t.text.ends_with("; no CUDA graphs: CUDA graphs need a GPU: this is the emulation")) << t.text;
}

TEST(SelfTest, PassesLibTorchsOwnOperations) {
    const auto table = ops::with_aten_kernels(*unstuck_emulated_table(), ops::KernelSet().set(), at::kCPU);
    const auto t = test_of(table);
    EXPECT_TRUE(t.networks_ok && t.float16_ok && t.usable) << t.text;
}

TEST(SelfTest, NamesAndReplacesAKernelThatIsWrong) {
    for_each_kernel([](std::size_t i, auto put) {
        for (const auto fault : kFaults) {
            auto table = *unstuck_emulated_table();
            put(table, fault);
            const auto t = test_of(table);
            const std::string name = ops::kernel_name(static_cast<ops::Kernel>(i));
            SCOPED_TRACE(name + ": " + t.text);
            for (std::size_t k = 0; k < t.kernels.size(); ++k) EXPECT_EQ(t.kernels[k].ok, k != i) << t.kernels[k].name;
            EXPECT_TRUE(t.networks_ok && t.float16_ok && t.usable);
            EXPECT_LE(t.float32_error, 1e-5);
            EXPECT_EQ(
                t.text.rfind("the kernel " + name + (fault == Fault::refuses ? " fails" : " gives wrong numbers"), 0),
                0U);
            EXPECT_TRUE(contains(t.text, "LibTorch's own operations replace it, slower"));
            ops::KernelSet replaced;
            replaced.set(i);
            const auto want = ops::with_aten_kernels(*unstuck_emulated_table(), replaced, at::kCPU);
            EXPECT_EQ(std::memcmp(&t.functions, &want, sizeof want), 0);
        }
    });
}

TEST(SelfTest, FindsAKernelThatIsWrongInFloat16Only) {
    for_each_kernel([](std::size_t i, auto put) {
        if (i > static_cast<std::size_t>(ops::Kernel::modulate_weights)) return; // the others write float32
        auto table = *unstuck_emulated_table();
        put(table, Fault::spoils_halfs);
        const auto t = test_of(table);
        EXPECT_FALSE(t.kernels[i].ok) << t.text;
        EXPECT_TRUE(t.usable && t.float16_ok) << t.text;
    });
}

TEST(SelfTest, WorksWithoutAnyKernel) {
    auto table = *unstuck_emulated_table();
    for_each_kernel([&](std::size_t, auto put) { put(table, Fault::refuses); });
    const auto t = test_of(table);
    EXPECT_TRUE(t.usable && t.float16_ok);
    EXPECT_TRUE(contains(t.text, std::string("the first fails on this card (") + kRefusal + ")")) << t.text;
}

namespace {

template <Element element>
const char* spoils_large(const cuda::FilteredLrelu* p) {
    const char* error = unstuck_emulated_table()->filtered_lrelu(p);
    // Larger than any case of the kernel's own check.
    if (p->y.element == element && p->y.height >= 40) change(p->y, [](float v) { return -v; });
    return error;
}

} // namespace

TEST(SelfTest, ForcesFloat32WhenOnlyFloat16PicturesAreWrong) {
    auto table = *unstuck_emulated_table();
    table.filtered_lrelu = spoils_large<Element::f16>;
    const auto t = test_of(table);
    EXPECT_TRUE(t.usable && t.networks_ok);
    EXPECT_FALSE(t.float16_ok);
    EXPECT_GT(t.float16_error, 0.03);
    EXPECT_TRUE(contains(t.text, "float32 is used instead")) << t.text;
}

TEST(SelfTest, RefusesACardWhosePicturesAreWrong) {
    auto table = *unstuck_emulated_table();
    table.filtered_lrelu = spoils_large<Element::f32>;
    const auto t = test_of(table);
    EXPECT_FALSE(t.usable || t.networks_ok || t.float16_ok || t.graphs_ok);
    EXPECT_EQ(t.text.rfind("this card cannot be used: pictures in float32 are wrong (error ", 0), 0U) << t.text;
}

TEST(SelfTest, RefusesACardThatCannotBeChosen) {
    auto table = *unstuck_emulated_table();
    table.set_device = [](int) -> const char* { return "the device is busy"; };
    const auto t = test_of(table);
    EXPECT_FALSE(t.usable);
    EXPECT_EQ(t.text, "this card cannot be used: the device is busy");
}

TEST(SelfTest, LetsNoExceptionOut) {
    auto table = *unstuck_emulated_table();
    table.bias_act = [](const cuda::BiasAct*) -> const char* { throw std::runtime_error("lost\nat line 7"); };
    table.graph_begin = [](int, void**) -> const char* { throw 7; };
    const auto t = test_of(table);
    EXPECT_TRUE(t.usable);
    EXPECT_TRUE(contains(t.text, "bias_act fails on this card (lost)")) << t.text;
    table.set_device = [](int) -> const char* { throw 7; };
    EXPECT_FALSE(test_of(table).usable);
}

TEST(SelfTest, RunsOnAnyThread) {
    engine::SelfTest t;
    std::jthread([&] { t = test_of(*unstuck_emulated_table()); }).join();
    EXPECT_TRUE(t.usable) << t.text;
}

TEST(SelfTest, LeavesTheThreadsNumberOfThreadsAlone) {
    const int before = at::get_num_threads();
    at::set_num_threads(3);
    test_of(*unstuck_emulated_table());
    EXPECT_EQ(at::get_num_threads(), 3);
    at::set_num_threads(before);
}

namespace {

/// Graphs that record nothing.
struct Recorder {
    int begun = 0, aborted = 0, destroyed = 0, replayed = 0;
    bool fails = false;
};
Recorder& recorder() {
    static Recorder r;
    return r;
}

Functions with_recorder(bool fails) {
    recorder() = {};
    recorder().fails = fails;
    auto table = *unstuck_emulated_table();
    table.graph_begin = [](int, void** graph) -> const char* {
        *graph = &recorder();
        ++recorder().begun;
        return nullptr;
    };
    table.graph_end = [](void*) { return recorder().fails ? "the capture was invalid" : nullptr; };
    table.graph_abort = [](void*) -> const char* {
        ++recorder().aborted;
        return nullptr;
    };
    table.graph_replay = [](void*) -> const char* {
        ++recorder().replayed;
        return nullptr;
    };
    table.graph_destroy = [](void*) { ++recorder().destroyed; };
    return table;
}

} // namespace

TEST(SelfTest, AbortsACaptureThatFails) {
    const auto t = test_of(with_recorder(true));
    EXPECT_FALSE(t.graphs_ok);
    EXPECT_TRUE(t.usable && t.float16_ok);
    EXPECT_TRUE(t.text.ends_with("; no CUDA graphs: the capture was invalid")) << t.text;
    EXPECT_EQ(recorder().begun, 1);
    EXPECT_EQ(recorder().aborted, 1);
    EXPECT_EQ(recorder().destroyed, 0);
}

TEST(SelfTest, NoticesAGraphThatDoesNotFollowItsInput) {
    const auto t = test_of(with_recorder(false));
    EXPECT_FALSE(t.graphs_ok);
    EXPECT_TRUE(t.text.ends_with("; no CUDA graphs: a replayed picture differs")) << t.text;
    EXPECT_EQ(recorder().replayed, 1);
    EXPECT_EQ(recorder().aborted, 0);
    EXPECT_EQ(recorder().destroyed, 1);
}

} // namespace unstuck::test
