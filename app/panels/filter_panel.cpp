#include "app/panels/filter_panel.hpp"

#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>

namespace unstuck::app {

using engine::Side;

namespace {

void side_buttons(FilterLabState& s) {
    for (auto side : engine::kSides) {
        ImGui::PushStyleColor(ImGuiCol_Text, side_colour(side));
        if (ImGui::RadioButton(side_name(side), s.side == side)) s.side = side;
        ImGui::PopStyleColor();
        tooltip(side == Side::a ? "Edit the network on side A" : "Edit the network on side B");
        ImGui::SameLine();
    }
}

void layer_combo(const char* id, const char* tip, const engine::ModelInfo& m, std::string& name,
                 std::size_t otherwise) {
    const auto it = std::find_if(m.sampling.begin(), m.sampling.end(), [&](const auto& l) { return l.name == name; });
    const auto& shown = it == m.sampling.end() ? m.sampling[otherwise].name : name;
    ImGui::SetNextItemWidth(ImGui::GetFontSize() * 8.5f);
    if (ImGui::BeginCombo(id, shown.c_str())) {
        for (const auto& l : m.sampling)
            if (ImGui::Selectable(l.name.c_str(), l.name == shown)) name = l.name;
        ImGui::EndCombo();
    }
    tooltip(tip);
}

void scope_combo(PanelContext& c, const engine::ModelInfo& m) {
    auto& s = c.ui.filter;
    const float em = ImGui::GetFontSize();
    const auto looked_at = fmt::format("layer {}", c.scene.layer.name[index(s.side)]);
    const char* names[] = {looked_at.c_str(), "a range of layers", "all layers"};
    int at = static_cast<int>(s.scope);
    ImGui::SetNextItemWidth(em * 10);
    if (ImGui::Combo("##scope", &at, names, 3)) s.scope = static_cast<LayerScope>(at);
    tooltip("Which layers are edited: the one looked at (see Layers), a range, or all that take the edit");
    if (s.scope != LayerScope::range) return;
    auto& range = s.range[index(s.side)];
    same_line_if_fits(em * 8.5f);
    layer_combo("##first", "First layer of the range", m, range[0], 0);
    same_line_if_fits(em * 8.5f);
    layer_combo("##last", "Last layer of the range", m, range[1], m.sampling.size() - 1);
}

bool button(const char* label, const char* tip, bool enabled) {
    same_line_if_fits(button_width(label));
    ImGui::BeginDisabled(!enabled);
    const bool pressed = ImGui::Button(label);
    ImGui::EndDisabled();
    tooltip(tip);
    return pressed;
}

void reset_buttons(PanelContext& c, const std::vector<LabLayer>& layers) {
    auto& edits = c.scene.edits[index(c.ui.filter.side)];
    const bool any = std::any_of(layers.begin(), layers.end(), [](const auto& l) { return !l.edit.empty(); });
    if (button(c.ui.filter.scope == LayerScope::looked_at ? "Reset layer###scope" : "Reset layers###scope",
               "Takes all edits of these layers out", any))
        for (const auto& l : layers) edits.set(l.stock->name, {});
    if (button("Reset all", "Takes all edits of this side out: the network as it is in the model", !edits.empty()))
        edits = {};
}

void copy_button(PanelContext& c) {
    if (button("B = A with edits", "Puts A's network on side B, too, with A's edits: then only what is edited differs",
               c.model[0] != nullptr))
        c.ask(Command::Kind::copy_a_to_b);
}

bool has_filter(const std::vector<LabLayer>& layers, FilterSlot slot) {
    return std::any_of(layers.begin(), layers.end(), [&](const auto& l) { return !why_no_filter(l, slot); });
}

/// The slot chosen, or where the layers have no such filter, one that they have.
FilterSlot slot_in_effect(const FilterLabState& s, const std::vector<LabLayer>& layers) {
    for (auto slot : {s.slot, FilterSlot::down, FilterSlot::up, FilterSlot::resample})
        if (has_filter(layers, slot)) return slot;
    return s.slot;
}

void slot_buttons(FilterLabState& s, const std::vector<LabLayer>& layers, FilterSlot shown) {
    constexpr std::array slots = {FilterSlot::up, FilterSlot::down, FilterSlot::resample};
    constexpr std::array tips = {"The filter that raises the rate before the nonlinearity",
                                 "The filter that lowers the rate after the nonlinearity",
                                 "StyleGAN2: the filter of an upsampling convolution, image or skip branch"};
    for (std::size_t i = 0; i < slots.size(); ++i) {
        if (slots[i] == FilterSlot::resample &&
            std::none_of(layers.begin(), layers.end(), [](const auto& l) { return l.stock->has_resample; }))
            continue;
        if (i > 0) ImGui::SameLine();
        const bool there = has_filter(layers, slots[i]);
        ImGui::BeginDisabled(!there);
        if (ImGui::RadioButton(slot_name(slots[i]), shown == slots[i])) s.slot = slots[i];
        ImGui::EndDisabled();
        tooltip(there ? tips[i] : why_no_filter(layers.front(), slots[i]));
    }
}

/// What could not be had as asked, by layer.
std::string notes_of(const std::vector<LabLayer>& layers, int& count) {
    std::string text;
    for (const auto& l : layers)
        for (const auto& note : l.notes) {
            text += (count++ ? "\n" : "") + l.stock->name + ": " + note;
        }
    return text;
}

/// In few words and always in sight; the notes themselves stand below the rows.
void summary(const PanelContext& c, const std::vector<LabLayer>& layers) {
    const auto& edits = c.scene.edits[index(c.ui.filter.side)];
    if (edits.empty()) return;
    const auto edited = fmt::format("{} edited", edits.layers.size());
    same_line_if_fits(button_width(edited.c_str()));
    ImGui::TextColored(side_colour(c.ui.filter.side), "%s", edited.c_str());
    tooltip(edited_count(edits).c_str());
    int count = 0;
    const auto text = notes_of(layers, count);
    if (count == 0) return;
    ImGui::SameLine();
    ImGui::TextColored(warning_colour(), count == 1 ? "%d note" : "%d notes", count);
    tooltip(text.c_str());
}

void notes(const std::vector<LabLayer>& layers) {
    int count = 0;
    const auto text = notes_of(layers, count);
    if (count == 0) return;
    ImGui::PushStyleColor(ImGuiCol_Text, warning_colour());
    ImGui::TextWrapped("%s", text.c_str());
    ImGui::PopStyleColor();
}

void controls(PanelContext& c, const std::vector<LabLayer>& layers, FilterSlot slot, bool beside) {
    const float em = ImGui::GetFontSize(), column = em * 17;
    ImGui::BeginChild("filter", {column, 0});
    ImGui::Indent(em * 0.5f); // for the dots of what is edited
    slot_buttons(c.ui.filter, layers, slot);
    summary(c, layers);
    draw_filter_rows(c, layers, slot);
    if (!beside) {
        heading("Layer");
        draw_layer_rows(c, layers);
        notes(layers);
    }
    ImGui::EndChild();
    if (!beside) return;
    ImGui::SameLine();
    ImGui::BeginChild("layer", {column, 0});
    ImGui::Indent(em * 0.5f);
    draw_layer_rows(c, layers);
    notes(layers);
    ImGui::EndChild();
}

} // namespace

void FilterPanel::draw(PanelContext& c) {
    auto& s = c.ui.filter;
    side_buttons(s);
    const auto& m = c.model[index(s.side)];
    if (!m || m->sampling.empty()) {
        ImGui::NewLine();
        dim_text("No model on this side: open one in Models.");
        return;
    }
    scope_combo(c, *m);
    const auto& looked_at = c.scene.layer.name[index(s.side)];
    const auto layers = layers_of(s, *m, c.scene.edits[index(s.side)], looked_at);
    if (layers.empty()) {
        dim_text("This network has no layer of that name: choose one in Layers.");
        return;
    }
    reset_buttons(c, layers);
    copy_button(c);
    const bool beside = ImGui::GetContentRegionAvail().x > ImGui::GetFontSize() * 62;
    const auto slot = slot_in_effect(s, layers);
    // The rows go where they would leave the ladder too little room.
    if (beside || !ladder_) {
        controls(c, layers, slot, beside);
        ImGui::SameLine();
    }
    ImGui::BeginChild("results");
    draw_results(c, *m, layers, slot);
    ImGui::EndChild();
}

} // namespace unstuck::app
