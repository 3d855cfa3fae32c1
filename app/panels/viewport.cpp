#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <imgui.h>
#include <numbers>

namespace unstuck::app {

using engine::Side;

namespace {

constexpr double kMinZoom = 0.05, kMaxZoom = 256, kPixelGridFrom = 12, kValuesFrom = 56;

Side other(Side side) { return side == Side::a ? Side::b : Side::a; }

bool shows(engine::Layout layout, Side side) {
    return layout == engine::Layout::side_by_side ||
           layout == (side == Side::a ? engine::Layout::only_a : engine::Layout::only_b);
}

/// The picture as the scene wants it seen.
PictureStyle style_for(const PanelContext& c, const engine::Frame& frame, const Placement& placement, double density) {
    const auto& s = c.scene;
    PictureStyle style;
    style.placement = placement;
    style.exposure_stops = s.view.exposure;
    style.smooth = s.view.smooth;
    style.pixel_grid = placement.zoom / density >= kPixelGridFrom && !s.view.smooth && s.view.zoom > 0;
    const auto background = background_colour();
    style.background = {background.x, background.y, background.z};
    const double gain = std::pow(10.0, s.layer.gain_db / 20);
    for (std::size_t i = 0; i < 3; ++i) {
        double k = gain;
        if (s.layer.normalize && i < frame.channel_max_abs.size())
            k = frame.channel_max_abs[i] > 0 ? gain / frame.channel_max_abs[i] : 0;
        style.gain[i] = static_cast<float>(k);
    }
    return style;
}

/// Samples of the shown layer per image side: a margin lies outside the image, so its width is not the image's side.
double samples_per_side(const PanelContext& c, Side side, const engine::Image& image) {
    const auto* layer = c.shown_layer(side);
    return layer && layer->sampling_rate > 0 ? layer->sampling_rate : image.width;
}

/// Whether the numbers can be had; a GPU's are fetched for it.
bool readable(const engine::Image& image) {
    try {
        return !image.host_pixels().empty();
    } catch (const std::exception&) { // the upload of the same picture says why
        return false;
    }
}

double angle_about_centre(const Placement& p, const engine::Image& image, double x, double y) {
    const auto [cx, cy] = p.to_canvas(image.width * 0.5, image.height * 0.5);
    return std::atan2(cy - y, x - cx);
}

} // namespace

Viewport::Viewport() : Viewport(std::make_shared<InteropLink>(make_cuda_interop()), make_gl_textures()) {}

Viewport::Viewport(std::shared_ptr<InteropLink> link, const std::shared_ptr<PictureTextures>& textures)
    : pass_(kPictureShader),
      link_(std::move(link)), pictures_{PictureCanvas(std::make_unique<InteropUpload>(link_, textures)),
                                        PictureCanvas(std::make_unique<InteropUpload>(link_, textures))} {}

UploadStatus Viewport::upload_status() const {
    auto worst = pictures_[0].status();
    const auto other = pictures_[1].status();
    return other.path > worst.path ? other : worst;
}

void Viewport::draw_toolbar(PanelContext& c) {
    const auto toggle = [](const char* label, const char* tip, bool on) {
        if (on) ImGui::PushStyleColor(ImGuiCol_Button, ImGui::GetStyleColorVec4(ImGuiCol_ButtonActive));
        const bool pressed = ImGui::Button(label);
        if (on) ImGui::PopStyleColor();
        tooltip(tip);
        ImGui::SameLine();
        return pressed;
    };
    const auto gap = [] {
        ImGui::Dummy({ImGui::GetFontSize() * 0.6f, 1});
        ImGui::SameLine();
    };
    auto& tool = c.ui.tool;
    if (toggle("Latent", "Dragging a picture moves through latent space (L)", tool == Tool::latent))
        tool = Tool::latent;
    if (toggle("Translate", "Dragging a picture moves its content (T, or Ctrl+drag with any tool)",
               tool == Tool::translate))
        tool = Tool::translate;
    if (toggle("Rotate", "Dragging a picture turns its content (R, or Alt+drag with any tool)", tool == Tool::rotate))
        tool = Tool::rotate;
    gap();
    auto& v = c.scene.view;
    if (toggle("A | B", "Both pictures (1)", v.layout == engine::Layout::side_by_side))
        v.layout = engine::Layout::side_by_side;
    if (toggle("A##only", "Only A (A)", v.layout == engine::Layout::only_a)) v.layout = engine::Layout::only_a;
    if (toggle("B##only", "Only B (B)", v.layout == engine::Layout::only_b)) v.layout = engine::Layout::only_b;
    gap();
    if (toggle("Fit", "Fit the pictures into their canvases (F)", v.zoom == 0)) v.zoom = 0, v.pan_x = v.pan_y = 0;
    if (toggle("1:1", "One screen pixel per image pixel (Ctrl+0)", v.zoom == 1)) v.zoom = 1;
    if (toggle("Smooth", "Smooth instead of nearest magnification", v.smooth)) v.smooth = !v.smooth;
    gap();
    if (toggle(c.scene.playing ? "Pause" : "Play", "Run or hold all motion (Space)", c.scene.playing))
        c.scene.playing = !c.scene.playing;
    std::string state;
    if (last_placement_) state = fmt::format("{:.4g}x", last_placement_->zoom);
    if (v.exposure != 0) state += fmt::format("  {:+.1f} stops", v.exposure);
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("%s", state.c_str());
    draw_hint(c);
}

/// At the toolbar's end, until the first drag.
void Viewport::draw_hint(const PanelContext& c) const {
    if (!c.ui.hint || !c.pair) return;
    constexpr const char* text = "drag: latent   Ctrl+drag: move   Alt+drag: turn   wheel: zoom";
    const float width = ImGui::CalcTextSize(text).x;
    ImGui::SameLine();
    if (ImGui::GetContentRegionAvail().x < width) {
        ImGui::NewLine();
        return;
    }
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x - width);
    ImGui::PushStyleColor(ImGuiCol_Text, dim_colour());
    ImGui::TextUnformatted(text);
    ImGui::PopStyleColor();
}

