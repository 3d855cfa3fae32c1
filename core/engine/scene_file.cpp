#include "core/engine/scene_file.hpp"

#include "core/engine/model_names.hpp"
#include "core/engine/scene_text.hpp"
#include "core/io/error.hpp"
#include "core/io/film_comment.hpp"
#include "core/io/json_file.hpp"
#include "core/io/mapped_file.hpp"
#include "core/io/pasted_path.hpp"
#include "core/io/png_text.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

namespace fs = std::filesystem;
using namespace std::string_view_literals;
using nlohmann::json;

namespace {

constexpr std::size_t kMostJson = std::size_t{64} << 20;

enum class Kind { other, png, jpeg, film, json };

Kind kind_of(std::string_view file) {
    if (file.substr(0, 8) == "\x89PNG\r\n\x1a\n"sv) return Kind::png;
    if (file.substr(0, 3) == "\xff\xd8\xff"sv) return Kind::jpeg;
    const bool webp = file.substr(0, 4) == "RIFF"sv && file.size() >= 12 && file.substr(8, 4) == "WEBP"sv;
    if (webp || file.substr(0, 4) == "GIF8"sv || io::film_file(file) != io::FilmFile::none) return Kind::film;
    return io::begins_as_json(file.substr(0, 4096)) ? Kind::json : Kind::other;
}

/// A scene, or an object that has one, as sessions and what lies beside a film do.
SceneFile from_json(const json& j) {
    if (!j.is_object()) throw std::invalid_argument("expected a JSON object with a scene");
    const auto inner = j.find("scene");
    const bool is_scene = inner == j.end() && looks_like_scene(j);
    if (inner == j.end() && !is_scene) throw std::invalid_argument("this JSON has no scene");
    SceneFile out;
    out.scene = scene_from_json(is_scene ? j : *inner);
    if (auto note = note_of_unknown_fields(is_scene ? j : *inner, out.scene); !note.empty())
        out.notes.push_back(std::move(note));
    if (const auto motion = j.find("motion"); motion != j.end()) out.motion = motion_from_json(*motion);
    out.ready = ready_motions_in(j);
    if (const auto film = j.find("film"); !is_scene && film != j.end()) out.film = film_spec_from_json(*film);
    return out;
}

SceneFile of_scene(Scene scene) {
    SceneFile out;
    out.scene = std::move(scene);
    return out;
}

SceneFile from_json_text(const std::string& text) {
    if (text.size() > kMostJson) throw std::invalid_argument("more than 64 MiB of JSON cannot be a scene");
    json j;
    try {
        j = io::parse_json(text);
    } catch (const io::FormatError& e) {
        throw std::invalid_argument(std::string("what it says of a scene ") + e.what());
    }
    return from_json(j);
}

SceneFile from_json_file(const std::string& path) {
    std::error_code error;
    if (const auto size = fs::file_size(path, error); !error && size > kMostJson)
        throw io::FileError(path, "more than 64 MiB of JSON cannot be a scene");
    return from_json(io::read_json(path));
}

SceneFile from_png(const std::string& path) {
    const auto text = io::read_png_head(path).text;
    const auto found = text.find(io::kSceneKeyword);
    if (found == text.end())
        throw io::FileError(path, "carries no scene, as pictures saved by Unstuck do; nothing was changed");
    return from_json_text(found->second);
}

std::string sidecar_of(std::string film) {
    while (film.size() > 1 && film.back() == '/') film.pop_back();
    return film + ".json";
}

SceneFile from_film(const std::string& path, std::string_view bytes) {
    std::error_code ignored;
    if (const auto sidecar = sidecar_of(path); fs::is_regular_file(sidecar, ignored)) return from_json_file(sidecar);
    const auto comment = io::film_file(bytes) == io::FilmFile::none ? std::nullopt : io::read_film_comment(path);
    if (!comment || comment->empty() || comment->front() != '{')
        throw io::FileError(path, "carries no scene, and there is no " + sidecar_of(path) + "; nothing was changed");
    return from_json_text(*comment);
}

std::optional<SceneFile> read_whatever(const std::string& path) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) { // perhaps a film's pictures
        if (!fs::is_regular_file(sidecar_of(path), ignored)) return std::nullopt;
        return from_json_file(sidecar_of(path));
    }
    const auto file = io::MappedFile::open(path);
    const std::string_view bytes(reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size());
    SceneFile out;
    switch (kind_of(bytes)) {
    case Kind::other: return std::nullopt;
    case Kind::jpeg: throw io::FileError(path, "is a JPEG, which carries no scene; nothing was changed");
    case Kind::json: return from_json_file(path);
    case Kind::png: out = from_png(path); break;
    case Kind::film:
        out = from_film(path, bytes);
        if (out.motion) out.scene = scene_at(out.scene, *out.motion, 0);
        break;
    }
    out.scene.playing = false; // a picture stands still, and a film begins at its first
    return out;
}

} // namespace

void find_files_beside(Scene& scene, const std::string& path) {
    for (auto* files : {&scene.model, &scene.latent.w, &scene.latent.mix_point.w})
        for (auto& file : *files) {
            std::error_code ignored;
            if (file.empty() || is_demo(file) || fs::exists(file, ignored)) continue;
            const auto beside = fs::path(path).parent_path() / fs::path(file).filename();
            if (fs::is_regular_file(beside, ignored)) file = beside.string();
        }
}

std::optional<SceneFile> read_scene_file(const std::string& path) {
    try {
        auto out = read_whatever(path);
        if (out) find_files_beside(out->scene, path);
        return out;
    } catch (const std::invalid_argument& e) {
        throw io::FileError(path, e.what());
    }
}

io::PngText picture_text(Scene scene) {
    scene.playing = false;
    // Paths may be no UTF-8; JSON must be.
    return {{io::kSceneKeyword, to_json(scene).dump(-1, ' ', false, json::error_handler_t::replace)}};
}

SceneFile find_scene(const std::string& text) {
    if (const auto at = text.find(kSceneTextPrefix); at != text.npos) {
        const auto rest = std::string_view(text).substr(at);
        const auto word = rest.substr(0, rest.find_first_of(" \t\r\n'\""));
        try {
            return of_scene(scene_from_text(word));
        } catch (const std::invalid_argument&) { // a chat may have broken it into lines
            return of_scene(scene_from_text(rest.substr(0, rest.find_first_of("'\""))));
        }
    }
    const auto path = io::pasted_path(text);
    if (path.empty()) throw std::invalid_argument("there is no text; copy a scene first");
    if (path.front() == '{') return from_json_text(path);
    constexpr std::size_t kLongestPath = 4096;
    if (path.size() > kLongestPath || path.find('\n') != path.npos)
        throw std::invalid_argument("that is neither a scene (unstuck1:..., JSON) nor the path of a file with one");
    std::error_code ignored;
    if (!fs::exists(path, ignored))
        throw io::FileError(path, "is neither a scene (unstuck1:..., JSON) nor a file that is there");
    auto found = read_scene_file(path);
    if (!found) throw io::FileError(path, "is no picture, film or JSON that could carry a scene");
    return *found;
}

} // namespace unstuck::engine
