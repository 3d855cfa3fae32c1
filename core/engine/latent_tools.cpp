#include "core/engine/latent_tools.hpp"

#include "core/engine/latent_ws.hpp"
#include "core/io/latent_file.hpp"

#include <ATen/ATen.h>

namespace unstuck::engine {

namespace {

/// A model that is opened twice is found out about twice: the key tells such copies apart.
std::string key_of(const LoadedModel& model) {
    return "principal components " + std::to_string(reinterpret_cast<std::uintptr_t>(model.bases.get()));
}

} // namespace

std::shared_ptr<const latent::DirectionBasis> known_principal_components(const LoadedModel* model) {
    return model ? model->bases->principal_if_known() : nullptr;
}

void find_principal_components(JobQueue& queue, const std::shared_ptr<const LoadedModel>& model) {
    if (known_principal_components(model.get())) return;
    const auto before = principal_components_job(queue, *model);
    if (!before.key.empty() && !before.over()) return;
    queue.submit(key_of(*model), "Principal components of W", [model](JobControl& control) {
        try {
            model->bases->principal(*model->generator, [&](double done) { control.progress(done); });
        } catch (const c10::Error& e) {
            throw std::runtime_error(e.what_without_backtrace());
        }
        control.changed();
    });
}

JobStatus principal_components_job(const JobQueue& queue, const LoadedModel& model) {
    return queue.status(key_of(model));
}

void save_w(const LoadedModel& model, const LatentState& latent, const std::string& path) {
    const auto ws = latent_ws(model, latent).to(at::kFloat).contiguous();
    const auto* data = ws.const_data_ptr<float>();
    io::write_latent_file(path, {1, ws.size(1), ws.size(2), {data, data + ws.numel()}});
}

} // namespace unstuck::engine
