#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>

namespace unstuck::app {

using engine::Side;

namespace {

const measure::EqReading* find_reading(const engine::LayersResult& result, const std::string& layer) {
    const auto it =
        std::find_if(result.layers.begin(), result.layers.end(), [&](const auto& l) { return l.layer == layer; });
    return it == result.layers.end() ? nullptr : &it->reading;
}

void right_aligned(const std::string& text) {
    const float width = ImGui::CalcTextSize(text.c_str()).x;
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0f, ImGui::GetContentRegionAvail().x - width));
    ImGui::TextUnformatted(text.c_str());
}

void equivariance_cell(const MeasuredLayers& measured, const std::string& layer) {
    ImGui::TableNextColumn();
    const auto* reading = measured.result ? find_reading(*measured.result, layer) : nullptr;
    const bool any = reading && measure::has_number(*reading);
    const bool dim = !any || !measured.current;
    if (dim) ImGui::PushStyleColor(ImGuiCol_Text, dim_colour());
    right_aligned(any ? fmt::format("{:.1f}", reading->db) : "-");
    if (dim) ImGui::PopStyleColor();
    if (!reading) {
        tooltip("Not measured: measure in Instruments > Layers");
        return;
    }
    if (!any) {
        tooltip(fmt::format("No number: {}", measure::state_text(reading->state)).c_str());
        return;
    }
    auto tip = fmt::format("Equivariance {:.2f} dB, {} samples", reading->db, reading->samples);
    if (reading->interval)
        tip += fmt::format("; 95 % interval {:.2f} to {:.2f} dB", reading->interval->low, reading->interval->high);
    if (!measured.current)
        tip += ".\nOutdated: the latent or the edits are others now. Measure in Instruments > Layers";
    tooltip(tip.c_str());
}

/// A number of each layer.
struct NumberColumn {
    const char *name, *tip;
    float width_em;
    std::string (*text)(const model::LayerInfo&);
};
constexpr NumberColumn kSize = {"size", "Width in samples", 2.1f,
                                [](const model::LayerInfo& l) { return std::to_string(l.width); }};
constexpr NumberColumn kChannels = {"ch", "Channels", 1.7f,
                                    [](const model::LayerInfo& l) { return std::to_string(l.channels); }};
constexpr NumberColumn kRate = {"s", "Sampling rate: samples per image side", 2.1f,
                                [](const model::LayerInfo& l) { return fmt::format("{:g}", l.sampling_rate); }};
constexpr NumberColumn kCutoff = {
    "f_c", "Cutoff frequency, cycles per image side; StyleGAN2's layers have none", 2.5f,
    [](const model::LayerInfo& l) { return l.cutoff > 0 ? fmt::format("{:.1f}", l.cutoff) : "-"; }};
constexpr NumberColumn kHalfWidth = {
    "f_h", "Half-width of the transition band, cycles per image side", 2.5f,
    [](const model::LayerInfo& l) { return l.cutoff > 0 ? fmt::format("{:.1f}", l.half_width) : "-"; }};
constexpr float kDecibelsEm = 2.5f;

/// All columns; where they would cut the names off, those that say nothing new stay away: an alias-free layer's name
/// has its size and channels, and a StyleGAN2 has no cutoffs.
std::vector<NumberColumn> columns_of(const engine::ModelInfo& m, float width) {
    const std::vector<NumberColumn> all = {kSize, kChannels, kRate, kCutoff, kHalfWidth};
    const float em = ImGui::GetFontSize(), padding = 2 * ImGui::GetStyle().CellPadding.x;
    float needed = em * (kDecibelsEm + 1) + 3 * padding + ImGui::GetStyle().ScrollbarSize;
    for (const auto& column : all) needed += em * column.width_em + padding;
    float name = 0;
    for (const auto& l : m.layers) name = std::max(name, ImGui::CalcTextSize(l.name.c_str()).x);
    if (needed + name <= width) return all;
    const bool cutoffs = std::any_of(m.layers.begin(), m.layers.end(), [](const auto& l) { return l.cutoff > 0; });
    return cutoffs ? std::vector{kRate, kCutoff, kHalfWidth} : std::vector{kSize, kChannels, kRate};
}

std::string layer_tip(const model::LayerInfo& l) {
    auto tip = fmt::format("{}: {} x {} samples, {} channels, s = {:g} samples per image side", l.name, l.width,
                           l.height, l.channels, l.sampling_rate);
    if (l.cutoff > 0) tip += fmt::format("\nf_c = {:.3f}, f_h = {:.3f} cycles per image side", l.cutoff, l.half_width);
    return tip;
}

void layer_line(PanelContext& c, Side side, const model::LayerInfo& l, const std::vector<NumberColumn>& columns,
                const MeasuredLayers& measured) {
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
    const bool edited = c.scene.edits[index(side)].find(l.name) != nullptr;
    if (ImGui::TableGetHoveredColumn() == 0)
        tooltip((layer_tip(l) + (edited ? "\nEdited in the filter lab" : "")).c_str());
    if (edited) {
        const auto corner = ImGui::GetItemRectMin();
        const float em = ImGui::GetFontSize();
        ImGui::GetWindowDrawList()->AddCircleFilled(
            {corner.x + ImGui::CalcTextSize(l.name.c_str()).x + em * 0.4f, corner.y + em * 0.55f}, em * 0.2f,
            ImGui::GetColorU32(side_colour(side)));
    }
    for (const auto& column : columns) {
        ImGui::TableNextColumn();
        right_aligned(column.text(l));
    }
    equivariance_cell(measured, l.name);
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
    const auto columns = columns_of(*m, ImGui::GetContentRegionAvail().x);
    // A gutter at the right keeps the scroll bar off the numbers. Each set of columns is a table of its own.
    const auto id = fmt::format("layers{}", columns.front().name);
    if (!ImGui::BeginTable(id.c_str(), static_cast<int>(columns.size()) + 3, flags, {0, height})) return;
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("layer", ImGuiTableColumnFlags_WidthStretch);
    const float em = ImGui::GetFontSize();
    for (const auto& column : columns)
        ImGui::TableSetupColumn(column.name, ImGuiTableColumnFlags_WidthFixed, em * column.width_em);
    ImGui::TableSetupColumn("dB", ImGuiTableColumnFlags_WidthFixed, em * kDecibelsEm);
    ImGui::TableSetupColumn("##gutter", ImGuiTableColumnFlags_WidthFixed, 1);
    ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
    header_cell("layer", "The official module names; click one to look at it");
    for (const auto& column : columns) header_cell(column.name, column.tip);
    header_cell("dB", "Equivariance of the layer's activations under translations, as last measured in Instruments > "
                      "Layers; where it drops, equivariance breaks");
    const auto measured = measured_layers(c.ui, engine::subjects_of(c.scene, c.loaded), side);
    for (const auto& l : m->layers) layer_line(c, side, l, columns, measured);
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

MeasuredLayers measured_layers(const UiState& ui, const engine::Subjects& now, Side side) {
    const auto& run = ui.instruments.layers.run;
    const auto &then = run.subjects[index(side)], &subject = now[index(side)];
    if (!subject.model || then.model != subject.model) return {};
    return {run.result(side), then == subject};
}

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
