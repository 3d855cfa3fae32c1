#include "core/engine/kernel_tests.hpp"

#include "core/ops/gpu/gpu.hpp"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>

namespace unstuck::engine {

namespace {

using ops::Kernel;

/// One call's arguments and results in one memory. Made twice from the same seed, two of them hold the same numbers.
class Stand {
  public:
    struct Result {
        at::Tensor values;
        double bound;
    };
    explicit Stand(at::Device device) : device_(device), random_(at::make_generator<at::CPUGeneratorImpl>(kSeed)) {}

    at::Tensor random(at::IntArrayRef sizes, double scale = 1) { return at::randn(sizes, random_) * scale; }

    /// The values in this memory, for as long as this stands.
    template <class T = float>
    T* put(const at::Tensor& values) {
        return static_cast<T*>(keep(values.to(device_, values.scalar_type(), false, true).contiguous()).data_ptr());
    }
    const float* numbers(at::IntArrayRef sizes, double scale = 1) { return put(random(sizes, scale)); }

    /// Images of `values` [1, C, H, W], the added channels zero.
    cuda::Images images(const at::Tensor& values, cuda::Element element) {
        const auto stored = cuda::round_up(static_cast<int>(values.size(1)), cuda::kChannelGroup);
        auto x = at::constant_pad_nd(values, {0, 0, 0, 0, 0, stored - values.size(1)}, 0).permute({0, 2, 3, 1});
        cuda::Images out{nullptr, element, 1, static_cast<int>(x.size(1)), static_cast<int>(x.size(2)), stored};
        out.data = put<void>(x.to(element == cuda::Element::f16 ? at::kHalf : at::kFloat));
        return out;
    }
    cuda::Images images(int channels, int height, int width, cuda::Element element) {
        return images(random({1, channels, height, width}), element);
    }

    /// Room for results, held to `bound`. What nobody writes is seen in them.
    template <class T = float>
    T* result(const at::Tensor& before, double bound) {
        auto* data = put<T>(before);
        results_.push_back({kept_.back(), bound});
        return data;
    }
    float* result(at::IntArrayRef sizes, double bound) { return result(at::full(sizes, kUnwritten), bound); }
    cuda::Images image_result(const cuda::Images& like, int height, int width, cuda::Element element) {
        const bool half = element == cuda::Element::f16;
        cuda::Images out{nullptr, element, like.n, height, width, like.channels};
        out.data =
            result<void>(at::full({like.n, height, width, like.channels}, kUnwritten).to(half ? at::kHalf : at::kFloat),
                         half ? kHalfBound : kFloatBound);
        return out;
    }
    /// Values at the very edge of the clamp may round to either side.
    cuda::NumberCounts* counts() { return result<cuda::NumberCounts>(at::full({2}, 1000, at::kInt), 0.01); }
    void also(const at::Tensor& values, double bound) { results_.push_back({values, bound}); }

    const at::Tensor& keep(at::Tensor t) { return kept_.emplace_back(std::move(t)); }
    const at::Tensor& last() const { return kept_.back(); }
    const std::vector<Result>& results() const { return results_; }

