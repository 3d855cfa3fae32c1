// Where the windows are: the dock layout of the first start, and the drawing of all of them.
#include "app/application.hpp"
#include "app/panels/panel_names.hpp"

#include <algorithm>
#include <imgui.h>
#include <imgui_internal.h>
#include <span>
#include <utility>

namespace unstuck::app {

namespace {

/// To the front, and into sight where not all tabs fit.
void show_tab(const char* name) {
    ImGui::SetWindowFocus(name);
    const auto* window = ImGui::FindWindowByName(name);
    if (window && window->DockNode && window->DockNode->TabBar)
        window->DockNode->TabBar->NextScrollToTabId = window->TabId;
}

} // namespace

void Application::build_layout(unsigned dock) {
    const auto* viewport = ImGui::GetMainViewport();
    const float em = ImGui::GetStyle().FontSizeBase * ImGui::GetStyle().FontScaleDpi;
    const float width = std::max(viewport->WorkSize.x, 1.0f), height = std::max(viewport->WorkSize.y, 1.0f);
    // The pictures get what they can use, two squares side by side; the panels need no more than they need.
    const float left_px = std::min(em * 18.0f, width * 0.4f);
    const float picture_px = (width - left_px) / 2;
    const float bottom_px =
        std::clamp(height - picture_px - em * 4.2f, em * 13.0f, std::min(em * 24.0f, height * 0.5f));
    ImGui::DockBuilderRemoveNode(dock);
    ImGui::DockBuilderAddNode(dock, ImGuiDockNodeFlags_DockSpace);
    ImGui::DockBuilderSetNodeSize(dock, viewport->WorkSize);
    ImGuiID rest = dock, left = 0, bottom = 0, layers = 0, models = 0, latent = 0;
    if (ui_.show_left) left = ImGui::DockBuilderSplitNode(rest, ImGuiDir_Left, left_px / width, nullptr, &rest);
    if (ui_.show_bottom) bottom = ImGui::DockBuilderSplitNode(rest, ImGuiDir_Down, bottom_px / height, nullptr, &rest);
    ImGui::DockBuilderDockWindow("Viewport", rest);
    if (auto* node = ImGui::DockBuilderGetNode(rest))
        node->LocalFlags |= ImGuiDockNodeFlags_NoTabBar | ImGuiDockNodeFlags_NoDockingOverMe;
    if (left) {
        models = ImGui::DockBuilderSplitNode(left, ImGuiDir_Up, std::min(em * 10.6f / height, 0.3f), nullptr, &left);
        latent = ImGui::DockBuilderSplitNode(left, ImGuiDir_Up, std::min(em * 19.4f / (height - em * 10.6f), 0.5f),
                                             nullptr, &left);
        ImGui::DockBuilderDockWindow("Models", models);
        ImGui::DockBuilderDockWindow("Latent", latent);
        ImGui::DockBuilderDockWindow("Transform", left);
    }
    if (bottom) {
        layers = ImGui::DockBuilderSplitNode(bottom, ImGuiDir_Left, std::min(em * 35.0f / (width - left_px), 0.43f),
                                             nullptr, &bottom);
        for (const auto& panel : kListPanels) ImGui::DockBuilderDockWindow(panel.name, layers);
        for (const auto& panel : kBottomPanels) ImGui::DockBuilderDockWindow(panel.name, bottom);
    }
    ImGui::DockBuilderFinish(dock);
}

void Application::draw_windows(PanelContext& c) {
    draw_menu_bar(c);
    ui_.recorder.on_screen = false;
    const auto dock = ImGui::GetID("unstuck");
    static_assert(sizeof(dock) == sizeof(unsigned));
    const std::array shown = {ui_.show_left, ui_.show_bottom};
    constexpr std::array all = {true, true};
    if (layout_built_ && !rebuild_layout_ && shown == all && layout_shows_ != all && !kept_layout_.empty()) {
        restore_layout_ = true; // as the user had it, before the next frame
        layout_shows_ = shown;
        touch();
    } else if (!layout_built_ || rebuild_layout_ || shown != layout_shows_) {
        if (layout_built_ && !rebuild_layout_ && layout_shows_ == all) kept_layout_ = ImGui::SaveIniSettingsToMemory();
        build_layout(dock);
        layout_built_ = true;
        rebuild_layout_ = false;
        select_first_tab_ = kFramesToFirstTabs;
        layout_shows_ = shown;
        touch();
    }
    ImGui::DockSpaceOverViewport(dock, ImGui::GetMainViewport());
    constexpr auto flags = ImGuiWindowFlags_NoCollapse;
    const auto window = [&](const char* name, auto draw) {
        if (ImGui::Begin(name, nullptr, flags)) draw(c);
        ImGui::End();
    };
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(6, 4));
    if (ImGui::Begin("Viewport", nullptr, flags | ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse))
        viewport_->draw(c);
    ImGui::End();
    ImGui::PopStyleVar();
    // A layout kept by an earlier version does not know some windows: these join others.
    const auto window_beside = [&](const char* beside, const char* name, auto draw) {
        if (const auto* other = ImGui::FindWindowByName(beside); other && other->DockId)
            ImGui::SetNextWindowDockID(other->DockId, ImGuiCond_FirstUseEver);
        window(name, draw);
    };
    if (ui_.show_left) {
        window("Models", draw_models_panel);
        window("Latent", draw_latent_panel);
        window("Transform", draw_transform_panel);
    }
    if (ui_.show_bottom) {
        window("Layers", draw_layers_panel);
        window_beside("Layers", "Directions", draw_directions_panel);
        window_beside("Layers", "Bookmarks", [this](PanelContext& context) { bookmarks_->draw(context); });
        window("Performance", draw_performance_panel);
        window_beside("Layers", "System", draw_system_panel);
        window("Log", draw_log_panel);
        window("Spectrum", [this](PanelContext& context) { spectrum_->draw(context); });
        window_beside("Spectrum", "Layer spectra", draw_layer_spectra_panel);
        window_beside("Spectrum", "Filter", [this](PanelContext& context) { filter_.draw(context); });
        window_beside("Spectrum", "Instruments", [this](PanelContext& context) { instruments_->draw(context); });
        window_beside("Spectrum", "Statistics", [this](PanelContext& context) { statistics_.draw(context); });
        window_beside("Spectrum", "Timeline", draw_timeline_panel);
        window_beside("Spectrum", "Recorder", [this](PanelContext& context) { recorder_panel_->draw(context); });
        window_beside("Spectrum", "Latent map", [this](PanelContext& context) { latent_map_->draw(context); });
    }
    if (select_first_tab_ > 0) {
        // One tab a frame: Dear ImGui selects the one that has the focus.
        --select_first_tab_;
        touch();
        if (select_first_tab_ < kFirstTabs.size()) show_tab(kFirstTabs[select_first_tab_]);
    } else if (!ui_.bring_to_front.empty() && !restore_layout_)
        show_tab(std::exchange(ui_.bring_to_front, {}).c_str());
    draw_recipe_forms(c);
    draw_help_window(c);
    draw_closing_question(c);
    draw_session_questions(c);
    draw_palette(c);
    draw_toast();
}

void Application::draw_toast() {
    if (seconds_running() > ui_.toast_until) ui_.toast.clear();
    if (ui_.toast.empty()) return;
    const auto* viewport = ImGui::GetMainViewport();
    auto at = viewport->GetCenter();
    at.y = viewport->WorkPos.y + viewport->WorkSize.y - ImGui::GetFontSize();
    // Over the pictures, just above the lower panels.
    if (const auto* w = ImGui::FindWindowByName("Viewport"))
        at = {w->Pos.x + w->Size.x * 0.5f, w->Pos.y + w->Size.y - ImGui::GetFontSize() * 0.6f};
    ImGui::SetNextWindowPos(at, ImGuiCond_Always, {0.5f, 1.0f});
    ImGui::SetNextWindowBgAlpha(0.8f);
    constexpr auto flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoInputs |
                           ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings |
                           ImGuiWindowFlags_NoFocusOnAppearing;
    if (ImGui::Begin("##toast", nullptr, flags)) ImGui::TextUnformatted(ui_.toast.c_str());
    ImGui::End();
}

} // namespace unstuck::app
