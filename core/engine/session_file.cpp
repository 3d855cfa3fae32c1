#include "core/engine/session_file.hpp"

#include "core/engine/batch_render.hpp"
#include "core/engine/scene_file.hpp"
#include "core/io/atomic_file.hpp"
#include "core/io/base64.hpp"
#include "core/io/error.hpp"
#include "core/io/image_file.hpp"
#include "core/io/json_file.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kMostBytes = std::uintmax_t{256} << 20;

[[noreturn]] void refuse(const std::string& field, const std::string& expected) {
    throw std::invalid_argument("session field '" + field + "': expected " + expected);
}

/// A refusal further inside, with the way to it.
template <class F>
auto inside(const std::string& field, F&& read) {
    try {
        return read();
    } catch (const std::invalid_argument& e) {
        throw std::invalid_argument(field + ": " + e.what());
    }
}

json bookmark_json(const Bookmark& mark) {
    json out = {{"name", mark.name}, {"scene", to_json(mark.scene)}};
    if (mark.thumbnail && !mark.thumbnail->empty() && mark.thumbnail->size() <= kMostThumbnailBytes)
        out["thumbnail"] = io::to_base64(*mark.thumbnail);
    return out;
}

/// The PNG's bytes. Throws std::runtime_error saying what is wrong with them.
std::shared_ptr<const std::vector<std::uint8_t>> thumbnail_from(const json& j) {
    if (!j.is_string()) throw std::runtime_error("no text");
    const auto& text = j.get_ref<const std::string&>();
    if (text.size() > (kMostThumbnailBytes + 2) / 3 * 4) throw std::runtime_error("larger than 1 MiB");
    auto bytes = io::from_base64(text);
    if (!bytes) throw std::runtime_error("no base64");
    (void)io::decode_image(*bytes, kMostThumbnailSide);
    return std::make_shared<const std::vector<std::uint8_t>>(std::move(*bytes));
}

void add_unknown(const json& given, const Scene& read, const std::string& where, std::vector<std::string>* notes) {
    if (!notes) return;
    if (auto note = note_of_unknown_fields(given, read, where); !note.empty()) notes->push_back(std::move(note));
}

Bookmark bookmark_from(const json& j, const std::string& field, std::vector<std::string>* notes) {
    if (!j.is_object()) refuse(field, "an object with name and scene");
    Bookmark mark;
    if (const auto name = j.find("name"); name != j.end()) {
        if (!name->is_string()) refuse(field + ".name", "text");
        mark.name = name->get<std::string>();
    }
    const auto scene = j.find("scene");
    if (scene == j.end()) refuse(field + ".scene", "an object");
    mark.scene = inside("session field '" + field + "'", [&] { return scene_from_json(*scene); });
    add_unknown(*scene, mark.scene, field + ".scene", notes);
    if (const auto thumbnail = j.find("thumbnail"); thumbnail != j.end()) {
        try {
            mark.thumbnail = thumbnail_from(*thumbnail);
        } catch (const std::runtime_error& e) {
            if (notes)
                notes->push_back("The thumbnail of bookmark '" + mark.name + "' was left out: " + e.what() + ".");
        }
    }
    return mark;
}

void check_version(const json& j) {
    const auto version = j.find("session");
    if (version == j.end()) return;
    if (!version->is_number_integer() || *version < 1) refuse("session", "the format's version, a whole number");
    if (*version > kSessionVersion)
        throw std::invalid_argument("the session is of format " + version->dump() +
                                    ", from a later Unstuck; this one " + "reads up to " +
                                    std::to_string(kSessionVersion));
}

const json& list(const json& j, const char* field) {
    if (!j.is_array()) refuse(field, "a list");
    return j;
}

