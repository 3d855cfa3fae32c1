#include "core/engine/film_camera.hpp"

#include "core/io/error.hpp"
#include "core/measure/affine_resample.hpp"
#include "core/measure/equivariance.hpp"
#include "core/model/matrix.hpp"

#include <ATen/ATen.h>
#include <numbers>

namespace unstuck::engine {

namespace {

/// The sides that any of the film's pictures ask for.
std::array<bool, 2> sides_of(const FilmRequest& request) {
    auto out = sides_asked(request.film, request.scene.view);
    if (request.film.layout != FilmLayout::view) return out;
    for (const auto& track : request.motion.tracks)
        if (track.path == "/view/layout") return {true, true};
    return out;
}

at::Tensor tensor_of(const Image& image) {
    // A copy: the numbers may lie in a frame that goes before the tensor does.
    return at::tensor(image.host_pixels()).view({1, image.channels, image.height, image.width});
}

} // namespace

FilmCast::FilmCast(const FilmRequest& request) {
    const auto wanted = sides_of(request);
    for (const auto side : kSides) {
        const auto i = index(side);
        const auto& source = request.scene.model[i];
        if (source.empty() || !wanted[i]) continue;
        models[i] = load_model(source, {}, {model::Arithmetic::fast, compute_target(request.device)});
        infos[i] = models[i].info;
        device = models[i].target.gpu ? "cuda" : "cpu";
        renderers_[i].picture = std::make_unique<FrameRenderer>(models[i]);
    }
}

std::array<int, 2> FilmCast::resolutions() const {
    std::array<int, 2> out{};
    for (std::size_t i = 0; i < 2; ++i) out[i] = infos[i] ? infos[i]->resolution : 0;
    return out;
}

std::array<std::vector<std::string>, 2> FilmCast::layers() const {
    std::array<std::vector<std::string>, 2> out;
    for (std::size_t i = 0; i < 2; ++i)
        if (infos[i])
            for (const auto& layer : infos[i]->layers) out[i].push_back(layer.name);
    return out;
}

MotionModels FilmCast::sampling() const {
    MotionModels out;
    for (std::size_t i = 0; i < 2; ++i)
        if (infos[i]) out[i] = infos[i]->sampling;
    return out;
}

std::optional<FilmCast::Views> FilmCast::render(Side side, const Scene& scene, const Needs& needs, int number,
                                                const std::stop_token& stop) {
    const auto i = index(side);
    Views out;
    if (!infos[i]) return out;
    auto& r = renderers_[i];
    const auto frame = [&](FrameRenderer& renderer, const FrameRequest& request) {
        auto made = renderer.render(request, [&] { return stop.stop_requested(); });
        if (made && !made->error.empty())
            throw io::FileError(infos[i]->source, "frame " + std::to_string(number) + ": " + made->error);
        return made;
    };
    auto request = make_request(scene, side, *infos[i]);
    request.want_spectrum = needs.spectrum;
    if (needs.picture && !(out.picture = frame(*r.picture, request))) return std::nullopt;
    request.want_spectrum = false;
    request.untransform = true;
    if (needs.stabilised && !(out.stabilised = frame(*r.picture, request))) return std::nullopt;
    if (!needs.error) return out;
    request.untransform = request.want_capture = false;
    const auto moved = frame(*r.picture, request);
    if (!moved) return std::nullopt;
    if (!r.reference) r.reference = std::make_unique<FrameRenderer>(models[i]);
    request.forward = model::kIdentity3;
    const auto original = frame(*r.reference, request);
    if (!original) return std::nullopt;
    out.error = error_of_move(scene.transform, moved->image, original->image);
    return out;
}

MoveError error_of_move(const TransformState& transform, const Image& moved_image, const Image& original_image) {
    const c10::InferenceMode inference;
    const auto moved = tensor_of(moved_image), original = tensor_of(original_image);
    const auto [tx, ty] = effective_translation(transform, moved_image.width);
    const double turns = transform.turns - std::floor(transform.turns);
    const bool translated = tx != 0 || ty != 0, turned = turns != 0, scaled = effective_scale(transform) != 1;
    const measure::EqMove move{tx, ty, 2 * std::numbers::pi * turns};
    MoveError out;
    measure::EqViews views;
    if (translated && !turned && !scaled) {
        out.metric = "EQ-T frac";
        views = measure::eq_views(measure::EqKind::fractional, original, moved, {tx, ty, 0});
    } else if (turned && !translated && !scaled) {
        out.metric = "EQ-R";
        views = measure::eq_views(measure::EqKind::rotation, original, moved, move);
    } else if (translated || turned || scaled) {
        out.metric = "EQ";
        const auto resampled = measure::resample_affine(original, forward_matrix(transform, moved_image.width),
                                                        measure::BandlimitParams{});
        views = {resampled.image, moved, resampled.mask};
    } else {
        out.image = to_image(at::zeros_like(moved[0]));
        return out;
    }
    measure::EqPool pool;
    pool.add(measure::eq_sample(views));
    if (const auto reading = pool.read({.resamples = 1}); has_number(reading)) out.db = reading.db;
    out.image = to_image(((views.moved - views.reference) * views.mask)[0]);
    return out;
}

} // namespace unstuck::engine
