#include "core/engine/film_camera.hpp"

#include "core/engine/film_painter.hpp"
#include "core/engine/measure_model.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace unstuck::engine {

FilmCamera::FilmCamera(const FilmRequest& request, FilmCast& cast) : request_(request), cast_(cast) {
    // A viewport's layout may be keyed: all that it becomes has to fit.
    std::set<int> frames = {0};
    if (request.film.layout == FilmLayout::view)
        for (const auto& track : request.motion.tracks)
            if (track.path == "/view/layout")
                for (const auto& key : track.keys) frames.insert(std::clamp(key.frame, 0, request.motion.frames - 1));
    const auto view_at = [&](int frame) { return film_scene(request, frame).view; };
    grid_ = film_grid(request.film, cast.resolutions(), view_at(0));
    for (const int frame : frames) (void)grid_of(view_at(frame));
}

/// Of the same size.
FilmGrid FilmCamera::grid_of(const ViewState& view) const {
    auto spec = grid_.spec;
    return film_grid(spec, cast_.resolutions(), view);
}

/// What is needed of each side for these cells.
void FilmCamera::look_at(const FilmGrid& grid) {
    needs_ = {};
    remembers_ = false;
    for (std::size_t row = 0; row < grid.rows.size(); ++row)
        for (const auto& cell : grid.rows[row])
            for (const auto side : grid.sides) {
                if (is_of_one_side(cell.kind) && cell.side != side) continue;
                auto& n = needs_[index(side)];
                const bool measured = cell.kind == CellKind::error || cell.kind == CellKind::eq;
                n.picture |= cell.kind != CellKind::stabilised && !measured && cell.kind != CellKind::ladder;
                n.spectrum |= cell.kind == CellKind::spectrum;
                n.stabilised |= cell.kind == CellKind::stabilised;
                n.error |= measured;
                remembers_ |=
                    cell.kind == CellKind::slit_scan || cell.kind == CellKind::average || cell.kind == CellKind::eq;
                if (cell.kind != CellKind::slit_scan) continue;
                const int height = grid.picture(0, static_cast<int>(row)).height;
                const auto shown = static_cast<std::size_t>(slit_rows(request_.motion.frames, height).shown);
                lines_kept_ = std::max(lines_kept_, shown);
            }
}

std::optional<FilmCamera::Views> FilmCamera::render(const Scene& scene, int number, bool for_history,
                                                    const Abandon& abandon) {
    Views out;
    for (const auto side : kSides) {
        auto needs = needs_[index(side)];
        if (for_history) needs.spectrum = needs.stabilised = false;
        auto views = cast_.render(side, scene, needs, number, abandon);
        if (!views) return std::nullopt;
        out[index(side)] = std::move(*views);
    }
    return out;
}

namespace {

Raster line_of(const Raster& picture, double where) {
    const int y = std::clamp(static_cast<int>(where * picture.height), 0, picture.height - 1);
    const auto from = picture.rgb.begin() + static_cast<std::ptrdiff_t>(y) * picture.width * 3;
    return {picture.width, 1, {from, from + static_cast<std::ptrdiff_t>(picture.width) * 3}};
}

void add_to_mean(SideHistory& h, const Image& image) {
    const auto& pixels = image.host_pixels();
    if (h.sum.size() != pixels.size() || h.mean.width != image.width) {
        h.sum.assign(pixels.size(), 0);
        h.pictures = 0;
    }
    ++h.pictures;
    h.mean = {image.width, image.height, image.channels, std::vector<float>(pixels.size())};
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        h.sum[i] += static_cast<double>(pixels[i]);
        h.mean.pixels[i] = static_cast<float>(h.sum[i] / h.pictures);
    }
}

} // namespace