void Viewport::draw_caption(PanelContext& c, Side side, Side shown, float width) const {
    const auto& m = c.pair ? c.pair->model[index(shown)] : nullptr;
    const auto* frame = c.frame(shown);
    const auto at = ImGui::GetCursorScreenPos();
    const auto& problem = pictures_[index(shown)].error();
    ImGui::PushClipRect(at, {at.x + width, at.y + ImGui::GetFrameHeight()}, true);
    ImGui::TextColored(side_colour(shown), "%s", side_name(shown));
    ImGui::SameLine();
    const auto& load = c.load[index(shown)];
    if (load.loading)
        ImGui::TextDisabled("%s %s ...", load.stage.c_str(), load.source.c_str());
    else if (m) {
        ImGui::TextUnformatted(m->title.c_str());
        if (!problem.empty()) {
            ImGui::SameLine();
            ImGui::TextColored(error_colour(), "not shown: %s", problem.c_str());
            tooltip(problem.c_str());
        } else if (frame && frame->layer_name != "output" && !frame->layer_name.empty()) {
            ImGui::SameLine();
            ImGui::TextDisabled("%s, channels %d-%d of %d", frame->layer_name.c_str(), frame->base_channel,
                                frame->base_channel + frame->layer.channels - 1, frame->layer_channels);
        }
    } else
        ImGui::TextDisabled("no model");
    if (c.ui.probe && c.ui.probe->side == side) {
        const auto& p = *c.ui.probe;
        std::string text = fmt::format("({}, {})", p.x, p.y);
        for (int i = 0; i < std::min(p.channels, 4); ++i)
            text += fmt::format(" {:+.3f}", p.value[static_cast<std::size_t>(i)]);
        const float text_width = ImGui::CalcTextSize(text.c_str()).x;
        ImGui::SameLine();
        const float x = at.x + width - text_width - 4;
        if (x > ImGui::GetCursorScreenPos().x) {
            ImGui::SetCursorScreenPos({x, ImGui::GetCursorScreenPos().y});
            ImGui::TextUnformatted(text.c_str());
        } else
            ImGui::NewLine();
    }
    ImGui::PopClipRect();
}

