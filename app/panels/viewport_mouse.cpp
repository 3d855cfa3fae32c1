// What the mouse does to the pictures.
#include "app/latent_moves.hpp"
#include "app/panels/viewport_parts.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace unstuck::app {

using engine::Side;

namespace {

double angle_about_centre(const Placement& p, const engine::Image& image, double x, double y) {
    const auto [cx, cy] = p.to_canvas(image.width * 0.5, image.height * 0.5);
    return std::atan2(cy - y, x - cx);
}

void zoom_at_mouse(engine::ViewState& view, const PlacedImage& on, const CanvasArea& area) {
    const auto& p = on.placement;
    const auto [mx, my] = area.mouse();
    const auto [ix, iy] = p.to_image(mx, my);
    const double zoom = std::clamp(p.zoom * std::pow(1.2, ImGui::GetIO().MouseWheel), kMinZoom, kMaxZoom);
    // The image point under the mouse stays under it.
    view.pan_x = (ix - (mx - p.canvas_width * 0.5) / zoom) / on.image.width - 0.5;
    view.pan_y = (iy - (my - p.canvas_height * 0.5) / zoom) / on.image.height - 0.5;
    view.zoom = zoom;
}

/// A canvas point as a PictureRegion has it.
std::array<double, 2> in_sides(const PlacedImage& on, double x, double y) {
    const auto [ix, iy] = on.placement.to_image(x, y);
    return {(ix - on.image.width * 0.5) / on.samples, (iy - on.image.height * 0.5) / on.samples};
}

PictureRegion spanned(const std::array<double, 2>& a, const std::array<double, 2>& b) {
    return {std::min(a[0], b[0]), std::min(a[1], b[1]), std::max(a[0], b[0]), std::max(a[1], b[1])};
}

} // namespace

void Viewport::probe_pixel(PanelContext& c, Side side, const PixelValues& values, const Placement& p,
                           const CanvasArea& area) const {
    if (!area.hovered) return;
    const auto [mx, my] = area.mouse();
    const auto [ix, iy] = p.to_image(mx, my);
    const int x = static_cast<int>(std::floor(ix)), y = static_cast<int>(std::floor(iy));
    if (x < 0 || y < 0 || x >= values.width || y >= values.height || !values.readable()) return;
    Probe probe{side, x, y, {}, values.channels};
    for (int i = 0; i < std::min(values.channels, 4); ++i)
        probe.value[static_cast<std::size_t>(i)] = values.at(i, x, y);
    c.ui.probe = probe;
}

void Viewport::navigate(PanelContext& c, const PlacedImage& on, const CanvasArea& area) const {
    if (area.hovered && ImGui::GetIO().MouseWheel != 0) zoom_at_mouse(c.scene.view, on, area);
    if (area.activated) {
        begin_drag(c, on, area);
        return;
    }
    // The frame of the release still brings motion.
    if (c.ui.drag.active && (area.active || area.deactivated)) continue_drag(c, on, area);
}

void Viewport::begin_drag(PanelContext& c, const PlacedImage& on, const CanvasArea& area) const {
    const auto& io = ImGui::GetIO();
    auto& drag = c.ui.drag;
    drag = drag_from(c.scene);
    drag.panning = ImGui::IsMouseDown(ImGuiMouseButton_Middle);
    drag.tool = io.KeyCtrl ? Tool::translate : io.KeyAlt ? Tool::rotate : c.ui.tool;
    // Where the button went down: the mouse may have moved on within this frame.
    const auto [x, y] =
        area.to_canvas(io.MouseClickedPos[drag.panning ? ImGuiMouseButton_Middle : ImGuiMouseButton_Left]);
    drag.last_x = x;
    drag.last_y = y;
    drag.anchor = in_sides(on, x, y);
    drag.selection = c.ui.selection;
    if (drag.tool == Tool::select && !drag.panning) c.ui.selection.reset(); // a click alone selects all
    drag.last_angle = angle_about_centre(on.placement, on.image, x, y);
    c.ui.hint = false;
}

void Viewport::continue_drag(PanelContext& c, const PlacedImage& on, const CanvasArea& area) const {
    auto& drag = c.ui.drag;
    auto& view = c.scene.view;
    const auto& p = on.placement;
    const auto [mx, my] = area.mouse();
    const double dx = mx - drag.last_x, dy = my - drag.last_y;
    drag.last_x = mx;
    drag.last_y = my;
    if (drag.panning) {
        if (view.zoom == 0) view.zoom = p.zoom;
        view.pan_x -= dx / p.zoom / on.image.width;
        view.pan_y -= dy / p.zoom / on.image.height;
        return;
    }
    constexpr double kSeedsPerPoint = 1.0 / 400; // independent of the font, unlike in the older tools
    const double fine = ImGui::GetIO().KeyShift ? 0.1 : 1.0;
    switch (drag.tool) {
    case Tool::latent:
        if ((dx != 0 || dy != 0) && c.scene.latent == drag.latent) // its first motion
            if (const auto why = why_plane_is_hidden(c.scene.latent); !why.empty())
                c.ask(Command::Kind::show_toast, Side::a, why);
        c.scene.latent.x += dx / area.density * kSeedsPerPoint * fine;
        c.scene.latent.y += dy / area.density * kSeedsPerPoint * fine;
        break;
    case Tool::translate:
        c.scene.transform.x += dx / p.zoom / on.samples * fine;
        c.scene.transform.y += dy / p.zoom / on.samples * fine;
        break;
    case Tool::rotate: {
        const double angle = angle_about_centre(p, on.image, mx, my);
        constexpr double kTurn = 2 * std::numbers::pi;
        c.scene.transform.turns += std::remainder(angle - drag.last_angle, kTurn) / kTurn * fine;
        drag.last_angle = angle;
        break;
    }
    case Tool::select:
        if (dx != 0 || dy != 0) c.ui.selection = spanned(drag.anchor, in_sides(on, mx, my));
        break;
    }
}

} // namespace unstuck::app
