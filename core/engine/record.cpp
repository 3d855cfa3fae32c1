#include "core/engine/record.hpp"

#include "core/engine/batch_render.hpp"
#include "core/engine/film_camera.hpp"
#include "core/engine/film_check.hpp"
#include "core/engine/film_sidecar.hpp"
#include "core/io/error.hpp"
#include "core/model/edits_json.hpp"
#include "core/ops/stopwatch.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

using nlohmann::json;

namespace {

/// Paths may be no UTF-8; JSON must be.
std::string text_of(const json& j, int indent = -1) {
    return j.dump(indent, ' ', false, json::error_handler_t::replace);
}

/// With the tracks of ready-made motions written out.
Motion resolved(const FilmRequest& request, const FilmCast& cast) {
    return written_out(request.motion, request.ready, request.scene, cast.layers(), cast.sampling());
}

json model_json(const ModelInfo& info) {
    return {{"source", info.source},      {"title", info.title},           {"label", info.label},
            {"network", info.network},    {"resolution", info.resolution}, {"parameters", info.parameters},
            {"config", info.config_guess}};
}

json numbers_json(const std::vector<ModelNumbers>& numbers) {
    auto out = json::array();
    const auto value = [](const std::optional<double>& v) { return v ? json(*v) : json(); };
    for (const auto& n : numbers)
        out.push_back({{"edits", model::to_json(n.edits)},
                       {"eqt-frac", value(n.eqt_fractional_db)},
                       {"eqr", value(n.eqr_db)},
                       {"sticking", value(n.sticking)}});
    return out;
}

json sidecar_json(const FilmRequest& request, const FilmCast& cast, const FilmCamera& camera,
                  const FilmResult& result) {
    auto out = to_json(request);
    out["result"] = {{"frames", result.frames}, {"stopped", result.stopped}, {"device", cast.device}};
    for (const auto side : kSides)
        if (const auto& info = cast.infos[index(side)]) {
            auto& model = out["models"][side == Side::a ? "a" : "b"];
            model = model_json(*info);
            if (const auto& numbers = camera.numbers()[index(side)]; !numbers.empty())
                model["numbers"] = numbers_json(numbers);
        }
    return out;
}

/// What a picture says of its film.
std::string film_text(const FilmRequest& request, const FilmCast& cast) {
    auto j = to_json(request.film);
    j["digest"] = film_digest(request, cast);
    return text_of(j);
}

/// One after the other, until the end or a stop.
class Shooting {
  public:
    Shooting(const FilmRequest& request, FilmCamera& camera, io::VideoWriter& out)
        : request_(request), camera_(camera), out_(out) {}

    /// Returns the frames there are.
    int run(const std::function<void(const FilmProgress&)>& on_progress, const std::stop_token& stop,
            FilmControl& control) {
        const int of = request_.motion.frames;
        const ops::Stopwatch watch;
        int rendered = 0;
        double paused = 0;
        const auto abandon = [&] {
            paused += control.wait(stop);
            return stop.stop_requested();
        };
        for (int i = 0; i < of; ++i) {
            if (abandon()) return i;
            FilmProgress progress;
            progress.done = i;
            progress.of = of;
            const io::PngText text = {{io::kSceneKeyword, text_of(to_json(film_scene(request_, i)))}};
            if (!out_.skip(text)) {
                auto frame = camera_.frame(i, abandon, [&](const std::string& stage) {
                    progress.stage = stage;
                    if (on_progress) on_progress(progress);
                });
                if (!frame) return i;
                progress.stage.clear();
                out_.write(*frame, text);
                ++rendered;
                progress.picture = std::make_shared<const Raster>(
                    Raster{request_.film.width, request_.film.height, std::move(*frame)});
            }
            const double pace = rendered ? (watch.ms() / 1000 - paused) / rendered : 0;
            progress.done = i + 1;
            progress.seconds_left = pace * (of - i - 1);
            progress.bytes = out_.bytes();
            if (on_progress) on_progress(progress);
        }
        return of;
    }

  private:
    const FilmRequest& request_;
    FilmCamera& camera_;
    io::VideoWriter& out_;
};

bool nothing_keyed(const FilmRequest& request) { return request.motion.tracks.empty() && request.ready.empty(); }

void check_motion(const FilmRequest& request) {
    if (nothing_keyed(request) && !animated(request.scene))
        throw std::invalid_argument(
            "nothing moves: the motion has no tracks, and the scene has no animation of its own");
}

} // namespace

