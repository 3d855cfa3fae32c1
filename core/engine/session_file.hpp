#pragma once
#include "core/engine/session.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace unstuck::engine {

/// Of the format; a later one is refused. Added fields do not raise it.
inline constexpr int kSessionVersion = 1;

/// Thumbnails beyond this are not read, nor written.
inline constexpr std::size_t kMostThumbnailBytes = 1 << 20;
inline constexpr int kMostThumbnailSide = 1024; ///< Pixels.

/// {"session": 1, "unstuck": VERSION, "scene", "motion", "ready", "film", "bookmarks": [{"name", "scene",
/// "thumbnail"}]}; a thumbnail is a PNG file in base64.
nlohmann::json to_json(const Session& session);

/// Missing fields keep their defaults; unknown ones of scenes are ignored, with a note. An object without "scene" is a
/// scene itself, and may have a "motion"; the JSON beside a film is read as well. A thumbnail that is broken or too
/// large is left out, with a note. Throws std::invalid_argument naming the field and what was expected.
Session session_from_json(const nlohmann::json& json, std::vector<std::string>* notes = nullptr);

/// A session as it was read.
struct SessionFile {
    std::string path;
    Session session;
    bool own_format = false;        ///< Saved as a session, so that saving may replace it; a scene or a film otherwise.
    std::vector<std::string> notes; ///< What was left out, a sentence each.
};

/// Throws io::FileError naming the file, and the field that is wrong.
SessionFile read_session(const std::string& path);

/// Whole or not at all. Throws io::FileError.
void write_session(const std::string& path, const Session& session);

/// As write_session(), but replaces no file: work.json becomes work-2.json, and so on. Returns the name.
std::string write_session_to_free_name(const std::string& path, const Session& session);

/// Whether a file is to be opened as a session, as a recipe, or neither: .unstuck is a session by its name, JSON by
/// what it holds.
bool is_session_file(const std::string& path);
bool is_recipe_file(const std::string& path);

} // namespace unstuck::engine
