#include "core/model/edited_layer.hpp"
#include "core/model/fourier_input.hpp"
#include "core/model/gpu_layers.hpp"
#include "core/model/weights.hpp"
#include "core/ops/fused.hpp"
#include "core/ops/threads.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <numbers>

namespace unstuck::model {

namespace {

/// One synthesis layer: style, modulated convolution, filtered leaky ReLU.
struct Layer {
    LayerPlan plan;
    LayerSampling sampling;
    Affine affine;
    at::Tensor weight, bias, up_filter, down_filter; ///< weight: only where the reference computes.
    double input_gain = 1;                           ///< rsqrt(magnitude_ema)
    std::optional<double> clamp;
    std::optional<ops::StyledConv> conv;          ///< The fast path, with
    std::optional<ops::FusedFilteredLrelu> fused; ///< this after it; the layer to RGB has nothing to filter.

    Layer(const LayerPlan& p, const GeneratorConfig& config, const Weights& w, Arithmetic arithmetic)
        : plan(p), sampling(sampling_of(p, config)), affine(w.child("affine"), p.in_channels, config.w_dim),
          weight(w.get("weight", {p.out_channels, p.in_channels, p.conv_kernel, p.conv_kernel})),
          bias(w.get("bias", {p.out_channels})), up_filter(filter(w, "up_filter", p.up_taps, false)),
          down_filter(filter(w, "down_filter", p.down_taps, p.down_radial)),
          input_gain(1 / std::sqrt(w.get("magnitude_ema", {}).to(at::kDouble).item<double>())),
          clamp(config.conv_clamp) {
        sampling.up.own = own_taps(up_filter);
        sampling.down.own = own_taps(down_filter);
        if (arithmetic != Arithmetic::reference) prepare(arithmetic);
    }

    static at::Tensor filter(const Weights& w, const char* name, int taps, bool radial) {
        if (taps == 1) return {};
        return radial ? w.get(name, {taps, taps}) : w.get(name, {taps});
    }

    bool filters_nothing() const {
        return plan.up_factor == 1 && plan.down_factor == 1 && !up_filter.defined() && !down_filter.defined() &&
               plan.padding_low == 0 && plan.padding_high == 0;
    }

    ops::FilteredLreluParams lrelu() const {
        ops::FilteredLreluParams p;
        p.up = plan.up_factor;
        p.down = plan.down_factor;
        p.pad = {plan.padding_low, plan.padding_high, plan.padding_low, plan.padding_high};
        p.gain = plan.is_torgb ? 1 : std::numbers::sqrt2;
        p.slope = plan.is_torgb ? 1 : 0.2;
        p.clamp = clamp;
        return p;
    }

    void prepare(Arithmetic arithmetic) {
        if (!filters_nothing()) {
            fused = ops::FusedFilteredLrelu::make(up_filter, down_filter, lrelu());
            if (!fused) return;
        }
        ops::StyledConvOptions o;
        o.padding = plan.conv_kernel - 1;
        o.demodulate = !plan.is_torgb;
        o.normalize = true;
        o.algorithm = conv_algorithm(arithmetic);
        o.in_height = o.in_width = plan.in_size;
        conv.emplace(weight, o, ops::threads());
        weight = at::Tensor();
    }

    double style_gain() const {
        return plan.is_torgb
                   ? 1 / std::sqrt(static_cast<double>(plan.in_channels) * plan.conv_kernel * plan.conv_kernel)
                   : 1;
    }

    at::Tensor styles(const at::Tensor& w) const {
        const auto s = affine(w);
        return plan.is_torgb ? s * style_gain() : s;
    }

    at::Tensor convolve_reference(const at::Tensor& x, const SynthesisInput& input, const at::Tensor& w) const {
        ops::ModulatedConvParams p;
        p.demodulate = !plan.is_torgb;
        p.pad_x = p.pad_y = plan.conv_kernel - 1;
        p.input_gain = at::full({}, input_gain, x.options());
        p.style_norm = input.style_norm;
        return ops::modulated_conv2d(x, weight, styles(w), p);
    }

    /// The convolution with bias and `noise` (undefined: none).
    at::Tensor convolve(const at::Tensor& x, const SynthesisInput& input, const at::Tensor& w, const at::Tensor& noise,
                        const ops::BufferPool& buffers) const {
        if (conv)
            return (*conv)(x, conv->modulate(styles(w), input_gain, input.style_norm), {bias, noise, {}}, buffers,
                           ops::threads());
        const auto y = convolve_reference(x, input, w) + bias.reshape({1, -1, 1, 1});
        return noise.defined() ? y + noise : y;
    }

