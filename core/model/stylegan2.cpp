#include "core/model/moving_constant.hpp"
#include "core/model/weights.hpp"
#include "core/ops/activation.hpp"
#include "core/ops/activation_kind.hpp"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace unstuck::model {

namespace {

at::Tensor resample_filter(const Weights& w) {
    const auto stored = w.find("resample_filter");
    constexpr std::int64_t kMostTaps = 64;
    if (stored.defined() && (stored.dim() < 1 || stored.dim() > 2 || stored.numel() == 0 ||
                             stored.size(0) > kMostTaps || stored.size(-1) > kMostTaps))
        throw std::invalid_argument("the tensor 'resample_filter' of a layer is no filter");
    return stored.defined() ? stored : ops::setup_filter(at::tensor({1.f, 3.f, 3.f, 1.f}));
}

/// A styled 3x3 convolution with noise, bias and activation.
struct ConvLayer {
    Affine affine;
    at::Tensor weight, bias, filter, noise_const, noise_strength;
    int up = 1, resolution = 4;
    std::string act;
    std::optional<double> clamp;
    double gain = 1; ///< sqrt(0.5) in the second layer of a resnet block.

    ConvLayer(const Weights& w, const GeneratorConfig& c, int in, int out, int res, int up_factor)
        : affine(w.child("affine"), in, c.w_dim), weight(w.get("weight", {out, in, 3, 3})), bias(w.get("bias", {out})),
          filter(resample_filter(w)), up(up_factor), resolution(res), act(c.activation), clamp(c.conv_clamp) {
        if (!c.use_noise) return;
        noise_const = w.get("noise_const", {res, res});
        noise_strength = w.get("noise_strength", {});
    }

    at::Tensor noise(const SynthesisInput& input, std::size_t index, std::int64_t batch) const {
        if (!noise_const.defined() || input.noise == NoiseMode::none) return {};
        const auto strength = noise_strength * input.noise_strength;
        if (input.noise == NoiseMode::constant) return noise_const * strength;
        auto generator = at::make_generator<at::CPUGeneratorImpl>(input.noise_seed * 1000 + index);
        return at::randn({batch, 1, resolution, resolution}, generator, noise_const.options()) * strength;
    }

    at::Tensor run(const at::Tensor& x, const SynthesisInput& input, const at::Tensor& w, std::size_t index) const {
        ops::ResampleConvParams conv;
        conv.up = up;
        conv.pad = {1, 1, 1, 1};
        conv.flip_weight = up == 1;
        const auto y =
            ops::modulated_conv2d_resample(x, weight, affine(w), noise(input, index, x.size(0)), filter, true, conv);
        ops::ActParams p;
        p.act = act;
        p.gain = ops::find_activation(act)->gain * gain; // known: the config was checked
        if (clamp) p.clamp = *clamp * gain;
        return ops::bias_act(y, bias, p);
    }
};

struct ToRgbLayer {
    Affine affine;
    at::Tensor weight, bias;
    std::optional<double> clamp;

    ToRgbLayer(const Weights& w, const GeneratorConfig& c, int in)
        : affine(w.child("affine"), in, c.w_dim), weight(w.get("weight", {c.img_channels, in, 1, 1})),
          bias(w.get("bias", {c.img_channels})), clamp(c.conv_clamp) {}

    at::Tensor run(const at::Tensor& x, const at::Tensor& w) const {
        const auto styles = affine(w) * (1 / std::sqrt(static_cast<double>(weight.size(1))));
        const auto y = ops::modulated_conv2d_resample(x, weight, styles, {}, {}, false, {});
        ops::ActParams p;
        p.clamp = clamp;
        return ops::bias_act(y, bias, p);
    }
};

/// The resnet architecture's second branch: a 1x1 convolution, upsampled.
struct SkipLayer {
    at::Tensor weight, filter;
    SkipLayer(const Weights& w, int in, int out)
        : weight(w.get("weight", {out, in, 1, 1})), filter(resample_filter(w)) {}

