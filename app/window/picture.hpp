#pragma once
#include "app/window/shader.hpp"
#include "app/window/upload.hpp"
#include "core/engine/frame.hpp"

#include <array>
#include <optional>
#include <span>

namespace unstuck::app {

/// How a picture lies on its canvas. One image pixel is `zoom` canvas pixels; (centre_x, centre_y) is the image pixel
/// position at the canvas's middle.
struct Placement {
    double zoom = 1, centre_x = 0, centre_y = 0;
    int canvas_width = 0, canvas_height = 0;

    /// Canvas pixels (origin top left) to image pixels (pixel i spans [i, i + 1)) and back.
    std::array<double, 2> to_image(double x, double y) const {
        return {centre_x + (x - canvas_width * 0.5) / zoom, centre_y + (y - canvas_height * 0.5) / zoom};
    }
    std::array<double, 2> to_canvas(double x, double y) const {
        return {(x - centre_x) * zoom + canvas_width * 0.5, (y - centre_y) * zoom + canvas_height * 0.5};
    }
    bool operator==(const Placement&) const = default;
};

/// The placement that a view asks for on a canvas: fitted (with whole-number magnification where that fits) or zoomed.
Placement place(const engine::ViewState& view, int image_width, int image_height, int canvas_width, int canvas_height);

/// What place_together has to know of a picture: pixels, and how many of them make an image side.
struct PictureSize {
    int width = 1, height = 1;
    double samples = 1;
};

/// Two pictures on one canvas so that their contents lie on each other, whatever their resolutions; the view's zoom and
/// pan count in the first one's pixels. Fitted, both are whole on the canvas.
std::array<Placement, 2> place_together(const engine::ViewState& view, const std::array<PictureSize, 2>& sizes,
                                        int canvas_width, int canvas_height);

struct PictureStyle {
    Placement placement;
    std::array<float, 3> gain = {1, 1, 1};
    double exposure_stops = 0, offset = 0, gamma = 1; ///< As engine::Tone has them.
    engine::ToneMap tone_map = engine::ToneMap::colours;
    bool zebra = false;
    bool smooth = false, pixel_grid = false;
    std::array<float, 3> background = {0, 0, 0};
    bool operator==(const PictureStyle&) const = default;
};

/// Sets what shaders/canvas.glsl asks for.
void set_canvas(const FullscreenPass& pass, const PictureStyle& style, int image_width, int image_height);

/// A colour map's support points as a texture of n x 1.
GlTexture make_ramp(std::span<const std::array<float, 3>> colours);

/// One side's picture as a texture of its canvas, redrawn only when something changed.
class PictureCanvas {
  public:
    explicit PictureCanvas(std::unique_ptr<ImageUpload> upload) : upload_(std::move(upload)) {}

    /// `stamp` names the image's content: the same stamp is not uploaded twice. False: not yet, the old picture stays;
    /// call again with the next frame.
    bool set_image(const engine::Image& image, std::uint64_t stamp);
    /// Why the image of the last set_image cannot be shown; empty when it can. draw() then gives 0.
    const std::string& error() const { return error_; }
    UploadStatus status() const { return upload_->status(); } ///< Of the image's way here.

    /// The canvas as a texture; row 0 is its top. 0 without an image.
    GLuint draw(const FullscreenPass& pass, const PictureStyle& style);

    /// For drawings that need both pictures: the image itself as a texture, for a zoom; drawn() says that they read it.
    GLuint source(double zoom);
    void drawn() { upload_->drawn(); }
    bool has_image() const { return image_width_ > 0 && error_.empty() && upload_->texture() != 0; }
    std::uint64_t stamp() const { return stamp_; }
    int width() const { return image_width_; }
    int height() const { return image_height_; }
    int channels() const { return channels_; }

  private:
    void make_minified();
    void bind_ramp(engine::ToneMap map);

    std::unique_ptr<ImageUpload> upload_;
    int image_width_ = 0, image_height_ = 0, channels_ = 0;
    std::uint64_t stamp_ = 0, drawn_stamp_ = 0;
    std::string error_;
    GlTexture minified_; ///< The image with smaller levels: made when a picture is first shown smaller than it is.
    GlFramebuffer reader_;
    std::uint64_t minified_stamp_ = 0;
    std::optional<PictureStyle> drawn_;
    std::array<GlTexture, 2> ramps_; ///< Of false colour, of positive and negative.
    RenderTarget target_;
};

/// A spectrum's plane as a viridis picture.
class HeatmapCanvas {
  public:
    /// `size` is the picture's side in pixels: bins are drawn as blocks, however few there are.
    GLuint draw(const FullscreenPass& pass, const signal::LayerSpectrum& spectrum, std::uint64_t stamp, int size,
                double low_db, double high_db, double offset_db);

  private:
    GlTexture plane_, ramp_;
    RenderTarget target_;
    std::uint64_t stamp_ = 0;
    std::array<double, 4> drawn_{};
};

} // namespace unstuck::app
