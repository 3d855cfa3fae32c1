#include "core/figure/font.hpp"
#include "core/figure/viridis.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace unstuck::figure {

namespace {

constexpr Colour kInk = {40, 44, 48}, kDim = {105, 110, 116}, kGrid = {228, 230, 233};
constexpr double kTitle = 14, kLabel = 11, kTick = 9.5; // font sizes

/// Colours of viridis, t in [0, 1].
std::array<std::uint8_t, 3> viridis(double t) {
    const double at = std::clamp(t, 0.0, 1.0) * (kViridis.size() - 1);
    const auto i = std::min(static_cast<std::size_t>(at), kViridis.size() - 2);
    const double f = at - static_cast<double>(i);
    std::array<std::uint8_t, 3> out{};
    for (std::size_t k = 0; k < 3; ++k)
        out[k] = static_cast<std::uint8_t>(std::lround(255 * ((1 - f) * kViridis[i][k] + f * kViridis[i + 1][k])));
    return out;
}

/// Multiples of 1, 2 or 5 times a power of ten, about `count` of them.
std::vector<double> ticks(const Range& r, int count) {
    const double rough = (r.high - r.low) / count, power = std::pow(10, std::floor(std::log10(rough)));
    const double step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
    std::vector<double> out;
    for (double k = std::ceil(r.low / step - 1e-9); k * step <= r.high + 1e-9 * step; ++k)
        out.push_back(k * step + 0.0); // no minus zero
    return out;
}

std::string tick_text(double v) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%g", v);
    return buffer[0] == '-' ? "\u2212" + std::string(buffer + 1) : buffer;
}

/// The parts of a curve within low <= y <= high.
std::vector<std::vector<Point>> within(const std::vector<double>& x, const std::vector<double>& y, const Panel& p) {
    std::vector<std::vector<Point>> out;
    bool open = false;
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
        // From a to b, the part t0 .. t1 lies inside.
        const auto at = [&](double t) { return Point{x[i] + t * (x[i + 1] - x[i]), y[i] + t * (y[i + 1] - y[i])}; };
        double t0 = 0, t1 = 1;
        const auto cut = [&](double from, double to, const Range& r) {
            if (from == to) {
                if (from < r.low || from > r.high) t1 = -1;
                return;
            }
            const double a = (r.low - from) / (to - from), b = (r.high - from) / (to - from);
            t0 = std::max(t0, std::min(a, b));
            t1 = std::min(t1, std::max(a, b));
        };
        cut(x[i], x[i + 1], p.x);
        cut(y[i], y[i + 1], p.y);
        if (!(t0 < t1)) {
            open = false;
            continue;
        }
        if (!open || t0 > 0) out.push_back({at(t0)});
        out.back().push_back(at(t1));
        open = t1 == 1;
    }
    return out;
}

/// One panel's axes at a place on the sheet.
class Axes {
  public:
    Axes(Drawing& d, const Figure& f, const Panel& p, Point corner) : d_(d), f_(f), p_(p), corner_(corner) {}

    void draw(bool x_label, bool y_label) {
        grid();
        if (p_.map.side > 0) map();
        for (const auto& c : p_.curves) band(c);
        for (const auto& m : p_.marks) line({{m.x, p_.y.low}, {m.x, p_.y.high}}, m.colour, 0.8, Dash::solid);
        for (const auto& c : p_.curves)
            for (const auto& part : within(c.x, c.y, p_)) line(part, c.colour, 1.6, c.dash);
        mark_labels();
        d_.shapes.emplace_back(Line{outline(), kDim, 0.8, Dash::solid});
        text({corner_.x, corner_.y - 6}, p_.title, kLabel, kInk, Anchor::start);
        if (x_label) text({corner_.x + f_.panel_width / 2, bottom() + 29}, f_.x_label, kLabel, kInk, Anchor::middle);
        if (y_label)
            d_.shapes.emplace_back(Text{
                {corner_.x - 32, corner_.y + f_.panel_height / 2}, f_.y_label, kLabel, kInk, Anchor::middle, true});
    }

