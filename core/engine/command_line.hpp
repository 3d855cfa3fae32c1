#pragma once
#include "core/engine/scene.hpp"

#include <string>

namespace unstuck::engine {

/// `text` as one word of a POSIX shell: as it is when it is harmless, else in single quotes.
std::string shell_word(const std::string& text);

/// The command that renders what this side of the scene shows, into `folder`: with render's own options where they can
/// say it to the last bit (`unstuck render MODEL --seeds 7 --trunc 0.7 --out FOLDER`), else with the whole scene as
/// text
/// (`unstuck render --scene unstuck1:... --side b --out FOLDER`). Empty when the side has no model.
std::string render_command(const Scene& scene, Side side, const std::string& folder);

} // namespace unstuck::engine
