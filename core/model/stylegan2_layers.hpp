#pragma once
// StyleGAN2's layers on the processor: the reference and the fast path. The GPU's are made from the reference's.
#include "core/model/edited_layer.hpp"
#include "core/model/weights.hpp"
#include "core/ops/activation.hpp"
#include "core/ops/activation_kind.hpp"
#include "core/ops/cpu/fir_finish.hpp"
#include "core/ops/fused.hpp"
#include "core/ops/images.hpp"
#include "core/ops/threads.hpp"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace unstuck::model {

inline at::Tensor resample_filter(const Weights& w) {
    const auto stored = w.find("resample_filter");
    constexpr std::int64_t kMostTaps = 64;
    if (stored.defined() && (stored.dim() < 1 || stored.dim() > 2 || stored.numel() == 0 ||
                             stored.size(0) > kMostTaps || stored.size(-1) > kMostTaps))
        throw std::invalid_argument("the tensor 'resample_filter' of a layer is no filter");
    return stored.defined() ? stored : ops::setup_filter(at::tensor({1.f, 3.f, 3.f, 1.f}));
}

/// Says that a layer raises the rate by its own filter, whatever that is.
inline void set_resample(LayerSampling& s, int up, const at::Tensor& filter) {
    s.has_resample = up == 2;
    if (up != 2) return;
    s.resample.taps = static_cast<int>(filter.size(0));
    s.resample.own = own_taps(filter);
}

/// What follows a transposed convolution, [resolution + 1] samples wide: the filter, with the official padding less
/// what the convolution has added.
inline at::Tensor filter_raised(const FilterDesign& design, const at::Tensor& y, int resolution,
                                const ops::BufferPool& buffers) {
    const int before = (design.taps + 1) / 2 - 1;
    const int after = resolution + design.taps - 1 - static_cast<int>(y.size(2)) - before;
    return apply_design(design, y, {before, after, before, after}, 4, buffers);
}

/// An image or activation made twice as large by `filter` ([1, 3, 3, 1] as a rule), as the official upsample2d does.
struct Upsampler {
    at::Tensor filter;
    std::optional<ops::FusedFilteredLrelu> fused;

    Upsampler(at::Tensor f, Arithmetic arithmetic) : filter(std::move(f)) {
        if (arithmetic == Arithmetic::reference) return;
        ops::FilteredLreluParams p;
        p.up = 2;
        p.pad = ops::padding_for_up(filter, 2, 2, {});
        p.gain = p.slope = 1;
        fused = ops::FusedFilteredLrelu::make(filter, {}, p);
    }

    at::Tensor run(const at::Tensor& x, const ops::BufferPool& buffers) const {
        return fused ? (*fused)(x, buffers, ops::threads()) : ops::upsample2d(x, filter, 2, 2);
    }
};

/// The activation with gain and clamp, when the fast path has it.
inline std::optional<cpu::Activation> fast_activation(const std::string& act, double gain,
                                                      std::optional<double> clamp) {
    if (act != "linear" && act != "relu" && act != "lrelu") return std::nullopt;
    const auto* kind = ops::find_activation(act);
    cpu::Activation a;
    a.slope = act == "linear" ? 1.0f : static_cast<float>(kind->alpha);
    a.gain = static_cast<float>(kind->gain * gain);
    if (clamp) a.clamp = static_cast<float>(*clamp * gain);
    return a;
}

/// A styled 3x3 convolution with noise, bias and activation.
struct ConvLayer {
    Affine affine;
    at::Tensor weight, bias, filter, noise_const, noise_strength; ///< weight: only where the reference computes.
    int up = 1, resolution = 4;
    std::string act;
    std::optional<double> clamp;
    double gain = 1;                     ///< sqrt(0.5) in the second layer of a resnet block.
    std::optional<ops::StyledConv> conv; ///< The fast path.
    std::optional<cpu::FilterTerm> fir;  ///< After an upsampling one.

    ConvLayer(const Weights& w, const GeneratorConfig& c, int in, int out, int res, int up_factor, double gain_after,
              Arithmetic arithmetic)
        : affine(w.child("affine"), in, c.w_dim), weight(w.get("weight", {out, in, 3, 3})), bias(w.get("bias", {out})),
          filter(resample_filter(w)), up(up_factor), resolution(res), act(c.activation), clamp(c.conv_clamp),
          gain(gain_after) {
        if (c.use_noise) {
            noise_const = w.get("noise_const", {res, res});
            noise_strength = w.get("noise_strength", {});
        }
        if (arithmetic != Arithmetic::reference && fast_activation(act, gain, clamp)) prepare(arithmetic);
    }

    void prepare(Arithmetic arithmetic) {
        if (up == 2) {
            fir = ops::as_separable(filter, 4, false);
            if (!fir || fir->x.size() != fir->y.size()) return;
        }
        ops::StyledConvOptions o;
        o.up2 = up == 2;
        o.padding = 1;
        o.algorithm = conv_algorithm(arithmetic);
        o.in_height = o.in_width = resolution / up;
        conv.emplace(weight, o, ops::threads());
        weight = at::Tensor();
    }

