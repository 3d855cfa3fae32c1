#include "core/engine/scene.hpp"

#include <cmath>
#include <numbers>

namespace unstuck::engine {

namespace {

double wrapped(double turns) { return turns - std::floor(turns); }

} // namespace

LatentState latent_of(LatentState latent, Side side) {
    const auto mine = index(side), other = 1 - mine;
    for (LatentPoint* p : {static_cast<LatentPoint*>(&latent), &latent.mix_point}) {
        p->w[other] = p->w[mine];
        p->w_index[other] = p->w_index[mine];
    }
    return latent;
}

Scene advanced(Scene s, double seconds) {
    if (!s.playing) return s;
    s.time += seconds;
    if (s.latent.animate) s.latent.x += s.latent.speed * seconds;
    auto& t = s.transform;
    if (t.animate_orbit) t.orbit_phase = wrapped(t.orbit_phase + t.orbit_speed * seconds);
    if (t.animate_rotation) t.turns = wrapped(t.turns + t.rotation_speed * seconds);
    if (t.animate_scale) t.scale_phase = wrapped(t.scale_phase + t.scale_speed * seconds);
    return s;
}

bool animated(const Scene& s) {
    const auto& t = s.transform;
    return (s.latent.animate && s.latent.speed != 0) ||
           (t.animate_orbit && t.orbit_speed != 0 && t.orbit_radius != 0) ||
           (t.animate_rotation && t.rotation_speed != 0) || (t.animate_scale && t.scale_speed != 0);
}

std::array<double, 2> effective_translation(const TransformState& t, int resolution) {
    double x = t.x, y = t.y;
    if (t.animate_orbit) {
        const double a = 2 * std::numbers::pi * t.orbit_phase;
        x += t.orbit_radius * std::cos(a);
        y += t.orbit_radius * std::sin(a);
    }
    if (t.round_px && resolution > 0) {
        x = std::round(x * resolution) / resolution;
        y = std::round(y * resolution) / resolution;
    }
    return {x, y};
}

double effective_scale(const TransformState& t) {
    return t.animate_scale ? t.scale * std::exp2(std::sin(2 * std::numbers::pi * t.scale_phase)) : t.scale;
}

model::Matrix3 forward_matrix(const TransformState& t, int resolution) {
    const double a = 2 * std::numbers::pi * t.turns, k = effective_scale(t);
    // Whole quarter turns give exact zeros and ones, so that the identity is the identity.
    const auto clean = [](double v) { return std::abs(v - std::round(v)) < 1e-15 ? std::round(v) : v; };
    const double c = clean(std::cos(a)), s = clean(std::sin(a));
    const auto [x, y] = effective_translation(t, resolution);
    return {c * k, s * k, x, -s * k, c * k, y, 0, 0, 1};
}

bool same_render(const Scene& a, const Scene& b) {
    return a.model == b.model && a.latent == b.latent && a.transform == b.transform && a.edits == b.edits &&
           a.layer.name == b.layer.name && a.layer.base_channel == b.layer.base_channel &&
           a.layer.channels == b.layer.channels && a.spectrum.beta == b.spectrum.beta;
}

Scene with_render_of(Scene now, const Scene& rendered) {
    now.model = rendered.model;
    now.latent = rendered.latent;
    now.transform = rendered.transform;
    now.edits = rendered.edits;
    now.layer.name = rendered.layer.name;
    now.layer.base_channel = rendered.layer.base_channel;
    now.layer.channels = rendered.layer.channels;
    now.spectrum.beta = rendered.spectrum.beta;
    return now;
}

} // namespace unstuck::engine