    at::Tensor run(const at::Tensor& x) const {
        ops::ResampleConvParams conv;
        conv.up = 2;
        conv.flip_weight = false;
        const auto scaled = weight * (1 / std::sqrt(static_cast<double>(weight.size(1))));
        return ops::conv2d_resample(x, scaled, filter, conv) * std::numbers::sqrt2 / 2;
    }
};

enum class StepKind { constant, conv, torgb, skip, output };

struct Step {
    StepKind kind;
    std::size_t item = 0;     ///< Index among the layers of its kind.
    bool ends_branch = false; ///< conv: adds the block's skip branch.
};

class StyleGan2 final : public Synthesis {
  public:
    StyleGan2(const GeneratorConfig& c, const Weights& weights) {
        const auto channels = [&](int res) { return std::min(c.channel_base / res, c.channel_max); };
        int row = 0;
        for (int res = 4; res <= c.img_resolution; res *= 2) {
            const auto block = weights.child("b" + std::to_string(res));
            const auto name = "b" + std::to_string(res) + ".";
            const int out = channels(res), in = res == 4 ? 0 : channels(res / 2);
            const bool resnet = c.architecture == Architecture::resnet && res > 4;
            if (res == 4) {
                const_ = block.get("const", {out, 4, 4});
                add({StepKind::constant}, name + "const", out, res, -1);
            } else {
                if (resnet) {
                    add({StepKind::skip, skips_.size()}, name + "skip", out, res, -1);
                    skips_.emplace_back(block.child("skip"), in, out);
                }
                add({StepKind::conv, convs_.size()}, name + "conv0", out, res, row++);
                convs_.emplace_back(block.child("conv0"), c, in, out, res, 2);
            }
            add({StepKind::conv, convs_.size(), resnet}, name + "conv1", out, res, row++);
            convs_.emplace_back(block.child("conv1"), c, out, out, res, 1);
            if (resnet) convs_.back().gain = std::numbers::sqrt2 / 2;
            if (res == c.img_resolution || c.architecture == Architecture::skip) {
                add({StepKind::torgb, torgbs_.size()}, name + "torgb", c.img_channels, res, row);
                torgbs_.emplace_back(block.child("torgb"), c, out);
                image_filters_.push_back(resample_filter(block));
            }
        }
        add({StepKind::output}, "output", c.img_channels, c.img_resolution, -1);
    }

    Activation run(std::size_t index, const Activation& before, const SynthesisInput& input) const override {
        const c10::InferenceMode inference;
        const auto& step = steps_[index];
        Activation out = before;
        switch (step.kind) {
        case StepKind::constant: out.x = out.shown = constant(input); break;
        case StepKind::skip: out.skip = out.shown = skips_[step.item].run(before.x); break;
        case StepKind::conv:
            out.shown = convs_[step.item].run(before.x, input, w_row(input, layers_[index].w_row), index);
            out.x = step.ends_branch ? before.skip + out.shown : out.shown;
            if (step.ends_branch) out.skip = at::Tensor();
            break;
        case StepKind::torgb:
            out.shown = torgbs_[step.item].run(before.x, w_row(input, layers_[index].w_row));
            out.img = before.img.defined() ? ops::upsample2d(before.img, image_filters_[step.item], 2, 2) + out.shown
                                           : out.shown;
            break;
        case StepKind::output: out.shown = before.img; break;
        }
        return out;
    }

    void append_key(std::size_t index, const SynthesisInput& input, std::string& key) const override {
        const auto& step = steps_[index];
        if (layers_[index].w_row >= 0) append_bytes(key, w_row(input, layers_[index].w_row));
        if (step.kind == StepKind::constant) {
            append_value(key, input.ws.size(0));
            append_value(key, input.inverse_transform);
            append_value(key, input.edge);
        }
        if (step.kind == StepKind::conv && convs_[step.item].noise_const.defined()) {
            append_value(key, input.noise);
            if (input.noise != NoiseMode::none) append_value(key, input.noise_strength);
            if (input.noise == NoiseMode::random) append_value(key, input.noise_seed);
        }
    }

  private:
    void add(Step step, const std::string& name, int channels, int res, int row) {
        steps_.push_back(step);
        layers_.push_back({name, channels, res, res, static_cast<double>(res), 0, 0, row, 0});
    }

    at::Tensor constant(const SynthesisInput& input) const {
        const auto moved =
            input.inverse_transform == kIdentity3 ? const_ : move_constant(const_, input.inverse_transform, input.edge);
        return moved.unsqueeze(0).expand({input.ws.size(0), -1, -1, -1});
    }

    at::Tensor const_;
    std::vector<Step> steps_;
    std::vector<ConvLayer> convs_;
    std::vector<ToRgbLayer> torgbs_;
    std::vector<SkipLayer> skips_;
    std::vector<at::Tensor> image_filters_;
};

} // namespace

std::unique_ptr<const Synthesis> make_stylegan2(const GeneratorConfig& config, const Weights& weights) {
    return std::make_unique<StyleGan2>(config, weights);
}

} // namespace unstuck::model
