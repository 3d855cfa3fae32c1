#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::io {

/// RFC 4648, section 4, with padding.
std::string to_base64(const std::vector<std::uint8_t>& bytes);

/// None for a text that is not exactly what to_base64 gives for some bytes.
std::optional<std::vector<std::uint8_t>> from_base64(const std::string& text);

} // namespace unstuck::io
