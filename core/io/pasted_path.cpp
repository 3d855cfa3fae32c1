#include "core/io/pasted_path.hpp"

#include <cctype>
#include <string_view>

namespace unstuck::io {

std::string pasted_path(const std::string& text) {
    const auto around = [](char c) { return std::isspace(static_cast<unsigned char>(c)) || c == '"' || c == '\''; };
    std::string_view path = text;
    while (!path.empty() && around(path.back())) path.remove_suffix(1);
    while (!path.empty() && around(path.front())) path.remove_prefix(1);
    constexpr std::string_view kScheme = "file://";
    if (path.substr(0, kScheme.size()) == kScheme) path.remove_prefix(kScheme.size());
    return std::string(path);
}

} // namespace unstuck::io
