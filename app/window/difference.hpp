#pragma once
#include "app/window/picture.hpp"

namespace unstuck::app {

struct DifferenceStyle {
    PictureStyle picture;                    ///< Its gain is A's, its exposure does not count.
    std::array<float, 3> gain_b = {1, 1, 1}; ///< Both are applied before the subtraction.
    float scale = 1;                         ///< 1 / the difference that has the map's last colour.
    bool largest = false;                    ///< Of the channel that differs most; else the channels' mean.
    bool operator==(const DifferenceStyle&) const = default;
};

/// B minus A of two pictures of the same size as a texture of their canvas, redrawn only when something changed.
class DifferenceCanvas {
  public:
    /// The canvas as a texture; row 0 is its top. While only one of the pictures has arrived, the old difference stays;
    /// 0 without one.
    GLuint draw(const FullscreenPass& pass, PictureCanvas& a, PictureCanvas& b, const DifferenceStyle& style);

  private:
    GlTexture ramp_;
    RenderTarget target_;
    std::optional<DifferenceStyle> drawn_;
    std::uint64_t drawn_stamp_ = 0;
};

} // namespace unstuck::app
