#include "app/cli/options.hpp"
#include "core/io/error.hpp"
#include "core/io/json_file.hpp"
#include "core/model/edits_json.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::app {

namespace {

using nlohmann::json;

/// A mistyped field must not pass for an edit that has no effect: what is read here gets measured.
void refuse_unknown(const json& given, const json& known, const std::string& path) {
    for (const auto& [name, value] : given.items()) {
        const auto it = known.find(name);
        if (value.is_object())
            refuse_unknown(value, it == known.end() ? json::object() : *it, path + name + ".");
        else if (!value.is_null() && it == known.end())
            throw std::invalid_argument("edit '" + path + name + "': there is no such field");
    }
}

} // namespace

model::Edits read_edits(const std::string& path) {
    if (path.empty()) return {};
    const auto given = io::read_json(path);
    try {
        const auto edits = model::edits_from_json(given);
        refuse_unknown(given, model::to_json(edits), "");
        return edits;
    } catch (const std::invalid_argument& e) {
        throw io::FileError(path, e.what());
    }
}

} // namespace unstuck::app