void FilmCamera::remember(const Scene& scene, const Views& views) {
    for (std::size_t i = 0; i < 2; ++i) {
        auto& h = history_[i];
        if (const auto& frame = views[i].picture) {
            if (lines_kept_ > 0)
                h.lines.push_back(line_of(shown_picture(scene, *frame, frame->layer), grid_.spec.slit));
            while (h.lines.size() > lines_kept_) h.lines.pop_front();
            add_to_mean(h, frame->layer);
        }
        if (views[i].error) h.errors_db.push_back(static_cast<float>(views[i].error->db));
    }
    ++remembered_;
}

std::optional<std::vector<std::uint8_t>> FilmCamera::frame(int number, const Abandon& abandon,
                                                           const std::function<void(const std::string&)>& on_step) {
    const auto at = [&](int frame) { return film_scene(request_, frame); };
    const auto scene = at(number);
    const auto grid = grid_.spec.layout == FilmLayout::view ? grid_of(scene.view) : grid_;
    look_at(grid);
    if (remembers_ && number < remembered_) {
        history_ = {};
        remembered_ = 0;
    }
    while (remembers_ && remembered_ < number) {
        if (on_step)
            on_step("frame " + std::to_string(remembered_ + 1) + " of " + std::to_string(number) + " that come before");
        const auto before = at(remembered_);
        const auto views = render(before, remembered_, true, abandon);
        if (!views) return std::nullopt;
        remember(before, *views);
    }
    const auto views = render(scene, number, false, abandon);
    if (!views) return std::nullopt;
    if (remembers_) remember(scene, *views);
    FilmMoment moment{scene, {}, number, request_.motion.frames};
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& v = (*views)[i];
        moment.sides[i] = {cast_.infos[i],
                           v.picture ? &*v.picture : nullptr,
                           v.stabilised ? &*v.stabilised : nullptr,
                           v.error ? &*v.error : nullptr,
                           &history_[i],
                           &numbers_[i]};
    }
    return compose(grid, moment);
}

namespace {

/// The frames at which edits begin to differ: those between are the same, or on their way.
std::set<int> frames_of_edits(const Motion& motion) {
    std::set<int> out = {0};
    for (const auto& track : motion.tracks)
        if (track.path.starts_with("/edits_"))
            for (const auto& key : track.keys)
                if (key.frame >= 0 && key.frame < motion.frames) out.insert(key.frame);
    return out;
}

ModelNumbers measured(const LoadedModel& model, const model::Edits& edits, int samples,
                      const std::function<bool(const std::string&)>& go_on) {
    ModelNumbers out{edits, {}, {}, {}};
    const auto value = [&](Quantity quantity, const char* name, int latents) -> std::optional<double> {
        MeasureRequest r;
        r.quantity = quantity;
        r.samples = latents;
        r.views = std::max(samples, 2);
        r.edits = edits;
        bool stopped = false;
        const auto m = measure_generator(*model.generator, r, [&](int, int) {
            stopped |= !go_on(name);
            return !stopped;
        });
        return m.values.empty() || stopped ? std::nullopt : m.values.front().value;
    };
    out.eqt_fractional_db = value(Quantity::eqt_fractional, "EQ-T", samples);
    out.eqr_db = value(Quantity::eqr, "EQ-R", samples);
    out.sticking = value(Quantity::sticking, "sticking", 1);
    return out;
}

} // namespace

void FilmCamera::measure(const std::function<void(const std::string&)>& on_step, const Abandon& abandon) {
    const int samples = grid_.spec.samples;
    if (samples < 1) return;
    for (const auto side : grid_.sides) {
        auto& all = numbers_[index(side)];
        for (const int frame : frames_of_edits(request_.motion)) {
            const auto edits = film_scene(request_, frame).edits[index(side)];
            const bool known = std::any_of(all.begin(), all.end(), [&](const auto& n) { return n.edits == edits; });
            if (known || all.size() >= kMostMeasuredEdits || abandon()) continue;
            const std::string who = side == Side::a ? "A" : "B";
            all.push_back(measured(cast_.models[index(side)], edits, samples, [&](const std::string& what) {
                if (on_step) on_step("measuring " + what + " of " + who);
                return !abandon();
            }));
        }
    }
}

} // namespace unstuck::engine
