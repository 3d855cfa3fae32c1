// What the files of the viewport share.
#pragma once
#include "app/panels/panels.hpp"
#include "core/engine/tone.hpp"

#include <functional>
#include <imgui.h>

namespace unstuck::app {

inline constexpr double kMinZoom = 0.05, kMaxZoom = 256, kPixelGridFrom = 12, kValuesFrom = 56;

inline engine::Side other(engine::Side side) { return side == engine::Side::a ? engine::Side::b : engine::Side::a; }

/// Where a canvas is on the screen, and what the mouse does to it in this frame. In points of the window.
struct CanvasArea {
    ImVec2 caption_at, origin; ///< Of the line above it; its upper left corner.
    float width = 1, height = 1;
    float density = 1; ///< Canvas pixels per point.
    bool hovered = false, activated = false, active = false, deactivated = false;

    ImVec2 corner() const { return {origin.x + width, origin.y + height}; }
    int pixels_wide() const { return static_cast<int>(width * density); }
    int pixels_high() const { return static_cast<int>(height * density); }
    std::array<double, 2> to_canvas(ImVec2 at) const {
        return {(at.x - origin.x) * density, (at.y - origin.y) * density};
    }
    std::array<double, 2> mouse() const { return to_canvas(ImGui::GetIO().MousePos); }
    std::array<float, 4> rectangle() const { return {origin.x, origin.y, width, height}; }
};

/// An empty canvas below a line for its caption, both in `height`.
CanvasArea begin_canvas(float width, float height);
/// The next item comes below the canvas.
void end_canvas(const CanvasArea& area);

/// The numbers behind a drawn picture, for the probe and for writing into large pixels.
struct PixelValues {
    int width = 0, height = 0, channels = 0;
    std::function<bool()> readable;             ///< To be asked before the others; it may wait for a GPU.
    std::function<float(int, int, int)> at;     ///< Of (channel, x, y).
    std::function<bool(int, int)> dark_writing; ///< Whether (x, y) is light enough for it.
    std::function<engine::Rgb(int, int)> bytes =
        {}; ///< As (x, y) is drawn; null where colours stand for something else.
};
/// Of a picture drawn in that style.
PixelValues values_of(const engine::Image& image, const PictureStyle& style);

/// What a drag acts on: an image as it lies on its canvas.
struct PlacedImage {
    const engine::Image& image;
    Placement placement;
    double samples = 1; ///< Per image side.
};

/// Text in a canvas's middle that says why there is no picture.
struct CanvasMessage {
    std::string text;
    bool error = false;
};
/// Nothing when the side has a picture.
std::optional<CanvasMessage> why_no_picture(const PanelContext& c, engine::Side side);

/// The same for what needs both pictures: `what` names it.
std::optional<CanvasMessage> why_no_pair(const PanelContext& c, const char* what);

/// A thin line while a model loads; the old picture stays.
void draw_progress(const PanelContext& c, engine::Side side, ImVec2 at, float width);

/// What each shown channel is multiplied with before anything else: 1, or what normalizes it.
std::array<double, 3> channel_scale(const PanelContext& c, const engine::Frame& frame);

/// The picture as the scene wants it seen. `density`: canvas pixels per point of the window.
PictureStyle style_for(const PanelContext& c, const engine::Frame& frame, const Placement& placement, double density);

/// Samples of the shown layer per image side: a margin lies outside the image, so its width is not the image's side.
double samples_per_side(const PanelContext& c, engine::Side side, const engine::Image& image);

/// The learned pose and the slit-scan's line, where they are asked for.
void draw_overlays(const PanelContext& c, engine::Side shown, const PlacedImage& placed, const CanvasArea& area);

/// The selected rectangle and the watched points, which are the same in all pictures.
void draw_marks(const PanelContext& c, const PlacedImage& placed, const CanvasArea& area);

/// What colours stand for, where they are not those of the picture.
void draw_tone_legend(const PanelContext& c, const CanvasArea& area);

/// Whether the numbers can be had; a GPU's are fetched for it.
bool readable(const engine::Image& image);

} // namespace unstuck::app