/// Over the picture's upper edge, when numbers went wrong on the way to it.
void Viewport::draw_warning(PanelContext& c, const engine::Frame& frame, float x, float y, float width) const {
    const auto& guard = frame.guard;
    if (guard.first_bad_layer.empty()) return;
    const auto text = fmt::format("NaN/Inf from {}: {} values", guard.first_bad_layer, grouped(guard.not_finite));
    const bool on_gpu = frame.image.device || frame.layer.device || c.system.gpu();
    const bool offer = on_gpu && c.device.precision != model::Precision::float32;
    constexpr const char* label = "use float32";
    const auto& style = ImGui::GetStyle();
    const float pad = style.WindowPadding.x;
    const float button = offer ? ImGui::CalcTextSize(label).x + 2 * style.FramePadding.x + pad : 0;
    const float wrap = std::max(width - 2 * pad - button, ImGui::GetFontSize());
    const auto size = ImGui::CalcTextSize(text.c_str(), nullptr, false, wrap);
    const float height = std::max(size.y, offer ? ImGui::GetTextLineHeight() : 0) + 2 * style.WindowPadding.y;
    auto* draw = ImGui::GetWindowDrawList();
    auto background = background_colour();
    background.w = 0.88f;
    draw->AddRectFilled({x, y}, {x + width, y + height}, ImGui::GetColorU32(background));
    draw->AddText(nullptr, 0, {x + pad, y + (height - size.y) * 0.5f}, ImGui::GetColorU32(warning_colour()),
                  text.c_str(), nullptr, wrap);
    ImGui::SetCursorScreenPos({x, y});
    ImGui::InvisibleButton("guard", {std::max(width - button, 1.0f), height});
    tooltip("The first layer whose output has NaN or infinities, and how many there are in all layers. The Performance "
            "tab counts them layer by layer.");
    if (!offer) return;
    ImGui::SetCursorScreenPos({x + width - button, y + (height - ImGui::GetTextLineHeight()) * 0.5f});
    if (ImGui::SmallButton(label)) c.ask(Command::Kind::set_precision, Side::a, "float32");
    tooltip("Compute all layers in float32: slower, and without float16's limit of 65504");
}

void Viewport::draw_pixel_values(const engine::Image& image, const Placement& p, float origin_x, float origin_y,
                                 float density) const {
    if (p.zoom / density < kValuesFrom || !readable(image)) return;
    auto* draw = ImGui::GetWindowDrawList();
    const auto [left, top] = p.to_image(0, 0);
    const auto [right, bottom] = p.to_image(p.canvas_width, p.canvas_height);
    const int shown = std::min(image.channels, 3);
    draw->PushClipRect({origin_x, origin_y},
                       {origin_x + static_cast<float>(p.canvas_width) / density,
                        origin_y + static_cast<float>(p.canvas_height) / density},
                       true);
    const float line = ImGui::GetTextLineHeight() * 0.92f;
    for (int y = std::max(0, static_cast<int>(top)); y < std::min<double>(image.height, bottom); ++y)
        for (int x = std::max(0, static_cast<int>(left)); x < std::min<double>(image.width, right); ++x) {
            const auto [cx, cy] = p.to_canvas(x + 0.5, y + 0.5);
            float brightness = 0;
            for (int i = 0; i < shown; ++i) brightness += image.at(i, x, y) / static_cast<float>(shown);
            const ImU32 ink = brightness > 0 ? IM_COL32(0, 0, 0, 230) : IM_COL32(255, 255, 255, 230);
            for (int i = 0; i < shown; ++i) {
                const auto text = fmt::format("{:+.2f}", image.at(i, x, y));
                const auto size = ImGui::CalcTextSize(text.c_str());
                draw->AddText({origin_x + static_cast<float>(cx) / density - size.x * 0.5f,
                               origin_y + static_cast<float>(cy) / density +
                                   (static_cast<float>(i) - static_cast<float>(shown) * 0.5f) * line},
                              ink, text.c_str());
            }
        }
    draw->PopClipRect();
}

