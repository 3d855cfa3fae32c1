#include "core/engine/canvas.hpp"

#include "core/figure/diverging.hpp"
#include "core/figure/viridis.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::engine {

namespace {

/// As the shader has it: bytes are truncated, NaN is black.
std::uint8_t to_byte(float v, float gain, float exposure) {
    v *= gain;
    if (exposure != 1) v = (v + 1) * exposure - 1;
    const float byte = v * 127.5f + 128.0f;
    return byte >= 255 ? 255 : byte > 0 ? static_cast<std::uint8_t>(byte) : 0;
}

} // namespace

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

Rgb difference_colour(double t, int x, int y) {
    if (!std::isfinite(t)) return (x + y) % 8 < 4 ? Rgb{0, 0, 0} : Rgb{255, 255, 255};
    Rgb out{};
    const auto colour = figure::diverging_colour(t);
    for (std::size_t c = 0; c < 3; ++c) out[c] = static_cast<std::uint8_t>(std::lround(255 * colour[c]));
    return out;
}

Raster tone_mapped(const Image& image, const Tone& tone) {
    const auto& pixels = image.host_pixels();
    const std::size_t plane = static_cast<std::size_t>(image.width) * image.height;
    const auto exposure = static_cast<float>(std::exp2(tone.exposure_stops));
    Raster out{image.width, image.height, std::vector<std::uint8_t>(plane * 3)};
    for (std::size_t c = 0; c < 3; ++c) {
        const auto from = image.channels == 1 ? 0 : c;
        if (from >= static_cast<std::size_t>(image.channels)) break;
        const auto gain = static_cast<float>(tone.gain[from]);
        for (std::size_t i = 0; i < plane; ++i) out.rgb[i * 3 + c] = to_byte(pixels[from * plane + i], gain, exposure);
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

Box placed(int width, int height, const Box& area, int most) {
    int w = width, h = height;
    if (w > area.width || h > area.height) {
        int factor = 2;
        while (width / factor > area.width || height / factor > area.height) ++factor;
        w = width / factor;
        h = height / factor;
    } else if (w > 0 && h > 0) {
        int factor = std::min(area.width / w, area.height / h);
        if (most > 0) factor = std::min(factor, most);
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

void Canvas::draw(const Raster& picture, const Box& area, int most) {
    const auto box = placed(picture.width, picture.height, area, most);
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

void Canvas::blend(int x, int y, Rgb colour, int coverage) {
    auto* p = pixel(x, y);
    for (std::size_t c = 0; c < 3; ++c)
        p[c] = static_cast<std::uint8_t>((p[c] * (255 - coverage) + colour[c] * coverage + 127) / 255);
}

void Canvas::fill(const Box& area, Rgb colour) {
    const int right = std::min(area.x + area.width, raster_.width),
              bottom = std::min(area.y + area.height, raster_.height);
    for (int y = std::max(area.y, 0); y < bottom; ++y)
        for (int x = std::max(area.x, 0); x < right; ++x) std::copy(colour.begin(), colour.end(), pixel(x, y));
}

void Canvas::line(double x0, double y0, double x1, double y1, double width, Rgb colour) {
    const double dx = x1 - x0, dy = y1 - y0, length = dx * dx + dy * dy, reach = width / 2 + 1;
    const auto from = [&](double v) { return static_cast<int>(std::floor(v - reach)); };
    const auto to = [&](double v) { return static_cast<int>(std::ceil(v + reach)); };
    for (int y = std::max(from(std::min(y0, y1)), 0); y < std::min(to(std::max(y0, y1)), raster_.height); ++y)
        for (int x = std::max(from(std::min(x0, x1)), 0); x < std::min(to(std::max(x0, x1)), raster_.width); ++x) {
            const double px = x + 0.5 - x0, py = y + 0.5 - y0;
            const double t = length > 0 ? std::clamp((px * dx + py * dy) / length, 0.0, 1.0) : 0;
            const double coverage = width / 2 + 0.5 - std::hypot(px - t * dx, py - t * dy);
            if (coverage > 0) blend(x, y, colour, static_cast<int>(std::lround(255 * std::min(coverage, 1.0))));
        }
}

namespace {

/// Bilinear between pixel centres; the background beyond the picture.
Rgb smooth_pixel(const Raster& picture, double u, double v) {
    const double x = std::clamp(u - 0.5, 0.0, picture.width - 1.0), y = std::clamp(v - 0.5, 0.0, picture.height - 1.0);
    const int left = static_cast<int>(x), top = static_cast<int>(y);
    const int right = std::min(left + 1, picture.width - 1), bottom = std::min(top + 1, picture.height - 1);
    Rgb out{};
    for (std::size_t c = 0; c < 3; ++c) {
        const auto at = [&](int i, int j) {
            return static_cast<double>(picture.rgb[(static_cast<std::size_t>(j) * picture.width + i) * 3 + c]);
        };
        out[c] = static_cast<std::uint8_t>(
            std::lround(std::lerp(std::lerp(at(left, top), at(right, top), x - left),
                                  std::lerp(at(left, bottom), at(right, bottom), x - left), y - top)));
    }
    return out;
}

} // namespace

Raster viewed(const Raster& picture, const PictureView& view, int width, int height, Rgb background) {
    Raster out{width, height, {}};
    out.rgb.reserve(static_cast<std::size_t>(width) * height * 3);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const double u = (x + 0.5 - width / 2.0) / view.zoom + (0.5 + view.pan_x) * picture.width;
            const double v = (y + 0.5 - height / 2.0) / view.zoom + (0.5 + view.pan_y) * picture.height;
            const bool inside = u >= 0 && v >= 0 && u < picture.width && v < picture.height;
            auto colour = background;
            if (inside && view.smooth)
                colour = smooth_pixel(picture, u, v);
            else if (inside)
                for (std::size_t c = 0; c < 3; ++c)
                    colour[c] =
                        picture
                            .rgb[(static_cast<std::size_t>(v) * picture.width + static_cast<std::size_t>(u)) * 3 + c];
            out.rgb.insert(out.rgb.end(), colour.begin(), colour.end());
        }
    return out;
}

} // namespace unstuck::engine
