#include "core/figure/font.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::figure {

namespace {

using Outlines = std::vector<std::vector<Point>>;

/// Draws shapes on white pixels, one after another.
class Canvas {
  public:
    Canvas(double width, double height, double scale) : scale_(scale) {
        pixels_.width = static_cast<int>(std::ceil(width * scale));
        pixels_.height = static_cast<int>(std::ceil(height * scale));
        pixels_.channels = 3;
        pixels_.bytes.assign(static_cast<std::size_t>(pixels_.width) * pixels_.height * 3, 255);
    }
    io::Pixels take() { return std::move(pixels_); }

    void operator()(const Area& a) { fill({a.points}, a.colour); }
    void operator()(const Text& t) { fill(text_outlines(t), t.colour); }
    void operator()(const Line& l);
    void operator()(const Bitmap& b);

  private:
    /// Pixels from `from` to before `to`, within the picture.
    struct Span {
        int from = 0, to = 0;
    };
    static Span span(double low, double high, int size) {
        return {std::clamp(static_cast<int>(std::floor(low)), 0, size),
                std::clamp(static_cast<int>(std::ceil(high)), 0, size)};
    }
    void blend(int x, int y, const Colour& c, double coverage) {
        const double a = std::clamp(coverage, 0.0, 1.0) * c.alpha;
        auto* p = &pixels_.bytes[(static_cast<std::size_t>(y) * pixels_.width + x) * 3];
        const std::uint8_t rgb[] = {c.r, c.g, c.b};
        for (int k = 0; k < 3; ++k) p[k] = static_cast<std::uint8_t>(std::lround(p[k] + (rgb[k] - p[k]) * a));
    }
    void fill(const Outlines& outlines, const Colour& colour);

