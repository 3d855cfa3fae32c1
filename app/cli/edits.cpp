#include "app/cli/options.hpp"
#include "core/io/error.hpp"
#include "core/model/edits_json.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

namespace unstuck::app {

model::Edits read_edits(const std::string& path) {
    if (path.empty()) return {};
    std::ifstream in(path);
    if (!in) throw io::FileError(path, "cannot be opened");
    try {
        return model::edits_from_json(nlohmann::json::parse(in));
    } catch (const nlohmann::json::parse_error& e) {
        throw io::FileError(path, "is no JSON: " + std::string(e.what()));
    } catch (const std::invalid_argument& e) {
        throw io::FileError(path, e.what());
    }
}

} // namespace unstuck::app
