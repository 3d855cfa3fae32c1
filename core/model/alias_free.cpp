#include "core/model/fourier_input.hpp"
#include "core/model/weights.hpp"
#include "core/ops/activation.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <numbers>

namespace unstuck::model {

namespace {

/// One synthesis layer: style, modulated convolution, filtered leaky ReLU.
struct Layer {
    LayerPlan plan;
    Affine affine;
    at::Tensor weight, bias, up_filter, down_filter;
    double input_gain = 1; ///< rsqrt(magnitude_ema)
    std::optional<double> clamp;

    Layer(const LayerPlan& p, const GeneratorConfig& config, const Weights& w)
        : plan(p), affine(w.child("affine"), p.in_channels, config.w_dim),
          weight(w.get("weight", {p.out_channels, p.in_channels, p.conv_kernel, p.conv_kernel})),
          bias(w.get("bias", {p.out_channels})), up_filter(filter(w, "up_filter", p.up_taps, false)),
          down_filter(filter(w, "down_filter", p.down_taps, p.down_radial)),
          input_gain(1 / std::sqrt(w.get("magnitude_ema", {}).to(at::kDouble).item<double>())),
          clamp(config.conv_clamp) {}

    static at::Tensor filter(const Weights& w, const char* name, int taps, bool radial) {
        if (taps == 1) return {};
        return radial ? w.get(name, {taps, taps}) : w.get(name, {taps});
    }

    at::Tensor run(const at::Tensor& x, const SynthesisInput& input, const at::Tensor& w) const {
        auto styles = affine(w);
        ops::ModulatedConvParams conv;
        conv.demodulate = !plan.is_torgb;
        conv.pad_x = conv.pad_y = plan.conv_kernel - 1;
        conv.input_gain = at::full({}, input_gain, x.options());
        conv.style_norm = input.style_norm;
        if (plan.is_torgb)
            styles =
                styles * (1 / std::sqrt(static_cast<double>(plan.in_channels) * plan.conv_kernel * plan.conv_kernel));
        const auto y = ops::modulated_conv2d(x, weight, styles, conv);
        ops::FilteredLreluParams p;
        p.up = plan.up_factor;
        p.down = plan.down_factor;
        p.pad = {plan.padding_low, plan.padding_high, plan.padding_low, plan.padding_high};
        p.gain = plan.is_torgb ? 1 : std::numbers::sqrt2;
        p.slope = plan.is_torgb ? 1 : 0.2;
        p.clamp = clamp;
        return ops::filtered_lrelu(y, up_filter, down_filter, bias, p);
    }
};

class AliasFree final : public Synthesis {
  public:
    AliasFree(const GeneratorConfig& config, const Weights& weights) : output_scale_(config.output_scale) {
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
        const auto& first = plan.layers.front();
        layers_.push_back({"input", channels, plan.input.size, plan.input.size, first.in_sampling_rate, first.in_cutoff,
                           first.in_half_width, 0, config.margin_size});
        int row = 1;
        for (const auto& p : plan.layers) {
            all_.emplace_back(p, config, weights.child(p.name));
            const int margin = static_cast<int>((p.out_size - p.out_sampling_rate) / 2);
            layers_.push_back({p.name, p.out_channels, p.out_size, p.out_size, p.out_sampling_rate, p.out_cutoff,
                               p.out_half_width, row++, std::max(margin, 0)});
        }
        auto output = layers_.back();
        output.name = "output";
        output.w_row = -1;
        layers_.push_back(output);
    }

    Activation run(std::size_t index, const Activation& before, const SynthesisInput& input) const override {
        const c10::InferenceMode inference;
        Activation out;
        if (index == 0) {
            const auto m =
                at::tensor(at::ArrayRef<double>(input.inverse_transform.data(), 9), at::kDouble).reshape({3, 3});
            out.x = input_(w_row(input, 0), m);
        } else if (index <= all_.size()) {
            const auto& layer = all_[index - 1];
            out.x = layer.run(before.x, input, w_row(input, layers_[index].w_row));
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
    FourierInput input_;
    std::vector<Layer> all_;
    double output_scale_;
};

} // namespace

std::unique_ptr<const Synthesis> make_alias_free(const GeneratorConfig& config, const Weights& weights) {
    return std::make_unique<AliasFree>(config, weights);
}

} // namespace unstuck::model
