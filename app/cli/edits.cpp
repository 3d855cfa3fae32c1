#include "app/cli/options.hpp"
#include "core/io/error.hpp"
#include "core/io/json_fields.hpp"
#include "core/io/json_file.hpp"
#include "core/model/edits_json.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::app {

model::Edits read_edits(const std::string& path) {
    if (path.empty()) return {};
    const auto given = io::read_json(path);
    try {
        const auto edits = model::edits_from_json(given);
        // A mistyped field must not pass for an edit that has no effect: what is read here gets measured.
        if (const auto unknown = io::unknown_fields(given, model::to_json(edits)); !unknown.empty())
            throw std::invalid_argument("edit '" + unknown.front() + "': there is no such field");
        return edits;
    } catch (const std::invalid_argument& e) {
        throw io::FileError(path, e.what());
    }
}

} // namespace unstuck::app
