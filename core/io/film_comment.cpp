#include "core/io/film_comment.hpp"

#include "core/io/error.hpp"
#include "core/io/mapped_file.hpp"

#include <bit>
#include <cstdint>

namespace unstuck::io {

namespace {

using namespace std::string_view_literals;
using std::string_view;

constexpr std::size_t kMostComment = std::size_t{16} << 20;
constexpr auto kMatroska = "\x1a\x45\xdf\xa3"sv;

std::uint64_t big_endian(string_view bytes) {
    std::uint64_t value = 0;
    for (const char b : bytes) value = value << 8 | static_cast<unsigned char>(b);
    return value;
}

/// One element of either container: what it is, what is in it, and where the next one begins.
struct Element {
    std::uint64_t type = 0;
    string_view content;
    std::size_t size = 0; ///< With its head.
};

/// Walks through elements that lie one after the other. `Format::read` reads one, or throws.
template <class Format>
class Elements {
  public:
    Elements(string_view whole_file, string_view elements) : whole_(whole_file), rest_(elements) {}

    /// The next one of that type.
    std::optional<Element> next(std::uint64_t type) {
        while (!rest_.empty()) {
            const auto offset = static_cast<std::uint64_t>(rest_.data() - whole_.data());
            const auto e = Format::read(rest_, offset);
            rest_.remove_prefix(e.size);
            if (e.type == type) return e;
        }
        return std::nullopt;
    }

  private:
    string_view whole_, rest_;
};

[[noreturn]] void cut_short(std::uint64_t offset) { throw FormatError(offset, "the film is cut short or broken"); }

constexpr std::uint64_t box_type(const char (&name)[5]) {
    std::uint64_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(name[i]);
    return value;
}

struct Boxes {
    /// Size and type of 32 bits each; size 1: a size of 64 bits follows; 0: to the end.
    static Element read(string_view in, std::uint64_t offset) {
        if (in.size() < 8) cut_short(offset);
        std::uint64_t size = big_endian(in.substr(0, 4)), head = 8;
        if (size == 1) {
            if (in.size() < 16) cut_short(offset);
            size = big_endian(in.substr(8, 8));
            head = 16;
        } else if (size == 0) {
            size = in.size();
        }
        if (size < head || size > in.size()) cut_short(offset);
        return {big_endian(in.substr(4, 4)), in.substr(head, size - head), size};
    }
};

std::optional<std::string> mp4_comment(string_view file) {
    const auto inside = [&](std::optional<string_view> in, std::uint64_t type,
                            std::size_t skipped) -> std::optional<string_view> {
        if (!in) return std::nullopt;
        const auto found = Elements<Boxes>(file, *in).next(type);
        if (!found || found->content.size() < skipped) return std::nullopt;
        return found->content.substr(skipped);
    };
    auto at = inside(file, box_type("moov"), 0);
    at = inside(at, box_type("udta"), 0);
    at = inside(at, box_type("meta"), 4); // version and flags
    at = inside(at, box_type("ilst"), 0);
    at = inside(at,
                box_type("\xa9"
                         "cmt"),
                0);
    at = inside(at, box_type("data"), 8); // kind of value, language
    return at ? std::optional<std::string>(*at) : std::nullopt;
}

struct Ebml {
    /// A number's length is in the zeros that its first byte begins with. An element of unknown size goes to the end.
    static Element read(string_view in, std::uint64_t offset) {
        const auto id_size = length(in, 4, offset);
        const auto id = big_endian(in.substr(0, id_size));
        auto rest = in.substr(id_size);
        const auto size_size = length(rest, 8, offset);
        const auto mask = (std::uint64_t{1} << (7 * size_size)) - 1;
        auto size = big_endian(rest.substr(0, size_size)) & mask;
        rest.remove_prefix(size_size);
        if (size == mask) size = rest.size();
        if (size > rest.size()) cut_short(offset);
        return {id, rest.substr(0, size), id_size + size_size + size};
    }

  private:
    static std::size_t length(string_view in, std::size_t most, std::uint64_t offset) {
        if (in.empty()) cut_short(offset);
        const auto size = static_cast<std::size_t>(std::countl_zero(static_cast<unsigned char>(in[0]))) + 1;
        if (size > most || size > in.size()) cut_short(offset);
        return size;
    }
};

std::optional<std::string> matroska_comment(string_view file) {
    constexpr std::uint64_t kSegment = 0x18538067, kTags = 0x1254c367, kTag = 0x7373, kSimpleTag = 0x67c8,
                            kTagName = 0x45a3, kTagString = 0x4487;
    using Walk = Elements<Ebml>;
    const auto segment = Walk(file, file).next(kSegment);
    if (!segment) return std::nullopt;
    Walk segments(file, segment->content);
    while (const auto tags = segments.next(kTags)) {
        Walk all(file, tags->content);
        while (const auto tag = all.next(kTag)) {
            Walk pairs(file, tag->content);
            while (const auto pair = pairs.next(kSimpleTag)) {
                const auto name = Walk(file, pair->content).next(kTagName);
                const auto text = Walk(file, pair->content).next(kTagString);
                if (name && text && name->content == "COMMENT"sv) return std::string(text->content);
            }
        }
    }
    return std::nullopt;
}

} // namespace

FilmFile film_file(string_view first_bytes) {
    if (first_bytes.substr(0, 4) == kMatroska) return FilmFile::matroska;
    if (first_bytes.size() >= 8 && first_bytes.substr(4, 4) == "ftyp"sv) return FilmFile::mp4;
    return FilmFile::none;
}

std::optional<std::string> read_film_comment(const std::string& path) {
    const auto mapped = MappedFile::open(path);
    const string_view file(reinterpret_cast<const char*>(mapped->bytes().data()), mapped->bytes().size());
    try {
        std::optional<std::string> comment;
        switch (film_file(file)) {
        case FilmFile::none: throw FileError(path, "is neither an MP4 nor a Matroska file");
        case FilmFile::mp4: comment = mp4_comment(file); break;
        case FilmFile::matroska: comment = matroska_comment(file); break;
        }
        if (comment && comment->size() > kMostComment) throw FileError(path, "its comment has more than 16 MiB");
        return comment;
    } catch (const FormatError& e) {
        throw FileError(path, e.offset, e.what());
    }
}

} // namespace unstuck::io
