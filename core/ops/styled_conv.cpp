#include "core/ops/styled_conv.hpp"

#include "core/ops/images.hpp"

#include <ATen/ATen.h>
#include <stdexcept>

namespace unstuck::ops {

namespace {

/// Seconds on a machine of about 200 GFLOP/s: only their order matters. Weights come from memory once; transformed
/// pictures are written and read in the caches.
double seconds(double flop, double weight_bytes, double cached_bytes) {
    return flop / 2e11 + weight_bytes / 2e10 + cached_bytes / 8e10;
}

/// At small sides Winograd's fourfold weights cost more than it saves; with few channels, its transforms do.
bool winograd_pays(std::int64_t out, std::int64_t in, const StyledConvOptions& o) {
    const auto i = static_cast<double>(cpu::round_up(in, cpu::kChannelGroup)),
               c = static_cast<double>(cpu::round_up(out, cpu::kChannelGroup));
    const double oh = o.in_height + 2 * o.padding - 2, ow = o.in_width + 2 * o.padding - 2;
    const double tiles = std::ceil(oh / 4) * std::ceil(ow / 4), taps = 9 * i * c * sizeof(float);
    return seconds(72 * i * c * tiles, 4 * taps, 72 * (i + c) * tiles * sizeof(float)) <
           seconds(18 * i * c * oh * ow, taps, 0);
}

const float* data(const at::Tensor& t) { return t.defined() ? t.const_data_ptr<float>() : nullptr; }

/// An End's tensors as the kernels read them; keeps them alive.
struct Prepared {
    at::Tensor bias, noise;
    cpu::Activation activation;

    explicit Prepared(const StyledConv::End& end) : activation(end.activation) {
        if (end.bias.defined()) bias = pad_channels(end.bias);
        if (end.noise.defined()) noise = end.noise.contiguous();
    }
    cpu::Finish of_sample(std::int64_t n) const {
        cpu::Finish f;
        f.bias = data(bias);
        f.noise = data(noise);
        if (noise.defined() && noise.dim() == 4 && noise.size(0) > 1) f.noise += n * noise[0].numel();
        f.activation = activation;
        return f;
    }
};

} // namespace

StyledConv::StyledConv(const at::Tensor& weight, const StyledConvOptions& options, const cpu::Pool& threads)
    : options_(options), in_(weight.size(1)), out_(weight.size(0)), kernel_(weight.size(2)) {
    if (options.up2 && kernel_ != 3) throw std::invalid_argument("a transposed styled convolution has 3x3 taps");
    auto w = weight.to(at::kFloat).contiguous();
    if (options.normalize && options.demodulate) row_gain_ = w.square().mean({1, 2, 3}).rsqrt();
    if (options.demodulate) {
        norms_ = w.square().sum({2, 3});
        if (row_gain_.defined()) norms_ = norms_ * row_gain_.square().unsqueeze(1);
    }
    const int o = static_cast<int>(out_), i = static_cast<int>(in_), k = static_cast<int>(kernel_);
    if (options.up2)
        weights_ = cpu::transform_weights(data(w), o, i, cpu::WinogradKind::up2, threads);
    else if (k == 3 && (options.algorithm == ConvAlgorithm::winograd ||
                        (options.algorithm == ConvAlgorithm::automatic && winograd_pays(o, i, options))))
        weights_ = cpu::transform_weights(data(w), o, i, cpu::WinogradKind::same, threads);
    else
        weights_ = cpu::pack_weights(data(w), o, i, k);
}

std::size_t StyledConv::bytes() const {
    return std::visit([](const auto& w) { return w.bytes(); }, weights_);
}

StyledConv::Modulation StyledConv::modulate(const at::Tensor& styles, double gain, StyleNorm norm) const {
    Modulation m;
    auto s = styles;
    if (options_.normalize && options_.demodulate)
        s = s * (norm == StyleNorm::whole_batch ? s.square().mean() : s.square().mean(1, true)).rsqrt();
    if (options_.demodulate) {
        auto d = (at::matmul(s.square(), norms_.t()) + 1e-8).rsqrt();
        if (row_gain_.defined()) d = d * row_gain_;
        m.scale = pad_channels(gain == 1 ? d : d * gain);
    } else if (gain != 1) {
        s = s * gain;
    }
    m.style = pad_channels(s);
    return m;
}

std::int64_t StyledConv::out_side(std::int64_t n) const {
    const auto side = options_.up2 ? 2 * n + 1 : n + 2 * options_.padding - kernel_ + 1;
    if (side < 1) throw std::invalid_argument("a convolution's padded input is smaller than its kernel");
    return side;
}

std::size_t StyledConv::scratch_floats(std::int64_t height, std::int64_t width, const cpu::Pool& threads) const {
    if (const auto* w = std::get_if<cpu::WinogradWeights>(&weights_))
        return cpu::winograd_scratch(*w, static_cast<int>(height), static_cast<int>(width), threads.workers);
    return cpu::direct_scratch(std::get<cpu::DirectWeights>(weights_), threads.workers);
}

void StyledConv::rows(const at::Tensor& x, const Modulation& modulation, const End& end, std::int64_t n, int first_row,
                      const cpu::Nhwc& y, float* scratch, const cpu::Pool& threads) const {
    const Prepared prepared(end);
    auto finish = prepared.of_sample(n);
    if (modulation.scale.defined()) finish.scale = data(modulation.scale[n]);
    const auto* style = data(modulation.style[n]);
    if (const auto* w = std::get_if<cpu::WinogradWeights>(&weights_))
        cpu::winograd(*w, image_of(x, n), style, options_.padding, finish, y, first_row, scratch, threads);
    else
        cpu::direct_conv(std::get<cpu::DirectWeights>(weights_), image_of(x, n), style, options_.padding, finish, y,
                         first_row, scratch, threads);
}

at::Tensor StyledConv::operator()(const at::Tensor& x, const Modulation& modulation, const End& end,
                                  const BufferPool& pool, const cpu::Pool& threads) const {
    const auto images = as_images(pool, x);
    auto y = empty_images(pool, x.size(0), out_, out_side(x.size(2)), out_side(x.size(3)));
    const auto scratch = pool.take(scratch_floats(y.size(2), y.size(3), threads));
    for (std::int64_t n = 0; n < x.size(0); ++n)
        rows(images, modulation, end, n, 0, image_of(y, n), scratch.get(), threads);
    return y;
}

at::Tensor fir_end(const cpu::FilterTerm& filter, int padding, const at::Tensor& x, const StyledConv::End& end,
                   std::int64_t height, std::int64_t width, const BufferPool& pool, const cpu::Pool& threads) {
    auto y = empty_images(pool, x.size(0), x.size(1), height, width);
    const auto images = as_images(pool, x);
    const Prepared prepared(end);
    const auto scratch = pool.take(cpu::fir_finish_scratch(filter, image_of(y, 0), threads.workers));
    for (std::int64_t n = 0; n < x.size(0); ++n)
        cpu::fir_finish(filter, padding, image_of(images, n), prepared.of_sample(n), image_of(y, n), scratch.get(),
                        threads);
    return y;
}

} // namespace unstuck::ops
