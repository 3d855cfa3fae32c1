#pragma once
#include "core/figure/figure.hpp"
#include "core/io/image_file.hpp"

#include <variant>

namespace unstuck::figure {

struct Point {
    double x = 0, y = 0; ///< Units of 1/96 inch from the top left corner, y down.
};

/// A stroke with round joins.
struct Line {
    std::vector<Point> points;
    Colour colour;
    double width = 1;
    Dash dash = Dash::solid;
};

/// A filled outline.
struct Area {
    std::vector<Point> points;
    Colour colour;
};

enum class Anchor { start, middle, end };

/// `at`: the baseline's start, middle or end. UTF-8.
struct Text {
    Point at;
    std::string text;
    double size = 11; ///< Of the font.
    Colour colour;
    Anchor anchor = Anchor::start;
    bool upright = false; ///< Turned to read from bottom to top.
};

/// A picture, 8-bit RGB, stretched over a rectangle.
struct Bitmap {
    Point at;
    double width = 0, height = 0;
    io::Pixels pixels;
};

/// What both writers draw, in this order.
struct Drawing {
    double width = 0, height = 0;
    std::vector<std::variant<Area, Line, Text, Bitmap>> shapes;
};

/// Axes, ticks, legend, curves and marks of a figure, all cut to size.
Drawing lay_out(const Figure& figure);

/// Lengths of strokes and gaps, in turn; empty for a solid line.
std::vector<double> dash_lengths(Dash dash, double width);

/// A standalone SVG 1.1 document. Texts are escaped; characters that XML does not allow are left out.
std::string to_svg(const Drawing& drawing);

/// The same on white, antialiased, `scale` pixels per unit: RGB, ceil(width * scale) x ceil(height * scale).
io::Pixels to_pixels(const Drawing& drawing, double scale = 2);

/// to_svg() or to_pixels() as a file. Throw io::FileError.
void write_svg(const std::string& path, const Figure& figure);
void write_png(const std::string& path, const Figure& figure, const io::PngText& text = {});

} // namespace unstuck::figure
