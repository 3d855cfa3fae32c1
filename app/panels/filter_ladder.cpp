// The ladder from alias-free back to aliased: what the paper publishes of each step, and what it does to this model.
#include "app/panels/filter_panel.hpp"
#include "app/panels/instrument_parts.hpp"
#include "core/model/edit_presets.hpp"

#include <algorithm>

namespace unstuck::app {

using engine::Side;
using measure::has_number;
using measure::ReadingState;

namespace {

constexpr const char* kPublished = "Published, FFHQ-U 256: of networks that were trained with these measures only, not "
                                   "of the one that is loaded";
constexpr const char* kMeasured = "Measured on the model that is loaded, which was trained without these edits: each "
                                  "step's edits are made to it while it is measured";

struct Column {
    const char *name, *tip;
    float width_em;
};
constexpr std::array<Column, 3> kPublishedColumns = {{
    {"FID", kPublished, 2.9f},
    {"EQ-T", kPublished, 2.9f},
    {"EQ-R", kPublished, 2.9f},
}};
constexpr std::array<Column, 3> kMeasuredColumns = {{
    {"T frac",
     "EQ-T by fractions of a pixel, dB: 20 log10(2) - 10 log10(mse) between the moved picture and the picture of the "
     "moved input, pooled over latents and random translations",
     3.3f},
    {"EQ-R", "EQ-R, dB: the same under rotations by any angle. Slow: switch it on in Options", 3.3f},
    {"S",
     "Sticking index: 0 where detail follows the content, 1 where it belongs to the screen. Switch it on in Options",
     3.3f},
}};

/// The numbers of one side's model as they stand.
struct Measured {
    Progress progress;
    std::shared_ptr<const engine::LadderResult> result; ///< Null, or with a rung for each step.
};

engine::Subjects subjects_of(const PanelContext& c, Side side) {
    engine::Subjects out;
    out[index(side)].model = c.loaded[index(side)];
    return out;
}

Measured measured(const PanelContext& c, Side side, std::size_t steps) {
    const auto& ladder = c.ui.ladder;
    const auto& run = ladder.run[index(side)];
    Measured m;
    if (ladder.latest == side) m.progress.job = c.jobs.status(engine::job_key<engine::LadderSettings>());
    m.progress.running = !m.progress.job.key.empty() && !m.progress.job.over();
    m.progress.current = run.is_of(subjects_of(c, side));
    const auto result = run.result(side);
    if (result && result->rungs.size() == steps) m.result = result;
    m.progress.any = m.result != nullptr;
    return m;
}

Table ladder_csv(const std::vector<model::LadderStep>& steps, const engine::LadderResult& r) {
    Table t{{"step", "published configuration", "published FID", "published EQ-T (dB)", "published EQ-R (dB)",
             "measured EQ-T frac (dB)", "low 95 % (dB)", "high 95 % (dB)", "measured EQ-R (dB)", "low 95 % (dB)",
             "high 95 % (dB)", "measured sticking index"},
            {}};
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto& p = steps[i].published;
        std::vector<std::string> row = {steps[i].name, p.configuration, csv_number(p.fid), csv_number(p.eqt_db),
                                        csv_number(p.eqr_db)};
        for (const auto& reading : {r.rungs[i].fractional, r.rungs[i].rotation}) {
            row.push_back(has_number(reading) ? csv_number(reading.db) : "");
            row.push_back(reading.interval ? csv_number(reading.interval->low) : "");
            row.push_back(reading.interval ? csv_number(reading.interval->high) : "");
        }
        const auto& s = r.rungs[i].sticking;
        row.push_back(s && s->state == ReadingState::measured ? csv_number(s->index) : "");
        t.rows.push_back(std::move(row));
    }
    return t;
}

void options(engine::LadderSettings& s) {
    const engine::LadderSettings d;
    int seed = static_cast<int>(s.seed);
    int_row("samples", "Latents and random translations for each step's EQ-T by fractions (n)", s.samples, 1, 200,
            d.samples);
    check_row("EQ-R", "Measure EQ-R, too; slow, as every picture is turned with large filters", s.rotation, d.rotation);
    int_row("rotations", "Latents and random angles for each step's EQ-R (n)", s.rotation_samples, 1, 200,
            d.rotation_samples, "%d", s.rotation ? nullptr : "EQ-R is off");
    check_row("sticking", "Measure the sticking index of one latent, too", s.sticking, d.sticking);
    int_row("views", "K, pictures under random moves: the sticking index of unrelated pictures is about 1/K", s.views,
            2, 256, d.views, "%d", s.sticking ? nullptr : "The sticking index is off");
    if (int_row("seed", "Of the first latent and of the random moves", seed, 0, 1000000, 0))
        s.seed = static_cast<std::uint32_t>(seed);
}

/// Measure or Cancel, Options, Copy CSV, and what is going on.
void measure_line(PanelContext& c, Side side, const Measured& m, const std::vector<model::LadderStep>& steps) {
    auto& ladder = c.ui.ladder;
    const bool running = m.progress.running;
    const float width = std::max(ImGui::CalcTextSize("Measure").x, ImGui::CalcTextSize("Cancel").x) +
                        2 * ImGui::GetStyle().FramePadding.x;
    ImGui::BeginDisabled(!c.loaded[index(side)]);
    ImGui::PushStyleVarY(ImGuiStyleVar_FramePadding, 0); // as small as the other buttons
    const bool pressed = ImGui::Button(running ? "Cancel###measure" : "Measure###measure", {width, 0});
    ImGui::PopStyleVar();
    ImGui::EndDisabled();
    tooltip(running ? "Stop measuring; what there is stays (Esc)"
                    : "Measure this model with the edits of every step, in the background");
    if (pressed && running) c.jobs.cancel(engine::job_key<engine::LadderSettings>());
    if (pressed && !running) {
        ladder.run[index(side)] = engine::start(c.jobs, subjects_of(c, side), ladder.settings);
        ladder.latest = side;
    }
    ImGui::SameLine();
    if (ImGui::SmallButton("Options")) ImGui::OpenPopup("ladder options");
    tooltip("How much to measure, and whether EQ-R and the sticking index, too");
    ImGui::SetNextWindowSize({ImGui::GetFontSize() * 21, 0});
    if (ImGui::BeginPopup("ladder options")) {
        options(ladder.settings);
        ImGui::EndPopup();
    }
    ImGui::SameLine();
    copy_csv_button(m.result != nullptr, [&] { return ladder_csv(steps, *m.result); });
    ImGui::SameLine();
    progress_text(m.progress, "These numbers are of another model: measure again");
}

void number_cell(const std::string& text, const ImVec4& colour, const char* tip) {
    ImGui::TableNextColumn();
    const float space = ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(text.c_str()).x;
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0f, space));
    ImGui::TextColored(colour, "%s", text.c_str());
    tooltip(tip);
}

