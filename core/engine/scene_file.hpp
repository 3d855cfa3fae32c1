#pragma once
#include "core/engine/film_spec.hpp"
#include "core/engine/motion.hpp"
#include "core/engine/ready_motions.hpp"
#include "core/engine/scene.hpp"
#include "core/io/png_text.hpp"

#include <optional>
#include <string>

namespace unstuck::engine {

/// What a file told: a scene, and where it was a film's or a session, how that moves and how it is filmed.
struct SceneFile {
    Scene scene;
    std::optional<Motion> motion;
    std::vector<ReadyMotion> ready; ///< Ready-made motions besides.
    std::optional<FilmSpec> film;
    std::vector<std::string> notes; ///< What was ignored, a sentence each.
};

/// Models and files with a w that are not where the scene says, but lie in the folder of `path`, are taken from there.
void find_files_beside(Scene& scene, const std::string& path);

/// The scene that a file carries: a PNG (text chunk `unstuck:scene`), a film (the JSON beside it, else the comment of
/// an MP4 or Matroska file), or JSON: a scene, or an object with one as "scene". Pictures and films stand still. A
/// model or a file with a w whose path leads nowhere, but which lies in the folder of this one, is taken from there. No
/// value for a file of another kind, such as a model. Throws io::FileError for a file of these kinds that is broken,
/// too large, or carries no scene.
std::optional<SceneFile> read_scene_file(const std::string& path);

/// What goes into a picture that shows this scene, standing still: its JSON under io::kSceneKeyword.
io::PngText picture_text(Scene scene);

/// From what a user gives: text of scene_to_text(), anywhere in `text`; a scene's JSON; or the path of a file that
/// carries one, perhaps with quotes and file:// around it. Throws std::invalid_argument or io::FileError saying what is
/// wrong.
SceneFile find_scene(const std::string& text);

} // namespace unstuck::engine
