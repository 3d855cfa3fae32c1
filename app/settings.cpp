#include "app/settings.hpp"

#include "core/engine/model_names.hpp"
#include "core/io/atomic_file.hpp"
#include "core/io/error.hpp"
#include "core/io/json_file.hpp"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::app {

using nlohmann::json;

namespace {

constexpr std::size_t kMostRecent = 20;

/// A device or precision that this version does not know keeps its default.
void read_device(const json& j, engine::DeviceChoice& choice) {
    try {
        choice = engine::with_device(choice, j.value("device", engine::device_text(choice)));
        choice.precision = engine::parse_precision(j.value("precision", engine::precision_text(choice.precision)));
    } catch (const std::invalid_argument&) {
        choice = {};
    }
}

/// What this version does not know keeps its default.
void read_recorder(const json& all, Settings& s) {
    try {
        s.film = engine::film_spec_from_json(all.value("film", json::object()));
    } catch (const std::invalid_argument&) {
        s.film = {};
    }
    const auto j = all.value("recorder", json::object());
    auto& r = s.recorder;
    r.of = j.value("of", std::string("timeline")) == "animation" ? FilmOf::animation : FilmOf::timeline;
    r.clock.frames = std::clamp(j.value("frames", r.clock.frames), 1, engine::kMostFrames);
    r.clock.fps = std::clamp(j.value("fps", r.clock.fps), kLeastFps, engine::kMostFps);
    r.format = io::parse_video_format(j.value("format", std::string())).value_or(r.format);
    r.crf = std::clamp(j.value("crf", r.crf), 0, 51);
    r.full_chroma = j.value("full_chroma", r.full_chroma);
    r.folder = j.value("folder", r.folder);
}

json recorder_json(const RecorderChoices& r) {
    return {{"of", r.of == FilmOf::animation ? "animation" : "timeline"},
            {"frames", r.clock.frames},
            {"fps", r.clock.fps},
            {"format", io::video_format_name(r.format)},
            {"crf", r.crf},
            {"full_chroma", r.full_chroma},
            {"folder", r.folder}};
}

void put_in_front(std::vector<std::string>& recent, const std::string& path) {
    recent.erase(std::remove(recent.begin(), recent.end(), path), recent.end());
    recent.insert(recent.begin(), path);
    if (recent.size() > kMostRecent) recent.resize(kMostRecent);
}

std::string file_in(const std::string& folder) { return folder + "/settings.json"; }

} // namespace

std::string settings_folder() {
    if (const char* base = std::getenv("XDG_CONFIG_HOME"); base && *base) return std::string(base) + "/unstuck";
    if (const char* home = std::getenv("HOME"); home && *home) return std::string(home) + "/.config/unstuck";
    return {};
}

Settings load_settings(const std::string& folder) {
    Settings s;
    if (folder.empty()) return s;
    json j;
    try {
        j = io::read_json(file_in(folder));
    } catch (const io::FileError&) {
        return s; // none yet, or none that can be read
    }
    if (!j.is_object()) return s;
    try {
        s.recent = j.value("recent", s.recent);
        s.recent_sessions = j.value("recent_sessions", s.recent_sessions);
        s.width = std::clamp(j.value("width", s.width), 320, 16384);
        s.height = std::clamp(j.value("height", s.height), 240, 16384);
        s.capture_folder = j.value("capture_folder", s.capture_folder);
        s.light = j.value("light", s.light);
        s.cache_mb = std::clamp(j.value("cache_mb", s.cache_mb), kLeastCacheMb, kMostCacheMb);
        read_device(j, s.device);
        read_recorder(j, s);
    } catch (const json::exception&) {
        return Settings{}; // a field of the wrong type: start afresh
    }
    for (auto* list : {&s.recent, &s.recent_sessions})
        if (list->size() > kMostRecent) list->resize(kMostRecent);
    return s;
}

bool save_settings(const std::string& folder, const Settings& s) {
    if (folder.empty()) return false;
    try {
        io::make_folder(folder);
        const json j = {{"recent", s.recent},
                        {"recent_sessions", s.recent_sessions},
                        {"width", s.width},
                        {"height", s.height},
                        {"capture_folder", s.capture_folder},
                        {"light", s.light},
                        {"cache_mb", s.cache_mb},
                        {"device", engine::device_text(s.device)},
                        {"precision", engine::precision_text(s.device.precision)},
                        {"recorder", recorder_json(s.recorder)},
                        {"film", engine::to_json(s.film)}};
        // Paths need not be UTF-8: replace what JSON cannot hold rather than failing to save.
        io::write_file(file_in(folder), j.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

void remember_model(Settings& settings, const std::string& path) {
    if (!engine::is_demo(path)) put_in_front(settings.recent, path);
}

void remember_session(Settings& settings, const std::string& path) { put_in_front(settings.recent_sessions, path); }

} // namespace unstuck::app
