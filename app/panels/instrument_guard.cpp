// NaN, infinities and clamped values of the picture on the screen, layer by layer.
#include "app/panels/instrument_parts.hpp"
#include "app/panels/instruments_panel.hpp"

namespace unstuck::app {

using engine::Side;

namespace {

/// The processor's layers do not count what their clamp cuts off.
bool counts_clamps(const engine::Frame& f) { return f.image.device != nullptr; }

Table guard_table(const PanelContext& c) {
    Table t{{"side", "layer", "not finite", "clamped"}, {}};
    for (auto side : engine::kSides)
        if (const auto* f = c.frame(side))
            for (const auto& layer : f->times)
                t.rows.push_back({side_name(side), layer.name, std::to_string(layer.not_finite),
                                  counts_clamps(*f) ? std::to_string(layer.clamped) : std::string()});
    return t;
}

void summary(const engine::Frame& f) {
    if (f.guard.first_bad_layer.empty())
        ImGui::TextColored(good_colour(), "all numbers are finite");
    else
        ImGui::TextColored(error_colour(), "%s of them, first in %s", grouped(f.guard.not_finite).c_str(),
                           f.guard.first_bad_layer.c_str());
    tooltip(
        "NaN and infinities among the outputs of all layers of this picture. The first layer that has some is where "
        "it went wrong: all after it only hand them on.");
}

void count_cell(std::int64_t count, ImVec4 colour) {
    ImGui::TableNextColumn();
    if (count > 0)
        ImGui::TextColored(colour, "%s", grouped(count).c_str());
    else
        ImGui::TextDisabled("0");
}

void counts(const engine::Frame& f) {
    constexpr auto flags = ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_RowBg | ImGuiTableFlags_ScrollY;
    if (!ImGui::BeginTable("counts", 3, flags)) return;
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("layer");
    ImGui::TableSetupColumn("NaN, Inf");
    ImGui::TableSetupColumn("clamped");
    ImGui::TableHeadersRow();
    for (const auto& layer : f.times) {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        ImGui::TextUnformatted(layer.name.c_str());
        count_cell(layer.not_finite, error_colour());
        if (counts_clamps(f))
            count_cell(layer.clamped, warning_colour());
        else {
            ImGui::TableNextColumn();
            ImGui::TextDisabled("-");
        }
        tooltip("Values cut off at the network's own limit (conv_clamp); counted where a GPU computes");
    }
    ImGui::EndTable();
}

} // namespace

void InstrumentsPanel::draw_guard(PanelContext& c) {
    copy_csv_button(c.frame(Side::a) || c.frame(Side::b), [&] { return guard_table(c); });
    ImGui::SameLine();
    ImGui::TextDisabled("counted with every picture");
    const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
    for (auto side : engine::kSides) {
        if (side == Side::b) ImGui::SameLine();
        if (ImGui::BeginChild(side_name(side), {half, 0})) {
            side_heading(c, side);
            if (const auto* f = c.frame(side)) {
                summary(*f);
                counts(*f);
            }
        }
        ImGui::EndChild();
    }
}

} // namespace unstuck::app
