#include "core/engine/command_line.hpp"

#include "core/engine/scene_text.hpp"
#include "core/latent/seeds.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace unstuck::engine {

namespace {

/// The shortest text that reads as exactly this number.
std::string number(double value) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

bool whole(double value) { return std::floor(value) == value && std::abs(value) < 1e9; }

/// Whether render's options have a word for all of it.
bool has_options(const Scene& scene, Side side) {
    const auto& l = scene.latent;
    const auto& t = scene.transform;
    const bool seeds_alone = whole(l.x) && whole(l.y) && l.walk.seeds.empty() && l.w[index(side)].empty() &&
                             l.directions.empty() && !(l.mix && l.mix_rows != 0);
    // A class that the model lacks the scene takes as the nearest one, and the option refuses.
    const bool plain_latent = seeds_alone && l.class_index < 0 && !l.lock_pose && l.noise != model::NoiseMode::random &&
                              l.noise_strength == 1;
    // A picture that is moved back, rounded to pixels, or scaled, or that ends at its edge, needs the scene.
    const bool plain_transform = !t.untransform && !t.round_px && effective_scale(t) == 1 &&
                                 t.edge == model::ConstantEdge::periodic && (t.turns * 360) / 360 == t.turns;
    return plain_latent && plain_transform && scene.edits[index(side)].empty();
}

std::string with_options(const Scene& scene, Side side) {
    const auto& l = scene.latent;
    auto model = scene.model[index(side)];
    if (model.front() == '-') model = "./" + model; // no option
    auto out = "unstuck render " + shell_word(model) + " --seeds " +
               std::to_string(latent::plane_seed(static_cast<std::int64_t>(l.x), static_cast<std::int64_t>(l.y)));
    if (l.psi != 1) out += " --trunc=" + number(l.psi);
    if (l.cutoff >= 0) out += " --trunc-cutoff " + std::to_string(l.cutoff);
    const auto [x, y] = effective_translation(scene.transform, 0);
    if (x != 0 || y != 0) out += " --translate=" + number(x) + "," + number(y);
    if (scene.transform.turns != 0) out += " --rotate=" + number(scene.transform.turns * 360);
    if (l.noise == model::NoiseMode::none) out += " --noise-mode none";
    return out;
}

} // namespace

std::string shell_word(const std::string& text) {
    constexpr const char* kHarmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:,=+@%";
    if (!text.empty() && text.find_first_not_of(kHarmless) == text.npos) return text;
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string render_command(const Scene& scene, Side side, const std::string& folder) {
    if (scene.model[index(side)].empty()) return {};
    const auto what = has_options(scene, side) ? with_options(scene, side)
                                               : "unstuck render --scene " + shell_word(scene_to_text(scene)) +
                                                     (side == Side::a ? " --side a" : " --side b");
    return what + " --out " + shell_word(folder);
}

} // namespace unstuck::engine
