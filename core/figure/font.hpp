#pragma once
#include "core/figure/drawing.hpp"

#include <span>

namespace unstuck::figure {

/// The program's own font, Roboto Medium: a TrueType file.
std::span<const unsigned char> font_file();

/// The code points of UTF-8; what is none becomes `replacement`.
std::vector<int> code_points(const std::string& text, int replacement);

/// How far a line of text runs, in units. UTF-8.
double text_width(const std::string& text, double size);

/// A text's outlines, curves as short lines: fill them by the even-odd rule.
std::vector<std::vector<Point>> text_outlines(const Text& text);

} // namespace unstuck::figure
