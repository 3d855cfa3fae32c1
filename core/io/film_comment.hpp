#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace unstuck::io {

/// What a film file is, by its first bytes.
enum class FilmFile { none, mp4, matroska };
FilmFile film_file(std::string_view first_bytes);

/// The comment in the metadata of an MP4 (`udta/meta/ilst/©cmt`) or Matroska file (tag COMMENT); none when it has none.
/// Throws FileError with the byte offset for a file that is cut short or no film, and for a comment of more than 16
/// MiB. Sources: ISO/IEC 14496-12 (boxes), the QuickTime file format (metadata items), RFC 8794 and 9559 (EBML,
/// Matroska).
std::optional<std::string> read_film_comment(const std::string& path);

} // namespace unstuck::io
