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

/// Writes float32 numbers in row-major order as numpy's .npy, version 1.0. Throws FileError.
void write_npy(const std::string& path, const std::vector<std::int64_t>& shape, const std::vector<float>& values);

} // namespace unstuck::io
