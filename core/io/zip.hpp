#pragma once
#include "core/io/mapped_file.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace unstuck::io {

/// A member of a zip archive.
struct ZipMember {
    std::string_view name;
    bool deflated = false;    ///< Else stored as it is.
    std::uint32_t crc = 0;    ///< Of its content.
    std::uint64_t size = 0;   ///< Of its content.
    std::uint64_t packed = 0; ///< Bytes that it takes in the file.
    std::uint64_t at = 0;     ///< Of its local header.
};

bool looks_like_zip(Bytes bytes);

/// The members of a zip or zip64 archive, as its directory lists them. Throws FormatError for what is no zip, is cut
/// off, or has more than a million members, or one packed otherwise than by deflate.
/// Source: PKWARE's application note, sections 4.3 and 4.5.3.
std::vector<ZipMember> zip_members(Bytes file);

/// A member's bytes as they lie in the file. Throws FormatError when they lie outside.
Bytes packed_data(Bytes file, const ZipMember& member);

/// A deflated member's content. Throws FormatError when it is larger than `most` bytes or than deflate can make it, is
/// broken, or has another checksum.
std::vector<std::byte> inflated(Bytes file, const ZipMember& member, std::uint64_t most);

} // namespace unstuck::io
