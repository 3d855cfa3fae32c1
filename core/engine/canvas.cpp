#include "core/engine/canvas.hpp"

#include "core/figure/viridis.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::engine {

namespace {

Rgb viridis(double t) {
    const double at = std::clamp(t, 0.0, 1.0) * (figure::kViridis.size() - 1);
    const auto i = std::min(static_cast<std::size_t>(at), figure::kViridis.size() - 2);
    const double u = at - static_cast<double>(i);
    Rgb out{};
    for (std::size_t c = 0; c < 3; ++c)
        out[c] = static_cast<std::uint8_t>(std::lround(255 * (static_cast<double>(figure::kViridis[i][c]) * (1 - u) +
                                                              static_cast<double>(figure::kViridis[i + 1][c]) * u)));
    return out;
}

} // namespace

Raster tone_mapped(const Image& image, const Tone& tone) {
    const auto& pixels = image.host_pixels();
    const std::size_t plane = static_cast<std::size_t>(image.width) * image.height;
    const auto channels = static_cast<std::size_t>(std::clamp(image.channels, 1, 3));
    const ToneCurve curve(tone);
    Raster out{image.width, image.height, std::vector<std::uint8_t>(plane * 3)};
    std::array<float, 3> values{};
    for (std::size_t i = 0; i < plane; ++i) {
        for (std::size_t c = 0; c < channels; ++c) values[c] = pixels[c * plane + i];
        const auto colour = curve(values, image.channels);
        std::copy(colour.begin(), colour.end(), out.rgb.begin() + static_cast<std::ptrdiff_t>(i * 3));
    }
    return out;
}

Raster heat_map(const signal::LayerSpectrum& spectrum, double low_db, double high_db) {
    Raster out{spectrum.width, spectrum.height, {}};
    out.rgb.reserve(spectrum.plane_db.size() * 3);
    const double range = std::max(high_db - low_db, 1e-6);
    for (const float db : spectrum.plane_db) {
        const auto colour = viridis((static_cast<double>(db) - low_db) / range);
        out.rgb.insert(out.rgb.end(), colour.begin(), colour.end());
    }
    return out;
}

Box placed(int width, int height, const Box& area) {
    int w = width, h = height;
    if (w > area.width || h > area.height) {
        int factor = 2;
        while (width / factor > area.width || height / factor > area.height) ++factor;
        w = width / factor;
        h = height / factor;
    } else if (w > 0 && h > 0) {
        const int factor = std::min(area.width / w, area.height / h);
        w *= factor;
        h *= factor;
    }
    return {area.x + (area.width - w) / 2, area.y + (area.height - h) / 2, w, h};
}

Canvas::Canvas(int width, int height, Rgb background) : raster_{width, height, {}} {
    const std::size_t count = static_cast<std::size_t>(width) * height;
    raster_.rgb.reserve(count * 3);
    for (std::size_t i = 0; i < count; ++i) raster_.rgb.insert(raster_.rgb.end(), background.begin(), background.end());
}

std::uint8_t* Canvas::pixel(int x, int y) {
    return raster_.rgb.data() + (static_cast<std::size_t>(y) * raster_.width + x) * 3;
}

void Canvas::draw(const Raster& picture, const Box& area) {
    const auto box = placed(picture.width, picture.height, area);
    if (box.width <= 0 || box.height <= 0) return;
    const int up = std::max(box.width / picture.width, 1), down = up > 1 ? 1 : picture.width / box.width;
    const auto source = [&](int x, int y, int c) {
        return picture.rgb[(static_cast<std::size_t>(y) * picture.width + x) * 3 + static_cast<std::size_t>(c)];
    };
    for (int y = 0; y < box.height; ++y)
        for (int x = 0; x < box.width; ++x)
            for (int c = 0; c < 3; ++c) {
                int sum = 0;
                for (int j = 0; j < down; ++j)
                    for (int i = 0; i < down; ++i) sum += source(x / up * down + i, y / up * down + j, c);
                pixel(box.x + x, box.y + y)[c] = static_cast<std::uint8_t>((sum + down * down / 2) / (down * down));
            }
}

} // namespace unstuck::engine