    static constexpr double kFloatBound = 2e-5;  // sums of some hundred products
    static constexpr double kHalfBound = 1.5e-3; // neighbouring halfs are 2^-10 apart
  private:
    static constexpr std::uint64_t kSeed = 20;
    static constexpr double kUnwritten = 12345;
    at::Device device_;
    at::Generator random_;
    std::vector<at::Tensor> kept_;
    std::vector<Result> results_;
};

template <class P>
using Case = std::function<void(Stand&, P&)>;

cuda::Filter filter(Stand& s, int terms, int taps) {
    const auto f = s.random({terms, 2, taps}, 1 / std::sqrt(taps));
    return {static_cast<const float*>(s.keep(f).data_ptr()), s.put(f), terms, taps};
}

struct LreluCase {
    int up, up_taps, down, down_taps, terms;
    bool styled; ///< StyleGAN2's: noise and bias after the up filter.
    cuda::Element in, out;
};

void make_lrelu(Stand& s, cuda::FilteredLrelu& p, const LreluCase& c) {
    constexpr int kChannels = 12, kHeight = 9, kWidth = 14;
    p.x = s.images(kChannels, kHeight, kWidth, c.in);
    p.up = c.up;
    p.down = c.down;
    p.pad_x0 = p.pad_y0 = c.up_taps / 2 + 1;
    p.up_filter = filter(s, 1, c.up_taps);
    p.down_filter = filter(s, c.terms, c.down_taps);
    const auto side = [&](int n) { return (n * c.up + c.up_taps - c.down_taps) / c.down + 1; };
    const int height = side(kHeight), width = side(kWidth);
    p.y = s.image_result(p.x, height, width, c.out);
    const auto* bias = s.numbers({p.x.channels});
    (c.styled ? p.mid_bias : p.bias) = bias;
    if (c.styled) {
        p.mid_noise =
            s.numbers({cuda::raised_side(height, c.down, c.down_taps), cuda::raised_side(width, c.down, c.down_taps)});
        p.noise_gain = s.numbers({1}, 0.5);
    }
    p.slope = 0.2F;
    p.gain = 1.4F;
    p.clamp = 1;
    p.counts = s.counts();
}

std::vector<Case<cuda::FilteredLrelu>> lrelu_cases() {
    constexpr auto f32 = cuda::Element::f32, f16 = cuda::Element::f16;
    std::vector<Case<cuda::FilteredLrelu>> out;
    for (const auto& c : {LreluCase{2, 12, 2, 12, 1, false, f32, f32}, LreluCase{2, 12, 2, 12, 1, false, f16, f16},
                          LreluCase{2, 12, 2, 12, 3, false, f32, f32}, LreluCase{2, 12, 2, 12, 3, false, f16, f16},
                          LreluCase{4, 24, 2, 12, 1, false, f32, f32}, LreluCase{4, 24, 2, 12, 1, false, f16, f16},
                          LreluCase{1, 4, 1, 1, 1, true, f32, f32}, LreluCase{1, 4, 1, 1, 1, true, f16, f16},
                          LreluCase{2, 4, 1, 1, 1, false, f32, f32}, LreluCase{3, 7, 2, 5, 1, false, f16, f32}})
        out.emplace_back([c](Stand& s, cuda::FilteredLrelu& p) { make_lrelu(s, p, c); });
    return out;
}

std::vector<Case<cuda::BiasAct>> bias_act_cases() {
    std::vector<Case<cuda::BiasAct>> out;
    for (const auto in : {cuda::Element::f32, cuda::Element::f16})
        for (const auto to : {cuda::Element::f32, cuda::Element::f16})
            out.emplace_back([=](Stand& s, cuda::BiasAct& p) {
                auto x = s.random({1, 20, 7, 13});
                x[0][3][2][5] = std::numeric_limits<double>::quiet_NaN();
                p.x = s.images(x, in);
                p.y = s.image_result(p.x, 7, 13, to);
                p.bias = s.numbers({p.x.channels});
                p.noise = s.numbers({7, 13});
                p.noise_gain = s.numbers({1}, 0.5);
                p.slope = 0.2F;
                p.gain = 1.4F;
                p.clamp = 1;
                p.scale = 0.25F;
                p.counts = s.counts();
            });
    return out;
}

std::vector<Case<cuda::ModulateWeights>> modulate_cases() {
    struct Kind {
        cuda::StyleScale scale;
        bool demodulate;
        int taps;
        cuda::Element element;
    };
    constexpr auto f32 = cuda::Element::f32, f16 = cuda::Element::f16;
    std::vector<Case<cuda::ModulateWeights>> out;
    for (const auto& k : {Kind{cuda::StyleScale::rms, true, 9, f32}, Kind{cuda::StyleScale::rms, true, 1, f16},
                          Kind{cuda::StyleScale::max_abs, true, 9, f16}, Kind{cuda::StyleScale::none, true, 9, f32},
                          Kind{cuda::StyleScale::none, false, 1, f16}})
        out.emplace_back([k](Stand& s, cuda::ModulateWeights& p) {
            p.out = 10;
            p.in = 20;
            p.taps = k.taps;
            p.weight = s.numbers({p.out, p.taps, p.in});
            p.styles = s.numbers({p.in});
            p.style_scale = k.scale;
            p.demodulate = k.demodulate;
            p.gain = 0.7F;
            p.element = k.element;
            const bool half = k.element == f16;
            // As a convolution has it: more channels than there are, which stay as they were.
            constexpr int kOut = 16, kIn = 24;
            p.y = s.result<void>(at::full({kOut, k.taps, kIn}, 5).to(half ? at::kHalf : at::kFloat),
                                 half ? Stand::kHalfBound : Stand::kFloatBound);
            p.stride_out = static_cast<long long>(k.taps) * kIn;
            p.stride_tap = kIn;
        });
    return out;
}

void make_features(Stand& s, cuda::FourierFeatures& p) {
    constexpr double kFade = 5e-5; // sines of some hundred radians in float32
    p.pose = s.put(at::tensor({1.2F, 0.4F, 0.1F, -0.2F}));
    p.transform = s.put(at::tensor({0.9F, -0.3F, 0.05F, 0.3F, 0.9F, -0.1F, 0.F, 0.F, 1.F}));
    p.channels = 12;
    p.freqs = s.numbers({p.channels, 2}, 2);
    p.phases = s.numbers({p.channels}, 0.3);
    p.sampling_rate = 16;
    p.bandwidth = 2;
    p.y = {s.result({1, 20, 36, 16}, kFade), cuda::Element::f32, 1, 20, 36, 16};
}

std::vector<Case<cuda::PackImage>> pack_cases() {
    std::vector<Case<cuda::PackImage>> out;
    for (const int count : {1, 3, 4})
        out.emplace_back([count](Stand& s, cuda::PackImage& p) {
            auto x = s.random({1, 9, 11, 7});
            x[0][4][1][5] = std::numeric_limits<double>::quiet_NaN();
            p.x = s.images(x, count == 3 ? cuda::Element::f32 : cuda::Element::f16);
            p.first_channel = 4;
            p.count = count;
            p.scale = 0.25F;
            p.clamp = count == 1 ? 0.F : 0.3F;
            p.rgba = s.result({11, 7, 4}, Stand::kFloatBound);
        });
    return out;
}

/// Values with a NaN and an infinity among them.
at::Tensor spoiled(Stand& s, at::IntArrayRef sizes) {
    auto x = s.random(sizes) + 0.3;
    x[0][1][2][3] = std::numeric_limits<double>::quiet_NaN();
    x[0][2][3][1] = -std::numeric_limits<double>::infinity();
    return x;
}

std::vector<Case<cuda::ChannelSums>> sums_cases() {
    std::vector<Case<cuda::ChannelSums>> out;
    for (const auto element : {cuda::Element::f32, cuda::Element::f16})
        out.emplace_back([element](Stand& s, cuda::ChannelSums& p) {
            p.x = s.images(spoiled(s, {1, 12, 27, 31}), element);
            p.channels = 12;
            p.scratch = s.put<cuda::ChannelSum>(at::zeros({channel_sums_scratch(p), 3}, at::kDouble));
            p.out = s.put<cuda::ChannelSum>(at::full({p.channels, 3}, 7, at::kDouble));
            const auto all = s.last();
            s.also(all.slice(1, 0, 2), Stand::kFloatBound);
            s.also(all.view(at::kFloat).select(1, 4), 0);
            s.also(all.view(at::kInt).select(1, 5), 0);
        });
    return out;
}

void make_window(Stand& s, cuda::WindowChannels& p, cuda::Element element) {
    p.x = s.images(spoiled(s, {1, 12, 10, 15}), element);
    p.first_channel = 1;
    p.count = 11;
    p.means = s.numbers({p.count});
    p.window_y = s.numbers({10});
    p.window_x = s.numbers({15});
    p.y = s.result({p.count, 10, 15}, Stand::kFloatBound);
}

void make_power(Stand& s, cuda::AddPower& p) {
    p.count = 5;
    p.height = 10;
    p.width = 15;
    p.spectrum = s.numbers({p.count, p.height, p.width / 2 + 1, 2});
    p.power = s.result(s.random({p.height, p.width / 2 + 1}).abs(), Stand::kFloatBound);
}

void make_fold(Stand& s, cuda::FoldSpectrum& p, int height, int width) {
    p.height = height;
    p.width = width;
    p.power = s.put(s.random({height, width / 2 + 1}).square());
    p.scale = 0.01F;
    p.sampling_rate = 16;
    p.rings = 9;
    p.plane_db = s.result({height, width}, Stand::kFloatBound);
    p.ring_sum = s.result(at::zeros({p.rings}), Stand::kFloatBound);
    p.ring_count = s.result(at::zeros({p.rings}), 0);
    p.slices = s.result({2, std::min(height, width) / 2 + 1}, Stand::kFloatBound);
    p.total = s.result<double>(at::zeros({}, at::kDouble), Stand::kFloatBound);
}

} // namespace

class KernelTests::Judge {
  public:
    Judge(KernelTests& out, const unstuck_cuda_functions& table, at::Device device)
        : out_(out), table_(table), device_(device) {
        check<cuda::FilteredLrelu>(Kernel::filtered_lrelu, &unstuck_cuda_functions::filtered_lrelu, lrelu_cases());
        check<cuda::BiasAct>(Kernel::bias_act, &unstuck_cuda_functions::bias_act, bias_act_cases());
        check<cuda::ModulateWeights>(Kernel::modulate_weights, &unstuck_cuda_functions::modulate_weights,
                                     modulate_cases());
        check<cuda::FourierFeatures>(Kernel::fourier_features, &unstuck_cuda_functions::fourier_features,
                                     {make_features});
        check<cuda::PackImage>(Kernel::pack_image, &unstuck_cuda_functions::pack_image, pack_cases());
        check<cuda::ChannelSums>(Kernel::channel_sums, &unstuck_cuda_functions::channel_sums, sums_cases());
        check<cuda::WindowChannels>(Kernel::window_channels, &unstuck_cuda_functions::window_channels,
                                    {[](Stand& s, cuda::WindowChannels& p) { make_window(s, p, cuda::Element::f32); },
                                     [](Stand& s, cuda::WindowChannels& p) { make_window(s, p, cuda::Element::f16); }});
        check<cuda::AddPower>(Kernel::add_power, &unstuck_cuda_functions::add_power, {make_power});
        check<cuda::FoldSpectrum>(Kernel::fold_spectrum, &unstuck_cuda_functions::fold_spectrum,
                                  {[](Stand& s, cuda::FoldSpectrum& p) { make_fold(s, p, 36, 36); },
                                   [](Stand& s, cuda::FoldSpectrum& p) { make_fold(s, p, 21, 16); }});
    }

