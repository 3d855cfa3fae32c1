#include "core/engine/record.hpp"
#include "app/cli/options.hpp"
#include "app/cli/progress.hpp"
#include "app/film_setup.hpp"
#include "core/engine/recipe.hpp"
#include "core/engine/scene_file.hpp"
#include "core/io/json_file.hpp"

#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::app {

namespace {

using nlohmann::json;

int list_recipes(bool as_json) {
    auto all = json::array();
    for (const auto& r : engine::built_in_recipes()) {
        all.push_back({{"name", r.name},
                       {"description", r.description},
                       {"layout", engine::film_layout_name(r.film.layout)},
                       {"seconds", r.motion.frames / r.motion.fps}});
        if (!as_json) fmt::print("{:<22} {:>3.0f} s  {}\n", r.name, r.motion.frames / r.motion.fps, r.description);
    }
    if (as_json) print_json(all);
    return 0;
}

/// Scene, motion and looks, as the file or the recipe has them.
engine::FilmRequest starting_point(const RecordOptions& o) {
    engine::FilmRequest r;
    if (!o.from.empty()) {
        if (!o.scene.empty() || !o.recipe.empty())
            throw std::invalid_argument("--from: tells of a whole film; leave out --scene and --recipe");
        r = engine::film_request_from_json(io::read_json(o.from));
    }
    bool moves = !o.from.empty();
    if (!o.scene.empty()) {
        const auto file = engine::find_scene(o.scene);
        say_notes(file);
        r.scene = file.scene;
        r.motion = file.motion.value_or(r.motion);
        r.ready = file.ready;
        r.film = file.film.value_or(r.film);
        moves = engine::animated(r.scene) || !r.motion.tracks.empty() || !r.ready.empty();
    }
    if (!o.recipe.empty()) {
        const auto recipe = engine::find_recipe(o.recipe);
        r.scene = engine::scene_of(recipe, r.scene);
        r.motion = recipe.motion;
        r.ready = recipe.ready;
        r.film = recipe.film;
        moves = true;
    }
    if (!o.motion.empty()) {
        r.motion = engine::motion_from_json(io::read_json(o.motion));
        r.ready.clear();
        moves = true;
    }
    if (!moves)
        throw std::invalid_argument(
            "record: nothing moves; give --recipe, --motion, --from, or a scene with a motion or an animation");
    return r;
}

void set_length(engine::FilmRequest& r, const RecordOptions& o) {
    if (o.frames && o.seconds) throw std::invalid_argument("--frames, --seconds: give one of them");
    const double before = r.motion.frames / r.motion.fps;
    const double fps = o.fps.value_or(r.motion.fps);
    const double frames = o.frames ? *o.frames : std::round(o.seconds.value_or(before) * fps);
    if (!(frames >= 1 && frames <= engine::kMostFrames)) throw std::invalid_argument("a film has 1 to 10000000 frames");
    r.motion = engine::resized(std::move(r.motion), static_cast<int>(frames));
    r.motion.fps = fps;
}

/// A layout's name, or cells.
void set_layout(engine::FilmSpec& film, const std::string& text) {
    const auto named = engine::parse_film_layout(text);
    if (named == engine::FilmLayout::cells && film.cells.empty())
        throw std::invalid_argument("--layout cells: name them, as in --layout a,b/slit-scan-a,slit-scan-b");
    film.layout = named.value_or(engine::FilmLayout::cells);
    if (named) return;
    try {
        film.cells = engine::parse_film_rows(text);
    } catch (const std::invalid_argument& e) {
        throw std::invalid_argument(
            "--layout: expected a, b, ab, spectra, view, 2x2 or cells such as a,b/difference; " +
            std::string(e.what()));
    }
}

void set_looks(engine::FilmRequest& r, const RecordOptions& o) {
    if (o.models.size() == 1) {
        r.scene.model = {o.models[0], ""};
        r.film = engine::of_one_side(r.film, engine::Side::a);
    }
    if (o.models.size() == 2) r.scene.model = {o.models[0], o.models[1]};
    if (!o.layout.empty()) set_layout(r.film, o.layout);
    if (o.scale) r.film.scale = *o.scale;
    if (o.width > 0) {
        r.film.width = o.width;
        r.film.height = o.height;
    } else if (!o.models.empty() || !o.layout.empty() || o.scale) {
        r.film.width = r.film.height = 0; // other pictures than those the size was made for
    }
    if (o.captions) r.film.captions = *o.captions;
    if (o.frame_numbers) r.film.frame_numbers = *o.frame_numbers;
    if (o.legend) r.film.legend = *o.legend;
    if (o.samples) r.film.samples = *o.samples;
    if (o.slit) r.film.slit = *o.slit;
}

void set_file(engine::FilmRequest& r, const RecordOptions& o) {
    if (o.out.empty()) throw std::invalid_argument("--out: a film needs a file name, or for pictures a folder");
    const auto format = o.format.empty() ? io::format_of_path(o.out) : io::parse_video_format(o.format);
    if (!format)
        throw std::invalid_argument("--out: '" + o.out + "' ends in none of .mp4, .mkv, .webp, .gif; add --format");
    r.video.path = o.out;
    r.video.format = *format;
    r.video.crf = o.crf.value_or(r.video.crf);
    r.video.full_chroma = r.video.full_chroma || o.full_chroma;
    r.video.overwrite = o.overwrite;
}

void print_result(const engine::FilmResult& r, int asked, bool as_json) {
    if (as_json) {
        print_json({{"file", r.file},
                    {"sidecar", r.sidecar},
                    {"frames", r.frames},
                    {"width", r.width},
                    {"height", r.height},
                    {"stopped", r.stopped},
                    {"seconds", r.seconds},
                    {"bytes", r.bytes},
                    {"notes", r.notes}},
                   kOneLine);
        return;
    }
    if (r.stopped) fmt::print("stopped after {} of {} frames\n", r.frames, asked);
    if (!r.notes.empty()) fmt::print("{}\n", r.notes);
    if (r.file.empty()) return;
    fmt::print("{}: {} frames of {}x{}, {}, in {:.1f} s\n", r.file, r.frames, r.width, r.height, bytes_text(r.bytes),
               r.seconds);
    if (!r.sidecar.empty()) fmt::print("{}\n", r.sidecar);
}

} // namespace

int run_record(const RecordOptions& o) {
    if (o.list_recipes) return list_recipes(o.json);
    auto request = starting_point(o);
    set_length(request, o);
    set_looks(request, o);
    set_file(request, o);
    request.threads = o.threads;
    request.device = parse_device({}, o.device, o.precision);

    std::stop_source stop;
    const CatchInterrupt interrupt;
    const InterruptWatch watch(interrupt, stop);
    const ProgressBar bar;
    const auto result = engine::record(
        request,
        [&](const engine::FilmProgress& p) {
            if (!o.json) return bar.show(p.done, p.of, p.seconds_left, p.stage.empty() ? bytes_text(p.bytes) : p.stage);
            if (!p.stage.empty()) return; // a line is a frame
            print_json({{"frame", p.done}, {"frames", p.of}, {"seconds_left", p.seconds_left}, {"bytes", p.bytes}},
                       kOneLine);
            std::fflush(stdout);
        },
        stop.get_token());
    print_result(result, request.motion.frames, o.json);
    return result.stopped ? kInterrupted : 0;
}

} // namespace unstuck::app
