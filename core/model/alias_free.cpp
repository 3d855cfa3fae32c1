#include "core/model/fourier_input.hpp"
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
    Affine affine;
    at::Tensor weight, bias, up_filter, down_filter; ///< weight: only where the reference computes.
    double input_gain = 1;                           ///< rsqrt(magnitude_ema)
    std::optional<double> clamp;
    std::optional<ops::StyledConv> conv;          ///< The fast path, with
    std::optional<ops::FusedFilteredLrelu> fused; ///< this after it; the layer to RGB has nothing to filter.

    Layer(const LayerPlan& p, const GeneratorConfig& config, const Weights& w, Arithmetic arithmetic)
        : plan(p), affine(w.child("affine"), p.in_channels, config.w_dim),
          weight(w.get("weight", {p.out_channels, p.in_channels, p.conv_kernel, p.conv_kernel})),
          bias(w.get("bias", {p.out_channels})), up_filter(filter(w, "up_filter", p.up_taps, false)),
          down_filter(filter(w, "down_filter", p.down_taps, p.down_radial)),
          input_gain(1 / std::sqrt(w.get("magnitude_ema", {}).to(at::kDouble).item<double>())),
          clamp(config.conv_clamp) {
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

    at::Tensor styles(const at::Tensor& w) const {
        const auto s = affine(w);
        if (!plan.is_torgb) return s;
        return s * (1 / std::sqrt(static_cast<double>(plan.in_channels) * plan.conv_kernel * plan.conv_kernel));
    }

    at::Tensor run(const at::Tensor& x, const SynthesisInput& input, const at::Tensor& w,
                   const ops::BufferPool& buffers, StepTimes& times) const {
        if (conv) return run_fast(x, input, w, buffers, times);
        ops::Stopwatch watch;
        ops::ModulatedConvParams p;
        p.demodulate = !plan.is_torgb;
        p.pad_x = p.pad_y = plan.conv_kernel - 1;
        p.input_gain = at::full({}, input_gain, x.options());
        p.style_norm = input.style_norm;
        const auto y = ops::modulated_conv2d(x, weight, styles(w), p);
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

class AliasFree final : public Synthesis {
  public:
    AliasFree(const GeneratorConfig& config, const Weights& weights, Arithmetic arithmetic)
        : output_scale_(config.output_scale) {
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
        const auto& first = plan.layers.front();
        layers_.push_back({"input", channels, plan.input.size, plan.input.size, first.in_sampling_rate, first.in_cutoff,
                           first.in_half_width, 0, config.margin_size});
        int row = 1;
        for (const auto& p : plan.layers) {
            all_.emplace_back(p, config, weights.child(p.name), arithmetic);
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
    }

    Activation run(std::size_t index, const Activation& before, const SynthesisInput& input) const override {
        const c10::InferenceMode inference;
        Activation out;
        if (index == 0) {
            const auto m =
                at::tensor(at::ArrayRef<double>(input.inverse_transform.data(), 9), at::kDouble).reshape({3, 3});
            out.x = input_(w_row(input, 0), m, buffers_);
        } else if (index <= all_.size()) {
            const auto& layer = all_[index - 1];
            out.x = layer.run(before.x, input, w_row(input, layers_[index].w_row), buffers_, out.times);
        } else {
            out.x = output_scale_ == 1 ? before.x : before.x * output_scale_;
        }
        out.shown = out.x;
        return out;
    }

    void append_key(std::size_t index, const SynthesisInput& input, std::string& key) const override {
        const int row = layers_[index].w_row;
        if (row >= 0) append_bytes(key, w_row(input, row));
        if (index == 0) append_value(key, input.inverse_transform);
        append_value(key, input.style_norm);
    }

  private:
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
};

} // namespace

std::unique_ptr<const Synthesis> make_alias_free(const GeneratorConfig& config, const Weights& weights,
                                                 Arithmetic arithmetic) {
    return std::make_unique<AliasFree>(config, weights, arithmetic);
}

} // namespace unstuck::model
