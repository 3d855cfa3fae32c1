#include "app/panels/recorder_panel.hpp"

#include "app/film_setup.hpp"
#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>
#include <optional>
#include <stdexcept>

namespace unstuck::app {

using Kind = Command::Kind;
using Phase = Recorder::Phase;

namespace {

void coloured_text(const ImVec4& colour, const std::string& text) {
    ImGui::PushStyleColor(ImGuiCol_Text, colour);
    ImGui::TextWrapped("%s", text.c_str());
    ImGui::PopStyleColor();
}

bool button(const char* label, const char* tip, bool enabled = true) {
    ImGui::BeginDisabled(!enabled);
    const bool pressed = ImGui::Button(label);
    ImGui::EndDisabled();
    tooltip(tip);
    return pressed;
}

double share_of(const engine::FilmProgress& p) { return p.of > 0 ? static_cast<double>(p.done) / p.of : 0; }

/// What would be recorded, or why it cannot be. Returns whether it can.
bool draw_plan(PanelContext& c) {
    auto& state = c.ui.recorder;
    if (const auto why = why_nothing_moves(c.session); !why.empty()) {
        coloured_text(warning_colour(), why);
        return false;
    }
    const auto clock = film_clock(c.session, state.choices);
    try {
        const auto [width, height] = film_size(c);
        const auto text = fmt::format("{} frames, {:.2f} s, {} x {} pixels", grouped(clock.frames),
                                      clock.frames / clock.fps, width, height);
        ImGui::TextUnformatted(text.c_str());
    } catch (const std::invalid_argument& e) {
        coloured_text(warning_colour(), std::string(e.what()) + "; choose another size or layout");
        return false;
    }
    const auto& target = state.target;
    dim_text(target.path.c_str());
    if (target.free_mb > 0) tooltip(fmt::format("{} are free there", bytes_text(target.free_mb * 1'000'000)).c_str());
    if (!target.folder_there) {
        coloured_text(warning_colour(), "That folder does not exist; make it, or choose another one");
        return false;
    }
    if (state.name.empty() || !target.taken) return true;
    if (state.choices.format == io::VideoFormat::png) {
        dim_text("The folder is there: pictures of this very film are kept, and the missing ones added.");
        return true;
    }
    coloured_text(warning_colour(), "A film of that name is there already");
    if (button("Take a number", "Choose the next free name, film-00000 and so on")) state.name.clear();
    ImGui::SameLine();
    ImGui::Checkbox("replace it", &state.replace);
    tooltip("The film that is there is replaced once the new one is complete");
    return state.replace;
}

void draw_record_button(PanelContext& c, bool possible) {
    ImGui::BeginDisabled(!possible);
    const float em = ImGui::GetFontSize();
    const auto at = ImGui::GetCursorScreenPos();
    // Room for the dot before the word.
    const auto size = ImVec2(ImGui::CalcTextSize("Record").x + em * 3, ImGui::GetFrameHeight());
    ImGui::PushStyleVar(ImGuiStyleVar_ButtonTextAlign, ImVec2(0.75f, 0.5f));
    if (ImGui::Button("Record", size)) c.ask(Kind::record_film);
    ImGui::PopStyleVar();
    ImGui::GetWindowDrawList()->AddCircleFilled({at.x + em * 0.95f, at.y + size.y / 2}, em * 0.32f,
                                                ImGui::GetColorU32(error_colour()));
    ImGui::EndDisabled();
    tooltip("Makes the film in the background, frame by frame, as the scene is now (Ctrl+R)");
    ImGui::SameLine();
    if (button("Copy as command line",
               "Saves what would be filmed beside the film and puts the `unstuck record` that "
               "makes it, byte for byte, on the clipboard",
               why_nothing_moves(c.session).empty()))
        c.ask(Kind::copy_film_command);
}

void draw_progress(PanelContext& c, const Recorder::Status& film) {
    const auto& p = film.progress;
    const char* doing = film.ending ? "completing the file" : film.paused ? "paused" : "";
    auto text = fmt::format("{} of {}", grouped(p.done), grouped(p.of));
    if (*doing)
        text += fmt::format("  {}", doing);
    else if (!p.stage.empty())
        text += "  " + p.stage;
    else if (p.done > 0)
        text += fmt::format("  {} left", duration_text(p.seconds_left));
    else
        text += "  beginning";
    ImGui::ProgressBar(static_cast<float>(share_of(p)), {-1, 0}, text.c_str());
    tooltip("Frames done, and the time left by the pace so far");
    dim_text(fmt::format("{}  {}", bytes_text(p.bytes), film.path).c_str());
    if (button(film.paused ? "Resume" : "Pause", "While it is paused nothing is computed, and nothing is lost",
               !film.ending))
        c.recorder.pause(!film.paused);
    ImGui::SameLine();
    if (button("End here", "The film ends with the frames it has, and is playable", !film.ending)) c.recorder.end(true);
    ImGui::SameLine();
    if (button("Discard", "Stops, and leaves nothing of the film", !film.ending)) c.recorder.end(false);
}

void draw_outcome(PanelContext& c, const Recorder::Status& film) {
    if (film.phase == Phase::failed) {
        coloured_text(error_colour(), film.error);
        if (ImGui::SmallButton("Copy error")) ImGui::SetClipboardText(film.error.c_str());
        tooltip("Puts this message on the clipboard");
        return;
    }
    const auto& r = film.result;
    if (film.phase != Phase::done) return;
    if (r.file.empty()) return dim_text("The last film was discarded.");
    coloured_text(r.stopped ? warning_colour() : good_colour(),
                  fmt::format("{}{} frames of {} x {}, {}, in {}", r.stopped ? "Ended early: " : "Saved: ",
                              grouped(r.frames), r.width, r.height, bytes_text(r.bytes), duration_text(r.seconds)));
    tooltip(r.file.c_str());
    if (!r.notes.empty()) dim_text(r.notes.c_str());
    if (ImGui::SmallButton("Show folder")) c.ask(Kind::show_in_folder, engine::Side::a, r.file);
    tooltip("Opens the folder of the film");
    ImGui::SameLine();
    if (ImGui::SmallButton("Copy path")) ImGui::SetClipboardText(r.file.c_str());
    tooltip(r.file.c_str());
}

/// Lines below the picture, so that it takes what is left.
float lines_below(const Recorder::Status& film) {
    const bool outcome = film.phase == Phase::done || film.phase == Phase::failed;
    return film.phase == Phase::recording ? 3.3f : outcome ? 6.0f : 3.3f;
}

} // namespace

void RecorderPanel::draw_picture(const Recorder::Status& film, float height) {
    const auto& picture = film.progress.picture;
    const auto texture = preview_.show(picture);
    const float width = ImGui::GetContentRegionAvail().x, em = ImGui::GetFontSize();
    if (height < em * 3) return;
    const auto at = ImGui::GetCursorScreenPos();
    auto* draw = ImGui::GetWindowDrawList();
    if (!texture) {
        draw->AddRectFilled(at, {at.x + width, at.y + height}, ImGui::GetColorU32(ImGuiCol_FrameBg), em * 0.2f);
        const char* text = film.phase == Phase::recording ? "the first frame is on its way" : "the film will show here";
        const auto size = ImGui::CalcTextSize(text);
        draw->AddText({at.x + (width - size.x) / 2, at.y + (height - size.y) / 2}, ImGui::GetColorU32(dim_colour()),
                      text);
        ImGui::Dummy({width, height});
        return;
    }
    const float scale =
        std::min(width / static_cast<float>(picture->width), height / static_cast<float>(picture->height));
    const ImVec2 size(static_cast<float>(picture->width) * scale, static_cast<float>(picture->height) * scale);
    const ImVec2 from(at.x + (width - size.x) / 2, at.y + (height - size.y) / 2);
    draw->AddImage(static_cast<ImTextureID>(texture), from, {from.x + size.x, from.y + size.y});
    ImGui::Dummy({width, height});
    tooltip(film.phase == Phase::recording ? "The film's latest frame" : "The last film's last frame");
}

void RecorderPanel::draw(PanelContext& c) {
    c.ui.recorder.on_screen = true;
    const auto film = c.recorder.status();
    const float em = ImGui::GetFontSize();
    const auto space = ImGui::GetContentRegionAvail();
    const float left = std::clamp(space.x * 0.5f, em * 16, em * 22);
    ImGui::BeginChild("choices", {left, space.y});
    draw_recorder_rows(c);
    ImGui::EndChild();
    ImGui::SameLine();
    ImGui::BeginChild("film", {0, space.y});
    draw_picture(film, ImGui::GetContentRegionAvail().y - lines_below(film) * ImGui::GetFrameHeightWithSpacing());
    if (film.phase == Phase::recording)
        draw_progress(c, film);
    else {
        draw_outcome(c, film);
        draw_record_button(c, draw_plan(c));
    }
    ImGui::EndChild();
}

float draw_recording_mark(PanelContext& c, float right) {
    const auto film = c.recorder.status();
    if (film.phase != Phase::recording) return right;
    const float em = ImGui::GetFontSize();
    const auto text = fmt::format("{} {:.0f} %", film.paused ? "PAUSED" : "REC", share_of(film.progress) * 100);
    const float width = ImGui::CalcTextSize("PAUSED 100 %").x + em * 1.2f, height = ImGui::GetFrameHeight();
    const float left = right - em - width;
    if (left < ImGui::GetCursorPosX()) return right; // a window too narrow for it
    ImGui::SameLine(left);
    const auto at = ImGui::GetCursorScreenPos();
    if (ImGui::InvisibleButton("recording", {width, height})) c.ask(Kind::record_film); // shows the tab
    tooltip("A film is being made; click for the Recorder");
    auto* draw = ImGui::GetWindowDrawList();
    const auto red = ImGui::GetColorU32(error_colour());
    draw->AddCircleFilled({at.x + em * 0.4f, at.y + height / 2}, em * 0.3f, red);
    draw->AddText({at.x + em, at.y + ImGui::GetStyle().FramePadding.y}, red, text.c_str());
    return left;
}

void draw_closing_question(PanelContext& c) {
    constexpr const char* title = "A film is being recorded";
    auto& closing = c.ui.recorder.closing;
    if (closing && !ImGui::IsPopupOpen(title)) ImGui::OpenPopup(title);
    ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetCenter(), ImGuiCond_Appearing, {0.5f, 0.5f});
    if (!ImGui::BeginPopupModal(title, nullptr, ImGuiWindowFlags_AlwaysAutoResize)) return;
    const auto film = c.recorder.status();
    ImGui::Text("%d of %d frames are done.", film.progress.done, film.progress.of);
    dim_text(film.path.c_str());
    const auto choice = [&](const char* label, const char* tip, std::optional<Kind> kind) {
        if (button(label, tip)) {
            if (kind) c.ask(*kind);
            closing = false;
        }
        ImGui::SameLine();
    };
    choice("Go on recording", "Does not quit", std::nullopt);
    choice("Keep what there is, and quit", "The film ends here and is playable", Kind::quit_keeping_film);
    choice("Discard it, and quit", "Nothing is left of the film", Kind::quit_discarding_film);
    ImGui::NewLine();
    if (ImGui::IsKeyPressed(ImGuiKey_Escape, false)) closing = false;
    if (!closing) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
}

} // namespace unstuck::app
