#include "core/io/pasted_path.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>

namespace unstuck::io {

namespace {

/// %20 and the like, as in a file's URL; what is no such code stays.
std::string percent_decoded(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        unsigned byte = 0;
        const auto* end = text.data() + std::min<std::size_t>(text.size(), 3);
        if (text.size() >= 3 && text[0] == '%' && std::from_chars(text.data() + 1, end, byte, 16).ptr == end) {
            out += static_cast<char>(byte);
            text.remove_prefix(3);
        } else {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

} // namespace

std::string pasted_path(const std::string& text) {
    const auto around = [](char c) { return std::isspace(static_cast<unsigned char>(c)) || c == '"' || c == '\''; };
    std::string_view path = text;
    while (!path.empty() && around(path.back())) path.remove_suffix(1);
    while (!path.empty() && around(path.front())) path.remove_prefix(1);
    constexpr std::string_view kScheme = "file://";
    if (path.substr(0, kScheme.size()) != kScheme) return std::string(path);
    path.remove_prefix(kScheme.size());
    return percent_decoded(path);
}

} // namespace unstuck::io
