#include "core/engine/record.hpp"

#include "core/engine/batch_render.hpp"
#include "core/engine/frame_renderer.hpp"
#include "core/io/atomic_file.hpp"
#include "core/io/error.hpp"
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

std::string device_name(const ComputeTarget& target) { return target.gpu ? "cuda" : "cpu"; }

/// The models of a film, loaded, and what renders them.
class Cast {
  public:
    explicit Cast(const FilmRequest& request) {
        for (const auto side : kSides) {
            const auto& source = request.scene.model[index(side)];
            const bool wanted = request.film.layout != (side == Side::a ? FilmLayout::b : FilmLayout::a);
            if (source.empty() || !wanted) continue;
            const auto& there = request.loaded[index(side)];
            auto loaded = there && there->info->source == source
                              ? *there
                              : load_model(source, {}, {model::Arithmetic::fast, compute_target(request.device)});
            infos[index(side)] = loaded.info;
            device = device_name(loaded.target);
            renderers_[index(side)] = std::make_unique<FrameRenderer>(std::move(loaded));
        }
    }

    std::array<int, 2> resolutions() const {
        std::array<int, 2> out{};
        for (std::size_t i = 0; i < 2; ++i) out[i] = infos[i] ? infos[i]->resolution : 0;
        return out;
    }

    std::array<std::vector<std::string>, 2> layers() const {
        std::array<std::vector<std::string>, 2> out;
        for (std::size_t i = 0; i < 2; ++i)
            if (infos[i])
                for (const auto& layer : infos[i]->layers) out[i].push_back(layer.name);
        return out;
    }

    /// The frame's bytes; none when it was stopped on the way.
    std::optional<std::vector<std::uint8_t>> render(const FilmGrid& grid, const Scene& scene, int number,
                                                    const std::function<bool()>& abandon) {
        std::array<std::optional<Frame>, 2> frames;
        std::array<const Frame*, 2> shown{};
        for (const auto side : grid.sides) {
            const auto i = index(side);
            auto request = make_request(scene, side, *infos[i]);
            request.want_spectrum = grid.rows > 1;
            frames[i] = renderers_[i]->render(request, abandon);
            if (!frames[i]) return std::nullopt;
            if (!frames[i]->error.empty())
                throw io::FileError(infos[i]->source, "frame " + std::to_string(number) + ": " + frames[i]->error);
            shown[i] = &*frames[i];
        }
        return compose(grid, scene, infos, shown, number);
    }

    std::array<std::shared_ptr<const ModelInfo>, 2> infos;
    std::string device;

  private:
    std::array<std::unique_ptr<FrameRenderer>, 2> renderers_;
};

/// With the tracks of ready-made motions written out.
Motion resolved(const FilmRequest& request, const Cast& cast) {
    auto motion = request.motion;
    for (const auto& ready : request.ready) {
        auto more = make_motion(ready, {motion.fps, motion.frames}, request.scene, cast.layers());
        motion.tracks.insert(motion.tracks.end(), more.tracks.begin(), more.tracks.end());
    }
    return motion;
}

json model_json(const ModelInfo& info) {
    return {{"source", info.source},      {"title", info.title},           {"label", info.label},
            {"network", info.network},    {"resolution", info.resolution}, {"parameters", info.parameters},
            {"config", info.config_guess}};
}

json sidecar_json(const FilmRequest& request, const Cast& cast, const FilmResult& result) {
    auto out = to_json(request);
    out["result"] = {{"frames", result.frames}, {"stopped", result.stopped}, {"device", cast.device}};
    for (const auto side : kSides)
        if (const auto& info = cast.infos[index(side)]) out["models"][side == Side::a ? "a" : "b"] = model_json(*info);
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
    Shooting(const FilmRequest& request, const FilmGrid& grid, Cast& cast, io::VideoWriter& out)
        : request_(request), film_text_(text_of(to_json(request.film))), grid_(grid), cast_(cast), out_(out) {}

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
            const auto scene = film_scene(request_, i);
            const io::PngText text = {{io::kSceneKeyword, text_of(to_json(scene))}, {"unstuck:film", film_text_}};
            if (!out_.skip(text)) {
                auto frame = cast_.render(grid_, scene, i, abandon);
                if (!frame) return i;
                out_.write(*frame, text);
                ++rendered;
                progress.picture = std::make_shared<const Raster>(Raster{grid_.width, grid_.height, std::move(*frame)});
            }
            const double pace = rendered ? (watch.ms() / 1000 - paused) / rendered : 0;
            progress.done = i + 1;
            progress.of = of;
            progress.seconds_left = pace * (of - i - 1);
            progress.bytes = out_.bytes();
            if (on_progress) on_progress(progress);
        }
        return of;
    }

  private:
    const FilmRequest& request_;
    std::string film_text_;
    const FilmGrid& grid_;
    Cast& cast_;
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
    return {{"unstuck", system_info().version},
            {"scene", to_json(request.scene)},
            {"motion", to_json(request.motion)},
            {"film", to_json(request.film)},
            {"video",
             {{"format", io::video_format_name(request.video.format)},
              {"crf", request.video.crf},
              {"full_chroma", request.video.full_chroma}}}};
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
    Cast cast(request);
    request.motion = resolved(asked, cast);
    request.ready.clear();
    const auto grid = film_grid(request.film, cast.resolutions());
    request.film.width = request.video.width = grid.width;
    request.film.height = request.video.height = grid.height;
    request.video.comment = text_of(to_json(film_scene(request, 0)));

    const auto writer = io::VideoWriter::open(request.video);
    FilmResult result;
    FilmControl nobody;
    auto& steering = control ? *control : nobody;
    result.frames = Shooting(request, grid, cast, *writer).run(on_progress, stop, steering);
    result.stopped = result.frames < request.motion.frames;
    result.width = grid.width;
    result.height = grid.height;
    result.notes = writer->notes();
    if (result.stopped && steering.discarded())
        writer->discard();
    else if (result.frames > 0) {
        result.file = writer->finish();
        std::error_code ignored;
        result.bytes = request.video.format == io::VideoFormat::png ? writer->bytes()
                                                                    : std::filesystem::file_size(result.file, ignored);
        result.sidecar = sidecar_path(result.file);
        io::write_file(result.sidecar, text_of(sidecar_json(request, cast, result), 2) + "\n");
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
