// What is drawn over the pictures on request.
#include "app/panels/viewport_parts.hpp"
#include "app/pose_axes.hpp"
#include "app/theme.hpp"

namespace unstuck::app {

namespace {

/// The image's side and centre on the screen, in points: a layer's margin lies outside of it.
struct ImageOnScreen {
    ImVec2 centre;
    float side = 0;
};

ImageOnScreen on_screen(const PlacedImage& placed, const CanvasArea& area) {
    const auto [x, y] = placed.placement.to_canvas(placed.image.width * 0.5, placed.image.height * 0.5);
    return {
        {area.origin.x + static_cast<float>(x) / area.density, area.origin.y + static_cast<float>(y) / area.density},
        static_cast<float>(placed.samples * placed.placement.zoom) / area.density};
}

/// White under colour: visible on any picture.
void scan_line(ImDrawList& draw, const engine::ScanSettings& s, const ImageOnScreen& image) {
    const auto at = [&](double x, double y) {
        return ImVec2{image.centre.x + static_cast<float>(x - 0.5) * image.side,
                      image.centre.y + static_cast<float>(y - 0.5) * image.side};
    };
    const float width = ImGui::GetFontSize() * 0.1f;
    draw.AddLine(at(s.x0, s.y0), at(s.x1, s.y1), IM_COL32(0, 0, 0, 160), width * 2.5f);
    draw.AddLine(at(s.x0, s.y0), at(s.x1, s.y1), IM_COL32(255, 255, 255, 255), width);
}

} // namespace

void draw_overlays(const PanelContext& c, engine::Side shown, const PlacedImage& placed, const CanvasArea& area) {
    auto& draw = *ImGui::GetWindowDrawList();
    const auto image = on_screen(placed, area);
    draw.PushClipRect(area.origin, area.corner(), true);
    const auto* frame = c.frame(shown);
    if (c.scene.view.pose && frame && frame->pose)
        draw_pose_axes(draw, image.centre, image.side, *frame->pose, ImGui::GetColorU32(side_colour(shown)));
    if (c.ui.scan_on_screen) scan_line(draw, c.ui.instruments.scan.settings, image);
    draw.PopClipRect();
}

} // namespace unstuck::app
