#include "core/engine/image.hpp"

namespace unstuck::engine {

std::vector<std::uint8_t> to_bytes(const Image& image) {
    const std::size_t plane = static_cast<std::size_t>(image.width) * image.height;
    std::vector<std::uint8_t> out(plane * image.channels);
    for (int c = 0; c < image.channels; ++c)
        for (std::size_t i = 0; i < plane; ++i) {
            const float v = image.pixels[c * plane + i] * 127.5f + 128.0f;
            // NaN fails both comparisons.
            out[i * image.channels + c] = v >= 255 ? 255 : v > 0 ? static_cast<std::uint8_t>(v) : 0;
        }
    return out;
}

} // namespace unstuck::engine
