#include "app/panels/panels.hpp"
#include "app/system_rows.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <fmt/format.h>
#include <imgui.h>

namespace unstuck::app {

namespace {

ImVec4 colour_of(SystemRow::Mark mark) {
    switch (mark) {
    case SystemRow::Mark::good: return good_colour();
    case SystemRow::Mark::warning: return warning_colour();
    case SystemRow::Mark::plain: break;
    }
    return ImGui::GetStyleColorVec4(ImGuiCol_Text);
}

void row(const SystemRow& r) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImGui::PushStyleColor(ImGuiCol_Text, dim_colour());
    ImGui::TextUnformatted(r.label);
    ImGui::PopStyleColor();
    tooltip(r.tip);
    ImGui::TableNextColumn();
    ImGui::PushStyleColor(ImGuiCol_Text, colour_of(r.mark));
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(r.value.c_str());
    ImGui::PopTextWrapPos();
    ImGui::PopStyleColor();
    tooltip(r.tip);
}

void rows(const std::vector<SystemRow>& all) {
    constexpr auto flags = ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_RowBg;
    if (!ImGui::BeginTable("rows", 2, flags)) return;
    ImGui::TableSetupColumn("what", ImGuiTableColumnFlags_WidthFixed, ImGui::GetFontSize() * 5.4f);
    ImGui::TableSetupColumn("value", ImGuiTableColumnFlags_WidthStretch);
    for (const auto& r : all) row(r);
    ImGui::EndTable();
}

void hints(const std::vector<std::string>& all) {
    for (const auto& hint : all) {
        ImGui::Bullet();
        ImGui::PushTextWrapPos(0);
        ImGui::TextUnformatted(hint.c_str());
        ImGui::PopTextWrapPos();
    }
    if (all.empty()) dim_text("Nothing known slows it down.");
}

} // namespace

void draw_system_panel(PanelContext& c) {
    const WindowFacts window{c.ui.gl_renderer, c.upload};
    if (ImGui::SmallButton("Copy details")) {
        ImGui::SetClipboardText(system_text(c.system, &window).c_str());
        c.ask(Command::Kind::show_toast, engine::Side::a, "Copied what this page says");
    }
    tooltip("Copies all rows and hints as text, for a bug report");
    // What can be mended comes first: above the rows, or beside them where there is room.
    const float em = ImGui::GetFontSize();
    const auto reasons = slow_hints(c.system, &window);
    const auto all = system_rows(c.system, &window);
    if (ImGui::BeginChild("system")) {
        const auto space = ImGui::GetContentRegionAvail();
        if (space.x > em * 56) {
            ImGui::BeginChild("rows", {space.x * 0.56f, 0}, ImGuiChildFlags_AutoResizeY);
            rows(all);
            ImGui::EndChild();
            ImGui::SameLine(0, em);
            ImGui::BeginChild("hints", {0, 0}, ImGuiChildFlags_AutoResizeY);
            heading("why is it slow?");
            hints(reasons);
            ImGui::EndChild();
        } else {
            hints(reasons);
            ImGui::Spacing();
            rows(all);
        }
    }
    ImGui::EndChild();
}

} // namespace unstuck::app
