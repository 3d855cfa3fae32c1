// Files with a w, and directions that pictures wait for.
#include "app/application.hpp"
#include "core/engine/latent_tools.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>

namespace unstuck::app {

using engine::Side;

/// What came with an earlier latent would change the file's: it is switched off, and kept.
void Application::load_w(Side side, const std::string& path) {
    auto& latent = scene_.latent;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) throw std::runtime_error(path + ": there is no such file");
    const bool changed = latent.mix || std::any_of(latent.directions.begin(), latent.directions.end(),
                                                   [](const auto& d) { return d.amount != 0; });
    latent.w[index(side)] = std::filesystem::absolute(path, ignored).lexically_normal().string();
    latent.w_index[index(side)] = 0;
    latent.mix = false;
    for (auto& d : latent.directions) d.amount = 0;
    engine_.refresh(); // the same name may hold another w than before
    announce(fmt::format("{} shows the w of {}{}", side_name(side), path,
                         changed ? "; style mixing is off and directions are at 0" : ""));
    touch();
}

void Application::save_w(Side side, const std::string& ending) {
    const auto model = engine_.loaded(side);
    if (!model) throw std::runtime_error(fmt::format("There is no model {} whose w could be saved", side_name(side)));
    finish_saving();
    const auto latent = latent_of(scene_.latent, side);
    saving_ = std::async(std::launch::async,
                         [model, latent, path = next_capture(fmt::format("w-{}", side_name(side)), ending)] {
                             engine::save_w(*model, latent, path);
                             return path;
                         });
}

void Application::poll_directions() {
    for (auto side : engine::kSides) {
        const auto model = engine_.loaded(side);
        const auto* frame = pair_ ? pair_->frame[index(side)].get() : nullptr;
        if (!model || !frame || !frame->lacks_directions) continue;
        if (engine::known_principal_components(model.get())) {
            if (!engine_.rendering()) engine_.refresh();
        } else if (engine::principal_components_job(jobs_, *model).key.empty()) {
            engine::find_principal_components(jobs_, model); // once: who cancels it does not want it
        }
    }
}

} // namespace unstuck::app
