#include "app/widgets.hpp"

#include "app/theme.hpp"

#include <cmath>
#include <imgui.h>
#include <misc/cpp/imgui_stdlib.h>

namespace unstuck::app {

namespace {

constexpr float kLabelEms = 5.9f;

// Shift makes our drags finer; Dear ImGui's own tweak would make them coarser.
constexpr ImGuiSliderFlags kDragFlags = ImGuiSliderFlags_AlwaysClamp | ImGuiSliderFlags_NoSpeedTweaks;
float shift_factor() { return ImGui::GetIO().KeyShift ? 0.1f : 1.0f; }

/// No control takes what is no number.
bool keep_finite(double& value, double before) {
    if (std::isfinite(value)) return true;
    value = before;
    return false;
}

/// Returns true when the label was double-clicked, which resets the row.
bool begin_row(const char* label, const char* tip, const char* why_disabled) {
    ImGui::PushID(label);
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(label);
    const bool reset_asked =
        !why_disabled && ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
    tooltip(why_disabled ? why_disabled : tip);
    ImGui::SameLine(ImGui::GetFontSize() * kLabelEms);
    const float reset = ImGui::GetFrameHeight() + ImGui::GetStyle().ItemSpacing.x;
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - reset);
    ImGui::BeginDisabled(why_disabled != nullptr);
    return reset_asked;
}

} // namespace

/// The circular arrow, drawn: no font needs to have it.
bool reset_button(bool enabled) {
    ImGui::BeginDisabled(!enabled);
    const float size = ImGui::GetFrameHeight();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushStyleColor(ImGuiCol_Button, ImVec4(0, 0, 0, 0));
    const bool pressed = ImGui::Button("##reset", {size, size});
    ImGui::PopStyleColor();
    const ImVec2 centre{at.x + size * 0.5f, at.y + size * 0.5f};
    const ImU32 colour = ImGui::GetColorU32(enabled ? ImGuiCol_Text : ImGuiCol_TextDisabled);
    const float radius = size * 0.24f;
    auto* draw = ImGui::GetWindowDrawList();
    draw->PathArcTo(centre, radius, -0.6f, 4.2f, 16);
    draw->PathStroke(colour, size * 0.08f);
    const ImVec2 tip{centre.x + radius * 0.83f, centre.y - radius * 0.56f};
    draw->AddTriangleFilled({tip.x - size * 0.16f, tip.y}, {tip.x + size * 0.08f, tip.y + size * 0.04f},
                            {tip.x + size * 0.02f, tip.y - size * 0.2f}, colour);
    ImGui::EndDisabled();
    if (enabled) tooltip("Back to the default");
    return pressed;
}

namespace {

/// Ends a row: the control's tooltip, its reset button. Returns whether that was pressed.
bool end_row(const char* tip, const char* why_disabled, bool can_reset) {
    ImGui::EndDisabled();
    if (ImGui::IsItemHovered(ImGuiHoveredFlags_ForTooltip | ImGuiHoveredFlags_AllowWhenDisabled))
        ImGui::SetTooltip("%s", why_disabled ? why_disabled : tip);
    ImGui::SameLine();
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x - ImGui::GetFrameHeight());
    const bool reset = reset_button(can_reset);
    ImGui::PopID();
    return reset;
}

/// Likewise; returns whether the value changed in the end.
template <class T>
bool end_row(const char* tip, const char* why_disabled, T& value, T standard, bool changed, bool reset_asked) {
    const bool reset = end_row(tip, why_disabled, value != standard && !why_disabled) || reset_asked;
    if (reset) value = standard;
    return changed || reset;
}

bool begin_edit_row(const EditRow& row) {
    if (row.edited) {
        const float em = ImGui::GetFontSize();
        const auto at = ImGui::GetCursorScreenPos();
        ImGui::GetWindowDrawList()->AddCircleFilled({at.x - em * 0.28f, at.y + ImGui::GetFrameHeight() / 2}, em * 0.17f,
                                                    row.colour);
    }
    return begin_row(row.label, row.tip, row.why_disabled);
}

/// An edit can be taken out also where it has no effect any more.
RowEvent end_edit_row(const EditRow& row, bool changed, bool reset_asked) {
    if (end_row(row.tip, row.why_disabled, row.edited) || (reset_asked && row.edited)) return RowEvent::reset;
    return changed ? RowEvent::changed : RowEvent::none;
}

} // namespace

bool slide_number(const char* id, double& value, double low, double high, const char* format, bool logarithmic) {
    const double before = value;
    const auto flags = ImGuiSliderFlags_AlwaysClamp | (logarithmic ? ImGuiSliderFlags_Logarithmic : 0);
    const bool changed = ImGui::SliderScalar(id, ImGuiDataType_Double, &value, &low, &high, format, flags);
    return keep_finite(value, before) && changed;
}

bool drag_number(const char* id, double& value, float speed, const double* low, const double* high,
                 const char* format) {
    const double before = value;
    const bool changed = ImGui::DragScalar(id, ImGuiDataType_Double, &value, speed, low, high, format, kDragFlags);
    return keep_finite(value, before) && changed;
}

