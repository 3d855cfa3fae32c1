// Pictures in the cells of a film's frame.
#include "core/engine/film_painter.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::engine {

namespace {

std::array<double, 3> channel_scale(const Scene& scene, const Frame& frame) {
    std::array<double, 3> scale = {1, 1, 1};
    if (!scene.layer.normalize) return scale;
    for (std::size_t i = 0; i < std::min(scale.size(), frame.channel_max_abs.size()); ++i)
        scale[i] = frame.channel_max_abs[i] > 0 ? 1 / frame.channel_max_abs[i] : 0;
    return scale;
}

double gain_of(double db) { return std::pow(10.0, db / 20); }

/// One signed number for a pixel's channels: see DifferenceOf.
double one_number(const std::array<double, 3>& values, int channels, DifferenceOf of) {
    double sum = 0, largest = 0;
    for (int i = 0; i < channels; ++i) {
        const double v = values[static_cast<std::size_t>(i)];
        sum += v;
        if (std::abs(v) > std::abs(largest)) largest = v;
    }
    // A sum that is not finite says so in both cases.
    return of == DifferenceOf::largest && std::isfinite(sum) ? largest : sum / channels;
}

/// Through the diverging map; value(channel, index) is what a pixel's channels have.
template <class Value>
Raster mapped(const Scene& scene, int width, int height, int channels, Value value) {
    Raster out{width, height, {}};
    out.rgb.reserve(static_cast<std::size_t>(width) * height * 3);
    const double full = difference_full_scale(scene);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            std::array<double, 3> v{};
            const auto i = static_cast<std::size_t>(y) * width + x;
            for (int c = 0; c < channels; ++c) v[static_cast<std::size_t>(c)] = value(static_cast<std::size_t>(c), i);
            const auto colour = difference_colour(one_number(v, channels, scene.view.difference_of) / full, x, y);
            out.rgb.insert(out.rgb.end(), colour.begin(), colour.end());
        }
    return out;
}

/// A line of pixels repeated, or averaged, to another width, and repeated downwards.
Raster stretched(const Raster& line, int width, int height) {
    Raster out{width, height, {}};
    for (int x = 0; x < width; ++x) {
        const int from = static_cast<int>(static_cast<std::int64_t>(x) * line.width / width);
        const int to = std::max(from + 1, static_cast<int>(static_cast<std::int64_t>(x + 1) * line.width / width));
        for (std::size_t c = 0; c < 3; ++c) {
            int sum = 0;
            for (int i = from; i < to; ++i) sum += line.rgb[static_cast<std::size_t>(i) * 3 + c];
            out.rgb.push_back(static_cast<std::uint8_t>((sum + (to - from) / 2) / (to - from)));
        }
    }
    const auto row = out.rgb;
    for (int y = 1; y < height; ++y) out.rgb.insert(out.rgb.end(), row.begin(), row.end());
    return out;
}

std::string size_text(const Image& image) { return std::to_string(image.width) + " x " + std::to_string(image.height); }

} // namespace

Raster shown_picture(const Scene& scene, const Frame& frame, const Image& image) {
    Tone tone;
    tone.exposure_stops = scene.view.exposure;
    const auto scale = channel_scale(scene, frame);
    const double gain = gain_of(scene.layer.gain_db);
    for (std::size_t i = 0; i < 3; ++i)
        // As it has always been written: gain / max, which is not gain * (1 / max) to the last bit.
        tone.gain[i] = scene.layer.normalize && i < frame.channel_max_abs.size()
                           ? (frame.channel_max_abs[i] > 0 ? gain / frame.channel_max_abs[i] : 0)
                           : gain * scale[i];
    return tone_mapped(image, tone);
}

double difference_full_scale(const Scene& scene) {
    return 1 / (gain_of(scene.layer.gain_db + scene.view.difference_gain_db) * std::exp2(scene.view.exposure));
}

std::variant<Raster, std::string> difference_picture(const Scene& scene, const Frame& fa, const Frame& fb) {
    const auto &a = fa.layer, &b = fb.layer;
    if (a.width != b.width || a.height != b.height)
        return "no difference: A has " + size_text(a) + " pixels, B " + size_text(b);
    if (a.channels != b.channels)
        return "no difference: A has " + std::to_string(a.channels) + " channels, B " + std::to_string(b.channels);
    const auto ka = channel_scale(scene, fa), kb = channel_scale(scene, fb);
    const auto &pa = a.host_pixels(), &pb = b.host_pixels();
    const std::size_t plane = static_cast<std::size_t>(a.width) * a.height;
    return mapped(scene, a.width, a.height, std::min(a.channels, 3), [&](std::size_t c, std::size_t i) {
        return static_cast<double>(pb[c * plane + i]) * kb[c] - static_cast<double>(pa[c * plane + i]) * ka[c];
    });
}

Raster signed_picture(const Scene& scene, const Image& image) {
    const auto& pixels = image.host_pixels();
    const std::size_t plane = static_cast<std::size_t>(image.width) * image.height;
    return mapped(scene, image.width, image.height, std::min(image.channels, 3),
                  [&](std::size_t c, std::size_t i) { return static_cast<double>(pixels[c * plane + i]); });
}

