#include "app/panels/viewport_parts.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::app {

using engine::Layout;
using engine::Side;

namespace {

bool shows(Layout layout, Side side) { return layout != (side == Side::a ? Layout::only_b : Layout::only_a); }

} // namespace

Viewport::Viewport() : Viewport(std::make_shared<InteropLink>(make_cuda_interop()), make_gl_textures()) {}

Viewport::Viewport(std::shared_ptr<InteropLink> link, const std::shared_ptr<PictureTextures>& textures)
    : pass_(kPictureShader), difference_pass_(kDifferenceShader),
      link_(std::move(link)), pictures_{PictureCanvas(std::make_unique<InteropUpload>(link_, textures)),
                                        PictureCanvas(std::make_unique<InteropUpload>(link_, textures))} {}

UploadStatus Viewport::upload_status() const {
    auto worst = pictures_[0].status();
    const auto other = pictures_[1].status();
    return other.path > worst.path ? other : worst;
}

/// Shift over a picture shows the other one; in a drag it means a finer one, with Ctrl numbers as bytes.
bool Viewport::peeking(const PanelContext& c, const CanvasArea& area) const {
    const auto& io = ImGui::GetIO();
    return area.hovered && io.KeyShift && !io.KeyCtrl && !c.ui.drag.active && !c.ui.palette.open;
}

/// For keys that zoom and pan.
void Viewport::note_shown(PanelContext& c, const Placement& p, const engine::Image& image) {
    last_placement_ = p;
    c.ui.shown = ShownPicture{p, image.width, image.height};
}

GLuint Viewport::draw_picture(PanelContext& c, Side shown, const engine::Frame& frame, const PictureStyle& style) {
    const AddTime timer(c.ui.drawing_ms);
    auto& picture = pictures_[index(shown)];
    if (!picture.set_image(frame.layer, c.pair->serial)) c.ui.picture_waits = true;
    return picture.draw(pass_, style);
}

void Viewport::draw_canvas(PanelContext& c, Side side, float width, float height) {
    ImGui::PushID(side_name(side));
    ImGui::BeginGroup();
    const auto area = begin_canvas(width, height);
    canvases_[index(side)] = area.rectangle();
    const Side shown = peeking(c, area) && c.frame(other(side)) ? other(side) : side;
    if (const auto message = why_no_picture(c, shown)) {
        say(area, *message);
    } else {
        const auto& frame = *c.frame(shown);
        const auto p =
            place(c.scene.view, frame.layer.width, frame.layer.height, area.pixels_wide(), area.pixels_high());
        note_shown(c, p, frame.layer);
        if (const auto texture = draw_picture(c, shown, frame, style_for(c, frame, p, area.density)))
            ImGui::GetWindowDrawList()->AddImage(static_cast<ImTextureID>(texture), area.origin, area.corner());
        if (const auto& problem = pictures_[index(shown)].error(); !problem.empty()) say(area, {problem, true});
        const auto values = values_of(frame.layer, style_for(c, frame, p, area.density));
        probe_pixel(c, side, values, p, area);
        navigate(c, {frame.layer, p, samples_per_side(c, shown, frame.layer)}, area);
        draw_pixel_values(c, values, p, area);
        draw_marks(c, {frame.layer, p, samples_per_side(c, shown, frame.layer)}, area);
        draw_tone_legend(c, area);
        draw_overlays(c, shown, {frame.layer, p, samples_per_side(c, shown, frame.layer)}, area);
        draw_warning(c, frame, area.origin.x, area.origin.y, area.width);
    }
    draw_progress(c, side, area.origin, area.width);
    draw_caption(c, side, shown, area.caption_at, area.width);
    end_canvas(area);
    ImGui::EndGroup();
    ImGui::PopID();
}

void Viewport::draw_row(PanelContext& c, float width, float height) {
    const auto layout = c.scene.view.layout;
    const bool both = shows(layout, Side::a) && shows(layout, Side::b);
    const float each = both ? std::floor((width - ImGui::GetStyle().ItemSpacing.x) / 2) : width;
    bool first = true;
    for (auto side : engine::kSides) {
        if (!shows(layout, side)) continue;
        if (!std::exchange(first, false)) ImGui::SameLine();
        draw_canvas(c, side, each, height);
    }
}

void Viewport::draw(PanelContext& c) {
    canvases_ = {};
    spectrum_canvases_ = {};
    message_.clear();
    c.ui.probe.reset();
    c.ui.shown.reset();
    draw_toolbar(c);
    const auto space = ImGui::GetContentRegionAvail();
    switch (c.scene.view.layout) {
    case Layout::wipe: draw_wipe(c, space.x, space.y); break;
    case Layout::difference: draw_difference(c, space.x, space.y); break;
    case Layout::grid: draw_grid(c, space.x, space.y); break;
    default: draw_row(c, space.x, space.y); break;
    }
    c.ui.scan_on_screen = false; // the instrument says so again, when it is drawn
    if (!ImGui::IsMouseDown(ImGuiMouseButton_Left) && !ImGui::IsMouseDown(ImGuiMouseButton_Middle))
        c.ui.drag.active = false;
}

} // namespace unstuck::app
