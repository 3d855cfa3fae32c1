#pragma once
#include <map>
#include <string>

namespace unstuck::io {

/// Texts inside a PNG: keyword (1 to 79 printable Latin letters) to UTF-8.
using PngText = std::map<std::string, std::string>;

/// Under this keyword a picture carries the scene that it shows, as JSON.
inline constexpr const char* kSceneKeyword = "unstuck:scene";

/// The PNG `encoded` with one iTXt chunk for each text, behind its header. Throws std::invalid_argument for bytes that
/// are no PNG, or a keyword that may not be. Source: PNG specification, sections 5 and 11.3.
std::string with_png_text(const std::string& encoded, const PngText& text);

struct PngHead {
    int width = 0, height = 0;
    PngText text; ///< Of all uncompressed tEXt and iTXt chunks; the last of a keyword.
};

/// Size and texts of a PNG file, without its pixels. Throws FileError with the byte offset for what is no PNG, is cut
/// short, or has a text whose checksum is wrong or that is larger than 16 MiB.
PngHead read_png_head(const std::string& path);

} // namespace unstuck::io