    bool takes_noise(const SynthesisInput& input) const {
        return noise_const.defined() && input.noise != NoiseMode::none;
    }
    /// Noise of unit strength: [resolution, resolution], or [batch, 1, resolution, resolution] drawn afresh.
    at::Tensor unit_noise(const SynthesisInput& input, std::size_t index, std::int64_t batch) const {
        if (input.noise == NoiseMode::constant) return noise_const;
        auto generator = at::make_generator<at::CPUGeneratorImpl>(input.noise_seed * 1000 + index);
        return at::randn({batch, 1, resolution, resolution}, generator, noise_const.options());
    }
    at::Tensor strength(const SynthesisInput& input) const { return noise_strength * input.noise_strength; }

    at::Tensor noise(const SynthesisInput& input, std::size_t index, std::int64_t batch) const {
        if (!takes_noise(input)) return {};
        return unit_noise(input, index, batch) * strength(input);
    }

    at::Tensor run(const at::Tensor& x, const SynthesisInput& input, const at::Tensor& w, std::size_t index,
                   const ops::BufferPool& buffers, StepTimes& times) const {
        ops::Stopwatch watch;
        const auto added = noise(input, index, x.size(0));
        if (conv) return run_fast(x, affine(w), added, *fast_activation(act, gain, clamp), buffers, times, watch);
        ops::ResampleConvParams p;
        p.up = up;
        p.pad = {1, 1, 1, 1};
        p.flip_weight = up == 1;
        const auto y = ops::modulated_conv2d_resample(x, weight, affine(w), added, filter, true, p);
        ops::ActParams a;
        a.act = act;
        a.gain = ops::find_activation(act)->gain * gain; // known: the config was checked
        if (clamp) a.clamp = *clamp * gain;
        auto out = ops::bias_act(y, bias, a);
        times.conv_ms = watch.lap_ms();
        return out;
    }

    /// How it filters, for the lab.
    LayerSampling sampling(const std::string& name, const GeneratorConfig& c) const {
        auto s = stylegan2_sampling(name, resolution, c);
        s.has_nonlinearity = act == "lrelu";
        s.has_noise = noise_const.defined();
        s.gain = ops::find_activation(act)->gain * gain;
        set_resample(s, up, filter);
        return s;
    }

    /// With what the lab has changed about it. Other activations than leaky ReLU take edits of noise and resampling.
    at::Tensor run_edited(const LayerSampling& s, const at::Tensor& x, const SynthesisInput& input, const at::Tensor& w,
                          std::size_t index, const ops::BufferPool& buffers, StepTimes& times) const {
        ops::Stopwatch watch;
        auto added = noise(input, index, x.size(0));
        if (added.defined() && s.noise != 1) added = added * s.noise;
        const bool own_filter = up == 1 || !s.resample.own.empty();
        if (conv && own_filter && s.oversampling == 1) { // nothing that the fast path has not
            auto activation = *fast_activation(act, gain, s.clamp);
            if (s.has_nonlinearity) activation.slope = static_cast<float>(s.slope);
            return run_fast(x, affine(w), added, activation, buffers, times, watch);
        }
        auto y = convolve_edited(s, x, affine(w), buffers);
        y = y + bias.reshape({1, -1, 1, 1});
        if (added.defined()) y = y + added;
        times.conv_ms = watch.lap_ms();
        auto out = finish_edited(s, y, buffers);
        times.filter_ms = watch.lap_ms();
        return out;
    }

    /// How many values are cut off, by the formula.
    std::int64_t count_clamped(LayerSampling s, const at::Tensor& x, const SynthesisInput& input, const at::Tensor& w,
                               std::size_t index, const ops::BufferPool& buffers) const {
        if (!s.clamp) return 0;
        auto y = convolve_edited(s, x, affine(w), buffers) + bias.reshape({1, -1, 1, 1});
        if (const auto added = noise(input, index, x.size(0)); added.defined()) y = y + added * s.noise;
        *s.clamp *= gain;
        if (s.has_nonlinearity) return EditedEnd(s).count_clamped(y);
        ops::ActParams a;
        a.act = act;
        a.gain = s.gain;
        return (ops::bias_act(y, {}, a).abs() > *s.clamp).sum().item<std::int64_t>();
    }

    at::Tensor finish_edited(LayerSampling s, const at::Tensor& y, const ops::BufferPool& buffers) const {
        if (s.clamp) *s.clamp *= gain;
        if (s.has_nonlinearity) return EditedEnd(s)(y, buffers);
        ops::ActParams a;
        a.act = act;
        a.gain = s.gain;
        a.clamp = s.clamp;
        return ops::bias_act(y, {}, a);
    }

