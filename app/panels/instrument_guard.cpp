// NaN, infinities and clamped values of the picture on the screen, layer by layer.
#include "app/panels/instrument_parts.hpp"
#include "app/panels/instruments_panel.hpp"

#include <algorithm>
#include <optional>

namespace unstuck::app {

using engine::Side;

namespace {

/// A GPU's layers count what their clamp cuts off as they go; the processor's are counted on request.
bool counts_by_itself(const engine::Frame& f) { return f.image.device != nullptr; }

using ClampRun = engine::Run<engine::ClampSettings>;

/// None: not counted.
std::optional<std::int64_t> clamped(const engine::Frame& f, std::size_t layer, const ClampRun& run, Side side) {
    if (counts_by_itself(f)) return f.times[layer].clamped;
    const auto counted = run.result(side);
    if (!counted || layer >= counted->clamped.size()) return std::nullopt;
    return counted->clamped[layer];
}

Table guard_table(const PanelContext& c) {
    Table t{{"side", "layer", "not finite", "clamped"}, {}};
    for (auto side : engine::kSides)
        if (const auto* f = c.frame(side))
            for (std::size_t i = 0; i < f->times.size(); ++i) {
                const auto cut = clamped(*f, i, c.ui.instruments.clamps.run, side);
                t.rows.push_back({side_name(side), f->times[i].name, std::to_string(f->times[i].not_finite),
                                  cut ? std::to_string(*cut) : std::string()});
            }
    return t;
}

/// The button that counts for the processor, and how it stands.
void count_line(PanelContext& c) {
    auto& it = c.ui.instruments.clamps;
    it.settings.transform = c.scene.transform;
    const auto subjects = engine::subjects_of(c.scene, c.loaded);
    const auto p = progress_of(c, it, subjects);
    const bool needed = std::any_of(engine::kSides.begin(), engine::kSides.end(),
                                    [&](Side side) { return c.frame(side) && !counts_by_itself(*c.frame(side)); });
    ImGui::BeginDisabled(!needed);
    const bool pressed = ImGui::SmallButton(p.running ? "Cancel###run" : "Count clamped###run");
    ImGui::EndDisabled();
    tooltip(needed ? "Counts in the background what each layer of this picture cuts off at its limit: the processor's "
                     "layers only cut, so they are computed anew"
                   : "A GPU's layers count as they go");
    if (pressed && p.running)
        c.jobs.cancel(engine::job_key<engine::ClampSettings>());
    else if (pressed)
        it.run = engine::start(c.jobs, subjects, it.settings);
    ImGui::SameLine();
    progress_text(p, "The picture changed since: count again.");
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

void counts(const engine::Frame& f, const ClampRun& run, Side side) {
    constexpr auto flags = ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_RowBg | ImGuiTableFlags_ScrollY;
    if (!ImGui::BeginTable("counts", 3, flags)) return;
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("layer");
    ImGui::TableSetupColumn("NaN, Inf");
    ImGui::TableSetupColumn("clamped");
    ImGui::TableHeadersRow();
    for (std::size_t i = 0; i < f.times.size(); ++i) {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        ImGui::TextUnformatted(f.times[i].name.c_str());
        count_cell(f.times[i].not_finite, error_colour());
        if (const auto cut = clamped(f, i, run, side))
            count_cell(*cut, warning_colour());
        else {
            ImGui::TableNextColumn();
            ImGui::TextDisabled("-");
        }
        tooltip("Values cut off at the network's own limit (conv_clamp), at the raised rate where the layer has one");
    }
    ImGui::EndTable();
}

} // namespace

void InstrumentsPanel::draw_guard(PanelContext& c) {
    copy_csv_button(c.frame(Side::a) || c.frame(Side::b), [&] { return guard_table(c); });
    ImGui::SameLine();
    count_line(c);
    const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
    for (auto side : engine::kSides) {
        if (side == Side::b) ImGui::SameLine();
        if (ImGui::BeginChild(side_name(side), {half, 0})) {
            side_heading(c, side);
            if (const auto* f = c.frame(side)) {
                summary(*f);
                counts(*f, c.ui.instruments.clamps.run, side);
            }
        }
        ImGui::EndChild();
    }
}

} // namespace unstuck::app
