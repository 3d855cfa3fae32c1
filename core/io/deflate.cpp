#include "core/io/deflate.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <memory>
#include <stdexcept>

#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#include <stb_image.h>
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STBI_WRITE_NO_STDIO
#include <stb_image_write.h>

namespace unstuck::io {

namespace {

constexpr std::size_t kMostBytes = static_cast<std::size_t>(std::numeric_limits<int>::max()) / 4;

} // namespace

std::string deflated(const std::string& bytes) {
    constexpr int kBest = 9;
    if (bytes.size() > kMostBytes) throw std::runtime_error("too many bytes to compress");
    auto copy = bytes; // stb asks for bytes that it might change
    int size = 0;
    const std::unique_ptr<unsigned char, decltype(&std::free)> out(
        stbi_zlib_compress(reinterpret_cast<unsigned char*>(copy.data()), static_cast<int>(copy.size()), &size, kBest),
        std::free);
    if (!out) throw std::runtime_error("no memory to compress " + std::to_string(bytes.size()) + " bytes");
    return {reinterpret_cast<const char*>(out.get()), static_cast<std::size_t>(size)};
}

std::optional<std::string> inflated(const std::string& stream, std::size_t most) {
    if (stream.size() > kMostBytes || most > kMostBytes) return std::nullopt;
    std::string out(most, '\0');
    const int size =
        stbi_zlib_decode_buffer(out.data(), static_cast<int>(most), stream.data(), static_cast<int>(stream.size()));
    if (size < 0) return std::nullopt;
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::optional<std::vector<std::byte>> inflated_raw(std::span<const std::byte> stream, std::size_t most) {
    // The inflater looks ahead of its last code: in a PNG a checksum follows.
    constexpr std::size_t kLookAhead = 4;
    constexpr std::size_t kMost = std::numeric_limits<int>::max() - kLookAhead; // stb counts in int
    if (stream.size() > kMost || most > kMost) return std::nullopt;
    std::vector<std::byte> in(stream.begin(), stream.end()), out(most);
    in.resize(in.size() + kLookAhead);
    const int size =
        stbi_zlib_decode_noheader_buffer(reinterpret_cast<char*>(out.data()), static_cast<int>(out.size()),
                                         reinterpret_cast<const char*>(in.data()), static_cast<int>(in.size()));
    if (size < 0) return std::nullopt;
    out.resize(static_cast<std::size_t>(size));
    return out;
}

} // namespace unstuck::io
