#include "core/io/json_fields.hpp"

#include <nlohmann/json.hpp>

namespace unstuck::io {

using nlohmann::json;

namespace {

void collect(const json& given, const json& known, const std::string& path, std::vector<std::string>& out) {
    if (given.is_object()) {
        for (const auto& [name, value] : given.items()) {
            const auto found = known.is_object() ? known.find(name) : known.end();
            const bool there = known.is_object() && found != known.end();
            collect(value, there ? *found : json(json::value_t::discarded), path.empty() ? name : path + "." + name,
                    out);
        }
    } else if (known.is_discarded()) {
        if (!given.is_null()) out.push_back(path);
    } else if (given.is_array() && known.is_array() && given.size() == known.size()) {
        for (std::size_t i = 0; i < given.size(); ++i)
            collect(given[i], known[i], path + "[" + std::to_string(i) + "]", out);
    }
}

} // namespace

std::vector<std::string> unknown_fields(const json& given, const json& known, const std::string& path) {
    std::vector<std::string> out;
    collect(given, known, path, out);
    return out;
}

std::string unknown_fields_text(const std::vector<std::string>& fields) {
    constexpr std::size_t kMostNamed = 10;
    std::string names;
    for (std::size_t i = 0; i < fields.size() && i < kMostNamed; ++i) names += (i > 0 ? ", " : "") + fields[i];
    if (fields.size() > kMostNamed) names += ", and " + std::to_string(fields.size() - kMostNamed) + " more";
    return "Ignored, since this version has no such field: " + names + ".";
}

} // namespace unstuck::io
