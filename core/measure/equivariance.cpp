#include "core/measure/equivariance.hpp"

#include "core/latent/seed_w.hpp"
#include "core/measure/draws.hpp"
#include "core/measure/rotate.hpp"
#include "core/measure/translate.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <numbers>

namespace unstuck::measure {

EqMove draw_move(EqKind kind, std::uint64_t seed, std::uint64_t index, std::int64_t width, std::int64_t height) {
    Draws draws(seed, index);
    if (kind == EqKind::rotation) return {.angle_rad = draws.uniform(-std::numbers::pi, std::numbers::pi)};
    constexpr double kFarthest = 1.0 / 8;
    EqMove move{.tx = draws.uniform(-kFarthest, kFarthest), .ty = draws.uniform(-kFarthest, kFarthest)};
    const auto round_to = [](double t, std::int64_t n) {
        return std::nearbyint(t * static_cast<double>(n)) / static_cast<double>(n);
    };
    if (kind == EqKind::translation) move = {round_to(move.tx, width), round_to(move.ty, height)};
    return move;
}

model::Matrix3 inverse_transform(EqKind kind, const EqMove& move) {
    if (kind == EqKind::rotation) return rotation_matrix(-move.angle_rad);
    return {1, 0, -move.tx, 0, 1, -move.ty, 0, 0, 1};
}

EqViews eq_views(EqKind kind, const at::Tensor& original, const at::Tensor& moved, const EqMove& move) {
    if (kind == EqKind::rotation) {
        const auto turned = rotate(original, move.angle_rad);
        const auto pseudo = pseudo_rotate(moved, move.angle_rad);
        return {turned.image, pseudo.image, turned.mask * pseudo.mask};
    }
    const double dx = move.tx * static_cast<double>(original.size(3));
    const double dy = move.ty * static_cast<double>(original.size(2));
    const auto shifted =
        kind == EqKind::translation ? translate_whole(original, dx, dy) : translate_fraction(original, dx, dy);
    return {shifted.image, moved, shifted.mask};
}

EqSample eq_sample(const EqViews& views) {
    const auto error = (views.reference - views.moved).square() * views.mask;
    return {error.sum(at::kDouble).item<double>(), views.mask.sum(at::kDouble).item<double>()};
}

EqSample measure_eq(EqKind kind, const Render& render, const EqMove& move) {
    const auto original = render(model::kIdentity3);
    return eq_sample(eq_views(kind, original, render(inverse_transform(kind, move)), move));
}

model::SynthesisInput eq_input(const model::Generator& generator, std::uint32_t seed) {
    model::SynthesisInput input;
    input.ws = generator.truncate(latent::seed_w(generator, seed, -1), 1);
    input.noise = model::NoiseMode::random;
    input.noise_seed = seed;
    return input;
}

Render render_of(const model::Generator& generator, const model::SynthesisInput& input) {
    return [&generator, input](const model::Matrix3& inverse) {
        auto moved = input;
        moved.inverse_transform = inverse;
        return generator.synthesize(moved);
    };
}

} // namespace unstuck::measure
