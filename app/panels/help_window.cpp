// What keys and mouse do: the keys from the list of actions, the mouse from a table.
#include "app/actions.hpp"
#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <imgui.h>
#include <utility>

namespace unstuck::app {

namespace {

constexpr std::pair<const char*, const char*> kGestures[] = {
    {"Drag on a picture", "what the tool says"},
    {"Ctrl + drag", "translate: the content follows the mouse"},
    {"Alt + drag", "rotate about the image's centre"},
    {"Shift while dragging", "ten times finer"},
    {"Shift over a picture", "show the other model in its place"},
    {"Wheel, middle drag", "zoom at the mouse, pan"},
    {"Latent map: click, drag, wheel", "go to a seed, pan, zoom; a double-click that drags moves on"},
    {"Drop files on the window", "open models; pictures and films bring their scene back"},
    {"Ctrl + click on a field", "type a number"},
    {"Double-click on a label", "back to the default"},
};

void row(const char* key, const char* what) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(key);
    ImGui::TableNextColumn();
    ImGui::PushStyleColor(ImGuiCol_Text, dim_colour());
    ImGui::TextUnformatted(what);
    ImGui::PopStyleColor();
}

template <class Rows>
void section(const char* name, const Rows& rows) {
    heading(name);
    if (!ImGui::BeginTable(name, 2, ImGuiTableFlags_SizingFixedFit)) return;
    ImGui::TableSetupColumn("key", ImGuiTableColumnFlags_WidthFixed, ImGui::GetFontSize() * 11);
    rows();
    ImGui::EndTable();
}

std::string all_keys(const Action& action) {
    std::string text;
    for (const auto chord : action.keys) text += (text.empty() ? "" : ", ") + key_text(chord);
    return text;
}

} // namespace

void draw_help_window(PanelContext& c) {
    if (!c.ui.show_help) return;
    const auto* viewport = ImGui::GetMainViewport();
    const float em = ImGui::GetFontSize();
    ImGui::SetNextWindowPos(viewport->GetCenter(), ImGuiCond_Appearing, {0.5f, 0.5f});
    ImGui::SetNextWindowSize(
        {std::min(em * 58, viewport->WorkSize.x * 0.95f), std::min(em * 40, viewport->WorkSize.y * 0.92f)},
        ImGuiCond_Appearing);
    if (ImGui::Begin("Keys and mouse", &c.ui.show_help,
                     ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoSavedSettings)) {
        std::vector<std::string> groups;
        std::size_t with_keys = 0;
        for (const auto& action : c.actions) {
            if (action.keys.empty()) continue;
            ++with_keys;
            if (groups.empty() || groups.back() != action.group) groups.push_back(action.group);
        }
        ImGui::Columns(2, "halves", false);
        section("Mouse", [] {
            for (const auto& [key, what] : kGestures) row(key, what);
        });
        std::size_t rows = std::size(kGestures);
        const std::size_t half = (rows + with_keys) / 2;
        bool second = false;
        for (const auto& group : groups) {
            if (!second && rows >= half) {
                ImGui::NextColumn();
                second = true;
            }
            section(group.c_str(), [&] {
                for (const auto& action : c.actions)
                    if (action.group == group && !action.keys.empty()) {
                        row(all_keys(action).c_str(), action.title.c_str());
                        tooltip(action.tip.c_str());
                        ++rows;
                    }
            });
        }
        ImGui::Columns(1);
    }
    ImGui::End();
}

} // namespace unstuck::app
