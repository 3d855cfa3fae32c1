#include "core/io/base64.hpp"

#include <string_view>

namespace unstuck::io {

namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

std::string to_base64(const std::vector<std::uint8_t>& bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto left = bytes.size() - i;
        std::uint32_t v = std::uint32_t{bytes[i]} << 16;
        if (left > 1) v |= std::uint32_t{bytes[i + 1]} << 8;
        if (left > 2) v |= bytes[i + 2];
        out += kDigits[v >> 18];
        out += kDigits[v >> 12 & 63];
        out += left > 1 ? kDigits[v >> 6 & 63] : '=';
        out += left > 2 ? kDigits[v & 63] : '=';
    }
    return out;
}

std::optional<std::vector<std::uint8_t>> from_base64(const std::string& text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::vector<std::uint8_t> out;
    out.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const bool last = i + 4 == text.size();
        const int padding = !last || text[i + 3] != '=' ? 0 : text[i + 2] == '=' ? 2 : 1;
        std::uint32_t v = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const bool padded = k >= static_cast<std::size_t>(4 - padding);
            const auto digit = padded ? 0 : kDigits.find(text[i + k]);
            if (digit == std::string_view::npos) return std::nullopt;
            v = v << 6 | static_cast<std::uint32_t>(digit);
        }
        // Bits that belong to no byte have to be zero: else two texts would mean the same bytes.
        if (padding > 0 && (v & ((1u << 8 * padding) - 1)) != 0) return std::nullopt;
        for (int k = 0; k < 3 - padding; ++k) out.push_back(static_cast<std::uint8_t>(v >> (16 - 8 * k)));
    }
    return out;
}

} // namespace unstuck::io
