#include "core/engine/film_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace unstuck::engine {

namespace {

int width_of(const std::vector<TextRun>& runs, int height) {
    int width = 0;
    for (const auto& run : runs) width += Canvas::text_width(run.text, height);
    return width;
}

/// Takes the last character off, all of its bytes.
void shorten(std::string& text) {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) text.pop_back();
    if (!text.empty()) text.pop_back();
}

void cut(std::vector<TextRun>& runs, int height, int width) {
    constexpr const char* kDots = "\u2026";
    while (!runs.empty()) {
        auto whole = runs.back().text;
        while (!whole.empty()) {
            shorten(whole);
            runs.back().text = whole + kDots;
            if (width_of(runs, height) <= width) return;
        }
        runs.pop_back();
    }
}

} // namespace

void draw_runs(Canvas& canvas, std::vector<TextRun> runs, const Box& area, bool right) {
    if (area.width <= 0 || area.height <= 0) return;
    const int smallest = std::max(static_cast<int>(std::ceil(area.height * kSmallestText)), 1);
    int height = area.height;
    while (height > smallest && width_of(runs, height) > area.width) --height;
    if (width_of(runs, height) > area.width) cut(runs, height, area.width);
    Box line{area.x, area.y + (area.height - height) / 2, area.width, height};
    if (right) line.x += std::max(area.width - width_of(runs, height), 0);
    for (const auto& run : runs) {
        line.width = area.x + area.width - line.x;
        canvas.text(run.text, line, run.colour);
        line.x += Canvas::text_width(run.text, height);
    }
}

int fitting_height(const std::vector<std::string>& lines, int height, int width) {
    const int smallest = std::max(static_cast<int>(std::ceil(height * kSmallestText)), 1);
    const auto fits = [&](const std::string& line) { return Canvas::text_width(line, height) <= width; };
    while (height > smallest && !std::all_of(lines.begin(), lines.end(), fits)) --height;
    return height;
}

void draw_fitting(Canvas& canvas, const std::string& line, const Box& area, Rgb colour, bool right) {
    draw_runs(canvas, {{line, colour}}, area, right);
}

std::string number_text(std::optional<double> value, int digits) {
    if (!value || !std::isfinite(*value)) return "-";
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, *value);
    return text;
}

} // namespace unstuck::engine
