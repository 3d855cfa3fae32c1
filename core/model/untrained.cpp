#include "core/model/untrained.hpp"

#include "core/latent/numpy_random.hpp"
#include "core/model/generator.hpp"
#include "core/signal/filters.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <stdexcept>

namespace unstuck::model {

namespace {

class Maker {
  public:
    Maker(const GeneratorConfig& config, std::uint32_t seed) : config_(config), random_(seed) {}

    io::Checkpoint make() {
        out_.path = "untrained";
        out_.format = "made by code";
        out_.family = family_name(config_.family);
        out_.label = "untrained: seeded random weights";
        out_.kwargs = config_kwargs(config_);
        mapping();
        if (config_.family == Family::alias_free) {
            alias_free();
            calibrate_alias_free();
        } else {
            stylegan2();
            calibrate_stylegan2();
        }
        return out_;
    }

  private:
    at::Tensor normal(const std::vector<std::int64_t>& shape) {
        std::int64_t n = 1;
        for (auto s : shape) n *= s;
        return at::tensor(random_.randn(static_cast<std::size_t>(n)), at::kDouble).to(at::kFloat).reshape(shape);
    }
    void put(const std::string& name, const at::Tensor& t) { out_.tensors.insert_or_assign(name, to_tensor_data(t)); }

    void mapping() {
        std::int64_t in = config_.z_dim;
        if (config_.c_dim > 0) {
            put("mapping.embed.weight", normal({config_.w_dim, config_.c_dim}));
            put("mapping.embed.bias", at::zeros({config_.w_dim}));
            in += config_.w_dim;
        }
        for (int i = 0; i < config_.mapping_layers; ++i) {
            const auto name = "mapping.fc" + std::to_string(i);
            put(name + ".weight", normal({config_.w_dim, in}) / config_.mapping_lr_multiplier);
            put(name + ".bias", at::zeros({config_.w_dim}));
            in = config_.w_dim;
        }
        put("mapping.w_avg", at::zeros({config_.w_dim}));
    }

    void alias_free() {
        const auto plan = plan_alias_free(config_);
        const auto channels = plan.input.channels;
        auto freqs = normal({channels, 2});
        const auto radii = freqs.square().sum(1, true).sqrt();
        // Uniform over the disc of radius bandwidth, as Karras et al. 2021 initialise them.
        freqs = freqs / (radii * radii.square().exp().pow(0.25)) * plan.input.bandwidth;
        std::vector<double> phases(static_cast<std::size_t>(channels));
        for (auto& p : phases) p = random_.uniform() - 0.5;
        put("synthesis.input.freqs", freqs);
        put("synthesis.input.phases", at::tensor(phases, at::kDouble));
        put("synthesis.input.weight", normal({channels, channels}));
        put("synthesis.input.affine.weight", at::zeros({4, config_.w_dim}));
        put("synthesis.input.affine.bias", at::tensor({1.f, 0.f, 0.f, 0.f}));
        put("synthesis.input.transform", at::eye(3));
        for (const auto& l : plan.layers) {
            const auto name = "synthesis." + l.name + ".";
            put(name + "affine.weight", normal({l.in_channels, config_.w_dim}));
            put(name + "affine.bias", at::ones({l.in_channels}));
            put(name + "weight", normal({l.out_channels, l.in_channels, l.conv_kernel, l.conv_kernel}));
            put(name + "bias", at::zeros({l.out_channels}));
            put(name + "magnitude_ema", at::ones({}));
            filter(name + "up_filter", {l.up_taps, l.in_cutoff, 2 * l.in_half_width, l.tmp_sampling_rate, false});
            filter(name + "down_filter",
                   {l.down_taps, l.out_cutoff, 2 * l.out_half_width, l.tmp_sampling_rate, l.down_radial});
        }
    }

    void filter(const std::string& name, const signal::LowpassSpec& spec) {
        const auto f = signal::design_lowpass(spec);
        if (f.values.empty()) return;
        const auto flat = at::tensor(f.values, at::kDouble);
        put(name, f.rows == 1 ? flat : flat.reshape({f.rows, f.taps}));
    }

