#include "core/ops/gpu/aten_table.hpp"

#include "cuda/module/guard.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>
#include <numbers>
#include <stdexcept>

namespace unstuck::ops {

namespace {

/// Tensors around the pointers of one call: a raw pointer does not tell whose memory it is, so the table does.
class Memory {
  public:
    explicit Memory(at::DeviceType type) : device_(c10::impl::VirtualGuardImpl(type).getDevice()) {}

    /// No strides: dense.
    at::Tensor view(const void* data, at::IntArrayRef sizes, at::ScalarType dtype,
                    at::OptionalIntArrayRef strides = {}) const {
        return at::for_blob(const_cast<void*>(data), sizes)
            .strides(strides)
            .options(options(dtype))
            .target_device(device_)
            .make_tensor();
    }
    at::Tensor floats(const float* data, at::IntArrayRef sizes) const { return view(data, sizes, at::kFloat); }

    /// [n, channels, height, width], channels last.
    at::Tensor images(const cuda::Images& x) const {
        return view(x.data, {x.n, x.height, x.width, x.channels}, type_of(x.element)).permute({0, 3, 1, 2});
    }

    /// [not finite, clamped]; undefined for null.
    at::Tensor counts(const cuda::NumberCounts* counts) const {
        return counts ? view(counts, {2}, at::kInt) : at::Tensor();
    }

    at::TensorOptions options(at::ScalarType dtype) const { return at::TensorOptions(device_).dtype(dtype); }

    static at::ScalarType type_of(cuda::Element e) { return e == cuda::Element::f16 ? at::kHalf : at::kFloat; }

  private:
    at::Device device_;
};

/// Convolutions in full float32 while it lives.
class WithoutTf32 {
  public:
    WithoutTf32() : before_(at::globalContext().allowTF32CuDNN()) { at::globalContext().setAllowTF32CuDNN(false); }
    ~WithoutTf32() { at::globalContext().setAllowTF32CuDNN(before_); }
    WithoutTf32(const WithoutTf32&) = delete;
    WithoutTf32& operator=(const WithoutTf32&) = delete;

