#include "core/engine/batch_render.hpp"

#include "core/engine/frame_renderer.hpp"
#include "core/engine/gpu.hpp"
#include "core/model/matrix.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <torch/headeronly/version.h>

namespace unstuck::engine {

namespace {

std::string layer_names(const model::Generator& g) {
    std::string out;
    for (const auto& l : g.synthesis().layers()) out += (out.empty() ? "" : ", ") + l.name;
    return out;
}

/// Where the window shows the same picture. `edits`: those of this network's layers.
std::optional<Scene> scene_of(const BatchRequest& r, std::uint32_t seed, const model::Edits& edits) {
    if (r.inverse_matrix || r.arithmetic != model::Arithmetic::fast) return std::nullopt;
    Scene scene;
    scene.model = {r.model, ""};
    scene.view.layout = Layout::only_a;
    scene.latent.x = seed % 100;
    scene.latent.y = seed / 100;
    scene.latent.psi = r.psi;
    scene.latent.cutoff = r.cutoff;
    scene.latent.class_index = r.class_index;
    scene.latent.noise = r.noise;
    constexpr std::uint32_t kMostNoiseSeed = 2147483647;
    if (r.noise == model::NoiseMode::random) {
        if (seed > kMostNoiseSeed) return std::nullopt;
        scene.latent.noise_seed = static_cast<int>(seed);
    }
    scene.transform = r.transform;
    scene.edits[0] = edits;
    scene.layer.name[0] = r.layer;
    if (scene_from_json(to_json(scene)) != scene) return std::nullopt; // out of range
    return scene;
}

} // namespace

void render_seeds(const BatchRequest& request, const std::function<void(const BatchPicture&)>& done) {
    const c10::InferenceMode inference;
    if (request.threads > 0) at::set_num_threads(request.threads);
    const auto loaded = load_model(request.model, {}, {request.arithmetic, compute_target(request.device)});
    const auto& g = *loaded.generator;
    const auto& c = g.config();
    const int last = g.layer_index(request.layer);
    if (last < 0)
        throw std::invalid_argument("the model has no layer '" + request.layer + "'; it has " + layer_names(g));
    if (request.class_index >= 0 && c.c_dim == 0) throw std::invalid_argument("--class: this model has no classes");
    if (request.class_index >= c.c_dim && c.c_dim > 0)
        throw std::invalid_argument("--class: the classes of this model are 0 to " + std::to_string(c.c_dim - 1));
    model::SynthesisInput input;
    input.inverse_transform = request.inverse_matrix.value_or(model::inverse(forward_matrix(request.transform, 0)));
    input.noise = request.noise;
    input.style_norm = ops::StyleNorm::per_sample;
    if (!request.edits.empty())
        input.edits = std::make_shared<model::Edits>(model::edits_for(request.edits, g.synthesis().sampling()));
    const model::Edits none;
    for (const auto seed : request.seeds) {
        input.ws = g.truncate(latent::seed_w(g, seed, request.class_index), request.psi, request.cutoff);
        input.noise_seed = seed;
        done(
            {seed, to_image(g.synthesize(input, last)[0]), scene_of(request, seed, input.edits ? *input.edits : none)});
    }
}

SystemInfo system_info() {
    SystemInfo info;
    info.version = UNSTUCK_VERSION;
    info.libtorch = TORCH_VERSION;
    info.simd = at::get_cpu_capability();
    info.blas = at::hasMKL() ? "MKL" : "none";
    info.threads = at::get_num_threads();
    const auto gpu = gpu_status();
    info.cuda_built = gpu.module_found;
    info.cuda_status = gpu.text;
    return info;
}

} // namespace unstuck::engine