/// The JSON object that a file holds; an empty one for any other file, which is not read through.
json object_in(const std::string& path) {
    std::error_code error;
    const auto size = fs::is_regular_file(path, error) ? fs::file_size(path, error) : 0;
    if (error || size == 0 || size > kMostBytes) return json::object();
    std::ifstream in(path, std::ios::binary);
    std::string head(4096, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(in.gcount()));
    if (!io::begins_as_json(head)) return json::object();
    try {
        auto j = io::read_json(path);
        return j.is_object() ? j : json::object();
    } catch (const io::FileError&) {
        return json::object(); // whoever opens it says what is wrong
    }
}

/// Returns the name, which is another one when `replace` is false and there is such a file.
std::string write(const std::string& path, const Session& session, bool replace) {
    // Paths may be no UTF-8; JSON must be.
    const auto text = to_json(session).dump(1, ' ', false, json::error_handler_t::replace) + "\n";
    io::AtomicFile file(path);
    file.write(text.data(), text.size());
    file.sync();
    if (!replace) return file.commit_to_free_name();
    file.commit();
    return path;
}

void read_motion(const json& j, Session& session) {
    const auto motion = j.find("motion");
    if (motion != j.end()) session.motion = motion_from_json(*motion);
    session.ready = ready_motions_in(j);
}

} // namespace

json to_json(const Session& session) {
    auto ready = json::array(), bookmarks = json::array();
    for (const auto& r : session.ready) ready.push_back(to_json(r));
    for (const auto& b : session.bookmarks) bookmarks.push_back(bookmark_json(b));
    return {{"session", kSessionVersion},        {"unstuck", system_info().version}, {"scene", to_json(session.scene)},
            {"motion", to_json(session.motion)}, {"ready", std::move(ready)},        {"film", to_json(session.film)},
            {"bookmarks", std::move(bookmarks)}};
}

Session session_from_json(const json& j, std::vector<std::string>* notes) {
    if (!j.is_object()) throw std::invalid_argument("session: expected a JSON object");
    check_version(j);
    Session session;
    const auto scene = j.find("scene");
    if (scene == j.end() && !j.contains("session") && !looks_like_scene(j))
        throw std::invalid_argument("this JSON holds no session and no scene");
    session.scene = scene_from_json(scene == j.end() ? j : *scene);
    if (scene != j.end()) add_unknown(*scene, session.scene, "scene", notes);
    read_motion(j, session);
    if (scene == j.end()) return session;
    if (const auto film = j.find("film"); film != j.end()) session.film = film_spec_from_json(*film);
    if (const auto bookmarks = j.find("bookmarks"); bookmarks != j.end()) {
        const auto& all = list(*bookmarks, "bookmarks");
        for (std::size_t i = 0; i < all.size(); ++i)
            session.bookmarks.push_back(bookmark_from(all[i], "bookmarks[" + std::to_string(i) + "]", notes));
    }
    return session;
}

SessionFile read_session(const std::string& path) {
    std::error_code ignored;
    if (const auto size = fs::file_size(path, ignored); !ignored && size > kMostBytes)
        throw io::FileError(path, "is larger than 256 MiB, which no session is");
    const auto j = io::read_json(path);
    SessionFile file;
    file.path = path;
    try {
        file.session = session_from_json(j, &file.notes);
    } catch (const std::invalid_argument& e) {
        throw io::FileError(path, e.what());
    }
    find_files_beside(file.session.scene, path);
    for (auto& mark : file.session.bookmarks) find_files_beside(mark.scene, path);
    file.own_format = j.contains("session");
    return file;
}

void write_session(const std::string& path, const Session& session) { (void)write(path, session, true); }

std::string write_session_to_free_name(const std::string& path, const Session& session) {
    return write(path, session, false);
}

bool is_session_file(const std::string& path) {
    constexpr std::string_view kEnding = ".unstuck";
    const bool named = path.size() >= kEnding.size() &&
                       std::equal(kEnding.rbegin(), kEnding.rend(), path.rbegin(),
                                  [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
    return named || object_in(path).contains("session");
}

bool is_recipe_file(const std::string& path) {
    const auto j = object_in(path);
    return j.contains("name") && j.contains("motion") && !j.contains("session") && !j.contains("video");
}

} // namespace unstuck::engine
