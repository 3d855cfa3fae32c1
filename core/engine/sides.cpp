#include "core/engine/sides.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace unstuck::engine {

namespace {

/// Fields of one side: the same of A and of B.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kPaths = {{
    {"/edits_a", "/edits_b"},
    {"/layer/a", "/layer/b"},
    {"/latent/w_a", "/latent/w_b"},
    {"/latent/w_index_a", "/latent/w_index_b"},
    {"/latent/mix_point/w_a", "/latent/mix_point/w_b"},
    {"/latent/mix_point/w_index_a", "/latent/mix_point/w_index_b"},
}};

bool begins_with_field(std::string_view path, std::string_view field) {
    return path.starts_with(field) && (path.size() == field.size() || path[field.size()] == '/');
}

std::string of_other_side(const std::string& path) {
    for (const auto& [a, b] : kPaths) {
        if (begins_with_field(path, a)) return std::string(b) + path.substr(a.size());
        if (begins_with_field(path, b)) return std::string(a) + path.substr(b.size());
    }
    return path;
}

} // namespace

Session with_sides_swapped(Session session) {
    auto& s = session.scene;
    std::swap(s.model[0], s.model[1]);
    std::swap(s.layer.name[0], s.layer.name[1]);
    std::swap(s.edits[0], s.edits[1]);
    std::swap(s.latent.w[0], s.latent.w[1]);
    std::swap(s.latent.w_index[0], s.latent.w_index[1]);
    std::swap(s.latent.mix_point.w[0], s.latent.mix_point.w[1]);
    std::swap(s.latent.mix_point.w_index[0], s.latent.mix_point.w_index[1]);
    for (auto& track : session.motion.tracks) track.path = of_other_side(track.path);
    for (auto& ready : session.ready) {
        ready.path = of_other_side(ready.path);
        if (!ready.side.empty()) ready.side = ready.side == "a" ? "b" : "a";
    }
    return session;
}

Scene with_a_for_b(Scene scene) {
    scene.model[1] = scene.model[0];
    scene.layer.name[1] = scene.layer.name[0];
    scene.edits[1] = scene.edits[0];
    scene.latent.w[1] = scene.latent.w[0];
    scene.latent.w_index[1] = scene.latent.w_index[0];
    scene.latent.mix_point.w[1] = scene.latent.mix_point.w[0];
    scene.latent.mix_point.w_index[1] = scene.latent.mix_point.w_index[0];
    return scene;
}

} // namespace unstuck::engine
