#pragma once
#include <cstddef>
#include <optional>
#include <string>

namespace unstuck::io {

/// At least one byte, compressed as a zlib stream (RFC 1950). Throws std::runtime_error when there is no memory.
std::string deflated(const std::string& bytes);

/// What a zlib stream holds; none when it is broken or holds more than `most` bytes. Its checksum is not looked at.
std::optional<std::string> inflated(const std::string& stream, std::size_t most);

} // namespace unstuck::io
