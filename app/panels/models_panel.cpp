#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"
#include "core/engine/model_names.hpp"

#include <fmt/format.h>
#include <imgui.h>
#include <misc/cpp/imgui_stdlib.h>

namespace unstuck::app {

using engine::Side;

namespace {

std::string card_line(const engine::ModelInfo& m) {
    const bool alias_free = m.family == "stylegan3";
    std::string text =
        alias_free ? "StyleGAN3" + (m.config_guess.empty() ? "" : "-" + m.config_guess) : "StyleGAN2 " + m.config_guess;
    text += fmt::format(", {} px", m.resolution);
    if (m.channels != 3) text += fmt::format(", {} ch", m.channels);
    if (m.c_dim > 0) text += fmt::format(", {} classes", m.c_dim);
    return text;
}

std::string card_tooltip(const engine::ModelInfo& m) {
    auto text = fmt::format("{}\n{}{}\n{} parameters, z {}, w {} x {}", m.source, m.format,
                            m.network.empty() ? "" : ", network " + m.network, grouped(m.parameters), m.z_dim, m.num_ws,
                            m.w_dim);
    if (!m.has_transform) text += "\nNo input transform: its constant is moved instead.";
    if (!m.ignored_globals.empty()) text += "\nNames in the file that were not executed:";
    for (const auto& g : m.ignored_globals) text += "\n  " + g;
    return text;
}

void recent_popup(PanelContext& c, Side side) {
    if (!ImGui::BeginPopup("recent")) return;
    for (const auto& demo : engine::demo_models())
        if (ImGui::MenuItem(demo.title)) c.ask(Command::Kind::open_path, side, demo.name);
    bool first = true;
    for (const auto& path : c.settings.recent) {
        if (first) ImGui::Separator();
        first = false;
        ImGui::PushID(path.c_str());
        if (ImGui::MenuItem(engine::model_title(path).c_str())) c.ask(Command::Kind::open_path, side, path);
        tooltip(path.c_str());
        ImGui::PopID();
    }
    if (first) ImGui::TextDisabled("Models you open are listed here");
    ImGui::EndPopup();
}

void status(PanelContext& c, Side side) {
    const auto& load = c.load[index(side)];
    const auto& m = c.model[index(side)];
    if (load.loading) {
        const float cancel = ImGui::CalcTextSize("Cancel").x + 2 * ImGui::GetStyle().FramePadding.x;
        ImGui::ProgressBar(static_cast<float>(load.fraction),
                           {ImGui::GetContentRegionAvail().x - cancel - ImGui::GetStyle().ItemSpacing.x, 0},
                           load.stage.c_str());
        ImGui::SameLine();
        if (ImGui::Button("Cancel")) c.ask(Command::Kind::cancel_load, side);
        return;
    }
    if (!load.error.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, error_colour());
        ImGui::TextWrapped("%s", load.error.c_str());
        ImGui::PopStyleColor();
        if (ImGui::SmallButton("Copy")) ImGui::SetClipboardText(load.error.c_str());
        tooltip("Copy the message");
        ImGui::SameLine();
        if (ImGui::SmallButton("Dismiss")) c.ask(Command::Kind::dismiss_error, side);
        return;
    }
    if (!m) {
        dim_text("Drop a .pkl here, or choose one.");
        return;
    }
    dim_text(card_line(*m).c_str());
    tooltip(card_tooltip(*m).c_str());
    if (!m->label.empty()) dim_text(m->label.c_str());
}

void model_row(PanelContext& c, Side side) {
    ImGui::PushID(side_name(side));
    ImGui::PushStyleColor(ImGuiCol_Text, side_colour(side));
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(side_name(side));
    ImGui::PopStyleColor();
    ImGui::SameLine();
    auto& path = c.ui.path[index(side)];
    const auto& style = ImGui::GetStyle();
    const float buttons = 2 * ImGui::GetFrameHeight() + 2 * style.ItemSpacing.x;
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - buttons);
    if (ImGui::InputTextWithHint("##path", "model file or demo:...", &path,
                                 ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll |
                                     ImGuiInputTextFlags_ElideLeft))
        c.ask(Command::Kind::open_path, side, path);
    if (!ImGui::IsItemActive()) tooltip(path.empty() ? "Type a path and press Enter" : path.c_str());
    ImGui::SameLine();
    if (ImGui::ArrowButton("##recent", ImGuiDir_Down)) ImGui::OpenPopup("recent");
    tooltip("Demo models and files opened before");
    ImGui::SameLine();
    if (ImGui::Button("...", {ImGui::GetFrameHeight(), 0})) c.ask(Command::Kind::open_dialog, side);
    tooltip(side == Side::a ? "Choose a file (Ctrl+O)" : "Choose a file (Ctrl+Shift+O)");
    recent_popup(c, side);
    status(c, side);
    ImGui::PopID();
}

} // namespace

void draw_models_panel(PanelContext& c) {
    model_row(c, Side::a);
    ImGui::Spacing();
    model_row(c, Side::b);
}

} // namespace unstuck::app
