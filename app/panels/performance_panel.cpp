#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>
#include <numeric>

namespace unstuck::app {

using engine::Side;

namespace {

void history(const char* label, const char* tip, const std::vector<float>& ms) {
    if (ms.empty()) return;
    const float mean = std::accumulate(ms.begin(), ms.end(), 0.0f) / static_cast<float>(ms.size());
    const auto text = fmt::format("{:.1f} ms", mean);
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(label);
    tooltip(tip);
    ImGui::SameLine(ImGui::GetFontSize() * 5.4f);
    ImGui::PlotLines(fmt::format("##{}", label).c_str(), ms.data(), static_cast<int>(ms.size()), 0, text.c_str(), 0,
                     *std::max_element(ms.begin(), ms.end()) * 1.2f,
                     {ImGui::GetContentRegionAvail().x, ImGui::GetFrameHeight() * 1.6f});
}

void layer_times(PanelContext& c, Side side) {
    const auto* f = c.frame(side);
    ImGui::TextColored(side_colour(side), "%s", side_name(side));
    ImGui::SameLine();
    if (!f) {
        ImGui::TextDisabled("no model");
        return;
    }
    ImGui::Text("%.1f ms: mapping %.1f, layers %.1f, spectrum %.1f; %d of %d layers run", f->total_ms, f->mapping_ms,
                f->synthesis_ms, f->spectrum_ms, f->layers_run, static_cast<int>(f->times.size()));
    double longest = 1e-3;
    for (const auto& t : f->times) longest = std::max(longest, t.ms);
    constexpr auto flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_RowBg;
    if (!ImGui::BeginTable(side_name(side), 3, flags, {0, ImGui::GetContentRegionAvail().y})) return;
    ImGui::TableSetupColumn("layer");
    ImGui::TableSetupColumn("ms");
    ImGui::TableSetupColumn("bar", ImGuiTableColumnFlags_WidthStretch);
    for (const auto& t : f->times) {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        ImGui::TextUnformatted(t.name.c_str());
        ImGui::TableNextColumn();
        if (t.cached)
            ImGui::TextDisabled("cached");
        else
            ImGui::Text("%6.2f", t.ms);
        ImGui::TableNextColumn();
        const auto at = ImGui::GetCursorScreenPos();
        const float width = ImGui::GetContentRegionAvail().x * static_cast<float>(t.ms / longest),
                    height = ImGui::GetTextLineHeight();
        ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y + 2}, {at.x + width, at.y + height - 2},
                                                  ImGui::GetColorU32(side_colour(side)));
    }
    ImGui::EndTable();
}

} // namespace

void draw_performance_panel(PanelContext& c) {
    const auto space = ImGui::GetContentRegionAvail();
    const float left = ImGui::GetFontSize() * 18;
    ImGui::BeginChild("history", {left, space.y});
    history("interface", "Time that the interface itself takes to build a frame", c.ui.ui_ms);
    history("drawing", "Uploading pictures and spectra and drawing them by shaders", c.ui.drawing_history);
    history("pictures", "Time for a pair of pictures, both models and their spectra", c.ui.pair_ms);
    dim_text(c.ui.gl_renderer.c_str());
    ImGui::EndChild();
    const float each = (space.x - left) / 2 - 2 * ImGui::GetStyle().ItemSpacing.x;
    for (auto side : engine::kSides) {
        ImGui::SameLine();
        ImGui::BeginChild(side == Side::a ? "timesA" : "timesB", {each, space.y});
        layer_times(c, side);
        ImGui::EndChild();
    }
}

void draw_log_panel(PanelContext& c) {
    if (ImGui::SmallButton("Copy all")) {
        std::string all;
        for (const auto& line : c.ui.log) all += fmt::format("{:9.2f} {}\n", line.seconds, line.text);
        ImGui::SetClipboardText(all.c_str());
    }
    ImGui::SameLine();
    if (ImGui::SmallButton("Clear")) c.ui.log.clear();
    ImGui::BeginChild("lines");
    for (const auto& line : c.ui.log) {
        ImGui::TextDisabled("%9.2f s", line.seconds);
        ImGui::SameLine();
        if (line.error) ImGui::PushStyleColor(ImGuiCol_Text, error_colour());
        ImGui::TextWrapped("%s", line.text.c_str());
        if (line.error) ImGui::PopStyleColor();
    }
    if (c.ui.log.empty()) dim_text("Nothing has happened yet.");
    if (ImGui::GetScrollY() >= ImGui::GetScrollMaxY()) ImGui::SetScrollHereY(1);
    ImGui::EndChild();
}

} // namespace unstuck::app