void Viewport::handle_mouse(PanelContext& c, Side side, Side shown, const Placement& p, float origin_x, float origin_y,
                            float density) {
    const auto& io = ImGui::GetIO();
    const double mx = (io.MousePos.x - origin_x) * density, my = (io.MousePos.y - origin_y) * density;
    auto& view = c.scene.view;
    auto& drag = c.ui.drag;
    const auto* frame = c.frame(shown);
    const engine::Image* image = frame && !frame->layer.empty() ? &frame->layer : nullptr;
    if (ImGui::IsItemHovered() && image) {
        const auto [ix, iy] = p.to_image(mx, my);
        const int px = static_cast<int>(std::floor(ix)), py = static_cast<int>(std::floor(iy));
        if (px >= 0 && py >= 0 && px < image->width && py < image->height && readable(*image)) {
            Probe probe{side, px, py, {}, image->channels};
            for (int i = 0; i < std::min(image->channels, 4); ++i)
                probe.value[static_cast<std::size_t>(i)] = image->at(i, px, py);
            c.ui.probe = probe;
        }
        if (io.MouseWheel != 0) {
            const double zoom = std::clamp(p.zoom * std::pow(1.2, io.MouseWheel), kMinZoom, kMaxZoom);
            // The image point under the mouse stays under it.
            view.pan_x = (ix - (mx - p.canvas_width * 0.5) / zoom) / image->width - 0.5;
            view.pan_y = (iy - (my - p.canvas_height * 0.5) / zoom) / image->height - 0.5;
            view.zoom = zoom;
        }
    }
    if (ImGui::IsItemActivated()) {
        begin_drag(c, p, image, origin_x, origin_y, density);
        return;
    }
    // The frame of the release still brings motion.
    if (drag.active && image && (ImGui::IsItemActive() || ImGui::IsItemDeactivated()))
        continue_drag(c, samples_per_side(c, shown, *image), *image, p, {mx, my}, density);
}

void Viewport::begin_drag(PanelContext& c, const Placement& p, const engine::Image* image, float origin_x,
                          float origin_y, float density) const {
    const auto& io = ImGui::GetIO();
    auto& drag = c.ui.drag;
    drag = {};
    drag.active = true;
    drag.panning = ImGui::IsMouseDown(ImGuiMouseButton_Middle);
    drag.tool = io.KeyCtrl ? Tool::translate : io.KeyAlt ? Tool::rotate : c.ui.tool;
    // Where the button went down: the mouse may have moved on within this frame.
    const auto at = io.MouseClickedPos[drag.panning ? ImGuiMouseButton_Middle : ImGuiMouseButton_Left];
    drag.last_x = (at.x - origin_x) * density;
    drag.last_y = (at.y - origin_y) * density;
    if (image) drag.last_angle = angle_about_centre(p, *image, drag.last_x, drag.last_y);
    drag.latent = c.scene.latent;
    drag.transform = c.scene.transform;
    drag.view = c.scene.view;
    c.ui.hint = false;
}

