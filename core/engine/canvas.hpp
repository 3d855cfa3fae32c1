#pragma once
#include "core/engine/image.hpp"
#include "core/signal/layer_spectrum.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace unstuck::engine {

using Rgb = std::array<std::uint8_t, 3>;

/// A picture in bytes, interleaved [height, width, 3].
struct Raster {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgb;
};

/// How numbers become colours: as the window shows them.
struct Tone {
    std::array<double, 3> gain = {1, 1, 1}; ///< Of each channel, on the signed value.
    double exposure_stops = 0;
};

/// 1 channel is grey, 2 are red and green, of more the first three count. Without gain and exposure the bytes are those
/// of to_bytes().
Raster tone_mapped(const Image& image, const Tone& tone);

/// Decibels through the viridis map; those below `low_db` and above `high_db` have its end colours. The top row has the
/// most negative frequency, as the plane has.
Raster heat_map(const signal::LayerSpectrum& spectrum, double low_db, double high_db);

/// A number through the map for signed differences: -1 .. 1, grey at 0; hatched where it is not finite, by its place.
Rgb difference_colour(double t, int x, int y);
Rgb viridis(double t); ///< 0 .. 1, clamped.

/// A rectangle in pixels.
struct Box {
    int x = 0, y = 0, width = 0, height = 0;
    bool operator==(const Box&) const = default;
};

/// Where a picture of this size lies in an area: magnified by the largest whole number that fits and is at most `most`
/// (0: any), or, where it does not fit, reduced by the smallest; in the middle.
Box placed(int width, int height, const Box& area, int most = 0);

/// What a view of width x height pixels shows of a picture: `zoom` pixels per pixel of it, > 0, the point (pan_x,
/// pan_y) in the middle, in picture sides from its centre. Nearest, or bilinear where `smooth`.
struct PictureView {
    double zoom = 1, pan_x = 0, pan_y = 0;
    bool smooth = false;
};
Raster viewed(const Raster& picture, const PictureView& view, int width, int height, Rgb background);

/// A picture to draw on.
class Canvas {
  public:
    Canvas(int width, int height, Rgb background);

    /// At placed(): pixels are repeated, or averaged where it is reduced.
    void draw(const Raster& picture, const Box& area, int most = 0);

    /// Filled, clipped to the canvas.
    void fill(const Box& area, Rgb colour);

    /// A stroke with round ends between two points, in pixels from the upper left corner; antialiased, clipped.
    void line(double x0, double y0, double x1, double y1, double width, Rgb colour);

    /// One line of UTF-8, in the middle of the area's height, from its left or right edge; clipped to the area. Letters
    /// are as high as the area allows.
    void text(const std::string& line, const Box& area, Rgb colour, bool right = false);

    /// Pixels that a text takes in an area of that height.
    static int text_width(const std::string& line, int height);

    const std::vector<std::uint8_t>& rgb() const { return raster_.rgb; }
    const Raster& raster() const { return raster_; }

  private:
    std::uint8_t* pixel(int x, int y);
    void blend(int x, int y, Rgb colour, int coverage);
    Raster raster_;
};

} // namespace unstuck::engine
