#pragma once
#include "core/engine/canvas.hpp"

#include <optional>

// Lines of text in a film, made to fit: smaller where there is little room, and only then cut.
namespace unstuck::engine {

inline constexpr Rgb kFilmBackground = {0x13, 0x14, 0x16}, kFilmRoom = {0x1f, 0x20, 0x23},
                     kFilmText = {0xe8, 0xea, 0xed}, kFilmDim = {0x9a, 0xa0, 0xa6};
inline constexpr std::array<Rgb, 2> kFilmSides = {{{0xe0, 0x63, 0x3a}, {0x2a, 0xa1, 0x98}}}; ///< A's, B's.

/// A part of a line in one colour.
struct TextRun {
    std::string text;
    Rgb colour = kFilmText;
};

/// Letters of a line that is `height` pixels high, in the middle of the area's height. Below kSmallestText of the
/// area's height the last run that does not fit is cut, with three dots.
void draw_runs(Canvas& canvas, std::vector<TextRun> runs, const Box& area, bool right = false);

/// The same of one run.
void draw_fitting(Canvas& canvas, const std::string& line, const Box& area, Rgb colour, bool right = false);

/// The largest line height up to `height` at which all of these are at most `width` wide; at least kSmallestText of it.
int fitting_height(const std::vector<std::string>& lines, int height, int width);

inline constexpr double kSmallestText = 0.55;

/// A number with so many digits after the point; "-" for none.
std::string number_text(std::optional<double> value, int digits);

} // namespace unstuck::engine
