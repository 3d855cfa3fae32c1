#include "core/io/png_text.hpp"

#include "core/io/crc32.hpp"
#include "core/io/error.hpp"
#include "core/io/mapped_file.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace unstuck::io {

namespace {

using namespace std::string_view_literals;

constexpr auto kSignature = "\x89PNG\r\n\x1a\n"sv;
constexpr std::size_t kHeaderEnd = 8 + 12 + 13; // signature, then IHDR's length, name, data and checksum
constexpr std::size_t kMostText = std::size_t{16} << 20;

std::uint32_t read_u32(std::string_view bytes) {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
    return value;
}

void append_u32(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift & 0xff));
}

/// Keyword, no compression, no language, no translated keyword, text.
std::string itxt_chunk(const std::string& keyword, const std::string& text) {
    const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
    if (keyword.empty() || keyword.size() > 79 || !std::all_of(keyword.begin(), keyword.end(), printable))
        throw std::invalid_argument("PNG text: '" + keyword + "' cannot be a keyword");
    const std::string body = "iTXt" + keyword + std::string(5, '\0') + text;
    std::string chunk;
    append_u32(chunk, static_cast<std::uint32_t>(body.size() - 4));
    chunk += body;
    append_u32(chunk, crc32(body));
    return chunk;
}

/// The text of a tEXt or iTXt chunk's data; compressed ones are left out.
void read_text(std::string_view type, std::string_view data, PngText& out) {
    const auto keyword_end = data.find('\0');
    if (keyword_end == data.npos) return;
    const std::string keyword(data.substr(0, keyword_end));
    data.remove_prefix(keyword_end + 1);
    if (type == "iTXt") {
        if (data.size() < 2 || data[0] != 0) return;
        data.remove_prefix(2);
        for (int part = 0; part < 2; ++part) { // language, translated keyword
            const auto end = data.find('\0');
            if (end == data.npos) return;
            data.remove_prefix(end + 1);
        }
    }
    out[keyword] = std::string(data);
}

} // namespace

std::string with_png_text(const std::string& encoded, const PngText& text) {
    if (encoded.size() < kHeaderEnd || encoded.compare(0, kSignature.size(), kSignature) != 0)
        throw std::invalid_argument("PNG text: these bytes are no PNG");
    auto out = encoded.substr(0, kHeaderEnd);
    for (const auto& [keyword, value] : text) out += itxt_chunk(keyword, value);
    return out.append(encoded, kHeaderEnd);
}

PngHead read_png_head(const std::string& path) {
    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (all.substr(0, kSignature.size()) != kSignature) throw FileError(path, "is no PNG");
    PngHead head;
    std::size_t at = kSignature.size();
    while (true) {
        const auto cut_short = [&] { throw FileError(path, at, "the PNG is cut short"); };
        if (all.size() - at < 12) cut_short();
        const std::size_t size = read_u32(all.substr(at));
        if (all.size() - at - 12 < size) cut_short();
        const auto type = all.substr(at + 4, 4), data = all.substr(at + 8, size);
        if (type == "IHDR" && size == 13) {
            head.width = static_cast<int>(read_u32(data));
            head.height = static_cast<int>(read_u32(data.substr(4)));
        }
        if (type == "tEXt" || type == "iTXt") {
            if (size > kMostText) throw FileError(path, at, "a text in this PNG has more than 16 MiB");
            if (crc32(all.substr(at + 4, size + 4)) != read_u32(all.substr(at + 8 + size)))
                throw FileError(path, at, "the checksum of a text in this PNG is wrong");
            read_text(type, data, head.text);
        }
        at += size + 12;
        if (type == "IEND") return head;
    }
}

} // namespace unstuck::io
