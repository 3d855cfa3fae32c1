#include "app/panels/instrument_parts.hpp"

namespace unstuck::app {

using engine::Side;
using State = engine::JobStatus::State;

void progress_text(const Progress& p, const char* outdated) {
    if (p.running && p.job.state == State::waiting)
        ImGui::TextDisabled("waiting");
    else if (p.running)
        ImGui::TextDisabled("%.0f %%", p.job.fraction * 100);
    else if (p.job.state == State::failed && p.current) {
        ImGui::TextColored(error_colour(), "failed: %s", p.job.error.c_str());
        tooltip(p.job.error.c_str());
    } else if (p.any && !p.current) {
        ImGui::TextColored(warning_colour(), "outdated");
        tooltip(outdated);
    } else if (p.any && p.job.state == State::cancelled) {
        ImGui::TextDisabled("cancelled at %.0f %%", p.job.fraction * 100);
        tooltip("What was measured until then is shown");
    } else
        ImGui::TextUnformatted(""); // the line ends here
}

InstrumentLine instrument_line(PanelContext& c, const Progress& p, bool& live, const std::function<void()>& options,
                               const std::function<std::string()>& csv, const std::function<void()>& more) {
    InstrumentLine line;
    const bool none = !c.loaded[0] && !c.loaded[1];
    ImGui::BeginDisabled(none);
    const auto& style = ImGui::GetStyle();
    const float width =
        std::max(ImGui::CalcTextSize("Cancel").x, ImGui::CalcTextSize("Start").x) + 2 * style.FramePadding.x;
    if (ImGui::Button(p.running ? "Cancel###run" : "Start###run", {width, 0})) {
        line.start = !p.running;
        line.cancel = p.running;
        if (line.cancel) live = false;
    }
    ImGui::EndDisabled();
    tooltip(none        ? "There is no model to measure: open one on the left"
            : p.running ? "Stop measuring; what there is stays (Esc)"
                        : "Measure what is on the screen, in the background");
    ImGui::SameLine();
    ImGui::Checkbox("Live", &live);
    tooltip("Measure anew whenever the latent, a model, its edits or the options change");
    ImGui::SameLine();
    if (ImGui::Button("Options")) ImGui::OpenPopup("instrument options");
    tooltip("How much to measure, and with which random numbers");
    ImGui::SetNextWindowSize({ImGui::GetFontSize() * 21, 0});
    if (ImGui::BeginPopup("instrument options")) {
        options();
        ImGui::EndPopup();
    }
    ImGui::SameLine();
    copy_csv_text_button(p.any, csv);
    if (more) {
        ImGui::SameLine();
        more();
    }
    ImGui::SameLine();
    ImGui::AlignTextToFramePadding();
    progress_text(p, "Something changed since this was measured: the latent, a model, its edits or the options. Start "
                     "again, or switch Live on.");
    return line;
}

bool nothing_to_show(const PanelContext& c, const Progress& p) {
    if (p.any) return false;
    if (!c.loaded[0] && !c.loaded[1])
        dim_text("No model: open one on the left, or drop a file on the window.");
    else if (p.job.state == State::failed && !p.running)
        dim_text(("The measurement failed: " + p.job.error).c_str());
    else if (!p.running)
        dim_text("Nothing measured yet: press Start.");
    else
        dim_text("Measuring...");
    return true;
}

void side_heading(const PanelContext& c, Side side) {
    ImGui::TextColored(side_colour(side), "%s", side_name(side));
    ImGui::SameLine();
    const auto& m = c.model[index(side)];
    ImGui::TextUnformatted(m ? m->title.c_str() : "no model");
}

std::string why_nothing(const PanelContext& c, Side side) {
    return c.loaded[index(side)] ? "not measured" : "no model on this side";
}

} // namespace unstuck::app
