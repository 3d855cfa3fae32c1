#include "app/actions.hpp"
#include "app/panels/layouts.hpp"
#include "app/panels/panels.hpp"
#include "app/system_rows.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"
#include "core/engine/model_names.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <imgui.h>

namespace unstuck::app {

using engine::Side;
using Kind = Command::Kind;

namespace {

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

void recent_sessions(PanelContext& c) {
    const auto& recent = c.settings.recent_sessions;
    if (!ImGui::BeginMenu("Recent sessions", !recent.empty())) return;
    for (const auto& path : recent) {
        ImGui::PushID(path.c_str());
        if (ImGui::MenuItem(file_name(path).c_str())) c.ask(Kind::open_session, Side::a, path);
        tooltip(path.c_str());
        ImGui::PopID();
    }
    ImGui::EndMenu();
}

void session_items(PanelContext& c) {
    action_item(c, "session.new");
    action_item(c, "session.open");
    recent_sessions(c);
    action_item(c, "session.save");
    action_item(c, "session.save_as");
}

void edit_menu(PanelContext& c) {
    if (!ImGui::BeginMenu("Edit")) return;
    const auto& s = c.ui.session_file.shown;
    // The identity stays whatever the label says.
    action_item(c, "session.undo", ("Undo " + s.undo + "###undo").c_str());
    action_item(c, "session.redo", ("Redo " + s.redo + "###redo").c_str());
    ImGui::Separator();
    action_item(c, "scenes.copy_text");
    action_item(c, "scenes.paste");
    action_item(c, "scenes.copy_command");
    ImGui::Separator();
    action_item(c, "bookmarks.add");
    action_item(c, "panel.Bookmarks", "Bookmarks");
    ImGui::EndMenu();
}

void session_name(PanelContext& c) {
    const auto& s = c.ui.session_file.shown;
    if (s.file.empty()) return;
    dim_text((file_name(s.file) + (s.unsaved ? " *" : "")).c_str());
    tooltip((s.file + (s.unsaved ? "\nhas changes that are not saved (Ctrl+S)" : "\nis saved")).c_str());
}

void file_menu(PanelContext& c) {
    if (!ImGui::BeginMenu("File")) return;
    action_item(c, "file.open_a");
    action_item(c, "file.open_b");
    action_item(c, "scenes.open");
    if (ImGui::BeginMenu("Demo models")) {
        for (const auto& demo : engine::demo_models())
            if (ImGui::BeginMenu(demo.title)) {
                if (ImGui::MenuItem("as A")) c.ask(Kind::open_path, Side::a, demo.name);
                if (ImGui::MenuItem("as B")) c.ask(Kind::open_path, Side::b, demo.name);
                ImGui::EndMenu();
            }
        ImGui::EndMenu();
    }
    action_item(c, "file.swap");
    action_item(c, "file.copy_a_to_b");
    action_item(c, "file.close_a");
    action_item(c, "file.close_b");
    ImGui::Separator();
    session_items(c);
    ImGui::Separator();
    action_item(c, "file.save_picture");
    action_item(c, "file.save_window");
    ImGui::TextDisabled("into %s", c.settings.capture_folder.c_str());
    ImGui::Separator();
    action_item(c, "file.quit");
    ImGui::EndMenu();
}

void view_menu(PanelContext& c) {
    if (!ImGui::BeginMenu("View")) return;
    for (const auto& choice : kLayoutChoices) action_item(c, (std::string("layout.") + choice.name).c_str());
    action_item(c, "transform.stabilise");
    action_item(c, "view.pose");
    ImGui::Separator();
    action_item(c, "view.fit");
    action_item(c, "view.one_to_one");
    action_item(c, "view.smooth");
    action_item(c, "view.exposure_up");
    action_item(c, "view.exposure_down");
    action_item(c, "view.exposure_reset");
    ImGui::Separator();
    action_item(c, "panel.System", "System");
    action_item(c, "window.left_panels");
    action_item(c, "window.bottom_panels");
    action_item(c, "window.hide_panels");
    action_item(c, "window.full_screen");
    action_item(c, "window.light_theme");
    action_item(c, "window.reset_layout");
    ImGui::EndMenu();
}

void status_line(PanelContext& c) {
    std::string text;
    for (auto side : engine::kSides)
        if (const auto* f = c.frame(side)) text += fmt::format("{} {:.0f} ms   ", side_name(side), f->total_ms);
    text += computing_name(c.system);
    const float width = ImGui::CalcTextSize(text.c_str()).x + ImGui::GetFontSize() * 1.4f;
    const float left = ImGui::GetWindowWidth() - width - ImGui::GetStyle().WindowPadding.x;
    draw_job_line(c, left);
    ImGui::SameLine(left);
    const auto at = ImGui::GetCursorScreenPos();
    const float r = ImGui::GetFontSize() * 0.22f;
    ImGui::GetWindowDrawList()->AddCircleFilled(
        {at.x + r, at.y + ImGui::GetFrameHeight() * 0.5f}, r,
        ImGui::GetColorU32(c.busy ? ImVec4(0.54f, 0.7f, 0.97f, 1) : dim_colour()));
    ImGui::Dummy({r * 3, 1});
    ImGui::SameLine();
    ImGui::PushStyleColor(ImGuiCol_Text, dim_colour());
    ImGui::TextUnformatted(text.c_str());
    ImGui::PopStyleColor();
    tooltip("Time of the last picture of each model, and what computes them");
}

} // namespace

void draw_menu_bar(PanelContext& c) {
    if (!ImGui::BeginMainMenuBar()) return;
    file_menu(c);
    edit_menu(c);
    view_menu(c);
    if (ImGui::BeginMenu("Help")) {
        action_item(c, "window.palette");
        action_item(c, "window.help");
        action_item(c, "panel.System", "System: what computes, what draws");
        ImGui::EndMenu();
    }
    session_name(c);
    status_line(c);
    ImGui::EndMainMenuBar();
}

} // namespace unstuck::app
