#include "app/panels/layouts.hpp"
#include "app/panels/viewport_parts.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace unstuck::app {

namespace {

struct ToolChoice {
    Tool tool;
    const char* label;
    const char* tip;
};
constexpr std::array<ToolChoice, 4> kTools = {{
    {Tool::latent, "Latent", "Dragging a picture moves through latent space (L)"},
    {Tool::translate, "Translate", "Dragging a picture moves its content (T, or Ctrl+drag with any tool)"},
    {Tool::rotate, "Rotate", "Dragging a picture turns its content (R, or Alt+drag with any tool)"},
    {Tool::select, "Select",
     "Dragging over a picture selects a rectangle, whose numbers the Statistics tab shows; a click selects all (M)"},
}};

bool toggle(const char* label, const char* tip, bool on) {
    if (on) ImGui::PushStyleColor(ImGuiCol_Button, ImGui::GetStyleColorVec4(ImGuiCol_ButtonActive));
    const bool pressed = ImGui::Button(label);
    if (on) ImGui::PopStyleColor();
    tooltip(tip);
    ImGui::SameLine();
    return pressed;
}

float gap_width() { return ImGui::GetFontSize() * 0.6f; }

float spaced_width(const char* label) { return button_width(label) + ImGui::GetStyle().ItemSpacing.x; }

float buttons_width(std::initializer_list<const char*> labels) {
    float sum = 0;
    for (const auto* label : labels) sum += spaced_width(label);
    return sum;
}

/// A gap before buttons that belong together; a line of their own where they would not fit.
void begin_group(float width) {
    const float gap = gap_width() + ImGui::GetStyle().ItemSpacing.x;
    if (ImGui::GetContentRegionAvail().x < gap + width - ImGui::GetStyle().ItemSpacing.x) {
        ImGui::NewLine();
        return;
    }
    ImGui::Dummy({gap_width(), 1});
    ImGui::SameLine();
}

float layout_list_width() {
    float widest = 0;
    for (const auto& choice : kLayoutChoices) widest = std::max(widest, ImGui::CalcTextSize(choice.label).x);
    return widest + 2 * ImGui::GetStyle().FramePadding.x + ImGui::GetFrameHeight();
}

/// One button after another, or in a list where the toolbar is narrow.
void choose_layout(engine::Layout& layout, bool narrow) {
    if (!narrow) {
        ImGui::PushID("layout");
        for (const auto& choice : kLayoutChoices)
            if (toggle(choice.label, fmt::format("{} ({})", choice.tip, choice.key_name).c_str(),
                       layout == choice.layout))
                layout = choice.layout;
        ImGui::PopID();
        return;
    }
    const char* shown = kLayoutChoices[0].label;
    for (const auto& choice : kLayoutChoices)
        if (layout == choice.layout) shown = choice.label;
    ImGui::SetNextItemWidth(layout_list_width());
    if (ImGui::BeginCombo("##layout", shown)) {
        for (const auto& choice : kLayoutChoices) {
            if (ImGui::Selectable(choice.label, layout == choice.layout)) layout = choice.layout;
            tooltip(fmt::format("{} ({})", choice.tip, choice.key_name).c_str());
        }
        ImGui::EndCombo();
    } else {
        tooltip("What is shown: both pictures, one, a wipe, their difference, pictures with spectra (1 A B 2 3 G)");
    }
    ImGui::SameLine();
}

/// Everything about how numbers become colours.
void tone_rows(engine::ViewState& v) {
    const engine::ViewState d;
    slider_row("exposure", "Brightness in stops: each doubles what is displayed (E, Shift+E)", v.exposure, -10, 10,
               d.exposure, "%+.2f stops");
    slider_row("offset", "Added to what is displayed, after the exposure; 1 is black to white (O, Shift+O)", v.offset,
               -1, 1, d.offset, "%+.3f");
    slider_row("gamma", "What is displayed is raised to 1 / gamma: above 1 lights the shadows", v.gamma, 0.1, 5,
               d.gamma, "%.2f");
    constexpr const char* maps[] = {"as they are", "false colour", "positive / negative"};
    int map = static_cast<int>(v.tone_map);
    if (choice_row("colours",
                   "As they are; the channels' mean through viridis, black to white; or as a signed number through the "
                   "map of differences, grey at 0",
                   map, maps, 3, static_cast<int>(d.tone_map)))
        v.tone_map = static_cast<engine::ToneMap>(map);
    check_row("zebra", "Stripes where a channel is beyond black (white stripes) or white (black stripes)", v.zebra,
              d.zebra);
    check_row("pixel grid", "Lines between pixels that are large (Ctrl+G)", v.pixel_grid, d.pixel_grid);
    check_row("numbers", "Values on pixels that are large enough for them; bytes while Ctrl and Shift are held",
              v.pixel_values, d.pixel_values);
    check_row("smooth", "Smooth instead of nearest magnification", v.smooth, d.smooth);
}

void tone_button(engine::ViewState& v) {
    const engine::ViewState d;
    const bool changed =
        v.exposure != d.exposure || v.offset != d.offset || v.gamma != d.gamma || v.tone_map != d.tone_map || v.zebra;
    if (toggle("Tone", "Exposure, offset, gamma, colour maps, zebra, pixel grid", changed)) ImGui::OpenPopup("tone");
    ImGui::SetNextWindowSize({ImGui::GetFontSize() * 21, 0});
    if (!ImGui::BeginPopup("tone")) return;
    tone_rows(v);
    ImGui::EndPopup();
}

} // namespace

