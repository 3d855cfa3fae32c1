#include "core/io/image_file.hpp"

#include "core/io/atomic_file.hpp"
#include "core/io/error.hpp"
#include "core/io/mapped_file.hpp"

#include <limits>
#include <memory>
#include <stdexcept>

#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 16384
#include <stb_image.h>
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>

namespace unstuck::io {

std::string encode_png(int width, int height, int channels, const std::vector<std::uint8_t>& pixels) {
    std::string encoded;
    const auto append = [](void* context, void* data, int size) {
        static_cast<std::string*>(context)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
    };
    if (!stbi_write_png_to_func(append, &encoded, width, height, channels, pixels.data(), width * channels))
        throw std::runtime_error("an image of " + std::to_string(width) + " x " + std::to_string(height) +
                                 " cannot be encoded as PNG");
    return encoded;
}

void write_png(const std::string& path, int width, int height, int channels, const std::vector<std::uint8_t>& pixels,
               const PngText& text) {
    const auto encoded = encode_png(width, height, channels, pixels);
    write_file(path, text.empty() ? encoded : with_png_text(encoded, text));
}

namespace {

std::shared_ptr<const MappedFile> open_image(const std::string& path) {
    auto file = MappedFile::open(path);
    if (file->bytes().size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw FileError(path, "is too large for an image");
    return file;
}

const stbi_uc* data_of(const MappedFile& file) { return reinterpret_cast<const stbi_uc*>(file.bytes().data()); }
int size_of(const MappedFile& file) { return static_cast<int>(file.bytes().size()); }

[[noreturn]] void unreadable(const std::string& path) {
    throw FileError(path, std::string("is no PNG or JPEG that can be read: ") + stbi_failure_reason());
}

} // namespace

Pixels read_image(const std::string& path) {
    const auto file = open_image(path);
    Pixels out;
    const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> data(
        stbi_load_from_memory(data_of(*file), size_of(*file), &out.width, &out.height, &out.channels, 0),
        stbi_image_free);
    if (!data) unreadable(path);
    out.bytes.assign(data.get(), data.get() + static_cast<std::size_t>(out.width) * out.height * out.channels);
    return out;
}

Pixels decode_image(const std::vector<std::uint8_t>& encoded, int most_side) {
    if (encoded.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw std::runtime_error("too large for an image");
    const int size = static_cast<int>(encoded.size());
    Pixels out;
    if (!stbi_info_from_memory(encoded.data(), size, &out.width, &out.height, &out.channels))
        throw std::runtime_error(std::string("no PNG or JPEG: ") + stbi_failure_reason());
    if (out.width > most_side || out.height > most_side)
        throw std::runtime_error(std::to_string(out.width) + " x " + std::to_string(out.height) + " pixels, at most " +
                                 std::to_string(most_side) + " per side are allowed");
    const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> data(
        stbi_load_from_memory(encoded.data(), size, &out.width, &out.height, &out.channels, 0), stbi_image_free);
    if (!data) throw std::runtime_error(std::string("a broken image: ") + stbi_failure_reason());
    out.bytes.assign(data.get(), data.get() + static_cast<std::size_t>(out.width) * out.height * out.channels);
    return out;
}

Pixels read_image_shape(const std::string& path) {
    const auto file = open_image(path);
    Pixels out;
    if (!stbi_info_from_memory(data_of(*file), size_of(*file), &out.width, &out.height, &out.channels))
        unreadable(path);
    return out;
}

void write_npy(const std::string& path, const std::vector<std::int64_t>& shape, const std::vector<float>& values) {
    std::string dims;
    for (auto s : shape) dims += std::to_string(s) + ", ";
    if (shape.size() > 1) dims.resize(dims.size() - 2);
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + dims + "), }";
    constexpr std::size_t kPrefix = 10, kAlign = 64;
    header.append((kAlign - (kPrefix + header.size() + 1) % kAlign) % kAlign, ' ');
    header.push_back('\n');
    std::string out("\x93NUMPY\x01\x00", 8);
    out.push_back(static_cast<char>(header.size() & 0xff));
    out.push_back(static_cast<char>(header.size() >> 8));
    out += header;
    out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    write_file(path, out);
}

} // namespace unstuck::io