  private:
    double bottom() const { return corner_.y + f_.panel_height; }
    Point place(const Point& v) const {
        return {corner_.x + (v.x - p_.x.low) / (p_.x.high - p_.x.low) * f_.panel_width,
                bottom() - (v.y - p_.y.low) / (p_.y.high - p_.y.low) * f_.panel_height};
    }
    std::vector<Point> outline() const {
        const double r = corner_.x + f_.panel_width;
        return {corner_, {r, corner_.y}, {r, bottom()}, {corner_.x, bottom()}, corner_};
    }
    void line(std::vector<Point> points, const Colour& colour, double width, Dash dash) {
        for (auto& v : points) v = place(v);
        d_.shapes.emplace_back(Line{std::move(points), colour, width, dash});
    }
    void text(Point at, const std::string& what, double size, const Colour& colour, Anchor anchor) {
        if (!what.empty()) d_.shapes.emplace_back(Text{at, what, size, colour, anchor});
    }
    void grid() {
        for (const double x : ticks(p_.x, static_cast<int>(f_.panel_width / 60))) {
            line({{x, p_.y.low}, {x, p_.y.high}}, kGrid, 0.8, Dash::solid);
            text({place({x, 0}).x, bottom() + 14}, tick_text(x), kTick, kDim, Anchor::middle);
        }
        for (const double y : ticks(p_.y, static_cast<int>(f_.panel_height / 35))) {
            line({{p_.x.low, y}, {p_.x.high, y}}, kGrid, 0.8, Dash::solid);
            text({corner_.x - 5, place({0, y}).y + 3.5}, tick_text(y), kTick, kDim, Anchor::end);
        }
    }
    void band(const Curve& c) {
        if (c.low.empty() || c.x.size() < 2) return;
        auto colour = c.colour;
        colour.alpha *= 0.18;
        Area a{{}, colour};
        const auto edge = [&](std::size_t i, double y) {
            a.points.push_back(place({c.x[i], std::clamp(y, p_.y.low, p_.y.high)}));
        };
        for (std::size_t i = 0; i < c.x.size() && c.x[i] <= p_.x.high; ++i) edge(i, c.high[i]);
        for (auto i = a.points.size(); i-- > 0;) edge(i, c.low[i]);
        d_.shapes.emplace_back(std::move(a));
    }
    /// Names stand beside their lines, each a row below the one before: none hides another.
    void mark_labels() {
        double row = corner_.y + 11;
        for (const auto& m : p_.marks) {
            const double x = place({m.x, 0}).x;
            const bool left = x + 4 + text_width(m.label, kTick) > corner_.x + f_.panel_width;
            text({left ? x - 3 : x + 3, row}, m.label, kTick, m.colour, left ? Anchor::end : Anchor::start);
            row += 11;
        }
    }
    void map();

    Drawing& d_;
    const Figure& f_;
    const Panel& p_;
    Point corner_;
};

/// The mean of the map's values under each pixel: a large one must not alias.
io::Pixels coloured(const HeatMap& m, int side) {
    io::Pixels out{side, side, 3, {}};
    const auto cells = [&](int i) {
        const int from = i * m.side / side;
        return std::pair(from, std::max(from + 1, (i + 1) * m.side / side));
    };
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            const auto [x0, x1] = cells(x);
            const auto [y0, y1] = cells(y);
            double sum = 0;
            for (int v = y0; v < y1; ++v)
                for (int u = x0; u < x1; ++u) sum += m.values[static_cast<std::size_t>(v) * m.side + u];
            const double mean = sum / ((x1 - x0) * (y1 - y0));
            const auto rgb = viridis((mean - m.low) / (m.high - m.low));
            out.bytes.insert(out.bytes.end(), rgb.begin(), rgb.end());
        }
    return out;
}