  private:
    template <class P>
    using Entry = const char* (*unstuck_cuda_functions::*)(const P*);

    template <class P>
    void check(Kernel kernel, Entry<P> entry, const std::vector<Case<P>>& cases) {
        KernelCheck c;
        c.name = ops::kernel_name(kernel);
        try {
            double worst = -1;
            for (const auto& make : cases) judge(make, entry, c, worst);
            c.ok = c.error <= c.bound;
            if (!c.ok) c.text = "gives wrong numbers on this card (error " + short_number(c.error) + ")";
        } catch (...) {
            c.error = std::numeric_limits<double>::quiet_NaN();
            c.text = "fails on this card (" + reason_in_flight() + ")";
        }
        out_.failed_[static_cast<std::size_t>(kernel)] = !c.ok;
        out_.checks_.push_back(std::move(c));
    }

    /// Keeps the error that is nearest to its bound, or farthest beyond it.
    template <class P>
    void judge(const Case<P>& make, Entry<P> entry, KernelCheck& c, double& worst) const {
        Stand here(at::kCPU), there(device_);
        P formula{}, kernel{};
        make(here, formula);
        make(there, kernel);
        ops::check_gpu((ops::aten_table_functions(at::kCPU).*entry)(&formula));
        ops::check_gpu((table_.*entry)(&kernel));
        for (std::size_t i = 0; i < here.results().size(); ++i) {
            const double bound = here.results()[i].bound;
            const double error = largest_share(there.results()[i].values, here.results()[i].values);
            const double share = error <= bound ? error / std::max(bound, std::numeric_limits<double>::min())
                                                : std::numeric_limits<double>::infinity();
            if (share <= worst) continue;
            worst = share;
            c.error = error;
            c.bound = bound;
        }
    }

