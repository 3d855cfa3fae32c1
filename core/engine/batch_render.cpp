#include "core/engine/batch_render.hpp"

#include "core/engine/frame_renderer.hpp"
#include "core/engine/gpu.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <stdexcept>
#include <torch/headeronly/version.h>

namespace unstuck::engine {

namespace {

std::string layer_names(const model::Generator& g) {
    std::string out;
    for (const auto& l : g.synthesis().layers()) out += (out.empty() ? "" : ", ") + l.name;
    return out;
}

} // namespace

void render_seeds(const BatchRequest& request, const std::function<void(std::uint32_t, const Image&)>& done) {
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
    input.inverse_transform = request.inverse_transform;
    input.noise = request.noise;
    input.style_norm = ops::StyleNorm::per_sample;
    if (!request.edits.empty())
        input.edits = std::make_shared<model::Edits>(model::edits_for(request.edits, g.synthesis().sampling()));
    for (const auto seed : request.seeds) {
        input.ws = g.truncate(latent::seed_w(g, seed, request.class_index), request.psi, request.cutoff);
        input.noise_seed = seed;
        done(seed, to_image(g.synthesize(input, last)[0]));
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
