#pragma once
#include "core/io/png_text.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace unstuck::io {

/// Writes 8-bit pixels, interleaved [height, width, channels] with 1 (grey), 2 (grey and alpha), 3 or 4 channels.
/// `text` goes along inside the file. Throws FileError.
void write_png(const std::string& path, int width, int height, int channels, const std::vector<std::uint8_t>& pixels,
               const PngText& text = {});

/// The same bytes as a file has, in memory. Throws std::runtime_error when they cannot be made.
std::string encode_png(int width, int height, int channels, const std::vector<std::uint8_t>& pixels);

/// 8-bit pixels, interleaved [height, width, channels], with the channels that the file has (1 to 4).
struct Pixels {
    int width = 0, height = 0, channels = 0;
    std::vector<std::uint8_t> bytes;
};

/// Reads a PNG (16 bits are reduced to 8) or a JPEG of at most 16384 pixels per side. Throws FileError.
Pixels read_image(const std::string& path);

/// The same for a file's bytes in memory. Throws std::runtime_error saying what is wrong with them, or that a side is
/// longer than `most_side`, before anything is unpacked.
Pixels decode_image(const std::vector<std::uint8_t>& encoded, int most_side);

/// What read_image gives without `bytes`, by the file's first lines alone.
Pixels read_image_shape(const std::string& path);

/// Writes float32 numbers in row-major order as numpy's .npy, version 1.0. Throws FileError.
void write_npy(const std::string& path, const std::vector<std::int64_t>& shape, const std::vector<float>& values);

} // namespace unstuck::io
