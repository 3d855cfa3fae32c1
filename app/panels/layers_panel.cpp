#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>

namespace unstuck::app {

using engine::Side;

namespace {

void right_aligned(const std::string& text) {
    const float width = ImGui::CalcTextSize(text.c_str()).x;
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0f, ImGui::GetContentRegionAvail().x - width));
    ImGui::TextUnformatted(text.c_str());
}

void layer_line(PanelContext& c, Side side, const model::LayerInfo& l) {
    auto& selected = c.scene.layer.name[index(side)];
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    const bool is_selected = selected == l.name;
    if (ImGui::Selectable(l.name.c_str(), is_selected, ImGuiSelectableFlags_SpanAllColumns)) selected = l.name;
    auto& in_view = c.ui.layer_in_view[index(side)];
    if (is_selected && (ImGui::IsWindowAppearing() || in_view != l.name)) {
        in_view = l.name;
        const float top = ImGui::GetWindowPos().y + ImGui::GetFrameHeight(); // the names of the columns stay there
        const float bottom = ImGui::GetWindowPos().y + ImGui::GetWindowHeight();
        if (ImGui::GetItemRectMin().y < top || ImGui::GetItemRectMax().y > bottom) ImGui::SetScrollHereY();
    }
    if (c.scene.edits[index(side)].find(l.name)) {
        const auto corner = ImGui::GetItemRectMin();
        const float em = ImGui::GetFontSize();
        ImGui::GetWindowDrawList()->AddCircleFilled(
            {corner.x + ImGui::CalcTextSize(l.name.c_str()).x + em * 0.7f, corner.y + em * 0.55f}, em * 0.2f,
            ImGui::GetColorU32(side_colour(side)));
        tooltip("Edited in the filter lab");
    }
    ImGui::TableNextColumn();
    right_aligned(std::to_string(l.width));
    ImGui::TableNextColumn();
    right_aligned(std::to_string(l.channels));
    ImGui::TableNextColumn();
    right_aligned(fmt::format("{:g}", l.sampling_rate));
    ImGui::TableNextColumn();
    right_aligned(l.cutoff > 0 ? fmt::format("{:.1f}", l.cutoff) : "-");
    ImGui::TableNextColumn();
    right_aligned(l.cutoff > 0 ? fmt::format("{:.1f}", l.half_width) : "-");
}

void header_cell(const char* name, const char* tip) {
    ImGui::TableNextColumn();
    ImGui::TableHeader(name);
    tooltip(tip);
}

void layer_table(PanelContext& c, Side side, float height) {
    const auto& m = c.model[index(side)];
    if (!m) {
        dim_text("No model on this side: open one in Models.");
        return;
    }
    constexpr auto flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg | ImGuiTableFlags_SizingFixedFit |
                           ImGuiTableFlags_NoBordersInBody;
    // A gutter at the right keeps the scroll bar off the numbers.
    if (!ImGui::BeginTable("layers", 7, flags, {0, height})) return;
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("layer", ImGuiTableColumnFlags_WidthStretch);
    const float em = ImGui::GetFontSize();
    const std::pair<const char*, float> columns[] = {
        {"size", 2.1f}, {"ch", 1.7f}, {"s", 2.1f}, {"f_c", 2.3f}, {"f_h", 2.1f}};
    for (const auto& [name, width] : columns)
        ImGui::TableSetupColumn(name, ImGuiTableColumnFlags_WidthFixed, em * width);
    ImGui::TableSetupColumn("##gutter", ImGuiTableColumnFlags_WidthFixed, 1);
    ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
    header_cell("layer", "The official module names; click one to look at it");
    header_cell("size", "Width in samples");
    header_cell("ch", "Channels");
    header_cell("s", "Sampling rate: samples per image side");
    header_cell("f_c", "Cutoff frequency, cycles per image side; StyleGAN2's layers have none");
    header_cell("f_h", "Half-width of the transition band, cycles per image side");
    for (const auto& l : m->layers) layer_line(c, side, l);
    ImGui::EndTable();
}

void channel_controls(PanelContext& c) {
    auto& s = c.scene.layer;
    const auto& d = c.defaults.layer;
    int grey = s.channels == 1 ? 1 : 0;
    constexpr const char* names[] = {"RGB", "grey"};
    if (choice_row("show", "Three consecutive channels as colours, or one as grey", grey, names, 2, 0))
        s.channels = grey ? 1 : 3;
    int_row("channel", "First channel shown ([ and ])", s.base_channel, 0, c.most_channels() - 1, d.base_channel);
    slider_row("gain", "Factor on the shown values, in dB", s.gain_db, -40, 40, d.gain_db, "%+.1f dB");
    check_row("normalize", "Divides each shown channel by its largest magnitude (N)", s.normalize, d.normalize);
}

void statistics_lines(const PanelContext& c, Side side) {
    if (const auto& edits = c.scene.edits[index(side)]; !edits.empty() && c.model[index(side)])
        ImGui::TextColored(side_colour(side), "%s: %s", side_name(side), edited_count(edits).c_str());
    const auto* f = c.frame(side);
    if (!f || f->layer_name.empty()) return;
    const auto& s = f->stats_all;
    ImGui::TextColored(side_colour(side), "%s", side_name(side));
    ImGui::SameLine();
    ImGui::Text("%+.3f \u00b1 %.3f, max %.2f", s.mean, s.stddev, s.max_abs);
    tooltip(fmt::format("{}, all {} channels: mean, standard deviation, largest magnitude.\nShown channels: {:+.4f} "
                        "\u00b1 {:.4f}, max {:.4f}",
                        f->layer_name, f->layer_channels, f->stats_shown.mean, f->stats_shown.stddev,
                        f->stats_shown.max_abs)
                .c_str());
    if (s.not_finite > 0)
        ImGui::TextColored(error_colour(), "%lld values are NaN or infinite", static_cast<long long>(s.not_finite));
}

} // namespace

void draw_layers_panel(PanelContext& c) {
    // The list at the left, what is shown of the layer at the right; below one another where the panel is narrow.
    const float em = ImGui::GetFontSize(), controls = em * 12.4f;
    const auto space = ImGui::GetContentRegionAvail();
    const bool beside = space.x > em * 27;
    const float below = 4 * ImGui::GetFrameHeightWithSpacing() + 2 * ImGui::GetTextLineHeightWithSpacing();
    ImGui::BeginChild(
        "list", {beside ? space.x - controls - em * 0.8f : 0, beside ? space.y : std::max(space.y - below, em * 8)});
    if (ImGui::BeginTabBar("sides")) {
        for (auto side : engine::kSides) {
            const bool bring = c.ui.select_layer_tab == side;
            ImGui::PushStyleColor(ImGuiCol_Text, side_colour(side));
            const bool open = ImGui::BeginTabItem(side_name(side), nullptr, bring ? ImGuiTabItemFlags_SetSelected : 0);
            ImGui::PopStyleColor();
            if (!open) continue;
            layer_table(c, side, ImGui::GetContentRegionAvail().y);
            ImGui::EndTabItem();
        }
        c.ui.select_layer_tab.reset();
        ImGui::EndTabBar();
    }
    ImGui::EndChild();
    if (beside) ImGui::SameLine(0, em * 0.8f);
    ImGui::BeginChild("controls", {0, 0});
    channel_controls(c);
    ImGui::Spacing();
    for (auto side : engine::kSides) statistics_lines(c, side);
    ImGui::EndChild();
}

} // namespace unstuck::app