float button_width(const char* label) {
    return ImGui::CalcTextSize(label, nullptr, true).x + 2 * ImGui::GetStyle().FramePadding.x;
}

void same_line_if_fits(float width, float gap) {
    ImGui::SameLine(0, gap);
    if (ImGui::GetContentRegionAvail().x < width) ImGui::NewLine();
}

void tooltip(const char* text) {
    if (!text || !*text || !ImGui::IsItemHovered(ImGuiHoveredFlags_ForTooltip | ImGuiHoveredFlags_AllowWhenDisabled))
        return;
    if (!ImGui::BeginTooltip()) return;
    ImGui::PushTextWrapPos(ImGui::GetFontSize() * 26);
    ImGui::TextUnformatted(text);
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
}

void dim_text(const char* text) {
    ImGui::PushStyleColor(ImGuiCol_Text, dim_colour());
    ImGui::TextWrapped("%s", text);
    ImGui::PopStyleColor();
}

void heading(const char* text) {
    ImGui::Spacing();
    ImGui::PushStyleColor(ImGuiCol_Text, dim_colour());
    ImGui::SeparatorText(text);
    ImGui::PopStyleColor();
}

bool slider_row(const char* label, const char* tip, double& value, double low, double high, double standard,
                const char* format, const char* why_disabled) {
    const bool reset_asked = begin_row(label, tip, why_disabled);
    const bool changed = slide_number("##value", value, low, high, format);
    return end_row(tip, why_disabled, value, standard, changed, reset_asked);
}

bool drag_row(const char* label, const char* tip, double& value, double speed, double low, double high, double standard,
              const char* format, const char* why_disabled) {
    const bool reset_asked = begin_row(label, tip, why_disabled);
    const float step = static_cast<float>(speed) * shift_factor();
    const bool changed = drag_number("##value", value, step, &low, &high, format);
    return end_row(tip, why_disabled, value, standard, changed, reset_asked);
}

bool int_row(const char* label, const char* tip, int& value, int low, int high, int standard, const char* format,
             const char* why_disabled) {
    const bool reset_asked = begin_row(label, tip, why_disabled);
    constexpr int kSliderUpTo = 4096; // a slider over more values cannot be aimed
    const bool changed = high - low <= kSliderUpTo
                             ? ImGui::SliderInt("##value", &value, low, high, format, ImGuiSliderFlags_AlwaysClamp)
                             : ImGui::DragInt("##value", &value, 0.25f * shift_factor(), low, high, format, kDragFlags);
    return end_row(tip, why_disabled, value, standard, changed, reset_asked);
}

bool check_row(const char* label, const char* tip, bool& value, bool standard, const char* why_disabled) {
    const bool reset_asked = begin_row(label, tip, why_disabled);
    const bool changed = ImGui::Checkbox("##value", &value);
    return end_row(tip, why_disabled, value, standard, changed, reset_asked);
}

bool choice_row(const char* label, const char* tip, int& value, const char* const* names, int count, int standard,
                const char* why_disabled) {
    const bool reset_asked = begin_row(label, tip, why_disabled);
    const bool changed = ImGui::Combo("##value", &value, names, count);
    return end_row(tip, why_disabled, value, standard, changed, reset_asked);
}

bool text_row(const char* label, const char* tip, std::string& value, const char* hint, const char* why_disabled) {
    const bool reset_asked = begin_row(label, tip, why_disabled);
    const bool changed = ImGui::InputTextWithHint("##value", hint, &value, ImGuiInputTextFlags_ElideLeft);
    return end_row(tip, why_disabled, value, std::string(), changed, reset_asked);
}

RowEvent edit_slider(const EditRow& row, double& value, double low, double high, const char* format, bool logarithmic) {
    const bool reset_asked = begin_edit_row(row);
    const bool changed = slide_number("##value", value, low, high, row.why_disabled ? "-" : format, logarithmic);
    return end_edit_row(row, changed, reset_asked);
}

RowEvent edit_int(const EditRow& row, int& value, int low, int high, const char* format) {
    const bool reset_asked = begin_edit_row(row);
    const bool changed =
        ImGui::SliderInt("##value", &value, low, high, row.why_disabled ? "-" : format, ImGuiSliderFlags_AlwaysClamp);
    return end_edit_row(row, changed, reset_asked);
}

RowEvent edit_check(const EditRow& row, bool& value, const char* note) {
    const bool reset_asked = begin_edit_row(row);
    const bool changed = ImGui::Checkbox("##value", &value);
    if (*note) {
        ImGui::SameLine();
        ImGui::TextDisabled("%s", note);
    }
    return end_edit_row(row, changed, reset_asked);
}

RowEvent edit_choice(const EditRow& row, int& value, const char* const* names, int count) {
    const bool reset_asked = begin_edit_row(row);
    const bool changed = ImGui::Combo("##value", &value, names, count);
    return end_edit_row(row, changed, reset_asked);
}

std::string grouped(std::int64_t count) {
    const auto digits = std::to_string(count);
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const auto left = digits.size() - i;
        if (i > 0 && left % 3 == 0 && digits[i - 1] != '-') out.push_back(',');
        out.push_back(digits[i]);
    }
    return out;
}

} // namespace unstuck::app
