#pragma once
#include "core/engine/film_camera.hpp"

#include <string>

// Inside of record(): what is looked at before the first frame.
namespace unstuck::engine {

/// Goes through the scenes at all keyframes of a film whose motion has all its tracks, so that a value that its field
/// does not take, or a file of w that is not there or does not fit its model, is not found in the middle of the film.
/// Throws std::invalid_argument or io::FileError.
void check_keyframes(const FilmRequest& request, const FilmCast& cast);

/// Tells films apart whose frames may differ: a digest of the scene, the motion, the models' and w files' sizes and
/// times, the device, its precision and the program's version. Eight hexadecimal digits.
std::string film_digest(const FilmRequest& request, const FilmCast& cast);

} // namespace unstuck::engine
