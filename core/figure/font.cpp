#include "core/figure/font.hpp"

#include <stdexcept>

#define STBTT_STATIC
#define STB_TRUETYPE_IMPLEMENTATION
#include <stb_truetype.h>

extern "C" {
extern const unsigned char unstuck_font[], unstuck_font_end[];
}

namespace unstuck::figure {

std::vector<int> code_points(const std::string& text, int replacement) {
    std::vector<int> out;
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i++]);
        const int more = first < 0x80 ? 0 : first >> 5 == 6 ? 1 : first >> 4 == 14 ? 2 : first >> 3 == 30 ? 3 : -1;
        int code = more <= 0 ? first : first & (0x3f >> more);
        bool good = more >= 0;
        for (int k = 0; good && k < more; ++k) {
            good = i < text.size() && (text[i] & 0xc0) == 0x80;
            if (good) code = code << 6 | (text[i++] & 0x3f);
        }
        out.push_back(good ? code : replacement);
    }
    return out;
}

namespace {

/// The font at one size. Glyphs by their place on the baseline, y up.
class Face {
  public:
    explicit Face(double size) {
        if (!stbtt_InitFont(&info_, unstuck_font, 0)) throw std::runtime_error("the embedded font cannot be read");
        scale_ = static_cast<double>(stbtt_ScaleForMappingEmToPixels(&info_, static_cast<float>(size)));
    }

    /// Calls use(glyph, x) for each glyph and returns the width.
    template <class F>
    double walk(const std::string& text, F use) const {
        double x = 0;
        int before = 0;
        for (const int code : code_points(text, '?')) {
            const int glyph = stbtt_FindGlyphIndex(&info_, code);
            if (before) x += scale_ * stbtt_GetGlyphKernAdvance(&info_, before, glyph);
            use(glyph, x);
            int advance = 0, bearing = 0;
            stbtt_GetGlyphHMetrics(&info_, glyph, &advance, &bearing);
            x += scale_ * advance;
            before = glyph;
        }
        return x;
    }

    void outlines(int glyph, double x, std::vector<std::vector<Point>>& out) const {
        stbtt_vertex* vertices = nullptr;
        const int count = stbtt_GetGlyphShape(&info_, glyph, &vertices);
        const auto place = [&](double px, double py) { return Point{x + scale_ * px, scale_ * py}; };
        for (int i = 0; i < count; ++i) {
            const auto& v = vertices[i];
            const auto end = place(v.x, v.y);
            if (v.type == STBTT_vmove) {
                out.emplace_back();
            } else if (v.type == STBTT_vcurve) { // TrueType's curves are quadratic
                const auto start = out.back().back(), control = place(v.cx, v.cy);
                constexpr int kSteps = 6;
                for (int k = 1; k < kSteps; ++k) {
                    const double t = static_cast<double>(k) / kSteps, a = (1 - t) * (1 - t), b = 2 * t * (1 - t),
                                 c = t * t;
                    out.back().push_back(
                        {a * start.x + b * control.x + c * end.x, a * start.y + b * control.y + c * end.y});
                }
            }
            out.back().push_back(end);
        }
        stbtt_FreeShape(&info_, vertices);
    }

  private:
    stbtt_fontinfo info_;
    double scale_ = 1;
};

} // namespace

std::span<const unsigned char> font_file() { return {unstuck_font, unstuck_font_end}; }

double text_width(const std::string& text, double size) {
    return Face(size).walk(text, [](int, double) {});
}

std::vector<std::vector<Point>> text_outlines(const Text& text) {
    const Face face(text.size);
    std::vector<std::vector<Point>> out;
    const double width = face.walk(text.text, [&](int glyph, double x) { face.outlines(glyph, x, out); });
    const double shift = text.anchor == Anchor::start ? 0 : text.anchor == Anchor::middle ? -width / 2 : -width;
    for (auto& contour : out)
        for (auto& p : contour) {
            const double along = p.x + shift, up = p.y;
            p = text.upright ? Point{text.at.x - up, text.at.y - along} : Point{text.at.x + along, text.at.y - up};
        }
    return out;
}

} // namespace unstuck::figure