void Viewport::draw_toolbar(PanelContext& c) {
    auto& v = c.scene.view;
    float tools = 0, layouts = 0;
    for (const auto& tool : kTools) tools += spaced_width(tool.label);
    for (const auto& choice : kLayoutChoices) layouts += spaced_width(choice.label);
    const float stabilise = buttons_width({"Stabilise"}), zoom = buttons_width({"Fit", "1:1", "Smooth", "Tone"}),
                play = buttons_width({"Pause", "00.00x"}), gaps = 4 * (gap_width() + ImGui::GetStyle().ItemSpacing.x);
    const bool narrow = ImGui::GetContentRegionAvail().x < tools + layouts + stabilise + zoom + play + gaps;

    for (const auto& tool : kTools)
        if (toggle(tool.label, tool.tip, c.ui.tool == tool.tool)) c.ui.tool = tool.tool;
    begin_group(narrow ? layout_list_width() : layouts);
    choose_layout(v.layout, narrow);
    begin_group(stabilise);
    auto& undo = c.scene.transform.untransform;
    if (toggle("Stabilise", kStabiliseTip, undo)) undo = !undo;
    begin_group(zoom);
    if (toggle("Fit", "Fit the pictures into their canvases (F)", v.zoom == 0)) v.zoom = 0, v.pan_x = v.pan_y = 0;
    if (toggle("1:1", "One screen pixel per image pixel (Ctrl+0)", v.zoom == 1)) v.zoom = 1;
    if (toggle("Smooth", "Smooth instead of nearest magnification", v.smooth)) v.smooth = !v.smooth;
    tone_button(v);
    begin_group(play);
    if (toggle(c.scene.playing ? "Pause###play" : "Play###play", "Run or hold all motion (Space)", c.scene.playing))
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
    constexpr const char* all = "drag: latent   Ctrl+drag: move   Alt+drag: turn   wheel: zoom";
    ImGui::SameLine();
    const auto fits = [](const char* text) { return ImGui::CalcTextSize(text).x <= ImGui::GetContentRegionAvail().x; };
    const char* text = fits(all) ? all : "drag, Ctrl+drag, Alt+drag";
    if (!fits(text)) {
        ImGui::NewLine();
        return;
    }
    const float width = ImGui::CalcTextSize(text).x;
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x - width);
    ImGui::PushStyleColor(ImGuiCol_Text, dim_colour());
    ImGui::TextUnformatted(text);
    ImGui::PopStyleColor();
    tooltip(fmt::format("On a picture: {}\nF1 lists all keys", all).c_str());
}

} // namespace unstuck::app