    void stylegan2() {
        const auto channels = [&](int res) { return std::min(config_.channel_base / res, config_.channel_max); };
        const auto fir = at::outer(at::tensor({1.f, 3.f, 3.f, 1.f}), at::tensor({1.f, 3.f, 3.f, 1.f})) / 64;
        for (int res = 4; res <= config_.img_resolution; res *= 2) {
            const auto name = "synthesis.b" + std::to_string(res) + ".";
            const int out = channels(res);
            put(name + "resample_filter", fir);
            if (res == 4) {
                put(name + "const", normal({out, 4, 4}));
            } else {
                if (config_.architecture == Architecture::resnet) {
                    put(name + "skip.weight", normal({out, channels(res / 2), 1, 1}));
                    put(name + "skip.resample_filter", fir);
                }
                styled(name + "conv0.", channels(res / 2), out, 3, res, fir);
            }
            styled(name + "conv1.", out, out, 3, res, fir);
            if (res == config_.img_resolution || config_.architecture == Architecture::skip)
                styled(name + "torgb.", out, config_.img_channels, 1, 0, fir);
        }
    }

    /// A styled convolution; res 0: one to RGB, without noise.
    void styled(const std::string& name, int in, int out, int kernel, int res, const at::Tensor& fir) {
        put(name + "affine.weight", normal({in, config_.w_dim}));
        put(name + "affine.bias", at::ones({in}));
        put(name + "weight", normal({out, in, kernel, kernel}));
        put(name + "bias", at::zeros({out}));
        if (res == 0) return;
        put(name + "resample_filter", fir);
        if (!config_.use_noise) return;
        constexpr double kNoise = 0.05; // enough to be seen sticking to the screen
        put(name + "noise_const", normal({res, res}));
        put(name + "noise_strength", at::full({}, kNoise));
    }

    /// Contrast within a picture by one factor on all layers to RGB.
    void calibrate_stylegan2() {
        const auto generator = Generator::build(out_);
        SynthesisInput input;
        input.ws = some_ws(*generator);
        const auto image = generator->synthesize(input);
        const double contrast = (image - image.mean({2, 3}, true)).std().item<double>(),
                     rms = image.square().mean().sqrt().item<double>();
        const double factor = std::min(kContrast / contrast, kMostRms / rms);
        for (int res = 4; res <= config_.img_resolution; res *= 2) {
            const auto name = "synthesis.b" + std::to_string(res) + ".torgb.weight";
            if (const auto found = out_.tensors.find(name); found != out_.tensors.end())
                put(name, to_tensor(found->second, at::kFloat) * factor);
        }
    }

    at::Tensor some_ws(const Generator& generator) {
        constexpr std::int64_t kSamples = 2;
        const auto label = config_.c_dim > 0 ? at::eye(kSamples, config_.c_dim) : at::Tensor();
        return generator.truncate(generator.map(normal({kSamples, config_.z_dim}), label), 1);
    }

    // Contrast within a picture, without pictures that are one saturated colour.
    static constexpr double kContrast = 0.4, kMostRms = 0.8;

    /// Measures each layer's input power once and stores it as magnitude_ema, whose inverse root scales the input.
    void calibrate_alias_free() {
        const auto generator = Generator::build(out_);
        SynthesisInput input;
        input.ws = some_ws(*generator);
        input.style_norm = ops::StyleNorm::per_sample;
        const auto& layers = generator->synthesis().layers();
        Activation a = generator->synthesis().run(0, {}, input);
        for (std::size_t i = 1; i + 1 < layers.size(); ++i) {
            const double power = std::max(a.x.square().mean().item<double>(), 1e-12);
            put("synthesis." + layers[i].name + ".magnitude_ema", at::full({}, power));
            a.x = a.x / std::sqrt(power); // what the stored value will do to this layer's input
            a = generator->synthesis().run(i, a, input);
        }
        const auto torgb = "synthesis." + layers[layers.size() - 2].name + ".weight";
        const double contrast = (a.x - a.x.mean({2, 3}, true)).std().item<double>() * config_.output_scale;
        const double rms = a.x.square().mean().sqrt().item<double>() * config_.output_scale;
        put(torgb, to_tensor(out_.tensors.at(torgb), at::kFloat) * std::min(kContrast / contrast, kMostRms / rms));
    }

    GeneratorConfig config_;
    latent::NumpyRandom random_;
    io::Checkpoint out_;
};

} // namespace

io::Checkpoint make_untrained(const GeneratorConfig& config, std::uint32_t seed) {
    const c10::InferenceMode inference;
    return Maker(config, seed).make();
}

} // namespace unstuck::model