    /// The convolution alone, upsampled by the edited filter.
    at::Tensor convolve_edited(const LayerSampling& s, const at::Tensor& x, const at::Tensor& styles,
                               const ops::BufferPool& buffers) const {
        at::Tensor y;
        if (conv) {
            y = (*conv)(x, conv->modulate(styles, 1, ops::StyleNorm::per_sample), {}, buffers, ops::threads());
        } else {
            ops::ResampleConvParams p;
            p.pad = {1, 1, 1, 1};
            p.flip_weight = true;
            if (up == 1) return ops::modulated_conv2d_resample(x, weight, styles, {}, {}, true, p);
            y = ops::modulated_conv2d_up(x, weight, styles);
        }
        return up == 1 ? y : filter_raised(s.resample, y, resolution, buffers);
    }

    at::Tensor run_fast(const at::Tensor& x, const at::Tensor& styles, const at::Tensor& added,
                        const cpu::Activation& activation, const ops::BufferPool& buffers, StepTimes& times,
                        ops::Stopwatch watch) const {
        const auto threads = ops::threads();
        const auto modulation = conv->modulate(styles, 1, ops::StyleNorm::per_sample);
        const ops::StyledConv::End end{bias, added, activation};
        auto y = (*conv)(x, modulation, fir ? ops::StyledConv::End{} : end, buffers, threads);
        times.conv_ms = watch.lap_ms();
        if (!fir) return y;
        // The official padding, less what the transposed convolution has added.
        const int padding = static_cast<int>((fir->x.size() + 1) / 2) - 1;
        auto out = ops::fir_end(*fir, padding, y, end, resolution, resolution, buffers, threads);
        times.filter_ms = watch.lap_ms();
        return out;
    }
};

struct ToRgbLayer {
    Affine affine;
    at::Tensor weight, bias; ///< weight: only where the reference computes.
    std::optional<double> clamp;
    double style_gain = 1;
    std::optional<ops::StyledConv> conv;

    ToRgbLayer(const Weights& w, const GeneratorConfig& c, int in, Arithmetic arithmetic)
        : affine(w.child("affine"), in, c.w_dim), weight(w.get("weight", {c.img_channels, in, 1, 1})),
          bias(w.get("bias", {c.img_channels})), clamp(c.conv_clamp),
          style_gain(1 / std::sqrt(static_cast<double>(in))) {
        if (arithmetic == Arithmetic::reference) return;
        ops::StyledConvOptions o;
        o.demodulate = false;
        conv.emplace(weight, o, ops::threads());
        weight = at::Tensor();
    }

    at::Tensor run(const at::Tensor& x, const at::Tensor& w, std::optional<double> limit,
                   const ops::BufferPool& buffers) const {
        const auto styles = affine(w) * style_gain;
        if (conv)
            return (*conv)(x, conv->modulate(styles, 1, ops::StyleNorm::per_sample),
                           {bias, {}, *fast_activation("linear", 1, limit)}, buffers, ops::threads());
        const auto y = ops::modulated_conv2d_resample(x, weight, styles, {}, {}, false, {});
        ops::ActParams p;
        p.clamp = limit;
        return ops::bias_act(y, bias, p);
    }
};

/// The resnet architecture's second branch: a 1x1 convolution, upsampled.
struct SkipLayer {
    at::Tensor weight; ///< Only where the reference computes.
    Upsampler up;
    double gain = 1;
    std::int64_t in_channels = 0;
    std::optional<ops::StyledConv> conv;

    SkipLayer(const Weights& w, int in, int out, Arithmetic arithmetic)
        : weight(w.get("weight", {out, in, 1, 1})), up(resample_filter(w), arithmetic),
          gain(std::numbers::sqrt2 / 2 / std::sqrt(static_cast<double>(in))), in_channels(in) {
        if (arithmetic == Arithmetic::reference) return;
        ops::StyledConvOptions o;
        o.demodulate = false;
        conv.emplace(weight, o, ops::threads());
        weight = at::Tensor();
    }

    at::Tensor convolve(const at::Tensor& x, const ops::BufferPool& buffers) const {
        if (!conv) return at::conv2d(x, weight * gain);
        const auto ones = at::ones({x.size(0), in_channels}, x.options());
        return (*conv)(x, conv->modulate(ones, gain, ops::StyleNorm::per_sample), {}, buffers, ops::threads());
    }
    /// Upsampled by another filter than its own.
    at::Tensor run(const at::Tensor& x, const ops::BufferPool& buffers, const FilterDesign& resample) const {
        return raise_by_design(resample, convolve(x, buffers), buffers);
    }
    at::Tensor run(const at::Tensor& x, const ops::BufferPool& buffers) const {
        if (conv) return up.run(convolve(x, buffers), buffers);
        ops::ResampleConvParams p;
        p.up = 2;
        p.flip_weight = false;
        return ops::conv2d_resample(x, weight * gain, up.filter, p);
    }
};

} // namespace unstuck::model
