#include "core/model/gpu_layers.hpp"

#include "cuda/module.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <cmath>

namespace unstuck::model {

GpuAffine::GpuAffine(const ops::Gpu& gpu, const at::Tensor& weight, const at::Tensor& bias, double gain)
    : weight_t_(gpu.upload(weight.t() * (gain / std::sqrt(static_cast<double>(weight.size(1)))))),
      bias_(gpu.upload(bias * gain)) {}

at::Tensor GpuAffine::operator()(const at::Tensor& w) const { return at::addmm(bias_, w, weight_t_); }

cuda::NumberCounts* GpuStep::counts() const {
    static_assert(sizeof(cuda::NumberCounts) == 2 * sizeof(std::int32_t));
    return reinterpret_cast<cuda::NumberCounts*>(staged().counts.data_ptr<std::int32_t>()) + index;
}

at::Tensor GpuAliasFreeLayer::run(const at::Tensor& x, int w_row, const GpuStep& step) const {
    const auto y = conv(gpu.as_images(x, dtype), affine(step.w(w_row)), input_gain, step.input.style_norm);
    step.convolved();
    return end(y, step);
}

at::Tensor GpuEditedEnd::run(at::Tensor y, const at::Tensor& bias, cuda::NumberCounts* counts) const {
    const auto& s = end.sampling();
    if (noise.defined()) y = gpu.as_images(y + noise.to(y.scalar_type()), y.scalar_type());
    if (kernel && !s.zero_margin) {
        ops::GpuFilterInput in;
        in.bias = bias;
        in.counts = counts;
        return (*kernel)(y, in);
    }
    const Tf32 exact(false);
    auto x = y.to(at::kFloat) + bias.slice(0, 0, y.size(1)).reshape({1, -1, 1, 1});
    if (s.zero_margin) clear_margin(x, s.in_rate);
    at::Tensor out;
    if (end.by_fft())
        out = end(x, {});
    else
        out = ops::filtered_lrelu_reference(x, up_taps, down_taps, {}, end.params());
    if (s.zero_margin) clear_margin(out, s.out_rate);
    return gpu.as_images(out, dtype);
}

const GpuEditedEnd& find_edited_end(const GpuBuild& build, const LayerEdit& edit, const LayerSampling& stock,
                                    std::size_t index, at::ScalarType dtype, StagedInput& staged) {
    staged.edited.resize(std::max(staged.edited.size(), index + 1));
    auto& kept = staged.edited[index];
    if (kept && kept->edit == edit) return *kept;
    EditedEnd end(edited(stock, edit).sampling);
    const auto& gpu = build.gpu;
    const auto kernel = end.by_fft()
                            ? std::nullopt
                            : ops::GpuFilteredLrelu::make(gpu, end.up_taps(), end.down_taps(), end.params(), dtype);
    const auto on_device = [&](const at::Tensor& t) { return t.defined() ? gpu.upload(t) : t; };
    const auto& s = end.sampling();
    at::Tensor noise;
    if (stock.noise == 0 && s.noise > 0) noise = gpu.upload(screen_noise(index, s.in_size, at::kFloat) * s.noise);
    const auto up = on_device(end.up_taps()), down = on_device(end.down_taps());
    kept = std::make_shared<GpuEditedEnd>(GpuEditedEnd{edit, std::move(end), kernel, up, down, noise, dtype, gpu});
    return *kept;
}

at::Tensor GpuAliasFreeLayer::run_edited(const GpuEditedEnd& edited, const at::Tensor& x, int w_row,
                                         const GpuStep& step) const {
    auto in = gpu.as_images(x, dtype);
    const auto& s = edited.end.sampling();
    if (s.zero_margin) {
        in = in.clone();
        clear_margin(in, s.in_rate);
        in = gpu.as_images(in, dtype);
    }
    const auto y = conv(in, affine(step.w(w_row)), input_gain, step.input.style_norm);
    step.convolved();
    return edited.run(y, bias, step.counts());
}

at::Tensor GpuAliasFreeLayer::end(const at::Tensor& y, const GpuStep& step) const {
    if (filter) {
        ops::GpuFilterInput in;
        in.bias = bias;
        in.counts = step.counts();
        return (*filter)(y, in);
    }
    if (!up_filter.defined() && !down_filter.defined()) {
        ops::GpuBiasAct p{lrelu.slope, lrelu.gain, 1, lrelu.clamp, dtype};
        return ops::gpu_bias_act(gpu, y, bias, {}, {}, p, step.counts());
    }
    const Tf32 exact(false); // filters are no convolution that anybody trained in TF32
    const auto logical = bias.slice(0, 0, y.size(1));
    return gpu.as_images(ops::filtered_lrelu_reference(y.to(at::kFloat), up_filter, down_filter, logical, lrelu),
                         dtype);
}

at::Tensor GpuFourierInput::run(const GpuStep& step) const {
    const auto poses = affine(step.w(0));
    const auto features = gpu.empty_images(poses.size(0), channels, height, width, at::kFloat);
    for (std::int64_t n = 0; n < poses.size(0); ++n) {
        const auto pose = poses[n];
        cuda::FourierFeatures p;
        p.pose = ops::floats_of(pose);
        p.transform = ops::floats_of(step.staged().transform);
        p.freqs = ops::floats_of(freqs);
        p.phases = ops::floats_of(phases);
        p.channels = channels;
        p.sampling_rate = static_cast<float>(sampling_rate);
        p.bandwidth = static_cast<float>(bandwidth);
        const auto sample = features.slice(0, n, n + 1);
        p.y = ops::device_images(sample);
        ops::check_gpu(gpu.functions().fourier_features(&p));
    }
    return mix(features);
}

at::Tensor GpuStyledLayer::convolve(const at::Tensor& x, int w_row, const GpuStep& step) const {
    const auto y = conv(gpu.as_images(x, dtype), affine(step.w(w_row)), 1, ops::StyleNorm::per_sample);
    step.convolved();
    return y;
}

at::Tensor GpuStyledLayer::run(const at::Tensor& x, int w_row, const GpuStep& step) const {
    const auto y = convolve(x, w_row, step);
    const auto& noise = step.staged().noise[step.index];
    const auto& gain = step.staged().noise_gain[step.index];
    auto out = fir ? (*fir)(y, {{}, bias, noise, gain, step.counts()})
                   : ops::gpu_bias_act(gpu, y, bias, noise, gain, end, step.counts());
    return other_act ? gpu.as_images(ops::bias_act(out.to(at::kFloat), {}, *other_act), dtype) : out;
}

at::Tensor GpuToRgb::run(const at::Tensor& x, int w_row, const GpuStep& step) const {
    const auto y = conv(gpu.as_images(x, dtype), affine(step.w(w_row)), 1, ops::StyleNorm::per_sample);
    step.convolved();
    return ops::gpu_bias_act(gpu, y, bias, {}, {}, end, step.counts());
}

at::Tensor GpuSkip::run(const at::Tensor& x) const { return up(convolve(x)); }

Tf32::Tf32(bool allow) : convolutions_(at::globalContext().allowTF32CuDNN()), products_(false) {
    auto& context = at::globalContext();
    products_ = context.allowTF32CuBLAS();
    context.setAllowTF32CuDNN(allow);
    context.setAllowTF32CuBLAS(false); // styles are small, and every layer depends on them
    // Which algorithm convolves is a rule of the shape, not of a measurement: a film must not depend on the moment.
    context.setBenchmarkCuDNN(false);
    context.setDeterministicCuDNN(true);
}

Tf32::~Tf32() {
    at::globalContext().setAllowTF32CuDNN(convolutions_);
    at::globalContext().setAllowTF32CuBLAS(products_);
}

void stage_tensor(const ops::Gpu& gpu, const at::Tensor& values, at::Tensor& to) {
    if (to.defined() && to.sizes() == values.sizes())
        to.copy_(values);
    else
        to = gpu.upload(values);
}

void stage_common(const ops::Gpu& gpu, SynthesisInput& input, std::size_t layers) {
    if (!input.staged) input.staged = std::make_shared<StagedInput>();
    auto& s = *input.staged;
    s.timer = nullptr; // a frame that was abandoned may have left its own
    stage_tensor(gpu, input.ws, s.ws);
    const auto count = static_cast<std::int64_t>(layers);
    if (!s.counts.defined()) s.counts = at::zeros({count, 2}, at::TensorOptions(gpu.device()).dtype(at::kInt));
    s.noise.resize(layers);
    s.noise_gain.resize(layers);
}

} // namespace unstuck::model
