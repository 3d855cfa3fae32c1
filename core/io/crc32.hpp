#pragma once
#include <cstdint>
#include <string_view>

namespace unstuck::io {

/// CRC-32 of ISO 3309, as PNG and zip have it: 0xcbf43926 for "123456789".
std::uint32_t crc32(std::string_view bytes);

} // namespace unstuck::io
