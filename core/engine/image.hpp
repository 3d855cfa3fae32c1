#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace unstuck::engine {

/// Numbers for the screen: planar [channels, height, width], unclamped. An image is nominally in [-1, 1].
struct Image {
    int width = 0, height = 0, channels = 0;
    std::vector<float> pixels;
    bool empty() const { return pixels.empty(); }
    float at(int channel, int x, int y) const {
        return pixels[(static_cast<std::size_t>(channel) * height + y) * width + x];
    }
};

/// Bytes for a PNG: clamp(v * 127.5 + 128, 0, 255) truncated, interleaved [height, width, channels]. NaN is black.
std::vector<std::uint8_t> to_bytes(const Image& image);

} // namespace unstuck::engine
