// What has to be asked about the session's file, where there is no native dialog for it.
#include "app/panels/panels.hpp"
#include "app/widgets.hpp"

#include <imgui.h>
#include <misc/cpp/imgui_stdlib.h>

namespace unstuck::app {

using Kind = Command::Kind;
using Question = SessionFileState::Question;

namespace {

const char* title_of(Question question) {
    switch (question) {
    case Question::path_to_open: return "Open session";
    case Question::path_to_save: return "Save session as";
    case Question::replace: return "Replace the file?";
    case Question::none: break;
    }
    return "";
}

void ask_for_path(PanelContext& c, SessionFileState& s, Question question) {
    const bool saving = question == Question::path_to_save;
    dim_text(saving ? "Where to? Without an ending it becomes .unstuck."
                    : "A session, a scene, or the JSON of a film.");
    if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(ImGui::GetFontSize() * 26);
    const bool entered = ImGui::InputTextWithHint(
        "##path", "/path/to/name.unstuck", &s.path,
        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll | ImGuiInputTextFlags_ElideLeft);
    ImGui::BeginDisabled(s.path.empty());
    if (ImGui::Button(saving ? "Save" : "Open") || (entered && !s.path.empty())) {
        c.ask(saving ? Kind::save_session_as : Kind::open_session, engine::Side::a, s.path);
        s.question = Question::none;
    }
    ImGui::EndDisabled();
}

void ask_to_replace(PanelContext& c, SessionFileState& s) {
    ImGui::TextUnformatted(s.path.c_str());
    dim_text("is there already. What it holds would be gone.");
    if (ImGui::Button("Replace")) {
        c.ask(Kind::replace_session, engine::Side::a, s.path);
        s.question = Question::none;
    }
    tooltip("Write this session in its place");
    ImGui::SameLine();
    if (ImGui::Button("Other name...")) {
        c.ask(Kind::save_session_as);
        s.question = Question::none;
    }
    tooltip("Choose another file");
}

} // namespace

void draw_session_questions(PanelContext& c) {
    auto& s = c.ui.session_file;
    const auto question = s.question;
    if (question == Question::none) return;
    const auto* title = title_of(question);
    if (!ImGui::IsPopupOpen(title)) ImGui::OpenPopup(title);
    ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetCenter(), ImGuiCond_Appearing, {0.5f, 0.5f});
    if (!ImGui::BeginPopupModal(title, nullptr, ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings))
        return;
    if (question == Question::replace)
        ask_to_replace(c, s);
    else
        ask_for_path(c, s, question);
    ImGui::SameLine();
    if (ImGui::Button("Cancel") || ImGui::IsKeyPressed(ImGuiKey_Escape, false)) s.question = Question::none;
    if (s.question == Question::none) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
}

} // namespace unstuck::app
