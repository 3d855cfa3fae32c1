#include "core/model/stylegan2_gpu.hpp"

namespace unstuck::model {

namespace {

/// Source: official SynthesisNetwork, fp16_resolution = max(2^(log2(res) + 1 - num_fp16_res), 8).
bool is_marked(int resolution, const GeneratorConfig& c) {
    if (c.num_fp16_res <= 0) return false;
    const int first = c.num_fp16_res > 30 ? 0 : 2 * c.img_resolution >> c.num_fp16_res;
    return resolution >= std::max(first, 8);
}

ops::GpuFilteredLrelu filter_or_throw(std::optional<ops::GpuFilteredLrelu> filter) {
    if (!filter)
        throw std::invalid_argument("the resampling filter of a layer is oblong or longer than 48 taps: the GPU has no "
                                    "kernel for it, compute on the CPU");
    return std::move(*filter);
}

} // namespace

ops::GpuFilteredLrelu on_gpu(const Upsampler& up, at::ScalarType dtype, const GpuBuild& build) {
    ops::FilteredLreluParams p;
    p.up = 2;
    p.pad = ops::padding_for_up(up.filter, 2, 2, {});
    p.gain = p.slope = 1;
    return filter_or_throw(ops::GpuFilteredLrelu::make(build.gpu, up.filter, {}, p, dtype));
}

GpuStyledLayer on_gpu(const ConvLayer& l, const GeneratorConfig& config, const GpuBuild& build) {
    const auto dtype = build.dtype(is_marked(l.resolution, config));
    ops::GpuConvOptions o;
    o.up2 = l.up == 2;
    o.padding = 1;
    o.dtype = dtype;
    ops::GpuBiasAct end;
    end.dtype = dtype;
    const auto activation = fast_activation(l.act, l.gain, l.clamp);
    std::optional<ops::ActParams> other;
    if (activation) {
        end.slope = activation->slope;
        end.gain = activation->gain;
        if (l.clamp) end.clamp = *l.clamp * l.gain;
    } else {
        other.emplace();
        other->act = l.act;
        other->gain = ops::find_activation(l.act)->gain * l.gain;
        if (l.clamp) other->clamp = *l.clamp * l.gain;
    }
    std::optional<ops::GpuFilteredLrelu> fir;
    if (l.up == 2) {
        // The official padding, less what the transposed convolution has added.
        const int taps = static_cast<int>(l.filter.size(0)), before = (taps + 1) / 2 - 1;
        ops::FilteredLreluParams p;
        const int after = l.resolution + taps - 1 - (l.resolution + 1) - before;
        p.pad = {before, after, before, after};
        p.slope = end.slope;
        p.gain = end.gain;
        p.clamp = end.clamp;
        // Gain 4 as upsampling by 2 has it; here nothing is inserted any more.
        const double gain = l.filter.dim() == 1 ? 2 : 4;
        fir = filter_or_throw(ops::GpuFilteredLrelu::make(build.gpu, l.filter * gain, {}, p, dtype));
    }
    return {GpuAffine(build.gpu, l.affine.weight, l.affine.bias),
            ops::GpuConv(build.gpu, l.weight, o),
            std::move(fir),
            end,
            std::move(other),
            build.gpu.upload_channels(l.bias),
            dtype,
            build.gpu};
}

GpuToRgb on_gpu(const ToRgbLayer& l, int resolution, const GeneratorConfig& config, const GpuBuild& build) {
    ops::GpuConvOptions o;
    o.demodulate = false;
    o.dtype = build.dtype(is_marked(resolution, config));
    ops::GpuBiasAct end;
    end.clamp = l.clamp;
    return {GpuAffine(build.gpu, l.affine.weight, l.affine.bias, l.style_gain),
            ops::GpuConv(build.gpu, l.weight, o),
            end,
            build.gpu.upload_channels(l.bias),
            o.dtype,
            build.gpu};
}

GpuSkip on_gpu(const SkipLayer& l, int resolution, const GeneratorConfig& config, const GpuBuild& build) {
    ops::GpuConvOptions o;
    o.styled = false;
    o.dtype = build.dtype(is_marked(resolution, config));
    return {ops::GpuConv(build.gpu, l.weight * l.gain, o), on_gpu(l.up, o.dtype, build), o.dtype, build.gpu};
}

void stage_fresh(const ops::Gpu& gpu, const at::Tensor& values, const at::Tensor& constant, at::Tensor& to) {
    if (to.defined() && to.is_same(constant)) to = at::Tensor();
    stage_tensor(gpu, values, to);
}

} // namespace unstuck::model