    /// What an edited layer's filters get: the convolution with bias and noise, without margins that it does not have.
    at::Tensor convolve_edited(const LayerSampling& s, std::size_t index, const at::Tensor& x,
                               const SynthesisInput& input, const at::Tensor& w, const ops::BufferPool& buffers) const {
        auto in = x;
        if (s.zero_margin) {
            in = x.clone(); // the layer before keeps its own
            clear_margin(in, s.in_rate);
        }
        at::Tensor noise;
        if (s.noise > 0) noise = screen_noise(index, s.in_size, x.options()) * s.noise;
        auto y = convolve(in, input, w, noise, buffers);
        if (s.zero_margin) clear_margin(y, s.in_rate);
        return y;
    }

    /// With what the lab has changed about it.
    at::Tensor run_edited(const LayerEdit& edit, std::size_t index, const at::Tensor& x, const SynthesisInput& input,
                          const at::Tensor& w, const ops::BufferPool& buffers, StepTimes& times) const {
        ops::Stopwatch watch;
        const EditedEnd end(edited(sampling, edit).sampling);
        const auto& s = end.sampling();
        const auto y = convolve_edited(s, index, x, input, w, buffers);
        times.conv_ms = watch.lap_ms();
        auto out = end(y, buffers);
        if (s.zero_margin) clear_margin(out, s.out_rate);
        times.filter_ms = watch.lap_ms();
        return out;
    }

    at::Tensor run(const at::Tensor& x, const SynthesisInput& input, const at::Tensor& w,
                   const ops::BufferPool& buffers, StepTimes& times) const {
        if (conv) return run_fast(x, input, w, buffers, times);
        ops::Stopwatch watch;
        const auto y = convolve_reference(x, input, w);
        times.conv_ms = watch.lap_ms();
        auto out = ops::filtered_lrelu_reference(y, up_filter, down_filter, bias, lrelu());
        times.filter_ms = watch.lap_ms();
        return out;
    }

