#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace unstuck::figure {

struct Colour {
    std::uint8_t r = 0, g = 0, b = 0;
    double alpha = 1; ///< 0 .. 1
    bool operator==(const Colour&) const = default;
};

enum class Dash { solid, dashed, dotted, dash_dotted };

/// How the n-th set of a comparison is drawn: A vermilion and solid, B teal and dashed, as in the window; more colours
/// for more sets. Told apart without colours, too.
Colour set_colour(std::size_t n);
Dash set_dash(std::size_t n);

/// y over x, alike long. `low` and `high` are a band around it, or empty.
struct Curve {
    std::string label; ///< Curves of all panels that share label, colour and dash share one entry of the legend.
    Colour colour;
    Dash dash = Dash::solid;
    std::vector<double> x, y, low, high;
};

/// A vertical line with its name.
struct Mark {
    double x = 0;
    std::string label;
    Colour colour;
};

/// Values on a square grid that covers the panel, row 0 at the top, in viridis.
struct HeatMap {
    int side = 0;
    std::vector<float> values; ///< [side, side]
    double low = 0, high = 1;  ///< What the ends of the colour bar stand for.
    std::string label;         ///< Of the colour bar, with its unit.
};

struct Range {
    double low = 0, high = 1; ///< low < high
};

/// One pair of axes. What lies outside of the ranges is cut off.
struct Panel {
    std::string title;
    Range x, y;
    std::vector<Curve> curves;
    std::vector<Mark> marks;
    HeatMap map; ///< side 0: none.
};

/// Small multiples with one legend and common axis labels.
struct Figure {
    std::string title, note;      ///< note: a line below the title, smaller.
    std::string x_label, y_label; ///< With units.
    std::vector<Panel> panels;
    int columns = 1;
    double panel_width = 320, panel_height = 220; ///< Of the plotted area, in units of 1/96 inch.
};

} // namespace unstuck::figure