Scene film_scene(const FilmRequest& request, int frame) {
    if (!nothing_keyed(request)) return scene_at(request.scene, request.motion, frame);
    auto scene = request.scene;
    scene.playing = true;
    scene = advanced(std::move(scene), frame / request.motion.fps);
    scene.playing = request.scene.playing;
    return scene;
}

json to_json(const FilmRequest& request) {
    json out = {{"unstuck", system_info().version},
                {"scene", to_json(request.scene)},
                {"motion", to_json(request.motion)},
                {"film", to_json(request.film)},
                {"video",
                 {{"format", io::video_format_name(request.video.format)},
                  {"crf", request.video.crf},
                  {"full_chroma", request.video.full_chroma}}}};
    for (const auto& ready : request.ready) out["ready"].push_back(to_json(ready));
    return out;
}

FilmResult record(const FilmRequest& asked, const std::function<void(const FilmProgress&)>& on_progress,
                  std::stop_token stop, FilmControl* control) {
    const c10::InferenceMode inference;
    const ops::Stopwatch watch;
    if (asked.threads > 0) at::set_num_threads(asked.threads);
    check_motion(asked);
    auto request = asked;
    request.video.fps = request.motion.fps;
    check_sidecar(request.video);
    io::check_video(request.video); // before the models, which may take long to load
    FilmCast cast(request);
    request.motion = resolved(asked, cast);
    request.ready.clear();
    FilmCamera camera(request, cast);
    request.film = camera.grid().spec;
    request.video.width = request.film.width;
    request.video.height = request.film.height;
    request.video.comment = text_of(to_json(film_scene(request, 0)));
    check_keyframes(request, cast);
    request.video.film = film_text(request, cast);

    const auto writer = io::VideoWriter::open(request.video);
    FilmResult result;
    FilmControl nobody;
    auto& steering = control ? *control : nobody;
    const auto measuring = [&](const std::string& stage) {
        FilmProgress progress;
        progress.of = request.motion.frames;
        progress.stage = stage;
        if (on_progress) on_progress(progress);
    };
    camera.measure(measuring, [&] {
        steering.wait(stop);
        return stop.stop_requested();
    });
    result.frames = Shooting(request, camera, *writer).run(on_progress, stop, steering);
    result.stopped = result.frames < request.motion.frames;
    result.width = request.film.width;
    result.height = request.film.height;
    if (result.stopped && steering.discarded())
        writer->discard();
    else if (result.frames > 0) {
        result.file = writer->finish(!result.stopped);
        result.notes = writer->notes();
        std::error_code ignored;
        result.bytes = request.video.format == io::VideoFormat::png ? writer->bytes()
                                                                    : std::filesystem::file_size(result.file, ignored);
        const auto text = text_of(sidecar_json(request, cast, camera, result), 2) + "\n";
        try {
            result.sidecar = write_sidecar(request.video, result.file, text);
        } catch (const io::FileError& e) { // the film is there all the same
            result.notes += std::string(result.notes.empty() ? "" : "; ") + e.what();
        }
    }
    result.seconds = watch.ms() / 1000;
    return result;
}

FilmRequest film_request_from_json(const json& j) {
    const auto object = [&](const json& in, const char* name) -> const json& {
        const auto found = in.find(name);
        if (found == in.end() || !found->is_object())
            throw std::invalid_argument(std::string("film sidecar field '") + name + "': expected an object");
        return *found;
    };
    if (!j.is_object()) throw std::invalid_argument("film sidecar: expected a JSON object");
    FilmRequest request;
    request.scene = scene_from_json(object(j, "scene"));
    request.motion = motion_from_json(object(j, "motion"));
    request.ready = ready_motions_in(j);
    request.film = film_spec_from_json(object(j, "film"));
    const auto& video = object(j, "video");
    const auto wrong = [](const char* name, const char* expected) {
        throw std::invalid_argument(std::string("film sidecar field 'video.") + name + "': expected " + expected);
    };
    if (const auto format = video.find("format"); format != video.end()) {
        const auto found = format->is_string() ? io::parse_video_format(format->get<std::string>()) : std::nullopt;
        if (!found) wrong("format", "h264, ffv1, png, webp or gif");
        request.video.format = *found;
    }
    if (const auto crf = video.find("crf"); crf != video.end()) {
        if (!crf->is_number_integer()) wrong("crf", "a whole number");
        request.video.crf = crf->get<int>();
    }
    if (const auto chroma = video.find("full_chroma"); chroma != video.end()) {
        if (!chroma->is_boolean()) wrong("full_chroma", "true or false");
        request.video.full_chroma = chroma->get<bool>();
    }
    return request;
}

} // namespace unstuck::engine