    at::Tensor run_fast(const at::Tensor& x, const SynthesisInput& input, const at::Tensor& w,
                        const ops::BufferPool& buffers, StepTimes& times) const {
        const auto threads = ops::threads();
        const auto modulation = conv->modulate(styles(w), input_gain, input.style_norm);
        if (fused) return ops::filtered_conv(*conv, modulation, bias, *fused, x, buffers, threads, times);
        ops::Stopwatch watch;
        const auto p = lrelu();
        ops::StyledConv::End end;
        end.bias = bias;
        end.activation.slope = static_cast<float>(p.slope);
        end.activation.gain = static_cast<float>(p.gain);
        if (clamp) end.activation.clamp = static_cast<float>(*clamp);
        auto y = (*conv)(x, modulation, end, buffers, threads);
        times.conv_ms = watch.lap_ms();
        return y;
    }
};

/// A layer of the reference, moved to a GPU.
GpuAliasFreeLayer on_gpu(const Layer& l, const GeneratorConfig& config, const GpuBuild& build) {
    const auto& p = l.plan;
    // Source: official SynthesisNetwork, use_fp16.
    const bool marked = p.out_sampling_rate * std::exp2(config.num_fp16_res) > config.img_resolution;
    const auto dtype = build.dtype(marked);
    ops::GpuConvOptions o;
    o.padding = p.conv_kernel - 1;
    o.demodulate = !p.is_torgb;
    o.normalize = true;
    o.dtype = dtype;
    std::optional<ops::GpuFilteredLrelu> filter;
    if (!l.filters_nothing())
        filter = ops::GpuFilteredLrelu::make(build.gpu, l.up_filter, l.down_filter, l.lrelu(), dtype);
    const bool reference = !l.filters_nothing() && !filter;
    const auto kept = [&](const at::Tensor& f) {
        return reference && f.defined() ? build.gpu.upload(f) : at::Tensor();
    };
    return {GpuAffine(build.gpu, l.affine.weight, l.affine.bias, l.style_gain()),
            ops::GpuConv(build.gpu, l.weight, o),
            std::move(filter),
            l.lrelu(),
            kept(l.up_filter),
            kept(l.down_filter),
            build.gpu.upload_channels(l.bias),
            l.input_gain,
            dtype,
            build.gpu};
}

GpuFourierInput on_gpu(const FourierInput& input, const GpuBuild& build) {
    ops::GpuConvOptions o;
    o.styled = false;
    const auto channels = input.weight.size(0);
    const auto weight = input.weight / std::sqrt(static_cast<double>(channels));
    return {GpuAffine(build.gpu, input.affine_weight, input.affine_bias),
            build.gpu.upload(input.freqs),
            build.gpu.upload(input.phases),
            ops::GpuConv(build.gpu, weight.unsqueeze(2).unsqueeze(3), o),
            input.width,
            input.height,
            static_cast<int>(channels),
            input.sampling_rate,
            input.bandwidth,
            build.gpu};
}

class AliasFree final : public Synthesis {
  public:
    AliasFree(const GeneratorConfig& config, const Weights& weights, Arithmetic arithmetic,
              const std::optional<GpuBuild>& gpu)
        : output_scale_(config.output_scale), gpu_(gpu) {
        if (gpu) arithmetic = Arithmetic::reference; // what the GPU's layers are made from
        const auto plan = plan_alias_free(config);
        const auto input = weights.child("input");
        const auto channels = plan.input.channels;
        input_.freqs = input.get("freqs", {channels, 2});
        input_.phases = input.get("phases", {channels});
        input_.weight = input.get("weight", {channels, channels});
        input_.affine_weight = input.child("affine").get("weight", {4, config.w_dim});
        input_.affine_bias = input.child("affine").get("bias", {4});
        input_.width = input_.height = plan.input.size;
        input_.sampling_rate = plan.input.sampling_rate;
        input_.bandwidth = plan.input.bandwidth;
        if (arithmetic != Arithmetic::reference) input_.prepare();
        if (gpu) gpu_input_ = on_gpu(input_, *gpu);
        const auto& first = plan.layers.front();
        LayerSampling input_sampling;
        input_sampling.name = "input";
        input_sampling.is_fourier_input = true;
        input_sampling.in_rate = input_sampling.out_rate = plan.input.sampling_rate;
        input_sampling.in_size = input_sampling.out_size = plan.input.size;
        sampling_.push_back(input_sampling);
        layers_.push_back({"input", channels, plan.input.size, plan.input.size, first.in_sampling_rate, first.in_cutoff,
                           first.in_half_width, 0, config.margin_size});
        style_weights_.push_back({0, input_.affine_weight});
        int row = 1;
        for (const auto& p : plan.layers) {
            Layer layer(p, config, weights.child(p.name), arithmetic);
            style_weights_.push_back({row, layer.affine.weight});
            sampling_.push_back(layer.sampling);
            if (gpu)
                gpu_layers_.push_back(on_gpu(layer, config, *gpu));
            else
                all_.push_back(std::move(layer));
            const int margin = static_cast<int>((p.out_size - p.out_sampling_rate) / 2);
            layers_.push_back({p.name, p.out_channels, p.out_size, p.out_size, p.out_sampling_rate, p.out_cutoff,
                               p.out_half_width, row++, std::max(margin, 0), flop(p),
                               p.in_channels * p.conv_kernel * p.conv_kernel, bytes(p)});
        }
        auto output = layers_.back();
        output.name = "output";
        output.w_row = -1;
        output.conv_flop = output.conv_inner = output.bytes = 0;
        layers_.push_back(output);
        LayerSampling output_sampling;
        output_sampling.name = "output";
        sampling_.push_back(output_sampling);
    }

    Activation run(std::size_t index, const Activation& before, const SynthesisInput& input) const override {
        const c10::InferenceMode inference;
        if (gpu_) return run_on_gpu(index, before, input);
        Activation out;
        const auto* edit = find_edit(input.edits, layers_[index].name);
        if (index == 0) {
            out.x = features(input, edit);
        } else if (index <= all_.size()) {
            const auto& layer = all_[index - 1];
            const auto w = w_row(input, layers_[index].w_row);
            out.x = edit ? layer.run_edited(*edit, index, before.x, input, w, buffers_, out.times)
                         : layer.run(before.x, input, w, buffers_, out.times);
        } else {
            out.x = output_scale_ == 1 ? before.x : before.x * output_scale_;
        }
        out.shown = out.x;
        return out;
    }

    std::int64_t count_clamped(std::size_t index, const Activation& before,
                               const SynthesisInput& input) const override {
        const c10::InferenceMode inference;
        if (index == 0 || index > all_.size()) return 0; // the input and the scaled output cut nothing off
        const auto& layer = all_[index - 1];
        const auto* edit = find_edit(input.edits, layers_[index].name);
        const EditedEnd end(edited(layer.sampling, edit ? *edit : LayerEdit{}).sampling);
        const auto w = w_row(input, layers_[index].w_row);
        return end.count_clamped(layer.convolve_edited(end.sampling(), index, before.x, input, w, buffers_));
    }

