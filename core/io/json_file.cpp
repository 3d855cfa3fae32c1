#include "core/io/json_file.hpp"

#include "core/io/error.hpp"
#include "core/io/mapped_file.hpp"

#include <nlohmann/json.hpp>

namespace unstuck::io {

nlohmann::json read_json(const std::string& path) {
    const auto file = MappedFile::open(path);
    const auto* begin = reinterpret_cast<const char*>(file->bytes().data());
    try {
        return nlohmann::json::parse(begin, begin + file->bytes().size());
    } catch (const nlohmann::json::parse_error& e) {
        throw FileError(path, e.byte, "is no JSON");
    }
}

} // namespace unstuck::io
