#include "app/cli/options.hpp"
#include "core/engine/scene_file.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace unstuck::app {

void print_json(const nlohmann::json& json, int indent) {
    fmt::print("{}\n", json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace));
}

void say_notes(const engine::SceneFile& file) {
    for (const auto& note : file.notes) fmt::print(stderr, "unstuck: {}\n", note);
}

} // namespace unstuck::app
