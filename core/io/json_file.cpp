#include "core/io/json_file.hpp"

#include "core/io/error.hpp"
#include "core/io/mapped_file.hpp"

#include <nlohmann/json.hpp>

namespace unstuck::io {

using nlohmann::json;

json parse_json(std::string_view text, int most_depth) {
    bool too_deep = false;
    const auto watch_depth = [&](int depth, json::parse_event_t, json&) {
        too_deep = too_deep || depth > most_depth;
        return !too_deep;
    };
    json out;
    try {
        out = json::parse(text, watch_depth);
    } catch (const json::exception& e) {
        const auto* wrong = dynamic_cast<const json::parse_error*>(&e);
        if (!too_deep) throw FormatError(wrong ? wrong->byte : 0, "is no JSON");
    }
    if (too_deep) throw FormatError(0, "is JSON nested deeper than " + std::to_string(most_depth) + " levels");
    return out;
}

json read_json(const std::string& path) {
    const auto file = MappedFile::open(path);
    try {
        return parse_json({reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size()});
    } catch (const FormatError& e) {
        throw FileError(path, e.offset, e.what());
    }
}

bool begins_as_json(std::string_view head) {
    const auto first = head.find_first_not_of(" \t\r\n");
    return first != head.npos && head[first] == '{' && head.find('\0') == head.npos;
}

} // namespace unstuck::io
