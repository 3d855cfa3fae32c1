#include "app/panels/layouts.hpp"
#include "app/panels/panels.hpp"
#include "app/system_rows.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"
#include "core/engine/model_names.hpp"

#include <fmt/format.h>
#include <imgui.h>

namespace unstuck::app {

using engine::Side;
using Kind = Command::Kind;

namespace {

void show_recorder(PanelContext& c) {
    c.ui.show_bottom = true;
    c.ui.bring_to_front = "Recorder";
}

void file_menu(PanelContext& c) {
    if (!ImGui::BeginMenu("File")) return;
    if (ImGui::MenuItem("Open model A...", "Ctrl+O")) c.ask(Kind::open_dialog, Side::a);
    if (ImGui::MenuItem("Open model B...", "Ctrl+Shift+O")) c.ask(Kind::open_dialog, Side::b);
    if (ImGui::BeginMenu("Demo models")) {
        for (const auto& demo : engine::demo_models())
            if (ImGui::BeginMenu(demo.title)) {
                if (ImGui::MenuItem("as A")) c.ask(Kind::open_path, Side::a, demo.name);
                if (ImGui::MenuItem("as B")) c.ask(Kind::open_path, Side::b, demo.name);
                ImGui::EndMenu();
            }
        ImGui::EndMenu();
    }
    if (ImGui::MenuItem("Swap A and B")) c.ask(Kind::swap_models);
    if (ImGui::MenuItem("Close model A", nullptr, false, c.model[0] != nullptr)) c.ask(Kind::unload, Side::a);
    if (ImGui::MenuItem("Close model B", nullptr, false, c.model[1] != nullptr)) c.ask(Kind::unload, Side::b);
    ImGui::Separator();
    if (ImGui::MenuItem("Save picture", "P", false, c.pair != nullptr)) c.ask(Kind::save_picture);
    if (ImGui::MenuItem("Save window", "Ctrl+P")) c.ask(Kind::save_window);
    if (ImGui::MenuItem("Record a film...", "Ctrl+R")) show_recorder(c);
    ImGui::TextDisabled("into %s", c.settings.capture_folder.c_str());
    ImGui::Separator();
    if (ImGui::MenuItem("Quit", "Ctrl+Q")) c.ask(Kind::quit);
    ImGui::EndMenu();
}

void show_system(PanelContext& c) {
    c.ui.show_bottom = true;
    c.ui.bring_to_front = "System";
}

void view_menu(PanelContext& c) {
    if (!ImGui::BeginMenu("View")) return;
    auto& v = c.scene.view;
    for (const auto& choice : kLayoutChoices)
        if (ImGui::MenuItem(choice.name, choice.key_name, v.layout == choice.layout)) v.layout = choice.layout;
    ImGui::MenuItem("Stabilise: move the output back", "4", &c.scene.transform.untransform);
    ImGui::MenuItem("Pose of the latent over its picture", nullptr, &c.scene.view.pose);
    ImGui::Separator();
    if (ImGui::MenuItem("Fit", "F", v.zoom == 0)) v.zoom = 0, v.pan_x = v.pan_y = 0;
    if (ImGui::MenuItem("1:1", "Ctrl+0", v.zoom == 1)) v.zoom = 1;
    ImGui::MenuItem("Smooth magnification", nullptr, &v.smooth);
    if (ImGui::MenuItem("Exposure up", "E")) v.exposure += 0.5;
    if (ImGui::MenuItem("Exposure down", "Shift+E")) v.exposure -= 0.5;
    if (ImGui::MenuItem("Exposure back to 0", nullptr, false, v.exposure != 0)) v.exposure = 0;
    ImGui::Separator();
    if (ImGui::MenuItem("System")) show_system(c);
    ImGui::MenuItem("Left panels", nullptr, &c.ui.show_left);
    ImGui::MenuItem("Bottom panels", nullptr, &c.ui.show_bottom);
    bool hidden = !c.ui.show_left && !c.ui.show_bottom;
    if (ImGui::MenuItem("Hide all panels", "Tab", &hidden)) c.ui.show_left = c.ui.show_bottom = !hidden;
    ImGui::MenuItem("Full screen", "F11", &c.ui.full_screen);
    if (ImGui::MenuItem("Light theme", nullptr, c.settings.light)) c.ask(Kind::toggle_theme);
    if (ImGui::MenuItem("Reset layout")) c.ask(Kind::reset_layout);
    ImGui::EndMenu();
}

void status_line(PanelContext& c) {
    std::string text;
    for (auto side : engine::kSides)
        if (const auto* f = c.frame(side)) text += fmt::format("{} {:.0f} ms   ", side_name(side), f->total_ms);
    text += computing_name(c.system);
    const float width = ImGui::CalcTextSize(text.c_str()).x + ImGui::GetFontSize() * 1.4f;
    const float left = ImGui::GetWindowWidth() - width - ImGui::GetStyle().WindowPadding.x;
    draw_job_line(c, draw_recording_mark(c, left));
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
    view_menu(c);
    if (ImGui::BeginMenu("Help")) {
        ImGui::MenuItem("Keys and mouse", "F1", &c.ui.show_help);
        if (ImGui::MenuItem("System: what computes, what draws")) show_system(c);
        ImGui::EndMenu();
    }
    status_line(c);
    ImGui::EndMainMenuBar();
}

void draw_help_window(PanelContext& c) {
    if (!c.ui.show_help) return;
    const auto* viewport = ImGui::GetMainViewport();
    ImGui::SetNextWindowPos(viewport->GetCenter(), ImGuiCond_Appearing, {0.5f, 0.5f});
    if (ImGui::Begin("Keys and mouse", &c.ui.show_help,
                     ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoCollapse)) {
        constexpr std::pair<const char*, const char*> lines[] = {
            {"Drag on a picture", "what the tool says: latent, translate or rotate"},
            {"Ctrl + drag", "translate: the content follows the mouse"},
            {"Alt + drag", "rotate about the image's centre"},
            {"Shift while dragging", "ten times finer"},
            {"Shift over a picture", "show the other model in its place"},
            {"Wheel, middle drag", "zoom at the mouse, pan"},
            {"L  T  R", "tool: latent, translate, rotate"},
            {"Space", "play or pause the motion"},
            {"1  A  B", "A | B, only A, only B"},
            {"2  3  G", "wipe, difference, grid with spectra"},
            {"4", "stabilise: move the output back"},
            {"5  6", "instruments: slit-scan, average"},
            {"F, Ctrl+0", "fit, 1:1"},
            {"E, Shift+E", "exposure up, down"},
            {"N", "normalize the shown channels"},
            {",  .", "previous, next layer"},
            {"[  ]", "previous, next channels"},
            {"Home", "reset the transform"},
            {"P, Ctrl+P", "save the picture, the window"},
            {"Ctrl+R", "show the Recorder; again: record a film"},
            {"Ctrl+O, Ctrl+Shift+O", "open model A, B; or drop files on the window"},
            {"Tab, F11", "hide all panels, full screen"},
            {"Ctrl + click on a field", "type a number"},
            {"Double-click on a label", "back to the default"},
            {"Filter tab", "edit the filters of the layer looked at, of a range, or of all"},
            {"Esc", "take a drag back, leave an enlarged spectrum, cancel a load or work in the background"},
        };
        if (ImGui::BeginTable("keys", 2)) {
            for (const auto& [key, what] : lines) {
                ImGui::TableNextRow();
                ImGui::TableNextColumn();
                ImGui::TextUnformatted(key);
                ImGui::TableNextColumn();
                ImGui::PushStyleColor(ImGuiCol_Text, dim_colour());
                ImGui::TextUnformatted(what);
                ImGui::PopStyleColor();
            }
            ImGui::EndTable();
        }
    }
    ImGui::End();
}

} // namespace unstuck::app