    void stage(SynthesisInput& input) const override {
        if (!gpu_) return;
        const c10::InferenceMode inference;
        stage_common(gpu_->gpu, input, layers_.size());
        const auto* edit = find_edit(input.edits, layers_[0].name);
        const auto& moved = edit && edit->moved_pixels.value_or(false) ? kIdentity3 : input.inverse_transform;
        const at::ArrayRef<double> m(moved.data(), moved.size());
        stage_tensor(gpu_->gpu, at::tensor(m, at::kDouble).to(at::kFloat).reshape({3, 3}), input.staged->transform);
    }

    std::optional<LearnedPose> learned_pose(const at::Tensor& ws) const override {
        const c10::InferenceMode inference;
        return input_.pose_of(ws.select(1, 0)); // kept on the processor, also with a GPU
    }

    const ops::Gpu* gpu() const override { return gpu_ ? &gpu_->gpu : nullptr; }

    void append_key(std::size_t index, const SynthesisInput& input, std::string& key) const override {
        const int row = layers_[index].w_row;
        if (row >= 0) append_bytes(key, w_row(input, row));
        if (index == 0) append_value(key, input.inverse_transform);
        append_value(key, input.style_norm);
        append_edit(input.edits, layers_[index].name, key);
    }

  private:
    /// The Fourier features, moved by their frequencies and phases, or as the pixels that they are at rest.
    at::Tensor features(const SynthesisInput& input, const LayerEdit* edit) const {
        const auto matrix = [](const Matrix3& m) {
            return at::tensor(at::ArrayRef<double>(m.data(), m.size()), at::kDouble).reshape({3, 3});
        };
        const auto w = w_row(input, 0);
        if (!edit || !edit->moved_pixels.value_or(false)) return input_(w, matrix(input.inverse_transform), buffers_);
        return move_pixels(input_(w, matrix(kIdentity3), buffers_), input.inverse_transform, input_.sampling_rate);
    }

    Activation run_on_gpu(std::size_t index, const Activation& before, const SynthesisInput& input) const {
        const auto* edit = find_edit(input.edits, layers_[index].name);
        // The input's map is a product of matrices to the official code: never in TF32.
        const Tf32 tf32(index > 0 && gpu_->precision == Precision::as_marked);
        const GpuStep step{input, index};
        Activation out;
        if (index == 0) {
            out.x = gpu_input_->run(step);
            if (edit && edit->moved_pixels.value_or(false)) // stage() has laid down the identity
                out.x =
                    gpu_->gpu.as_images(move_pixels(out.x, input.inverse_transform, input_.sampling_rate), at::kFloat);
        } else if (index <= gpu_layers_.size()) {
            const auto& layer = gpu_layers_[index - 1];
            out.x = edit ? layer.run_edited(edited_end(*edit, index, input), before.x, layers_[index].w_row, step)
                         : layer.run(before.x, layers_[index].w_row, step);
        } else {
            const ops::GpuBiasAct scaled{1, 1, output_scale_, {}, at::kFloat};
            out.x = ops::gpu_bias_act(gpu_->gpu, before.x, {}, {}, {}, scaled, step.counts());
        }
        out.shown = out.x;
        return out;
    }

    const GpuEditedEnd& edited_end(const LayerEdit& edit, std::size_t index, const SynthesisInput& input) const {
        return find_edited_end(*gpu_, edit, sampling_[index], index, gpu_layers_[index - 1].dtype, *input.staged);
    }

    static double flop(const LayerPlan& p) {
        const double side = p.in_size + p.conv_kernel - 1;
        return conv_flop(p.in_channels, p.out_channels, p.conv_kernel, side * side);
    }
    static double bytes(const LayerPlan& p) {
        const double in = p.in_size, out = p.out_size;
        return sizeof(float) * (p.in_channels * in * in + p.out_channels * out * out +
                                static_cast<double>(p.in_channels) * p.out_channels * p.conv_kernel * p.conv_kernel);
    }

    FourierInput input_;
    std::vector<Layer> all_;
    double output_scale_;
    std::optional<GpuBuild> gpu_; ///< With these instead of those above.
    std::optional<GpuFourierInput> gpu_input_;
    std::vector<GpuAliasFreeLayer> gpu_layers_;
};

} // namespace

std::unique_ptr<const Synthesis> make_alias_free(const GeneratorConfig& config, const Weights& weights,
                                                 Arithmetic arithmetic, const std::optional<GpuBuild>& gpu) {
    return std::make_unique<AliasFree>(config, weights, arithmetic, gpu);
}

} // namespace unstuck::model
