#include "core/io/image_file.hpp"

#include "core/io/atomic_file.hpp"
#include "core/io/error.hpp"

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>

namespace unstuck::io {

void write_png(const std::string& path, int width, int height, int channels, const std::vector<std::uint8_t>& pixels,
               const PngText& text) {
    std::string encoded;
    const auto append = [](void* context, void* data, int size) {
        static_cast<std::string*>(context)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
    };
    if (!stbi_write_png_to_func(append, &encoded, width, height, channels, pixels.data(), width * channels))
        throw FileError(path, "cannot be encoded as PNG");
    write_file(path, text.empty() ? encoded : with_png_text(encoded, text));
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