void Axes::map() {
    const auto& m = p_.map;
    const int side = std::min(m.side, static_cast<int>(2 * f_.panel_width));
    d_.shapes.emplace_back(Bitmap{corner_, f_.panel_width, f_.panel_height, coloured(m, side)});
    // The colour bar on the right.
    constexpr int kSteps = 128;
    constexpr double kBar = 12;
    const double x = corner_.x + f_.panel_width + 10;
    io::Pixels bar{1, kSteps, 3, {}};
    for (int i = 0; i < kSteps; ++i) {
        const auto rgb = viridis(1 - (i + 0.5) / kSteps);
        bar.bytes.insert(bar.bytes.end(), rgb.begin(), rgb.end());
    }
    d_.shapes.emplace_back(Bitmap{{x, corner_.y}, kBar, f_.panel_height, std::move(bar)});
    const Range levels{m.low, m.high};
    for (const double v : ticks(levels, 6)) {
        const double y = bottom() - (v - m.low) / (m.high - m.low) * f_.panel_height;
        text({x + kBar + 4, y + 3.5}, tick_text(v), kTick, kDim, Anchor::start);
    }
    text({x + kBar, corner_.y - 6}, m.label, kTick, kDim, Anchor::end);
}

/// One entry for all curves that look alike, in rows as wide as the sheet. Returns the height taken.
double legend(Drawing& d, const Figure& f, Point at, double width) {
    std::vector<const Curve*> entries;
    for (const auto& p : f.panels)
        for (const auto& c : p.curves) {
            const auto same = [&](const Curve* e) {
                return e->label == c.label && e->colour == c.colour && e->dash == c.dash;
            };
            if (!c.label.empty() && std::none_of(entries.begin(), entries.end(), same)) entries.push_back(&c);
        }
    if (entries.empty()) return 0;
    constexpr double kSample = 30, kRow = 17;
    Point next = at;
    for (const auto* c : entries) {
        const double needed = kSample + 6 + text_width(c->label, kLabel) + 18;
        if (next.x > at.x && next.x + needed > at.x + width) next = {at.x, next.y + kRow};
        d.shapes.emplace_back(Line{{{next.x, next.y - 4}, {next.x + kSample, next.y - 4}}, c->colour, 1.6, c->dash});
        d.shapes.emplace_back(Text{{next.x + kSample + 6, next.y}, c->label, kLabel, kInk});
        next.x += needed;
    }
    return next.y - at.y + kRow;
}

} // namespace

Colour set_colour(std::size_t n) {
    constexpr std::array<Colour, 6> kColours = {{{0xE0, 0x63, 0x3A},
                                                 {0x2A, 0xA1, 0x98},
                                                 {0x6C, 0x71, 0xC4},
                                                 {0xB5, 0x89, 0},
                                                 {0x26, 0x8B, 0xD2},
                                                 {0xD3, 0x36, 0x82}}};
    return kColours[n % kColours.size()];
}

Dash set_dash(std::size_t n) { return static_cast<Dash>(n % 4); }

std::vector<double> dash_lengths(Dash dash, double width) {
    switch (dash) {
    case Dash::dashed: return {4 * width, 3 * width};
    case Dash::dotted: return {0.1 * width, 2.5 * width}; // round ends make dots of it
    case Dash::dash_dotted: return {5 * width, 2.5 * width, 0.1 * width, 2.5 * width};
    case Dash::solid: break;
    }
    return {};
}

Drawing lay_out(const Figure& f) {
    const bool maps = std::any_of(f.panels.begin(), f.panels.end(), [](const Panel& p) { return p.map.side > 0; });
    const double left = 46, right = maps ? 52 : 10, above = 26, below = 38; // around each panel
    const int count = static_cast<int>(f.panels.size()), columns = std::clamp(f.columns, 1, std::max(count, 1));
    const double cell_width = left + f.panel_width + right, cell_height = above + f.panel_height + below;
    Drawing d;
    d.width = columns * cell_width + 8;
    double y = 22;
    d.shapes.emplace_back(Text{{12, y}, f.title, kTitle, kInk});
    if (!f.note.empty()) d.shapes.emplace_back(Text{{12, y += 16}, f.note, kTick, kDim});
    y += 18;
    y += legend(d, f, {12, y}, d.width - 24) - 10;
    for (int i = 0; i < count; ++i) {
        const int column = i % columns, row = i / columns;
        const Point corner{column * cell_width + left, y + row * cell_height + above};
        Axes(d, f, f.panels[static_cast<std::size_t>(i)], corner).draw(i + columns >= count, column == 0);
    }
    d.height = y + (count + columns - 1) / columns * cell_height + 4;
    return d;
}

} // namespace unstuck::figure
