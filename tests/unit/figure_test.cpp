#include "core/figure/font.hpp"
#include "core/io/image_file.hpp"

#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <unistd.h>

namespace unstuck::figure {

namespace {

constexpr Colour kRed = {200, 0, 0};

/// A document's elements, closed in the order they were opened; an empty text when it is well-formed.
std::string fault_of(const std::string& xml) {
    std::vector<std::string> open;
    std::size_t at = 0, roots = 0;
    while ((at = xml.find('<', at)) != std::string::npos) {
        const auto end = xml.find('>', at);
        if (end == std::string::npos) return "an unfinished tag";
        const auto tag = xml.substr(at + 1, end - at - 1);
        if (tag.find('<') != std::string::npos) return "a tag within a tag: " + tag;
        if (std::count(tag.begin(), tag.end(), '"') % 2) return "an open quote: " + tag;
        const auto next = std::min(xml.find('<', end), xml.size());
        for (auto i = xml.find('&', end); i < next; i = xml.find('&', i + 1)) {
            const auto entity = xml.substr(i, xml.find(';', i) - i + 1);
            if (entity != "&amp;" && entity != "&lt;" && entity != "&gt;" && entity != "&quot;") return "a bare &";
        }
        at = end;
        if (tag[0] == '?') continue;
        const auto name = tag.substr(tag[0] == '/', tag.find_first_of(" /\n", 1) - (tag[0] == '/'));
        if (tag[0] == '/') {
            if (open.empty() || open.back() != name) return "an end without a start: " + name;
            open.pop_back();
        } else {
            roots += open.empty();
            if (tag.back() != '/') open.push_back(name);
        }
    }
    return roots != 1 ? "not one root" : open.empty() ? "" : "not closed: " + open.back();
}

std::array<int, 3> pixel(const io::Pixels& p, int x, int y) {
    const auto* rgb = &p.bytes[(static_cast<std::size_t>(y) * p.width + x) * 3];
    return {rgb[0], rgb[1], rgb[2]};
}

/// What is missing to white, summed over the red channel's pixels: the area covered by black.
double ink(const io::Pixels& p) {
    double sum = 0;
    for (std::size_t i = 0; i < p.bytes.size(); i += 3) sum += 1 - p.bytes[i] / 255.0;
    return sum;
}

Drawing sheet(std::variant<Area, Line, Text, Bitmap> shape) { return {60, 40, {std::move(shape)}}; }

Figure some_figure() {
    Figure f;
    f.title = "a < b & \"c\"";
    f.x_label = "cycles per image";
    f.y_label = "power (dB)";
    Panel p;
    p.title = "L<0>";
    p.x = {0, 10};
    p.y = {-20, 20};
    p.curves.push_back(
        {"A  one & two", set_colour(0), set_dash(0), {0, 5, 10}, {10, -30, 10}, {5, -35, 5}, {15, -25, 15}});
    p.curves.push_back({"B", set_colour(1), set_dash(1), {0, 10}, {0, 1}, {}, {}});
    p.marks.push_back({4, "f_c", kRed});
    f.panels = {p, p};
    f.panels[1].map = {3, {0, 1, 2, 3, 4, 5, 6, 7, 8}, 0, 8, "dB"};
    f.columns = 2;
    return f;
}

} // namespace

TEST(Figure, SvgIsWellFormedAndItsTextsAreEscaped) {
    const auto svg = to_svg(lay_out(some_figure()));
    EXPECT_EQ(fault_of(svg), "");
    EXPECT_NE(svg.find(">a &lt; b &amp; &quot;c&quot;</text>"), std::string::npos);
    EXPECT_NE(svg.find(">L&lt;0&gt;</text>"), std::string::npos);
    EXPECT_NE(svg.find(">f_c</text>"), std::string::npos);
    EXPECT_NE(svg.find("rgb(224,99,58)"), std::string::npos) << "A is vermilion";
    EXPECT_NE(svg.find("rgb(42,161,152)"), std::string::npos) << "B is teal";
    EXPECT_NE(svg.find("stroke-dasharray"), std::string::npos) << "B is dashed";
    EXPECT_NE(svg.find("data:image/png;base64,iVBORw0KGgo"), std::string::npos) << "the heat map";
    EXPECT_NE(fault_of("<svg><g></svg>"), "") << "the test can fail";
}

TEST(Figure, TheLegendNamesEachCurveOnce) {
    const auto svg = to_svg(lay_out(some_figure()));
    const std::string label = ">A  one &amp; two</text>";
    const auto first = svg.find(label);
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(svg.find(label, first + 1), std::string::npos) << "though both panels have it";
}

TEST(Figure, CurvesAreCutAtTheRange) {
    const auto d = lay_out(some_figure());
    // The first curve leaves the range at y = -20: x = 3.75 and 6.25, two parts. Plot: 320 x 220.
    std::vector<Line> parts;
    for (const auto& s : d.shapes)
        if (const auto* l = std::get_if<Line>(&s); l && l->colour == set_colour(0) && l->points.size() == 2)
            parts.push_back(*l);
    ASSERT_EQ(parts.size(), 5u) << "the legend's sample, and two parts in each of two panels";
    const auto &a = parts[1], &b = parts[2];
    EXPECT_NEAR(a.points[1].x - a.points[0].x, 3.75 / 10 * 320, 1e-9);
    EXPECT_NEAR(a.points[1].y - a.points[0].y, 30.0 / 40 * 220, 1e-9);
    EXPECT_NEAR(b.points[0].x - a.points[0].x, 6.25 / 10 * 320, 1e-9);
    EXPECT_NEAR(b.points[0].y, a.points[1].y, 1e-9);
}

TEST(Figure, PixelsCoverTheSheetAndTheAreasOfShapes) {
    const Colour black = {0, 0, 0};
    const auto whole = to_pixels(sheet(Area{{{10, 10}, {30.25, 10}, {30.25, 20.5}, {10, 20.5}}, black}), 2);
    EXPECT_EQ(whole.width, 120);
    EXPECT_EQ(whole.height, 80);
    EXPECT_EQ(pixel(whole, 30, 30), (std::array{0, 0, 0}));
    EXPECT_EQ(pixel(whole, 10, 10), (std::array{255, 255, 255}));
    EXPECT_NEAR(ink(whole), 4 * 20.25 * 10.5, 0.02 * 4 * 20.25 * 10.5);
    // A triangle's slanted edge, and a stroke with its two round ends.
    EXPECT_NEAR(ink(to_pixels(sheet(Area{{{5, 5}, {45, 5}, {5, 35}}, black}), 1)), 600, 6);
    const double stroke = 3 * 40 + 3.14159 * 1.5 * 1.5;
    EXPECT_NEAR(ink(to_pixels(sheet(Line{{{10, 20}, {50, 20}}, black, 3, Dash::solid}), 1)), stroke, 0.05 * stroke);
    // What hangs over the edge is cut off: 10 x 40 remain.
    EXPECT_NEAR(ink(to_pixels(sheet(Area{{{50, -9}, {99, -9}, {99, 99}, {50, 99}}, black}), 1)), 400, 1e-6);
}

TEST(Figure, DashesLeaveGaps) {
    const Colour black = {0, 0, 0};
    const auto p = to_pixels(sheet(Line{{{0, 20}, {60, 20}}, black, 2, Dash::dashed}), 1);
    // Strokes of 8 and gaps of 6 units, less what the round ends take.
    EXPECT_EQ(pixel(p, 4, 20)[0], 0);
    EXPECT_EQ(pixel(p, 11, 20)[0], 255);
    EXPECT_EQ(pixel(p, 18, 20)[0], 0);
}

TEST(Figure, TextHasItsWidthAndCanStandUpright) {
    const double width = text_width("power (dB)", 12);
    EXPECT_GT(width, 40);
    EXPECT_LT(width, 70);
    EXPECT_NEAR(text_width("power (dB)", 24), 2 * width, 1e-3);
    EXPECT_GT(text_width("\u00b0", 12), 2) << "UTF-8";
    const auto flat = to_pixels(sheet(Text{{30, 20}, "power", 12, {0, 0, 0}, Anchor::middle, false}), 2),
               upright = to_pixels(sheet(Text{{30, 20}, "power", 12, {0, 0, 0}, Anchor::middle, true}), 2);
    EXPECT_GT(ink(flat), 100);
    EXPECT_NEAR(ink(flat), ink(upright), 0.03 * ink(flat));
}

TEST(Figure, PngIsReadBackAsItWasDrawn) {
    const auto path =
        (std::filesystem::temp_directory_path() / ("figure-" + std::to_string(::getpid()) + ".png")).string();
    const auto figure = some_figure();
    write_png(path, figure);
    const auto d = lay_out(figure);
    const auto p = io::read_image(path);
    std::filesystem::remove(path);
    EXPECT_EQ(p.width, static_cast<int>(std::ceil(2 * d.width)));
    EXPECT_EQ(p.height, static_cast<int>(std::ceil(2 * d.height)));
    EXPECT_EQ(p.channels, 3);
    EXPECT_EQ(p.bytes, to_pixels(d, 2).bytes);
    EXPECT_EQ(pixel(p, 2, 2), (std::array{255, 255, 255}));
}

} // namespace unstuck::figure
