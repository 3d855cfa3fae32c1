#include "core/model/moving_constant.hpp"
#include "core/model/stylegan2_gpu.hpp"

namespace unstuck::model {

namespace {

enum class StepKind { constant, conv, torgb, skip, output };

struct Step {
    StepKind kind;
    std::size_t item = 0;     ///< Index among the layers of its kind.
    bool ends_branch = false; ///< conv: adds the block's skip branch.
};

class StyleGan2 final : public Synthesis {
  public:
    StyleGan2(const GeneratorConfig& c, const Weights& weights, Arithmetic arithmetic,
              const std::optional<GpuBuild>& gpu) {
        if (gpu) arithmetic = Arithmetic::reference; // what the GPU's layers are made from
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
                    add({StepKind::skip, skips_.size()}, name + "skip", out, res, -1, in, 1, res / 2);
                    skips_.emplace_back(block.child("skip"), in, out, arithmetic);
                }
                add({StepKind::conv, convs_.size()}, name + "conv0", out, res, row++, in, 3, res / 2);
                convs_.emplace_back(block.child("conv0"), c, in, out, res, 2, 1, arithmetic);
            }
            add({StepKind::conv, convs_.size(), resnet}, name + "conv1", out, res, row++, out, 3, res);
            convs_.emplace_back(block.child("conv1"), c, out, out, res, 1, resnet ? std::numbers::sqrt2 / 2 : 1,
                                arithmetic);
            if (res == c.img_resolution || c.architecture == Architecture::skip) {
                add({StepKind::torgb, torgbs_.size()}, name + "torgb", c.img_channels, res, row, out, 1, res);
                torgbs_.emplace_back(block.child("torgb"), c, out, arithmetic);
                image_ups_.emplace_back(resample_filter(block), arithmetic);
            }
        }
        add({StepKind::output}, "output", c.img_channels, c.img_resolution, -1);
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            const auto& step = steps_[i];
            if (step.kind == StepKind::conv)
                style_weights_.push_back({layers_[i].w_row, convs_[step.item].affine.weight});
            if (step.kind == StepKind::torgb)
                style_weights_.push_back({layers_[i].w_row, torgbs_[step.item].affine.weight});
        }
        for (std::size_t i = 0; i < steps_.size(); ++i) sampling_.push_back(sampling_of_step(i, c));
        if (gpu) move_to(*gpu, c);
    }

    Activation run(std::size_t index, const Activation& before, const SynthesisInput& input) const override {
        const c10::InferenceMode inference;
        std::optional<Tf32> tf32;
        if (gpu_) tf32.emplace(gpu_->build.precision == Precision::as_marked);
        const auto& step = steps_[index];
        Activation out = before;
        out.times = {};
        switch (step.kind) {
        case StepKind::constant: out.x = out.shown = constant(input); break;
        case StepKind::skip: out.skip = out.shown = run_skip(index, before.x, input); break;
        case StepKind::conv:
            out.shown = run_conv(index, before.x, input, out.times);
            out.x = step.ends_branch ? sum(before.skip, out.shown) : out.shown;
            if (step.ends_branch) out.skip = at::Tensor();
            break;
        case StepKind::torgb:
            out.shown = run_torgb(index, before.x, input, out.times);
            if (index + 2 == steps_.size()) out.x = out.skip = at::Tensor(); // the image is all that is left to do
            out.img = before.img.defined() ? sum(raised(index, before.img, input), out.shown) : out.shown;
            break;
        case StepKind::output:
            out = {};
            out.shown = before.img;
            break;
        }
        return out;
    }

    std::int64_t count_clamped(std::size_t index, const Activation& before,
                               const SynthesisInput& input) const override {
        const c10::InferenceMode inference;
        const auto& step = steps_[index];
        if (gpu_ || (step.kind != StepKind::conv && step.kind != StepKind::torgb)) return 0;
        const auto s = edited_sampling(index, input).value_or(sampling_[index]);
        const auto w = w_row(input, layers_[index].w_row);
        if (step.kind == StepKind::conv) return convs_[step.item].count_clamped(s, before.x, input, w, index, buffers_);
        if (!s.clamp) return 0;
        const auto rgb = torgbs_[step.item].run(before.x, w, std::nullopt, buffers_);
        return (rgb.abs() > *s.clamp).sum().item<std::int64_t>();
    }

    void stage(SynthesisInput& input) const override {
        if (!gpu_) return;
        const c10::InferenceMode inference;
        stage_common(gpu_->build.gpu, input, steps_.size());
        stage_tensor(gpu_->build.gpu, moved_constant(input), input.staged->constant);
        stage_noise(input);
    }

    const ops::Gpu* gpu() const override { return gpu_ ? &gpu_->build.gpu : nullptr; }

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
        append_edit(input.edits, layers_[index].name, key);
    }

  private:
    /// in, kernel, results: of its convolution, when it has one.
    void add(Step step, const std::string& name, int channels, int res, int row, int in = 0, int kernel = 0,
             int conv_res = 0) {
        steps_.push_back(step);
        const double results = static_cast<double>(conv_res) * conv_res, shown = static_cast<double>(res) * res;
        layers_.push_back(
            {name, channels, res, res, static_cast<double>(res), 0, 0, row, 0, conv_flop(in, channels, kernel, results),
             in * kernel * kernel,
             sizeof(float) * (in * results + channels * shown + static_cast<double>(in) * channels * kernel * kernel)});
    }

    LayerSampling sampling_of_step(std::size_t index, const GeneratorConfig& c) const {
        const auto& step = steps_[index];
        const auto& name = layers_[index].name;
        if (step.kind == StepKind::conv) return convs_[step.item].sampling(name, c);
        LayerSampling s;
        if (step.kind == StepKind::torgb || step.kind == StepKind::skip)
            s = stylegan2_sampling(name, layers_[index].width, c);
        s.name = name;
        s.noise = 0;
        if (step.kind == StepKind::skip) set_resample(s, 2, skips_[step.item].up.filter);
        // The image so far is raised where there is one.
        if (step.kind == StepKind::torgb && step.item > 0) set_resample(s, 2, image_ups_[step.item].filter);
        if (step.kind != StepKind::torgb) s.clamp.reset();
        s.gain = s.slope = 1;
        return s;
    }

    /// As edited; none when that layer is as in the model.
    std::optional<LayerSampling> edited_sampling(std::size_t index, const SynthesisInput& input) const {
        const auto* edit = find_edit(input.edits, layers_[index].name);
        if (!edit) return std::nullopt;
        return edited(sampling_[index], *edit).sampling;
    }

    at::Tensor run_skip(std::size_t index, const at::Tensor& x, const SynthesisInput& input) const {
        const auto item = steps_[index].item;
        const auto s = edited_sampling(index, input);
        if (gpu_) {
            if (!s) return gpu_->skips[item].run(x);
            const auto y = gpu_->skips[item].convolve(x);
            return images_on_gpu(raise_by_design(s->resample, y.to(at::kFloat), buffers_), y.scalar_type());
        }
        return s ? skips_[item].run(x, buffers_, s->resample) : skips_[item].run(x, buffers_);
    }

    at::Tensor run_conv(std::size_t index, const at::Tensor& x, const SynthesisInput& input, StepTimes& times) const {
        const auto item = steps_[index].item;
        const int row = layers_[index].w_row;
        const auto s = edited_sampling(index, input);
        if (gpu_)
            return s ? run_conv_edited_on_gpu(*s, index, x, input) : gpu_->convs[item].run(x, row, {input, index});
        if (s) return convs_[item].run_edited(*s, x, input, w_row(input, row), index, buffers_, times);
        return convs_[item].run(x, input, w_row(input, row), index, buffers_, times);
    }

    at::Tensor run_torgb(std::size_t index, const at::Tensor& x, const SynthesisInput& input, StepTimes& times) const {
        const auto s = edited_sampling(index, input);
        const auto item = steps_[index].item;
        if (gpu_) {
            if (!s) return gpu_->torgbs[item].run(x, layers_[index].w_row, {input, index});
            auto layer = gpu_->torgbs[item];
            layer.end.clamp = s->clamp;
            return layer.run(x, layers_[index].w_row, {input, index});
        }
        ops::Stopwatch watch;
        auto out =
            torgbs_[item].run(x, w_row(input, layers_[index].w_row), s ? s->clamp : torgbs_[item].clamp, buffers_);
        times.conv_ms = watch.lap_ms();
        return out;
    }

    at::Tensor sum(const at::Tensor& a, const at::Tensor& b) const {
        return gpu_ ? gpu_->build.gpu.add(a, b) : ops::add_images(buffers_, a, b);
    }

    /// The image so far at twice its size.
    at::Tensor raised(std::size_t index, const at::Tensor& img, const SynthesisInput& input) const {
        const auto item = steps_[index].item;
        if (const auto s = edited_sampling(index, input)) {
            const auto out = raise_by_design(s->resample, img, buffers_);
            return gpu_ ? images_on_gpu(out, at::kFloat) : out;
        }
        return gpu_ ? gpu_->image_ups[item](img) : image_ups_[item].run(img, buffers_);
    }

    at::Tensor images_on_gpu(const at::Tensor& x, at::ScalarType dtype) const {
        return gpu_->build.gpu.as_images(x, dtype);
    }

    /// The kernel convolves; what follows is LibTorch's.
    at::Tensor run_conv_edited_on_gpu(const LayerSampling& s, std::size_t index, const at::Tensor& x,
                                      const SynthesisInput& input) const {
        const Tf32 exact(false);
        const auto& layer = gpu_->convs[steps_[index].item];
        const auto& cpu_layer = convs_[steps_[index].item];
        auto y = layer.convolve(x, layers_[index].w_row, {input, index}).to(at::kFloat);
        if (cpu_layer.up == 2) y = filter_raised(s.resample, y, cpu_layer.resolution, buffers_);
        y = y + layer.bias.slice(0, 0, y.size(1)).reshape({1, -1, 1, 1});
        const auto& noise = input.staged->noise[index];
        if (noise.defined()) y = y + noise * (input.staged->noise_gain[index] * s.noise);
        return images_on_gpu(cpu_layer.finish_edited(s, y, buffers_), layer.dtype);
    }

    at::Tensor moved_constant(const SynthesisInput& input) const {
        const auto moved =
            input.inverse_transform == kIdentity3 ? const_ : move_constant(const_, input.inverse_transform, input.edge);
        return moved.unsqueeze(0).expand({input.ws.size(0), -1, -1, -1});
    }
    at::Tensor constant(const SynthesisInput& input) const {
        return gpu_ ? gpu_->build.gpu.as_images(input.staged->constant, at::kFloat) : moved_constant(input);
    }

    void stage_noise(SynthesisInput& input) const {
        const auto& gpu = gpu_->build.gpu;
        const bool fresh = input.noise == NoiseMode::random;
        const std::tuple wanted(input.noise, fresh ? input.noise_seed : 0, input.noise_strength);
        if (input.staged->noise_of == wanted) return; // drawing and copying it would take longer than the frame
        input.staged->noise_of = wanted;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            auto& plane = input.staged->noise[i];
            const bool conv = steps_[i].kind == StepKind::conv;
            if (!conv || !convs_[steps_[i].item].takes_noise(input)) {
                plane = at::Tensor();
                continue;
            }
            const auto& layer = convs_[steps_[i].item];
            stage_tensor(gpu, layer.strength(input).reshape({1}), input.staged->noise_gain[i]);
            if (input.noise == NoiseMode::constant)
                plane = gpu_->noise_const[steps_[i].item];
            else // one for all of a batch: frames are rendered one by one
                stage_fresh(gpu, layer.unit_noise(input, i, 1)[0][0], gpu_->noise_const[steps_[i].item], plane);
        }
    }

    void move_to(const GpuBuild& build, const GeneratorConfig& c) {
        gpu_ = GpuStyleGan2{build, {}, {}, {}, {}, {}};
        for (auto& l : convs_) {
            gpu_->convs.push_back(on_gpu(l, c, build));
            gpu_->noise_const.push_back(l.noise_const.defined() ? build.gpu.upload(l.noise_const) : at::Tensor());
            l.weight = at::Tensor(); // the noise stays: it is drawn and scaled on the processor
        }
        int res = c.architecture == Architecture::skip ? 4 : c.img_resolution;
        for (const auto& l : torgbs_) {
            gpu_->torgbs.push_back(on_gpu(l, res, c, build));
            res *= 2;
        }
        res = 8;
        for (const auto& l : skips_) {
            gpu_->skips.push_back(on_gpu(l, res, c, build));
            res *= 2;
        }
        for (const auto& u : image_ups_) gpu_->image_ups.push_back(on_gpu(u, at::kFloat, build));
        torgbs_.clear();
        skips_.clear();
        image_ups_.clear();
    }

    at::Tensor const_;
    std::vector<Step> steps_;
    std::vector<ConvLayer> convs_;
    std::vector<ToRgbLayer> torgbs_;
    std::vector<SkipLayer> skips_;
    std::vector<Upsampler> image_ups_;
    std::optional<GpuStyleGan2> gpu_; ///< With these instead of those above.
};

} // namespace

std::unique_ptr<const Synthesis> make_stylegan2(const GeneratorConfig& config, const Weights& weights,
                                                Arithmetic arithmetic, const std::optional<GpuBuild>& gpu) {
    return std::make_unique<StyleGan2>(config, weights, arithmetic, gpu);
}

} // namespace unstuck::model
