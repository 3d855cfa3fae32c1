#include "core/engine/record.hpp"

#include "core/engine/batch_render.hpp"
#include "core/engine/film_camera.hpp"
#include "core/io/atomic_file.hpp"
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
    auto motion = request.motion;
    for (const auto& ready : request.ready) {
        auto more = make_motion(ready, {motion.fps, motion.frames}, request.scene, cast.layers(), cast.sampling());
        motion.tracks.insert(motion.tracks.end(), more.tracks.begin(), more.tracks.end());
    }
    return motion;
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

json sidecar_json(const FilmRequest& request, const FilmSpec& film, const FilmCast& cast, const FilmCamera& camera,
                  const FilmResult& result) {
    json out = {{"unstuck", system_info().version},
                {"scene", to_json(request.scene)},
                {"motion", to_json(request.motion)},
                {"film", to_json(film)},
                {"video",
                 {{"format", io::video_format_name(request.video.format)},
                  {"crf", request.video.crf},
                  {"full_chroma", request.video.full_chroma}}},
                {"result", {{"frames", result.frames}, {"stopped", result.stopped}, {"device", cast.device}}}};
    for (const auto side : kSides)
        if (const auto& info = cast.infos[index(side)]) {
            auto& model = out["models"][side == Side::a ? "a" : "b"];
            model = model_json(*info);
            if (const auto& numbers = camera.numbers()[index(side)]; !numbers.empty())
                model["numbers"] = numbers_json(numbers);
        }
    return out;
}

/// `FILE.json`, for a folder `FOLDER.json`.
std::string sidecar_path(std::string film) {
    while (film.size() > 1 && film.back() == '/') film.pop_back();
    return film + ".json";
}

void check_sidecar(const io::VideoSettings& video) {
    const auto path = sidecar_path(video.path);
    std::error_code ignored;
    const bool may_be_ours = video.overwrite || video.format == io::VideoFormat::png; // continued
    if (!may_be_ours && std::filesystem::exists(path, ignored))
        throw io::FileError(path, "exists already; choose another name or allow overwriting");
}

/// One after the other, until the end or a stop.
class Shooting {
  public:
    Shooting(const FilmRequest& request, FilmCamera& camera, io::VideoWriter& out)
        : request_(request), film_text_(text_of(to_json(camera.grid().spec))), camera_(camera), out_(out) {}

    /// Returns the frames there are.
    int run(const std::function<void(const FilmProgress&)>& on_progress, const std::stop_token& stop) {
        const int of = request_.motion.frames;
        const ops::Stopwatch watch;
        int rendered = 0;
        for (int i = 0; i < of; ++i) {
            if (stop.stop_requested()) return i;
            const auto scene = scene_at(request_.scene, request_.motion, i);
            const io::PngText text = {{io::kSceneKeyword, text_of(to_json(scene))}, {"unstuck:film", film_text_}};
            if (!out_.skip(text)) {
                const auto frame = camera_.frame(i, stop);
                if (!frame) return i;
                out_.write(*frame, text);
                ++rendered;
            }
            const double pace = rendered ? watch.ms() / 1000 / rendered : 0;
            if (on_progress) on_progress({i + 1, of, pace * (of - i - 1), out_.bytes(), ""});
        }
        return of;
    }

  private:
    const FilmRequest& request_;
    std::string film_text_;
    FilmCamera& camera_;
    io::VideoWriter& out_;
};

} // namespace

FilmResult record(const FilmRequest& asked, const std::function<void(const FilmProgress&)>& on_progress,
                  std::stop_token stop) {
    const c10::InferenceMode inference;
    const ops::Stopwatch watch;
    if (asked.threads > 0) at::set_num_threads(asked.threads);
    check_sidecar(asked.video);
    FilmCast cast(asked);
    auto request = asked;
    request.motion = resolved(asked, cast);
    request.ready.clear();
    FilmCamera camera(request, cast);
    const auto& film = camera.grid().spec;
    request.video.width = film.width;
    request.video.height = film.height;
    request.video.fps = request.motion.fps;
    request.video.comment = text_of(to_json(scene_at(request.scene, request.motion, 0)));

    const auto writer = io::VideoWriter::open(request.video);
    FilmResult result;
    const int of = request.motion.frames;
    camera.measure(
        [&](const std::string& stage) {
            if (on_progress) on_progress({0, of, 0, 0, stage});
        },
        stop);
    result.frames = Shooting(request, camera, *writer).run(on_progress, stop);
    result.stopped = result.frames < request.motion.frames;
    result.width = film.width;
    result.height = film.height;
    result.notes = writer->notes();
    if (result.frames > 0) {
        result.file = writer->finish();
        std::error_code ignored;
        result.bytes = request.video.format == io::VideoFormat::png ? writer->bytes()
                                                                    : std::filesystem::file_size(result.file, ignored);
        result.sidecar = sidecar_path(result.file);
        io::write_file(result.sidecar, text_of(sidecar_json(request, film, cast, camera, result), 2) + "\n");
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
