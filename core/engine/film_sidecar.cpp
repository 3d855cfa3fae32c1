#include "core/engine/film_sidecar.hpp"

#include "core/io/atomic_file.hpp"
#include "core/io/error.hpp"
#include "core/io/json_file.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace unstuck::engine {

namespace {

namespace fs = std::filesystem;

/// One that a film left, and no scene, motion or recipe of the user's that happens to have its name.
bool is_sidecar(const std::string& path) {
    try {
        const auto j = io::read_json(path);
        const auto has = [&](const char* name) { return j.is_object() && j.contains(name) && j[name].is_object(); };
        return has("video") && has("result");
    } catch (const io::FileError&) {
        return false;
    }
}

bool may_be_replaced(const io::VideoSettings& video, const std::string& path) {
    std::error_code ignored;
    const bool goes_on = video.format == io::VideoFormat::png && fs::is_directory(video.path, ignored);
    return (video.overwrite || goes_on) && is_sidecar(path);
}

} // namespace

std::string sidecar_path(std::string film) {
    while (film.size() > 1 && film.back() == '/') film.pop_back();
    return film + ".json";
}

void check_sidecar(const io::VideoSettings& video) {
    const auto path = sidecar_path(video.path);
    std::error_code ignored;
    if (!fs::exists(path, ignored) || may_be_replaced(video, path)) return;
    if (is_sidecar(path)) throw io::FileError(path, "exists already; choose another name or allow overwriting");
    throw io::FileError(path,
                        "exists already and is of no film, which would put its own JSON there; choose another name");
}

std::string write_sidecar(const io::VideoSettings& video, const std::string& film, const std::string& text) {
    const auto path = sidecar_path(film);
    io::AtomicFile file(path);
    file.write(text.data(), text.size());
    if (film != video.path || !may_be_replaced(video, path)) return file.commit_to_free_name();
    file.commit();
    return path;
}

} // namespace unstuck::engine
