#pragma once
#include "core/engine/device_pixels.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace unstuck::engine {

/// Numbers for the screen: planar [channels, height, width], unclamped. An image is nominally in [-1, 1].
/// They lie in host memory (`pixels`) or in a GPU's (`device`); the sizes are always set.
struct Image {
    int width = 0, height = 0, channels = 0;
    std::vector<float> pixels;                            ///< Empty when the numbers are on a GPU.
    std::shared_ptr<const DevicePixels> device = nullptr; ///< Null when they are in `pixels`.
    bool empty() const { return pixels.empty() && !device; }

    /// The numbers in host memory, wherever they lie: a GPU's are fetched at the first call, which waits, and kept for
    /// all copies of this image. Throws std::runtime_error when they cannot be fetched. Safe on any thread.
    const std::vector<float>& host_pixels() const;
    float at(int channel, int x, int y) const {
        return host_pixels()[(static_cast<std::size_t>(channel) * height + y) * width + x];
    }
};

/// The same image with its numbers in `pixels`.
Image on_host(Image image);

/// Bytes for a PNG: clamp(v * 127.5 + 128, 0, 255) truncated, interleaved [height, width, channels]. NaN is black.
std::vector<std::uint8_t> to_bytes(const Image& image);

} // namespace unstuck::engine