  private:
    bool before_;
};

at::Tensor per_channel(const at::Tensor& v) { return v.reshape({1, -1, 1, 1}); }

/// What FilteredLrelu and BiasAct share: noise, then the activation, in place.
template <class P>
void add_noise(at::Tensor& v, const P& p, const float* noise, const Memory& m) {
    if (!noise) return;
    const auto plane = m.floats(noise, {v.size(2), v.size(3)});
    v += p.noise_gain ? plane * m.floats(p.noise_gain, {}) : plane;
}

template <class P>
void activate(at::Tensor& v, const P& p, const at::Tensor& counts) {
    at::leaky_relu_(v, p.slope).mul_(p.gain);
    if (!(p.clamp > 0)) return;
    if (counts.defined()) counts[1] += (v.abs() > p.clamp).sum();
    v.clamp_(-p.clamp, p.clamp);
}

void store(const at::Tensor& v, const at::Tensor& y, const at::Tensor& counts) {
    y.copy_(v);
    if (counts.defined()) counts[0] += y.isfinite().logical_not().sum();
}

/// [terms, 2, taps], or undefined when there is nothing to do.
at::Tensor taps_of(const cuda::Filter& f, const Memory& m) {
    const std::int64_t sizes[] = {f.terms, 2, f.taps};
    if (f.taps_device) return m.floats(f.taps_device, sizes);
    if (!f.taps_host) return {};
    return at::for_blob(const_cast<float*>(f.taps_host), sizes)
        .options(at::kFloat)
        .make_tensor()
        .to(m.options(at::kFloat));
}

/// A sum of products of columns and rows, correlated with each channel; every `down`-th result.
at::Tensor filtered(const at::Tensor& x, const at::Tensor& taps, int down) {
    if (!taps.defined()) return x.slice(2, 0, x.size(2), down).slice(3, 0, x.size(3), down);
    const auto columns = taps.select(1, 0), rows = taps.select(1, 1);
    // Channels become the batch; terms are the channels between the two passes.
    const auto n = x.size(0), c = x.size(1);
    const auto apart =
        at::conv2d(x.reshape({n * c, 1, x.size(2), x.size(3)}), rows.unsqueeze(1).unsqueeze(1), {}, {1, down});
    const auto y = at::conv2d(apart, columns.unsqueeze(0).unsqueeze(3), {}, {down, 1});
    return y.reshape({n, c, y.size(2), y.size(3)});
}

/// Which samples of an axis land on a grid of `length` points, and from which point on.
struct Landing {
    std::int64_t first, count, start;
    Landing(std::int64_t samples, int up, int pad, std::int64_t length)
        : first(pad < 0 ? (up - 1 - pad) / up : 0), count(0), start(first * up + pad) {
        if (length > start) count = std::max<std::int64_t>(std::min(samples - first, (length - start - 1) / up + 1), 0);
    }
};

/// x with zeros between and around its samples, or cropped: [.., height, width].
at::Tensor raised(const at::Tensor& x, const cuda::FilteredLrelu& p, std::int64_t height, std::int64_t width) {
    const Landing row(x.size(2), p.up, p.pad_y0, height), column(x.size(3), p.up, p.pad_x0, width);
    auto grid = at::zeros({x.size(0), x.size(1), height, width}, x.options());
    if (row.count == 0 || column.count == 0) return grid;
    grid.slice(2, row.start, row.start + row.count * p.up, p.up)
        .slice(3, column.start, column.start + column.count * p.up, p.up)
        .copy_(x.slice(2, row.first, row.first + row.count).slice(3, column.first, column.first + column.count));
    return grid;
}

/// Channels [first, first + count) of the layer.
void filter_channels(const cuda::FilteredLrelu& p, const Memory& m, std::int64_t first, std::int64_t count) {
    const auto some = [&](const at::Tensor& t) { return t.slice(1, first, first + count); };
    const auto some_of = [&](const float* v) { return some(per_channel(m.floats(v, {p.x.channels}))); };
    const auto counts = m.counts(p.counts);
    auto x = some(m.images(p.x)).to(at::kFloat);
    if (p.bias) x = x + some_of(p.bias);
    const auto height = cuda::raised_side(p.y.height, p.down, p.down_filter.taps) + p.up_filter.taps - 1;
    const auto width = cuda::raised_side(p.y.width, p.down, p.down_filter.taps) + p.up_filter.taps - 1;
    auto v = filtered(raised(x, p, height, width), taps_of(p.up_filter, m), 1);
    add_noise(v, p, p.mid_noise, m);
    if (p.mid_bias) v += some_of(p.mid_bias);
    activate(v, p, counts);
    store(filtered(v, taps_of(p.down_filter, m), p.down), some(m.images(p.y)), counts);
}

void filtered_lrelu(const cuda::FilteredLrelu& p, const Memory& m) {
    if (p.x.n != p.y.n || p.x.channels != p.y.channels)
        throw std::invalid_argument("filtered_lrelu: x and y must have the same samples and channels");
    if (p.y.size() == 0) return;
    const WithoutTf32 exact;
    constexpr std::int64_t kMost = 1 << 24; // numbers at the raised rate at a time: the whole of a large layer is GiBs
    const std::int64_t side = std::int64_t{p.down} * p.y.height + 2 * cuda::kMostTaps;
    const std::int64_t plane = p.x.n * side * (std::int64_t{p.down} * p.y.width + 2 * cuda::kMostTaps);
    const auto step = std::clamp<std::int64_t>(kMost / plane, 1, p.x.channels);
    for (std::int64_t first = 0; first < p.x.channels; first += step)
        filter_channels(p, m, first, std::min(step, p.x.channels - first));
}

void bias_act(const cuda::BiasAct& p, const Memory& m) {
    if (p.y.size() == 0) return;
    const auto counts = m.counts(p.counts);
    auto v = m.images(p.x).to(at::kFloat, false, true);
    add_noise(v, p, p.noise, m);
    if (p.bias) v += per_channel(m.floats(p.bias, {p.x.channels}));
    activate(v, p, counts);
    store(v.mul_(p.scale), m.images(p.y), counts);
}

void modulate_weights(const cuda::ModulateWeights& p, const Memory& m) {
    if (p.out == 0 || p.in == 0 || p.taps == 0) return;
    auto s = m.floats(p.styles, {p.in});
    if (p.style_scale == cuda::StyleScale::rms) s = s / s.square().mean().sqrt();
    if (p.style_scale == cuda::StyleScale::max_abs) s = s / s.abs().max();
    auto v = m.floats(p.weight, {p.out, p.taps, p.in}) * s;
    if (p.demodulate) v = v * (v.square().sum({1, 2}, true) + 1e-8).rsqrt();
    const std::int64_t strides[] = {p.stride_out, p.stride_tap, p.stride_in};
    m.view(p.y, v.sizes(), Memory::type_of(p.element), strides).copy_(v * p.gain);
}

/// R(r) T(-t) transform in double.
at::Tensor moved_frame(const cuda::FourierFeatures& p, const Memory& m) {
    const auto pose = m.floats(p.pose, {4}).to(at::kDouble);
    const auto t = pose / pose.slice(0, 0, 2).norm();
    const auto o = at::zeros_like(t[0]), one = at::ones_like(o);
    const auto rotation = at::stack({t[0], -t[1], o, t[1], t[0], o, o, o, one}).reshape({3, 3});
    const auto translation = at::stack({one, o, -t[2], o, one, -t[3], o, o, one}).reshape({3, 3});
    return rotation.mm(translation).mm(m.floats(p.transform, {3, 3}).to(at::kDouble));
}

void fourier_features(const cuda::FourierFeatures& p, const Memory& m) {
    if (p.y.size() == 0) return;
    const auto frame = moved_frame(p, m);
    const auto freqs = m.floats(p.freqs, {p.channels, 2}).to(at::kDouble);
    const auto f = freqs.mm(frame.slice(0, 0, 2).slice(1, 0, 2));
    const auto phase = m.floats(p.phases, {p.channels}) + freqs.mv(frame.slice(0, 0, 2).select(1, 2));
    const auto fade = (1 - (f.norm(2, {1}) - p.bandwidth) / (p.sampling_rate / 2. - p.bandwidth)).clamp(0, 1);
    const auto centres = [&](int n) {
        return (at::arange(n, m.options(at::kDouble)) + (0.5 - n / 2.)) / p.sampling_rate;
    };
    const auto along = [&](int axis) { return per_channel(f.select(1, axis)); };
    const auto turns = centres(p.y.width).reshape({1, 1, 1, -1}) * along(0) +
                       centres(p.y.height).reshape({1, 1, -1, 1}) * along(1) + per_channel(phase);
    const auto y = m.images(p.y);
    y.zero_();
    y.slice(1, 0, p.channels).copy_((turns * (2 * std::numbers::pi)).sin() * per_channel(fade));
}

void pack_image(const cuda::PackImage& p, const Memory& m) {
    if (p.x.size() == 0) return;
    const auto rgba = m.floats(p.rgba, {p.x.height, p.x.width, 4});
    rgba.slice(2, 0, 3).zero_();
    rgba.select(2, 3).fill_(1);
    auto v = m.images(p.x)[0].slice(0, p.first_channel, p.first_channel + p.count).to(at::kFloat) * p.scale;
    if (p.clamp > 0) v.clamp_(-p.clamp, p.clamp);
    rgba.slice(2, 0, p.count).copy_(v.permute({1, 2, 0}));
}

void channel_sums(const cuda::ChannelSums& p, const Memory& m) {
    static_assert(sizeof(cuda::ChannelSum) == 24 && offsetof(cuda::ChannelSum, sum_squares) == 8 &&
                  offsetof(cuda::ChannelSum, max_abs) == 16 && offsetof(cuda::ChannelSum, not_finite) == 20);
    if (p.channels == 0) return;
    const auto sums = m.view(p.out, {p.channels, 3}, at::kDouble), parts = m.view(p.out, {p.channels, 6}, at::kFloat);
    sums.zero_();
    if (p.x.size() == 0) return;
    const auto x = m.images(p.x)[0].slice(0, 0, p.channels).to(at::kFloat);
    const auto finite = x.isfinite();
    const auto v = at::where(finite, x, at::zeros_like(x)).to(at::kDouble);
    sums.select(1, 0).copy_(v.sum({1, 2}));
    sums.select(1, 1).copy_(v.square().sum({1, 2}));
    parts.select(1, 4).copy_(v.abs().amax({1, 2}));
    m.view(p.out, {p.channels, 6}, at::kInt).select(1, 5).copy_(finite.logical_not().sum({1, 2}));
}

void window_channels(const cuda::WindowChannels& p, const Memory& m) {
    if (p.x.size() == 0 || p.count == 0) return;
    const auto x = m.images(p.x)[0].slice(0, p.first_channel, p.first_channel + p.count).to(at::kFloat);
    const auto finite = at::where(x.isfinite(), x, at::zeros_like(x));
    const auto window = m.floats(p.window_y, {p.x.height, 1}) * m.floats(p.window_x, {p.x.width});
    m.floats(p.y, {p.count, p.x.height, p.x.width})
        .copy_((finite - m.floats(p.means, {p.count}).reshape({-1, 1, 1})) * window);
}

void add_power(const cuda::AddPower& p, const Memory& m) {
    const std::int64_t columns = p.width / 2 + 1;
    if (p.height == 0 || p.width == 0 || p.count == 0) return;
    m.floats(p.power, {p.height, columns}) +=
        m.floats(p.spectrum, {p.count, p.height, columns, 2}).square().sum(at::IntArrayRef({0, 3}));
}

/// The half plane's power, scaled, with the other half that a real signal's symmetry gives: [height, width] in double.
at::Tensor whole_plane(const cuda::FoldSpectrum& p, const Memory& m) {
    const auto half = m.floats(p.power, {p.height, p.width / 2 + 1}).to(at::kDouble) * p.scale;
    const auto mirrored = half.slice(1, 1, p.width - p.width / 2).flip({0, 1}).roll(1, 0);
    return at::cat({half, mirrored}, 1);
}

/// Frequencies of an axis' bins, negative in the upper half.
at::Tensor bin_frequencies(int n, double rate, const Memory& m) {
    const auto k = at::arange(n, m.options(at::kDouble));
    return (k - n * (k > (n - 1) / 2).to(at::kDouble)) * rate / n;
}

void fold_rings(const cuda::FoldSpectrum& p, const at::Tensor& plane, const Memory& m) {
    if (p.rings == 0) return;
    const double rate = p.sampling_rate;
    const auto f = at::hypot(bin_frequencies(p.height, rate, m).unsqueeze(1), bin_frequencies(p.width, rate, m));
    const auto ring = (f + 0.5).floor().to(at::kLong);
    // What lies in no ring goes into one more, which is dropped.
    const auto inside = (ring < p.rings).logical_and(f <= rate / 2);
    const auto to = at::where(inside, ring, at::full_like(ring, p.rings)).flatten();
    const auto add = [&](const at::Tensor& values, float* out) {
        const auto sums = at::zeros({p.rings + 1}, values.options()).index_add_(0, to, values.flatten());
        m.floats(out, {p.rings}).copy_(sums.slice(0, 0, p.rings));
    };
    add(plane, p.ring_sum);
    add(at::ones_like(plane), p.ring_count);
}

void fold_spectrum(const cuda::FoldSpectrum& p, const Memory& m) {
    if (p.height == 0 || p.width == 0) return;
    const auto plane = whole_plane(p, m);
    const auto db = (plane.log10() * 10).clamp_min(p.floor_db);
    m.floats(p.plane_db, {p.height, p.width}).copy_(db.roll({p.height / 2, p.width / 2}, {0, 1}));
    fold_rings(p, plane, m);
    const std::int64_t steps = std::min(p.height, p.width) / 2 + 1;
    const auto slices = m.floats(p.slices, {2, steps});
    slices[0].copy_(plane[0].slice(0, 0, steps));
    slices[1].copy_(plane.diagonal().slice(0, 0, steps));
    m.view(p.total, {}, at::kDouble).copy_(plane.sum());
}

std::string error_text() {
    try {
        throw;
    } catch (const c10::Error& e) {
        return e.what_without_backtrace();
    } catch (...) {
        return cuda::exception_text();
    }
}

/// One entry of the table.
template <at::DeviceType type, auto compute, class P>
const char* run(const P* p) {
    return cuda::guarded(error_text, [&] {
        const c10::InferenceMode inference;
        compute(*p, Memory(type));
    });
}

template <at::DeviceType type>
unstuck_cuda_functions make_table() {
    unstuck_cuda_functions f{};
    f.abi = UNSTUCK_CUDA_ABI;
    f.filtered_lrelu = run<type, filtered_lrelu>;
    f.bias_act = run<type, bias_act>;
    f.modulate_weights = run<type, modulate_weights>;
    f.fourier_features = run<type, fourier_features>;
    f.pack_image = run<type, pack_image>;
    f.channel_sums = run<type, channel_sums>;
    f.window_channels = run<type, window_channels>;
    f.add_power = run<type, add_power>;
    f.fold_spectrum = run<type, fold_spectrum>;
    return f;
}

void replace(Kernel kernel, unstuck_cuda_functions& to, const unstuck_cuda_functions& from) {
    switch (kernel) {
    case Kernel::filtered_lrelu: to.filtered_lrelu = from.filtered_lrelu; break;
    case Kernel::bias_act: to.bias_act = from.bias_act; break;
    case Kernel::modulate_weights: to.modulate_weights = from.modulate_weights; break;
    case Kernel::fourier_features: to.fourier_features = from.fourier_features; break;
    case Kernel::pack_image: to.pack_image = from.pack_image; break;
    case Kernel::channel_sums: to.channel_sums = from.channel_sums; break;
    case Kernel::window_channels: to.window_channels = from.window_channels; break;
    case Kernel::add_power: to.add_power = from.add_power; break;
    case Kernel::fold_spectrum: to.fold_spectrum = from.fold_spectrum; break;
    }
}

} // namespace

const char* kernel_name(Kernel kernel) {
    constexpr const char* kNames[kKernels] = {"filtered_lrelu",   "bias_act",   "modulate_weights",
                                              "fourier_features", "pack_image", "channel_sums",
                                              "window_channels",  "add_power",  "fold_spectrum"};
    return kNames[static_cast<std::size_t>(kernel)];
}

const unstuck_cuda_functions& aten_table_functions(at::DeviceType type) {
    static const auto on_cpu = make_table<at::kCPU>(), on_gpu = make_table<at::kCUDA>();
    return type == at::kCPU ? on_cpu : on_gpu;
}

unstuck_cuda_functions with_aten_kernels(const unstuck_cuda_functions& real, KernelSet which, at::DeviceType type) {
    auto out = real;
    for (std::size_t i = 0; i < kKernels; ++i)
        if (which[i]) replace(static_cast<Kernel>(i), out, aten_table_functions(type));
    return out;
}

} // namespace unstuck::ops
