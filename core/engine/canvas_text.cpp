#include "core/engine/canvas.hpp"

#include "core/figure/font.hpp"

#include <algorithm>
#include <cmath>

#define STBTT_STATIC
#define STB_TRUETYPE_IMPLEMENTATION
#include <stb_truetype.h>

namespace unstuck::engine {

namespace {

/// The program's font at one size.
class Font {
  public:
    /// Letters for lines of that height in pixels.
    explicit Font(int line_height) {
        const auto* font = figure::font_file().data();
        stbtt_InitFont(&info_, font, stbtt_GetFontOffsetForIndex(font, 0));
        constexpr float kShare = 0.8f;
        scale_ = stbtt_ScaleForPixelHeight(&info_, static_cast<float>(line_height) * kShare);
        int ascent = 0, descent = 0, gap = 0;
        stbtt_GetFontVMetrics(&info_, &ascent, &descent, &gap);
        const float height = static_cast<float>(ascent - descent) * scale_;
        baseline_ = static_cast<int>(
            std::lround((static_cast<float>(line_height) - height) / 2 + static_cast<float>(ascent) * scale_));
    }

    /// Calls draw(x, y, coverage 0..255) for every pixel of the line that begins at (0, 0); returns its width.
    template <class Draw>
    int line(const std::string& text, Draw draw) const {
        float at = 0;
        int before = 0;
        std::vector<unsigned char> bitmap;
        constexpr int kReplacement = 0xfffd;
        for (const int point : figure::code_points(text, kReplacement)) {
            if (before) at += scale_ * static_cast<float>(stbtt_GetCodepointKernAdvance(&info_, before, point));
            const float whole = std::floor(at);
            int x0 = 0, y0 = 0, x1 = 0, y1 = 0, advance = 0, bearing = 0;
            stbtt_GetCodepointBitmapBoxSubpixel(&info_, point, scale_, scale_, at - whole, 0, &x0, &y0, &x1, &y1);
            const int w = x1 - x0, h = y1 - y0;
            bitmap.assign(static_cast<std::size_t>(w) * h, 0);
            if (w > 0 && h > 0)
                stbtt_MakeCodepointBitmapSubpixel(&info_, bitmap.data(), w, h, w, scale_, scale_, at - whole, 0, point);
            for (int y = 0; y < h; ++y)
                for (int x = 0; x < w; ++x)
                    draw(static_cast<int>(whole) + x0 + x, baseline_ + y0 + y,
                         bitmap[static_cast<std::size_t>(y) * w + x]);
            stbtt_GetCodepointHMetrics(&info_, point, &advance, &bearing);
            at += scale_ * static_cast<float>(advance);
            before = point;
        }
        return static_cast<int>(std::ceil(at));
    }

  private:
    stbtt_fontinfo info_{};
    float scale_ = 1;
    int baseline_ = 0;
};

} // namespace

int Canvas::text_width(const std::string& line, int height) {
    return Font(height).line(line, [](int, int, int) {});
}

void Canvas::text(const std::string& line, const Box& area, Rgb colour, bool right) {
    const Font font(area.height);
    const int left = right ? area.width - text_width(line, area.height) : 0;
    const int width = std::min(area.width, raster_.width - area.x),
              height = std::min(area.height, raster_.height - area.y);
    font.line(line, [&](int x, int y, int coverage) {
        x += left;
        if (x < 0 || y < 0 || x >= width || y >= height) return;
        blend(area.x + x, area.y + y, colour, coverage);
    });
}

} // namespace unstuck::engine
