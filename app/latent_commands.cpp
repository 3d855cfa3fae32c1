// Files with a w, and directions that pictures wait for.
#include "app/application.hpp"
#include "core/engine/latent_tools.hpp"
#include "core/engine/model_names.hpp"
#include "core/io/pasted_path.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>

namespace unstuck::app {

using engine::Side;

namespace {

/// The file of that name, wherever the program is started next time. Throws when there is none.
std::string w_file(const std::string& typed) {
    const auto path = io::pasted_path(typed);
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) throw std::runtime_error(path + ": there is no such file");
    return engine::lasting_name(path);
}

/// Switches off, and keeps, what came with an earlier latent and would change the file's w. Returns what that was, for
/// people.
std::string let_w_alone(engine::LatentState& latent) {
    std::string changed;
    const auto say = [&](bool was, const char* what) {
        if (was) changed += (changed.empty() ? "; " : ", ") + std::string(what);
    };
    const bool moved =
        std::any_of(latent.directions.begin(), latent.directions.end(), [](const auto& d) { return d.amount != 0; });
    const bool walks = !latent.walk.seeds.empty() && latent.walk.reach != 0;
    say(latent.mix, "style mixing is off");
    say(moved, "directions are at 0");
    say(walks, "the walk's reach is 0");
    say(latent.lock_pose, "the pose is not locked");
    latent.mix = latent.lock_pose = false;
    for (auto& d : latent.directions) d.amount = 0;
    if (walks) latent.walk.reach = 0;
    return changed;
}

} // namespace

void Application::load_w(Side side, const std::string& typed) {
    auto& latent = scene_.latent;
    const auto path = w_file(typed);
    latent.w[index(side)] = path;
    latent.w_index[index(side)] = 0;
    const auto changed = let_w_alone(latent);
    engine_.refresh(); // the same name may hold another w than before
    announce(fmt::format("{} shows the w of {}{}", side_name(side), path, changed));
    touch();
}

void Application::load_mixed_w(const std::string& typed) {
    const auto path = w_file(typed);
    scene_.latent.mix_point = {};
    scene_.latent.mix_point.w.fill(path);
    engine_.refresh();
    announce("Style mixing takes rows from the w of " + path);
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

void Application::need_directions(const char* what) const {
    if (!pair_) return;
    for (const auto side : engine::kSides) {
        const auto& frame = pair_->frame[index(side)];
        if (frame && frame->lacks_directions)
            throw std::runtime_error(fmt::format("{} still lacks {}: {} would not be what its scene says. Wait until "
                                                 "the components are found, or find them in the Directions tab",
                                                 side_name(side), component_steps_text(pair_->scene.latent), what));
    }
}

} // namespace unstuck::app
