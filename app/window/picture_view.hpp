#pragma once
#include "app/window/picture.hpp"

#include <functional>

namespace unstuck::app {

/// What an image was made from: while these are equal, it is not made again.
struct PictureKey {
    std::shared_ptr<const void> owner; ///< The result it belongs to, kept alive as long as it is shown.
    std::array<double, 3> with{};      ///< Ranges and the like.
    bool operator==(const PictureKey&) const = default;
};

/// A picture inside a panel: made, uploaded and drawn only when something changed.
class PictureView {
  public:
    PictureView() : canvas_(std::make_unique<HostUpload>(make_gl_textures())) {}

    /// The image, fitted into width x height pixels and centred, as a texture of that size; row 0 is its top. 0 when it
    /// cannot be shown. `pass` draws kPictureShader.
    GLuint draw(const FullscreenPass& pass, const PictureKey& key, const std::function<engine::Image()>& make,
                int width, int height, float gain = 1);
    const engine::Image& image() const { return image_; } ///< As last drawn.

  private:
    PictureCanvas canvas_;
    PictureKey key_;
    engine::Image image_;
    std::uint64_t stamp_ = 0;
};

/// Numbers [height, width] through the viridis map from `low` to `high`; NaN is hatched.
engine::Image viridis_image(const std::vector<float>& plane, int width, int height, double low, double high);

/// A difference of pictures: grey where there is none, `gain` times it elsewhere, hatched where `mask` is 0.
engine::Image difference_image(const engine::Image& difference, const engine::Image& mask, double gain);

} // namespace unstuck::app
