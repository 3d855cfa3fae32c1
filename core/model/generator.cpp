#include "core/model/generator.hpp"

#include "core/model/gpu_layers.hpp"
#include "core/model/weights.hpp"
#include "core/ops/activation.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <stdexcept>
#include <unistd.h>

namespace unstuck::model {

namespace {

/// Refuses a network whose largest layer could not be held: sizes come from the file, and may be anything.
void check_memory(const GeneratorConfig& c) {
    const double have = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGE_SIZE));
    // The layer itself at its raised rate, before and after an operation.
    const auto check = [&](const std::string& name, double channels, double side) {
        const double need = 2 * channels * side * side * sizeof(float);
        if (need > have)
            throw std::invalid_argument("layer " + name + " would need about " +
                                        std::to_string(std::llround(need / 1e9)) + " GB of memory; this machine has " +
                                        std::to_string(std::llround(have / 1e9)));
    };
    if (c.family == Family::stylegan2) {
        for (int res = 4; res <= c.img_resolution; res *= 2)
            check("b" + std::to_string(res), std::min(c.channel_base / res, c.channel_max), res);
        return;
    }
    for (const auto& l : plan_alias_free(c).layers)
        check(l.name, l.out_channels, static_cast<double>(l.in_size) * l.up_factor);
}

} // namespace

std::shared_ptr<const Generator> Generator::build(const io::Checkpoint& checkpoint, const BuildOptions& options) {
    const c10::InferenceMode inference;
    auto g = std::shared_ptr<Generator>(new Generator);
    g->config_ = parse_config(checkpoint.family, checkpoint.kwargs);
    g->dtype_ = options.dtype;
    const auto& c = g->config_;
    check_memory(c);
    const Weights all(checkpoint.tensors, "", options.dtype, options.on_tensor);
    const auto mapping = all.child("mapping");
    std::int64_t features = c.z_dim;
    if (c.c_dim > 0) {
        const auto embed = mapping.child("embed");
        g->embed_.weight = embed.get("weight", {-1, c.c_dim});
        g->embed_.bias = embed.get("bias", {g->embed_.weight.size(0)});
        features += g->embed_.weight.size(0);
    }
    for (int i = 0; i < c.mapping_layers; ++i) {
        const auto fc = mapping.child("fc" + std::to_string(i));
        const std::int64_t out = i + 1 == c.mapping_layers ? c.w_dim : -1;
        auto weight = fc.get("weight", {out, features});
        features = weight.size(0);
        g->mapping_.push_back({std::move(weight), fc.get("bias", {features})});
    }
    g->w_avg_ = mapping.get("w_avg", {c.w_dim});
    const auto synthesis = all.child("synthesis");
    const auto arithmetic = options.dtype == at::kFloat ? options.arithmetic : Arithmetic::reference;
    std::optional<GpuBuild> gpu;
    if (options.gpu) gpu = GpuBuild{*options.gpu, options.precision};
    g->synthesis_ = c.family == Family::alias_free ? make_alias_free(c, synthesis, arithmetic, gpu)
                                                   : make_stylegan2(c, synthesis, arithmetic, gpu);
    for (const auto& [name, tensor] : checkpoint.tensors)
        for (const auto* end : {".weight", ".bias", ".const", ".noise_strength"})
            if (name.ends_with(end)) g->parameters_ += tensor.numel();
    return g;
}

at::Tensor Generator::map(const at::Tensor& z, const at::Tensor& c) const {
    const c10::InferenceMode inference;
    at::Tensor x;
    if (config_.z_dim > 0) x = ops::normalize_second_moment(z.to(dtype_));
    if (config_.c_dim > 0) {
        if (!c.defined()) throw std::invalid_argument("a conditional model needs a class");
        const auto y =
            ops::normalize_second_moment(ops::fully_connected(c.to(dtype_), embed_.weight, embed_.bias, 1, "linear"));
        x = x.defined() ? at::cat({x, y}, 1) : y;
    }
    for (const auto& layer : mapping_)
        x = ops::fully_connected(x, layer.weight, layer.bias, config_.mapping_lr_multiplier,
                                 config_.mapping_activation);
    return x;
}

at::Tensor Generator::truncate(const at::Tensor& w, double psi, int cutoff) const {
    const c10::InferenceMode inference;
    const auto rows = config_.num_ws();
    auto ws = w.unsqueeze(1).repeat({1, rows, 1});
    if (psi == 1) return ws;
    const auto count = cutoff < 0 ? rows : std::min(cutoff, rows);
    auto part = ws.slice(1, 0, count);
    part.copy_(w_avg_ + (part - w_avg_) * psi);
    return ws;
}

at::Tensor Generator::synthesize(const SynthesisInput& asked, int last) const {
    const c10::InferenceMode inference;
    auto input = asked;
    synthesis_->stage(input);
    const auto count = last < 0 ? synthesis_->layers().size() : static_cast<std::size_t>(last) + 1;
    Activation a;
    for (std::size_t i = 0; i < count; ++i) a = synthesis_->run(i, a, input);
    return a.shown;
}

int Generator::layer_index(const std::string& name) const {
    const auto& layers = synthesis_->layers();
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (layers[i].name == name) return static_cast<int>(i);
    return -1;
}

} // namespace unstuck::model
