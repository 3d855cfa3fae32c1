#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <imgui.h>

namespace unstuck::app {

namespace {

std::string time_left(double seconds) {
    if (seconds < 0) return "";
    if (seconds < 90) return fmt::format(", {:.0f} s left", std::ceil(seconds));
    return fmt::format(", {:.0f} min left", std::ceil(seconds / 60));
}

/// All jobs, for who wants to know more than the line says.
void jobs_tooltip(const std::vector<engine::JobStatus>& jobs) {
    std::string text = "Work in the background: pictures go first";
    for (const auto& j : jobs)
        if (!j.over())
            text += fmt::format("\n{}: {}", j.title,
                                j.state == engine::JobStatus::State::waiting
                                    ? std::string("waiting")
                                    : fmt::format("{:.0f} %, {:.0f} s so far{}", j.fraction * 100, j.seconds,
                                                  time_left(j.seconds_left)));
    tooltip(text.c_str());
}

} // namespace

void draw_job_line(PanelContext& c, float right) {
    const auto jobs = c.jobs.status();
    if (jobs.empty() || jobs.front().over()) return;
    const auto& job = jobs.front();
    const auto waiting = std::count_if(jobs.begin(), jobs.end(),
                                       [](const auto& j) { return j.state == engine::JobStatus::State::waiting; });
    auto text = fmt::format("{} {:.0f} %{}", job.title, job.fraction * 100, time_left(job.seconds_left));
    if (waiting > 0) text += fmt::format(" (+{})", waiting);
    const auto& style = ImGui::GetStyle();
    const float em = ImGui::GetFontSize(), height = ImGui::GetFrameHeight();
    const float cancel = ImGui::CalcTextSize("Cancel").x + 2 * style.FramePadding.x + style.ItemSpacing.x;
    const float free = right - em - cancel - ImGui::GetCursorPosX();
    if (free < em * 8) return; // a window too narrow for it
    const float width = std::min(em * 20, free);
    ImGui::SameLine(right - em - cancel - width);
    const auto at = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton("job", {width, height});
    jobs_tooltip(jobs);
    auto* draw = ImGui::GetWindowDrawList();
    const float line = std::max(2.0f, em * 0.14f), bottom = at.y + height - line;
    draw->PushClipRect(at, {at.x + width, at.y + height}, true);
    draw->AddText({at.x, at.y + style.FramePadding.y - line * 0.5f}, ImGui::GetColorU32(dim_colour()), text.c_str());
    draw->AddRectFilled({at.x, bottom}, {at.x + width, at.y + height}, ImGui::GetColorU32(ImGuiCol_FrameBg));
    draw->AddRectFilled({at.x, bottom}, {at.x + width * static_cast<float>(job.fraction), at.y + height},
                        ImGui::GetColorU32(ImVec4(0.54f, 0.7f, 0.97f, 1)));
    draw->PopClipRect();
    ImGui::SameLine(right - em - cancel + style.ItemSpacing.x);
    if (ImGui::SmallButton("Cancel")) c.jobs.cancel(job.key);
    tooltip("Stop this work (Esc stops all); what it found so far stays");
}

} // namespace unstuck::app
