#include "app/panels/viewport_parts.hpp"
#include "app/theme.hpp"
#include "core/engine/tone.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace unstuck::app {

using engine::Side;

CanvasArea begin_canvas(float width, float height) {
    CanvasArea area;
    const float caption = ImGui::GetTextLineHeightWithSpacing();
    area.caption_at = ImGui::GetCursorScreenPos();
    area.origin = {area.caption_at.x, area.caption_at.y + caption};
    area.width = std::max(width, 1.0f);
    area.height = std::max(height - caption, 1.0f);
    area.density = ImGui::GetIO().DisplayFramebufferScale.x;
    ImGui::SetCursorScreenPos(area.origin);
    constexpr auto buttons = ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle;
    ImGui::SetNextItemAllowOverlap(); // a warning or a wipe's bar may lie over it
    ImGui::InvisibleButton("canvas", {area.width, area.height}, buttons);
    ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelY);
    area.hovered = ImGui::IsItemHovered();
    area.activated = ImGui::IsItemActivated();
    area.active = ImGui::IsItemActive();
    area.deactivated = ImGui::IsItemDeactivated();
    ImGui::GetWindowDrawList()->AddRectFilled(area.origin, area.corner(), ImGui::GetColorU32(background_colour()));
    return area;
}

void end_canvas(const CanvasArea& area) {
    ImGui::SetCursorScreenPos({area.caption_at.x, area.corner().y});
    ImGui::Dummy({area.width, 0});
}

void draw_progress(const PanelContext& c, Side side, ImVec2 at, float width) {
    const auto& load = c.load[index(side)];
    if (!load.loading) return;
    const float done = width * static_cast<float>(load.fraction);
    ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + done, at.y + 2}, ImGui::GetColorU32(side_colour(side)));
}

PixelValues values_of(const engine::Image& image, const PictureStyle& style) {
    engine::Tone tone;
    for (std::size_t i = 0; i < 3; ++i) tone.gain[i] = style.gain[i];
    tone.exposure_stops = style.exposure_stops;
    tone.offset = style.offset;
    tone.gamma = style.gamma;
    tone.map = style.tone_map;
    const auto colour = [&image, curve = engine::ToneCurve(tone)](int x, int y) {
        std::array<float, 3> v{};
        for (int c = 0; c < std::min(image.channels, 3); ++c) v[static_cast<std::size_t>(c)] = image.at(c, x, y);
        return curve(v, image.channels);
    };
    return {image.width,
            image.height,
            image.channels,
            [&image] { return readable(image); },
            [&image](int channel, int x, int y) { return image.at(channel, x, y); },
            [colour](int x, int y) { // lightness as it is drawn, green most of all
                const auto [r, g, b] = colour(x, y);
                return 30 * r + 59 * g + 11 * b > 100 * 127;
            },
            colour};
}

std::optional<CanvasMessage> why_no_picture(const PanelContext& c, Side side) {
    const auto* frame = c.frame(side);
    const auto& load = c.load[index(side)];
    if (frame && frame->error.empty() && !frame->layer.empty()) return std::nullopt;
    if (frame && !frame->error.empty()) return CanvasMessage{frame->error, true};
    if (load.loading) return CanvasMessage{"Loading ..."};
    if (!load.error.empty()) return CanvasMessage{load.error, true};
    return CanvasMessage{c.model[index(side)] ? "Rendering the first picture ..." : "Drop a .pkl here"};
}

std::optional<CanvasMessage> why_no_pair(const PanelContext& c, const char* what) {
    for (auto side : engine::kSides)
        if (const auto missing = why_no_picture(c, side))
            return CanvasMessage{fmt::format("{} needs both pictures. {}: {}", what, side_name(side), missing->text),
                                 missing->error};
    return std::nullopt;
}

std::array<double, 3> channel_scale(const PanelContext& c, const engine::Frame& frame) {
    std::array<double, 3> scale = {1, 1, 1};
    if (!c.scene.layer.normalize) return scale;
    for (std::size_t i = 0; i < std::min(scale.size(), frame.channel_max_abs.size()); ++i)
        scale[i] = frame.channel_max_abs[i] > 0 ? 1 / frame.channel_max_abs[i] : 0;
    return scale;
}

PictureStyle style_for(const PanelContext& c, const engine::Frame& frame, const Placement& placement, double density) {
    const auto& s = c.scene;
    PictureStyle style;
    style.placement = placement;
    style.exposure_stops = s.view.exposure;
    style.offset = s.view.offset;
    style.gamma = s.view.gamma;
    style.tone_map = s.view.tone_map;
    style.zebra = s.view.zebra;
    style.smooth = s.view.smooth;
    style.pixel_grid =
        s.view.pixel_grid && placement.zoom / density >= kPixelGridFrom && !s.view.smooth && s.view.zoom > 0;
    const auto background = background_colour();
    style.background = {background.x, background.y, background.z};
    const double gain = std::pow(10.0, s.layer.gain_db / 20);
    const auto scale = channel_scale(c, frame);
    for (std::size_t i = 0; i < 3; ++i) style.gain[i] = static_cast<float>(gain * scale[i]);
    return style;
}

double samples_per_side(const PanelContext& c, Side side, const engine::Image& image) {
    const auto* layer = c.shown_layer(side);
    return layer && layer->sampling_rate > 0 ? layer->sampling_rate : image.width;
}

bool readable(const engine::Image& image) {
    try {
        return !image.host_pixels().empty();
    } catch (const std::exception&) { // the upload of the same picture says why
        return false;
    }
}

} // namespace unstuck::app
