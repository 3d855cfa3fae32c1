#include "core/engine/batch_render.hpp"

#include "core/engine/gpu.hpp"
#include "core/engine/latent_ws.hpp"
#include "core/engine/model_names.hpp"
#include "core/io/latent_file.hpp"
#include "core/latent/seed_w.hpp"
#include "core/model/matrix.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <nlohmann/json.hpp>
#include <numeric>
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
    if (r.w_file.empty()) {
        scene.latent.x = seed % 100;
        scene.latent.y = seed / 100;
        scene.latent.psi = r.psi;
        scene.latent.cutoff = r.cutoff;
    } else {
        scene.latent.w[0] = lasting_name(r.w_file);
        scene.latent.w_index[0] = static_cast<int>(seed);
    }
    scene.latent.directions = r.directions;
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

/// The seeds, or the numbers of the file's w.
std::vector<std::uint32_t> numbers(const BatchRequest& request, WFiles& files) {
    if (request.w_file.empty()) return request.seeds;
    if (request.w_index) return {static_cast<std::uint32_t>(*request.w_index)};
    const auto count = files.of(request.w_file).count();
    std::vector<std::uint32_t> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), 0u);
    return all;
}

at::Tensor ws_of(const LoadedModel& loaded, const BatchRequest& request, WFiles& files, std::uint32_t number) {
    const auto& g = *loaded.generator;
    auto ws = request.w_file.empty()
                  ? g.truncate(latent::seed_w(g, number, request.class_index), request.psi, request.cutoff)
                  : file_ws(g, files, request.w_file, static_cast<int>(number));
    add_directions(loaded, request.directions, true, ws);
    return ws;
}

void save(const std::string& path, const at::Tensor& ws) {
    const auto flat = ws.to(at::kFloat).contiguous();
    const auto* data = flat.const_data_ptr<float>();
    io::write_latent_file(path, {ws.size(0), ws.size(1), ws.size(2), {data, data + flat.numel()}});
}

/// What would leave the picture as it is was not meant.
void check_directions(const std::vector<LatentDirection>& directions, const model::GeneratorConfig& c) {
    for (const auto& d : directions) {
        if (d.first >= c.num_ws())
            throw std::invalid_argument("--direction: begins at row " + std::to_string(d.first) +
                                        " of w; this model has the rows 0 to " + std::to_string(c.num_ws() - 1));
        if (d.index >= c.w_dim)
            throw std::invalid_argument("--direction: number " + std::to_string(d.index) + "; this model has 0 to " +
                                        std::to_string(c.w_dim - 1));
    }
}

} // namespace

void render_seeds(const BatchRequest& request, const std::function<void(const BatchPicture&)>& done) {
    const c10::InferenceMode inference;
    if (!request.save_w.empty()) io::check_latent_target(request.save_w);
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
    check_directions(request.directions, c);
    model::SynthesisInput input;
    input.inverse_transform = request.inverse_matrix.value_or(model::inverse(forward_matrix(request.transform, 0)));
    input.noise = request.noise;
    input.style_norm = ops::StyleNorm::per_sample;
    if (!request.edits.empty())
        input.edits = std::make_shared<model::Edits>(model::edits_for(request.edits, g.synthesis().sampling()));
    const model::Edits none;
    std::vector<at::Tensor> all;
    WFiles files;
    for (const auto seed : numbers(request, files)) {
        input.ws = ws_of(loaded, request, files, seed);
        if (!request.save_w.empty()) all.push_back(input.ws);
        input.noise_seed = seed;
        done(
            {seed, to_image(g.synthesize(input, last)[0]), scene_of(request, seed, input.edits ? *input.edits : none)});
    }
    if (!all.empty()) save(request.save_w, at::cat(all));
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
