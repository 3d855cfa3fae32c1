#include "app/cli/options.hpp"
#include "core/engine/scene_file.hpp"

#include <cstdio>
#include <fmt/format.h>

namespace unstuck::app {

void say_notes(const engine::SceneFile& file) {
    for (const auto& note : file.notes) fmt::print(stderr, "unstuck: {}\n", note);
}

} // namespace unstuck::app