void reading_cell(const Column& column, const measure::EqReading& r, const ImVec4& colour) {
    if (!has_number(r)) {
        const bool waits = r.state == ReadingState::nothing;
        number_cell("-", dim_colour(), waits ? "Not measured" : measure::state_text(r.state));
        return;
    }
    auto tip =
        fmt::format("{} {:.2f} dB of this model with this step's edits, {} samples", column.name, r.db, r.samples);
    if (r.interval)
        tip += fmt::format("; 95 % bootstrap interval {:.2f} to {:.2f} dB", r.interval->low, r.interval->high);
    number_cell(fmt::format("{:.2f}", r.db), colour, tip.c_str());
}

void measured_cells(const engine::LadderRung& rung, const ImVec4& colour) {
    reading_cell(kMeasuredColumns[0], rung.fractional, colour);
    reading_cell(kMeasuredColumns[1], rung.rotation, colour);
    const auto& s = rung.sticking;
    if (s && s->state == ReadingState::measured)
        number_cell(
            fmt::format("{:.3f}", s->index), colour,
            fmt::format("Sticking index {:.4f} of one latent, {} views, floor {:.3f}", s->index, s->views, s->floor)
                .c_str());
    else
        number_cell("-", dim_colour(), s ? measure::state_text(s->state) : "Not measured");
}

