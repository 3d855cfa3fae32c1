// What is written beside and over the pictures.
#include "app/panels/viewport_parts.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>

namespace unstuck::app {

using engine::Side;

namespace {

/// Which model, which layer, and how it is shown.
void model_text(const PanelContext& c, Side shown, const std::string& problem) {
    const auto& m = c.pair ? c.pair->model[index(shown)] : nullptr;
    const auto& load = c.load[index(shown)];
    const auto* frame = c.frame(shown);
    ImGui::TextColored(side_colour(shown), "%s", side_name(shown));
    ImGui::SameLine();
    if (load.loading) {
        ImGui::TextDisabled("%s %s ...", load.stage.c_str(), load.source.c_str());
        return;
    }
    if (!m) {
        ImGui::TextDisabled("no model");
        return;
    }
    ImGui::TextUnformatted(m->title.c_str());
    if (!problem.empty()) {
        ImGui::SameLine();
        ImGui::TextColored(error_colour(), "not shown: %s", problem.c_str());
        tooltip(problem.c_str());
    } else if (frame && frame->layer_name != "output" && !frame->layer_name.empty()) {
        ImGui::SameLine();
        ImGui::TextDisabled("%s, channels %d-%d of %d", frame->layer_name.c_str(), frame->base_channel,
                            frame->base_channel + frame->layer.channels - 1, frame->layer_channels);
    } else if (frame && c.pair->scene.transform.untransform) {
        ImGui::SameLine();
        ImGui::TextDisabled("moved back");
    }
    if (frame && frame->lacks_directions) {
        ImGui::SameLine();
        ImGui::TextColored(warning_colour(), "without %s: components not found yet",
                           component_steps_text(c.pair->scene.latent).c_str());
        tooltip("The Directions tab finds this model's principal components; until then the picture is not that of its "
                "scene");
    }
}

/// At the line's right end, where it does not fit, nothing.
void probe_text(const Probe& p, float right) {
    std::string text = fmt::format("({}, {})", p.x, p.y);
    for (int i = 0; i < std::min(p.channels, 4); ++i)
        text += fmt::format(" {:+.3f}", p.value[static_cast<std::size_t>(i)]);
    ImGui::SameLine();
    const float x = right - ImGui::CalcTextSize(text.c_str()).x - 4;
    if (x <= ImGui::GetCursorScreenPos().x) {
        ImGui::NewLine();
        return;
    }
    ImGui::SetCursorScreenPos({x, ImGui::GetCursorScreenPos().y});
    ImGui::TextUnformatted(text.c_str());
}

} // namespace

void Viewport::draw_caption(PanelContext& c, Side side, Side shown, ImVec2 at, float width) const {
    ImGui::SetCursorScreenPos(at);
    ImGui::PushClipRect(at, {at.x + width, at.y + ImGui::GetFrameHeight()}, true);
    model_text(c, shown, pictures_[index(shown)].error());
    if (shown != side) {
        ImGui::SameLine();
        ImGui::TextDisabled("in %s's place", side_name(side));
    }
    if (c.ui.probe && c.ui.probe->side == side) probe_text(*c.ui.probe, at.x + width);
    ImGui::PopClipRect();
}

void Viewport::draw_difference_caption(PanelContext& c, ImVec2 at, float width) const {
    ImGui::SetCursorScreenPos(at);
    ImGui::PushClipRect(at, {at.x + width, at.y + ImGui::GetFrameHeight()}, true);
    model_text(c, Side::b, pictures_[1].error());
    ImGui::SameLine();
    ImGui::TextUnformatted("minus");
    ImGui::SameLine();
    model_text(c, Side::a, pictures_[0].error());
    if (c.ui.probe) probe_text(*c.ui.probe, at.x + width);
    ImGui::PopClipRect();
}

/// In the canvas's middle.
void Viewport::say(const CanvasArea& area, const CanvasMessage& message) {
    message_ = message.text;
    const float wrap = area.width * 0.8f;
    const auto size = ImGui::CalcTextSize(message_.c_str(), nullptr, false, wrap);
    ImGui::GetWindowDrawList()->AddText(
        nullptr, 0, {area.origin.x + (area.width - size.x) * 0.5f, area.origin.y + (area.height - size.y) * 0.5f},
        ImGui::GetColorU32(message.error ? error_colour() : dim_colour()), message_.c_str(), nullptr, wrap);
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

/// In a canvas that both share, each has its half.
void Viewport::draw_warning_of(PanelContext& c, Side side, Side shown, const CanvasArea& area) const {
    ImGui::PushID(side_name(side));
    const float half = area.width / 2;
    draw_warning(c, *c.frame(shown), area.origin.x + static_cast<float>(index(side)) * half, area.origin.y, half);
    ImGui::PopID();
}

void Viewport::draw_pixel_values(const PanelContext& c, const PixelValues& values, const Placement& p,
                                 const CanvasArea& area) const {
    if (!c.scene.view.pixel_values || p.zoom / area.density < kValuesFrom || !values.readable()) return;
    const auto& io = ImGui::GetIO();
    const bool bytes = io.KeyShift && io.KeyCtrl && values.bytes;
    auto* draw = ImGui::GetWindowDrawList();
    const auto [left, top] = p.to_image(0, 0);
    const auto [right, bottom] = p.to_image(p.canvas_width, p.canvas_height);
    const int shown = std::min(values.channels, 3);
    draw->PushClipRect(area.origin, area.corner(), true);
    const float line = ImGui::GetTextLineHeight() * 0.92f;
    for (int y = std::max(0, static_cast<int>(top)); y < std::min<double>(values.height, bottom); ++y)
        for (int x = std::max(0, static_cast<int>(left)); x < std::min<double>(values.width, right); ++x) {
            const auto [cx, cy] = p.to_canvas(x + 0.5, y + 0.5);
            const ImU32 ink = values.dark_writing(x, y) ? IM_COL32(0, 0, 0, 230) : IM_COL32(255, 255, 255, 230);
            for (int i = 0; i < shown; ++i) {
                const auto text = bytes ? fmt::format("{}", values.bytes(x, y)[static_cast<std::size_t>(i)])
                                        : fmt::format("{:+.2f}", values.at(i, x, y));
                const auto size = ImGui::CalcTextSize(text.c_str());
                draw->AddText({area.origin.x + static_cast<float>(cx) / area.density - size.x * 0.5f,
                               area.origin.y + static_cast<float>(cy) / area.density +
                                   (static_cast<float>(i) - static_cast<float>(shown) * 0.5f) * line},
                              ink, text.c_str());
            }
        }
    draw->PopClipRect();
}

} // namespace unstuck::app
