// The filter lab's presets, and the ladder from alias-free back to aliased.
#include "app/panels/filter_panel.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"
#include "core/model/edit_presets.hpp"

#include <fmt/format.h>
#include <imgui.h>

namespace unstuck::app {

namespace {

void preset_buttons(model::Edits& edits, const std::vector<model::LayerSampling>& layers) {
    for (const auto& preset : model::edit_presets(layers)) {
        ImGui::BeginDisabled(!preset.why_not.empty());
        if (ImGui::SmallButton(preset.name.c_str())) edits = preset.edits;
        ImGui::EndDisabled();
        tooltip(preset.why_not.empty() ? preset.what.c_str() : preset.why_not.c_str());
        ImGui::SameLine();
    }
    ImGui::NewLine();
}

void number_cell(double value, const char* tip) {
    ImGui::TableNextColumn();
    const auto text = fmt::format("{:.2f}", value);
    const float space = ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(text.c_str()).x;
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0f, space));
    ImGui::TextColored(dim_colour(), "%s", text.c_str());
    tooltip(tip);
}

void header_cell(const char* name, const char* tip) {
    ImGui::TableNextColumn();
    ImGui::TableHeader(name);
    tooltip(tip);
}

void ladder_header() {
    constexpr const char* kPublished = "Published, FFHQ-U 256: of a network that was trained with these measures only, "
                                       "not of the one that is loaded";
    ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
    header_cell("", "Each step has all of the steps before it; click one to take it");
    // What the figures at the right are, and whose: nobody shall take them for the loaded network's.
    constexpr const char* kWhose = "published, FFHQ-U 256:";
    ImGui::SameLine(std::max(0.0f, ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(kWhose).x));
    ImGui::TextColored(dim_colour(), kWhose);
    tooltip(kPublished);
    for (const char* name : {"FID", "EQ-T", "EQ-R"}) header_cell(name, kPublished);
}

void ladder_table(model::Edits& edits, const std::vector<model::LadderStep>& steps, ImU32 colour) {
    const float em = ImGui::GetFontSize();
    constexpr auto flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg | ImGuiTableFlags_SizingFixedFit |
                           ImGuiTableFlags_NoBordersInBody;
    if (!ImGui::BeginTable("ladder", 4, flags)) return;
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("step", ImGuiTableColumnFlags_WidthStretch);
    for (const auto* name : {"fid", "eqt", "eqr"})
        ImGui::TableSetupColumn(name, ImGuiTableColumnFlags_WidthFixed, em * 2.9f);
    ladder_header();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto& step = steps[i];
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        const bool here = edits == step.edits;
        if (here) ImGui::PushStyleColor(ImGuiCol_Text, colour);
        const auto label = fmt::format("{}  {}{}", i, i > 1 ? "+ " : "", step.name);
        if (ImGui::Selectable(label.c_str(), here, ImGuiSelectableFlags_SpanAllColumns)) edits = step.edits;
        if (here) ImGui::PopStyleColor();
        tooltip(step.what.c_str());
        const auto& p = step.published;
        number_cell(p.fid, fmt::format("FID of configuration {}", p.configuration).c_str());
        number_cell(p.eqt_db, fmt::format("EQ-T of configuration {}, dB", p.configuration).c_str());
        number_cell(p.eqr_db, fmt::format("EQ-R of configuration {}, dB", p.configuration).c_str());
    }
    ImGui::EndTable();
}

} // namespace

void draw_filter_presets(PanelContext& c, const engine::ModelInfo& model) {
    const auto side = c.ui.filter.side;
    auto& edits = c.scene.edits[index(side)];
    preset_buttons(edits, model.sampling);
    const auto steps = model::aliasing_ladder(model.sampling);
    if (steps.empty()) {
        dim_text("The ladder takes back an alias-free network's measures; StyleGAN2 has none of them.");
        return;
    }
    ladder_table(edits, steps, ImGui::GetColorU32(side_colour(side)));
}

} // namespace unstuck::app