/// A heading over several columns, ending at the right end of the present cell: it may reach over those before it.
void group_heading(const char* text, const char* tip, const ImVec4& colour) {
    const auto at = ImGui::GetCursorScreenPos();
    const auto size = ImGui::CalcTextSize(text);
    const ImVec2 from{at.x + ImGui::GetContentRegionAvail().x - size.x, at.y};
    auto* draw = ImGui::GetWindowDrawList();
    draw->PushClipRect(from, {from.x + size.x, from.y + size.y}, false);
    draw->AddText(from, ImGui::GetColorU32(colour), text);
    draw->PopClipRect();
    ImGui::Dummy({0, size.y});
    if (ImGui::IsMouseHoveringRect(from, {from.x + size.x, from.y + size.y}, false) && ImGui::IsWindowHovered())
        ImGui::SetTooltip("%s", tip);
}

void header_cell(const Column& column) {
    ImGui::TableNextColumn();
    ImGui::TableHeader(column.name);
    tooltip(column.tip);
}

void ladder_header(Side side) {
    ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
    ImGui::TableSetColumnIndex(3);
    group_heading("published, FFHQ-U 256", kPublished, dim_colour());
    ImGui::TableSetColumnIndex(6);
    group_heading("measured on this model", kMeasured, side_colour(side));
    ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
    header_cell({"step", "Each step has all of the steps before it; click one to take it", 0});
    for (const auto& column : kPublishedColumns) header_cell(column);
    for (const auto& column : kMeasuredColumns) header_cell(column);
}

void step_cell(model::Edits& edits, const model::LadderStep& step, std::size_t i, Side side) {
    ImGui::TableNextColumn();
    const bool here = edits == step.edits;
    if (here) ImGui::PushStyleColor(ImGuiCol_Text, side_colour(side));
    const auto label = fmt::format("{}  {}{}", i, i > 1 ? "+ " : "", step.name);
    if (ImGui::Selectable(label.c_str(), here, ImGuiSelectableFlags_SpanAllColumns)) edits = step.edits;
    if (here) ImGui::PopStyleColor();
    tooltip(step.what.c_str());
}

} // namespace

void draw_ladder(PanelContext& c, Side side, const std::vector<model::LadderStep>& steps) {
    const auto m = measured(c, side, steps.size());
    measure_line(c, side, m, steps);
    constexpr auto flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg | ImGuiTableFlags_SizingFixedFit |
                           ImGuiTableFlags_NoBordersInBody;
    if (!ImGui::BeginTable("ladder", 7, flags)) return;
    const float em = ImGui::GetFontSize();
    ImGui::TableSetupScrollFreeze(0, 2);
    ImGui::TableSetupColumn("step", ImGuiTableColumnFlags_WidthStretch);
    for (const auto& columns : {kPublishedColumns, kMeasuredColumns})
        for (const auto& column : columns)
            ImGui::TableSetupColumn(column.name, ImGuiTableColumnFlags_WidthFixed, em * column.width_em);
    ladder_header(side);
    const auto ink = m.progress.current ? ImGui::GetStyleColorVec4(ImGuiCol_Text) : dim_colour();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        ImGui::TableNextRow();
        step_cell(c.scene.edits[index(side)], steps[i], i, side);
        const auto& p = steps[i].published;
        number_cell(fmt::format("{:.2f}", p.fid), dim_colour(),
                    fmt::format("FID of configuration {}", p.configuration).c_str());
        number_cell(fmt::format("{:.2f}", p.eqt_db), dim_colour(),
                    fmt::format("EQ-T of configuration {}, dB", p.configuration).c_str());
        number_cell(fmt::format("{:.2f}", p.eqr_db), dim_colour(),
                    fmt::format("EQ-R of configuration {}, dB", p.configuration).c_str());
        measured_cells(m.result ? m.result->rungs[i] : engine::LadderRung{}, ink);
    }
    ImGui::EndTable();
}

} // namespace unstuck::app