void Viewport::continue_drag(PanelContext& c, double samples, const engine::Image& image, const Placement& p,
                             std::array<double, 2> mouse, float density) const {
    auto& drag = c.ui.drag;
    auto& view = c.scene.view;
    const double dx = mouse[0] - drag.last_x, dy = mouse[1] - drag.last_y;
    drag.last_x = mouse[0];
    drag.last_y = mouse[1];
    if (drag.panning) {
        if (view.zoom == 0) view.zoom = p.zoom;
        view.pan_x -= dx / p.zoom / image.width;
        view.pan_y -= dy / p.zoom / image.height;
        return;
    }
    constexpr double kSeedsPerPoint = 1.0 / 400; // independent of the font, unlike in the older tools
    const double fine = ImGui::GetIO().KeyShift ? 0.1 : 1.0;
    switch (drag.tool) {
    case Tool::latent:
        c.scene.latent.x += dx / density * kSeedsPerPoint * fine;
        c.scene.latent.y += dy / density * kSeedsPerPoint * fine;
        break;
    case Tool::translate:
        c.scene.transform.x += dx / p.zoom / samples * fine;
        c.scene.transform.y += dy / p.zoom / samples * fine;
        break;
    case Tool::rotate: {
        const double angle = angle_about_centre(p, image, mouse[0], mouse[1]);
        constexpr double kTurn = 2 * std::numbers::pi;
        c.scene.transform.turns += std::remainder(angle - drag.last_angle, kTurn) / kTurn * fine;
        drag.last_angle = angle;
        break;
    }
    }
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
    const float caption = ImGui::GetTextLineHeightWithSpacing();
    const float canvas_height = std::max(height - caption, 1.0f);
    const auto caption_at = ImGui::GetCursorScreenPos();
    ImGui::SetCursorScreenPos({caption_at.x, caption_at.y + caption});
    const auto origin = ImGui::GetCursorScreenPos();
    constexpr auto buttons = ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle;
    ImGui::SetNextItemAllowOverlap(); // a warning may lie over it
    ImGui::InvisibleButton("canvas", {std::max(width, 1.0f), canvas_height}, buttons);
    ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelY);
    canvases_[index(side)] = {origin.x, origin.y, width, canvas_height};
    const bool peek = ImGui::IsItemHovered() && ImGui::GetIO().KeyShift && !c.ui.drag.active && c.frame(other(side));
    const Side shown = peek ? other(side) : side;
    const float density = ImGui::GetIO().DisplayFramebufferScale.x;
    const auto* frame = c.frame(shown);
    auto* draw = ImGui::GetWindowDrawList();
    const ImVec2 corner{origin.x + width, origin.y + canvas_height};
    draw->AddRectFilled(origin, corner, ImGui::GetColorU32(background_colour()));
    const auto message = [&](const char* text, bool error) {
        const float wrap = width * 0.8f;
        const auto size = ImGui::CalcTextSize(text, nullptr, false, wrap);
        draw->AddText(nullptr, 0, {origin.x + (width - size.x) * 0.5f, origin.y + (canvas_height - size.y) * 0.5f},
                      ImGui::GetColorU32(error ? error_colour() : dim_colour()), text, nullptr, wrap);
    };
    if (frame && frame->error.empty() && !frame->layer.empty()) {
        const auto p = place(c.scene.view, frame->layer.width, frame->layer.height, static_cast<int>(width * density),
                             static_cast<int>(canvas_height * density));
        last_placement_ = p;
        if (const auto texture = draw_picture(c, shown, *frame, style_for(c, *frame, p, density)))
            draw->AddImage(static_cast<ImTextureID>(texture), origin, corner);
        if (const auto& problem = pictures_[index(shown)].error(); !problem.empty()) message(problem.c_str(), true);
        handle_mouse(c, side, shown, p, origin.x, origin.y, density);
        draw_pixel_values(frame->layer, p, origin.x, origin.y, density);
        draw_warning(c, *frame, origin.x, origin.y, width);
    } else if (frame && !frame->error.empty()) {
        message(frame->error.c_str(), true);
    } else if (c.load[index(side)].loading) {
        message("Loading ...", false);
    } else if (!c.load[index(side)].error.empty()) {
        message(c.load[index(side)].error.c_str(), true);
    } else {
        message(c.model[index(side)] ? "Rendering the first picture ..." : "Drop a .pkl here", false);
    }
    if (c.load[index(side)].loading) { // a thin line of progress, the old picture stays
        const float done = width * static_cast<float>(c.load[index(side)].fraction);
        draw->AddRectFilled(origin, {origin.x + done, origin.y + 2}, ImGui::GetColorU32(side_colour(side)));
    }
    ImGui::SetCursorScreenPos(caption_at);
    draw_caption(c, side, shown, width);
    ImGui::SetCursorScreenPos({caption_at.x, corner.y});
    ImGui::Dummy({width, 0});
    ImGui::EndGroup();
    ImGui::PopID();
}

void Viewport::draw(PanelContext& c) {
    canvases_ = {};
    c.ui.probe.reset();
    draw_toolbar(c);
    const auto space = ImGui::GetContentRegionAvail();
    const float spacing = ImGui::GetStyle().ItemSpacing.x;
    const bool both = c.scene.view.layout == engine::Layout::side_by_side;
    const float width = both ? std::floor((space.x - spacing) / 2) : space.x;
    bool first = true;
    for (auto side : engine::kSides) {
        if (!shows(c.scene.view.layout, side)) continue;
        if (!first) ImGui::SameLine();
        first = false;
        draw_canvas(c, side, width, space.y);
    }
    if (!ImGui::IsMouseDown(ImGuiMouseButton_Left) && !ImGui::IsMouseDown(ImGuiMouseButton_Middle))
        c.ui.drag.active = false;
}

} // namespace unstuck::app