    double scale_;
    io::Pixels pixels_;
};

/// Where the outlines cross the height y, in pixels, from left to right.
std::vector<double> crossings(const Outlines& outlines, double y, double scale) {
    std::vector<double> out;
    for (const auto& o : outlines)
        for (std::size_t i = 0; i < o.size(); ++i) {
            const auto &a = o[i], &b = o[(i + 1) % o.size()];
            if ((a.y * scale <= y) == (b.y * scale <= y)) continue;
            out.push_back(scale * a.x + (y - scale * a.y) / (b.y - a.y) * (b.x - a.x));
        }
    std::sort(out.begin(), out.end());
    return out;
}

/// Even-odd: coverage is exact along x, sampled in 8 rows per pixel along y.
void Canvas::fill(const Outlines& outlines, const Colour& colour) {
    double top = 1e30, bottom = -1e30;
    for (const auto& o : outlines)
        for (const auto& p : o) top = std::min(top, p.y * scale_), bottom = std::max(bottom, p.y * scale_);
    constexpr int kRows = 8;
    const auto rows = span(top, bottom, pixels_.height);
    std::vector<double> covered(static_cast<std::size_t>(pixels_.width));
    for (int y = rows.from; y < rows.to; ++y) {
        std::fill(covered.begin(), covered.end(), 0.0);
        for (int k = 0; k < kRows; ++k) {
            const auto x = crossings(outlines, y + (k + 0.5) / kRows, scale_);
            for (std::size_t i = 0; i + 1 < x.size(); i += 2) {
                const auto s = span(x[i], x[i + 1], pixels_.width);
                for (int px = s.from; px < s.to; ++px)
                    covered[px] += (std::min<double>(x[i + 1], px + 1) - std::max<double>(x[i], px)) / kRows;
            }
        }
        for (int x = 0; x < pixels_.width; ++x)
            if (covered[x] > 0) blend(x, y, colour, covered[x]);
    }
}

double distance(double x, double y, const Point& a, const Point& b) {
    const double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
    const double t = length2 > 0 ? std::clamp(((x - a.x) * dx + (y - a.y) * dy) / length2, 0.0, 1.0) : 0;
    return std::hypot(x - a.x - t * dx, y - a.y - t * dy);
}

/// The strokes of a dashed line, in its own units.
Outlines strokes(const Line& l) {
    const auto lengths = dash_lengths(l.dash, l.width);
    if (lengths.empty()) return {l.points};
    Outlines out;
    std::size_t part = 0;
    double left = lengths[0];
    for (std::size_t i = 0; i + 1 < l.points.size(); ++i) {
        const auto &a = l.points[i], &b = l.points[i + 1];
        const double length = std::hypot(b.x - a.x, b.y - a.y);
        const auto at = [&](double d) { return Point{a.x + (b.x - a.x) * d / length, a.y + (b.y - a.y) * d / length}; };
        if (i == 0) out.push_back({a});
        for (double done = 0; length > 0 && done < length;) {
            const double step = std::min(left, length - done);
            done += step;
            left -= step;
            if (part % 2 == 0) out.back().push_back(at(done));
            if (left > 0) continue;
            part = (part + 1) % lengths.size();
            left = lengths[part];
            if (part % 2 == 0) out.push_back({at(done)});
        }
    }
    return out;
}

/// Coverage by distance; the largest of all segments, so that joints are not drawn twice.
void Canvas::operator()(const Line& l) {
    for (const auto& stroke : strokes(l)) {
        if (stroke.size() < 2) continue;
        const double half = l.width * scale_ / 2, reach = half + 1;
        double left = 1e30, right = -1e30, top = 1e30, bottom = -1e30;
        auto path = stroke;
        for (auto& p : path) {
            p = {p.x * scale_, p.y * scale_};
            left = std::min(left, p.x), right = std::max(right, p.x);
            top = std::min(top, p.y), bottom = std::max(bottom, p.y);
        }
        const auto columns = span(left - reach, right + reach, pixels_.width),
                   rows = span(top - reach, bottom + reach, pixels_.height);
        const int width = columns.to - columns.from;
        std::vector<double> covered(static_cast<std::size_t>(std::max(0, width * (rows.to - rows.from))));
        for (std::size_t i = 0; i + 1 < path.size(); ++i) {
            const auto &a = path[i], &b = path[i + 1];
            const auto xs = span(std::min(a.x, b.x) - reach, std::max(a.x, b.x) + reach, pixels_.width),
                       ys = span(std::min(a.y, b.y) - reach, std::max(a.y, b.y) + reach, pixels_.height);
            for (int y = ys.from; y < ys.to; ++y)
                for (int x = xs.from; x < xs.to; ++x) {
                    auto& c = covered[static_cast<std::size_t>(y - rows.from) * width + (x - columns.from)];
                    c = std::max(c, half + 0.5 - distance(x + 0.5, y + 0.5, a, b));
                }
        }
        for (int y = rows.from; y < rows.to; ++y)
            for (int x = columns.from; x < columns.to; ++x) {
                const double c = covered[static_cast<std::size_t>(y - rows.from) * width + (x - columns.from)];
                if (c > 0) blend(x, y, l.colour, std::min(c, 2 * half)); // thinner than a pixel: fainter
            }
    }
}

void Canvas::operator()(const Bitmap& b) {
    const auto columns = span(b.at.x * scale_, (b.at.x + b.width) * scale_, pixels_.width),
               rows = span(b.at.y * scale_, (b.at.y + b.height) * scale_, pixels_.height);
    const auto& p = b.pixels;
    const auto nearest = [](double at, double length, int n) {
        return std::clamp(static_cast<int>(at / length * n), 0, n - 1);
    };
    for (int y = rows.from; y < rows.to; ++y)
        for (int x = columns.from; x < columns.to; ++x) {
            const int sx = nearest((x + 0.5) / scale_ - b.at.x, b.width, p.width),
                      sy = nearest((y + 0.5) / scale_ - b.at.y, b.height, p.height);
            const auto* rgb = &p.bytes[(static_cast<std::size_t>(sy) * p.width + sx) * 3];
            blend(x, y, {rgb[0], rgb[1], rgb[2]}, 1);
        }
}

} // namespace

io::Pixels to_pixels(const Drawing& drawing, double scale) {
    Canvas canvas(drawing.width, drawing.height, scale);
    for (const auto& shape : drawing.shapes) std::visit(canvas, shape);
    return canvas.take();
}

void write_png(const std::string& path, const Figure& figure, const io::PngText& text) {
    const auto p = to_pixels(lay_out(figure));
    io::write_png(path, p.width, p.height, p.channels, p.bytes, text);
}

} // namespace unstuck::figure