SlitRows slit_rows(int frames, int height) {
    const int thickness = std::max(height / std::max(frames, 1), 1);
    return {thickness, std::clamp(height / thickness, 1, std::max(frames, 1))};
}

void FilmPainter::draw(const FilmCell& cell, const Box& area) {
    const auto& s = side(cell);
    switch (cell.kind) {
    case CellKind::picture: return picture(shown_picture(m_.scene, *s.frame, s.frame->layer), area);
    case CellKind::stabilised: return picture(shown_picture(m_.scene, *s.stabilised, s.stabilised->layer), area);
    case CellKind::spectrum: {
        const auto& range = m_.scene.spectrum;
        const double offset = range.relative ? s.frame->spectrum.mean_db : 0;
        return canvas_.draw(heat_map(s.frame->spectrum, range.low_db + offset, range.high_db + offset), area,
                            grid_.spec.scale);
    }
    case CellKind::difference: return difference(area);
    case CellKind::wipe: return wipe(area);
    case CellKind::slit_scan: return slit_scan(*s.history, area);
    case CellKind::average: return picture(shown_picture(m_.scene, *s.frame, s.history->mean), area);
    case CellKind::error: return picture(signed_picture(m_.scene, s.error->image), area);
    case CellKind::eq: return eq_plot(area);
    case CellKind::ladder: return ladder(cell, area);
    }
}

/// By whole numbers in the middle, or where the layout is the viewport's as the scene looks at it.
void FilmPainter::picture(const Raster& picture, const Box& area) {
    const auto& v = m_.scene.view;
    const bool as_viewed =
        grid_.spec.layout == FilmLayout::view && (v.zoom > 0 || v.pan_x != 0 || v.pan_y != 0 || v.smooth);
    if (!as_viewed || picture.width < 1 || picture.height < 1) return canvas_.draw(picture, area, grid_.spec.scale);
    PictureView view{v.zoom, v.pan_x, v.pan_y, v.smooth};
    const auto fitting = placed(picture.width, picture.height, area, grid_.spec.scale);
    if (v.zoom <= 0) view.zoom = std::max(static_cast<double>(fitting.width) / picture.width, 1e-3);
    canvas_.draw(viewed(picture, view, area.width, area.height, kFilmBackground), area);
}

void FilmPainter::wipe(const Box& area) {
    const auto whole = [&](Side side) {
        Canvas part(area.width, area.height, kFilmBackground);
        const auto& frame = *m_.sides[index(side)].frame;
        FilmPainter(part, grid_, m_)
            .picture(shown_picture(m_.scene, frame, frame.layer), {0, 0, area.width, area.height});
        return part.raster();
    };
    const auto a = whole(Side::a);
    auto out = whole(Side::b);
    const int bar = static_cast<int>(std::lround(m_.scene.view.wipe * area.width));
    for (int y = 0; y < out.height; ++y) {
        const auto row = static_cast<std::ptrdiff_t>(y) * out.width * 3;
        std::copy_n(a.rgb.begin() + row, bar * 3, out.rgb.begin() + row);
    }
    canvas_.draw(out, area);
    const int width = std::max(area.height / 240, 1) * 2;
    canvas_.fill(
        {std::clamp(area.x + bar - width / 2, area.x, area.x + area.width - width), area.y, width, area.height},
        kFilmText);
}

void FilmPainter::difference(const Box& area) {
    const auto made = difference_picture(m_.scene, *m_.sides[0].frame, *m_.sides[1].frame);
    if (const auto* why = std::get_if<std::string>(&made)) return say(*why, area);
    picture(std::get<Raster>(made), area);
}

void FilmPainter::slit_scan(const SideHistory& history, const Box& area) {
    const auto rows = slit_rows(m_.frames, area.height);
    const int height = rows.thickness * rows.shown,
              shown = std::min(static_cast<int>(history.lines.size()), rows.shown);
    int y = area.y + (area.height - height) / 2;
    const int width = history.lines.empty() ? 1 : history.lines.back().width;
    // As wide as the square picture above it, so that a line lies where it was taken.
    const auto room = placed(width, width, {area.x, 0, area.width, area.height}, grid_.spec.scale);
    canvas_.fill({room.x, y, room.width, height}, kFilmRoom);
    for (auto line = history.lines.end() - shown; line != history.lines.end(); ++line, y += rows.thickness) {
        const auto at = placed(line->width, line->width, {area.x, 0, area.width, area.height}, grid_.spec.scale);
        canvas_.draw(stretched(*line, at.width, rows.thickness), {at.x, y, at.width, rows.thickness});
    }
}

void FilmPainter::say(const std::string& text, const Box& area) {
    const int height = std::clamp(area.height / 12, 8, 40);
    const int space = area.width / 16;
    draw_fitting(canvas_, text, {area.x + space, area.y + (area.height - height) / 2, area.width - 2 * space, height},
                 kFilmDim);
}

} // namespace unstuck::engine
