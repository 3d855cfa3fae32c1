#include "core/engine/image.hpp"

#include <stdexcept>
#include <string>

namespace unstuck::engine {

const std::vector<float>& Image::host_pixels() const {
    if (!device) return pixels;
    const auto& fetched = device->host();
    const std::size_t expected = static_cast<std::size_t>(channels) * height * width;
    if (fetched.size() != expected)
        throw std::runtime_error("the GPU's picture has " + std::to_string(fetched.size()) + " numbers, expected " +
                                 std::to_string(expected));
    return fetched;
}

Image on_host(Image image) {
    if (!image.device) return image;
    image.pixels = image.host_pixels();
    image.device = nullptr;
    return image;
}

std::vector<std::uint8_t> to_bytes(const Image& image) {
    const auto& pixels = image.host_pixels();
    const std::size_t plane = static_cast<std::size_t>(image.width) * image.height;
    std::vector<std::uint8_t> out(plane * image.channels);
    for (int c = 0; c < image.channels; ++c)
        for (std::size_t i = 0; i < plane; ++i) {
            const float v = pixels[c * plane + i] * 127.5f + 128.0f;
            // NaN fails both comparisons.
            out[i * image.channels + c] = v >= 255 ? 255 : v > 0 ? static_cast<std::uint8_t>(v) : 0;
        }
    return out;
}

} // namespace unstuck::engine