    KernelTests& out_;
    const unstuck_cuda_functions& table_;
    at::Device device_;
};

KernelTests::KernelTests(const unstuck_cuda_functions& table, at::Device device) { Judge(*this, table, device); }

std::string reason_in_flight() {
    std::string text = "an exception of unknown type";
    try {
        throw;
    } catch (const c10::Error& e) {
        text = e.what_without_backtrace();
    } catch (const std::exception& e) {
        text = e.what();
    } catch (...) {
    }
    return text.substr(0, text.find('\n'));
}

std::string short_number(double error) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1g", error);
    std::string out = text;
    if (const auto e = out.find("e-0"); e != std::string::npos) out.erase(e + 2, 1);
    return out;
}

double largest_share(const at::Tensor& got, const at::Tensor& want) {
    if (want.numel() == 0) return 0;
    const auto a = got.to(at::kCPU, at::kDouble), b = want.to(at::kCPU, at::kDouble);
    const auto nothing = at::zeros_like(b);
    const auto same = (a == b).logical_or(a.isnan().logical_and(b.isnan()));
    const auto largest = at::where(b.isfinite(), b.abs(), nothing).max().item<double>();
    return at::where(same, nothing, (a - b).abs()).max().item<double>() /
           std::max(largest, std::numeric_limits<double>::min());
}

} // namespace unstuck::engine
