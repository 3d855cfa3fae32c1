#pragma once
#include "core/io/video.hpp"

#include <string>

// Inside of record(): the JSON beside a film.
namespace unstuck::engine {

/// `FILE.json`, for a folder `FOLDER.json`.
std::string sidecar_path(std::string film);

/// Whether the film's sidecar can have its name. Throws io::FileError when something is there that may not be replaced:
/// only a film's sidecar ever is, when overwriting is allowed, or where the film's folder of pictures is there, too.
void check_sidecar(const io::VideoSettings& video);

/// Writes it and returns its name, which is the next free one when something came under its own meanwhile. Throws
/// io::FileError.
std::string write_sidecar(const io::VideoSettings& video, const std::string& film, const std::string& text);

} // namespace unstuck::engine
