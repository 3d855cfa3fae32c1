// EQ-T, EQ-T by fractions and EQ-R of the present latent.
#include "app/panels/instrument_parts.hpp"
#include "app/panels/instruments_panel.hpp"

#include <algorithm>
#include <numbers>

namespace unstuck::app {

using engine::Side;
using measure::has_number;
using measure::ReadingState;

namespace {

struct Metric {
    const char *name, *tip;
};
constexpr std::array<Metric, 3> kMetrics = {{
    {"EQ-T",
     "Translation by whole pixels, t uniform in [-1/8, 1/8]^2 of the image: 20 log10(2) - 10 log10(mse) between "
     "the moved picture and the picture of the moved input, over their common region. Samples are pooled: their "
     "errors and regions are summed, decibels are not averaged. Larger is better."},
    {"EQ-T frac",
     "As EQ-T, with translations by fractions of a pixel: the picture is moved by 2 x 3 Lanczos taps, which "
     "limits what can be read."},
    {"EQ-R", "Rotation by any angle, uniform in [-180, 180] degrees: 20 log10(2) - 10 log10(mse) between the turned "
             "picture and the picture of the turned input, both low-passed alike. Larger is better."},
}};

std::string reading_tip(const measure::EqReading& r) {
    auto tip = fmt::format("{} samples", r.samples);
    if (r.interval) tip += ".  In brackets: 95 % bootstrap interval over these samples";
    if (r.without_overlap > 0) tip += fmt::format(".  {} left out: nothing in common", r.without_overlap);
    if (r.not_finite > 0) tip += fmt::format(".  {} left out: NaN or infinite", r.not_finite);
    return tip;
}

void reading_cell(const PanelContext& c, Side side, std::size_t metric, const engine::EqResult* result) {
    ImGui::TableNextColumn();
    if (!result) {
        ImGui::TextDisabled("%s", why_nothing(c, side).c_str());
        return;
    }
    const auto& r = result->reading[metric];
    if (!has_number(r)) {
        ImGui::TextDisabled("%s", measure::state_text(r.state));
        return;
    }
    const auto value = r.state == ReadingState::identical ? std::string("identical") : fmt::format("{:6.2f} dB", r.db);
    const auto interval = r.interval ? fmt::format(" [{:.1f}, {:.1f}]", r.interval->low, r.interval->high) : "";
    ImGui::TextUnformatted((value + interval).c_str());
    auto tip = reading_tip(r);
    const auto& m = c.model[index(side)];
    if (m && !m->has_transform) tip += ".\nStyleGAN2 has no input transform: its learned 4x4 constant is moved instead";
    tooltip(tip.c_str());
}

void readings(const PanelContext& c, const engine::Run<engine::EqSettings>& run) {
    constexpr auto flags =
        ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_NoHostExtendX;
    const float em = ImGui::GetFontSize();
    if (!ImGui::BeginTable("readings", 3, flags)) return;
    ImGui::TableSetupColumn("metric", ImGuiTableColumnFlags_WidthFixed, em * 4.6f);
    for (auto side : engine::kSides)
        ImGui::TableSetupColumn(side_name(side), ImGuiTableColumnFlags_WidthFixed, em * 9.8f);
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    const auto most = std::max(run.result(Side::a) ? run.result(Side::a)->samples : 0,
                               run.result(Side::b) ? run.result(Side::b)->samples : 0);
    ImGui::TextDisabled("n = %d", most);
    tooltip("Random moves so far");
    for (auto side : engine::kSides) {
        ImGui::TableNextColumn();
        ImGui::TextColored(side_colour(side), "%s", side_name(side));
        if (const auto& m = c.model[index(side)]) tooltip(m->title.c_str());
    }
    for (std::size_t i = 0; i < kMetrics.size(); ++i) {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        ImGui::TextUnformatted(kMetrics[i].name);
        tooltip(kMetrics[i].tip);
        for (auto side : engine::kSides) reading_cell(c, side, i, run.result(side).get());
    }
    ImGui::EndTable();
}

Table readings_table(const engine::Run<engine::EqSettings>& run) {
    Table t{{"metric", "side", "value (dB)", "low 95 % (dB)", "high 95 % (dB)", "samples", "state"}, {}};
    for (std::size_t i = 0; i < kMetrics.size(); ++i)
        for (auto side : engine::kSides)
            if (const auto result = run.result(side)) {
                const auto& r = result->reading[i];
                t.rows.push_back({kMetrics[i].name, side_name(side), has_number(r) ? csv_number(r.db) : "",
                                  r.interval ? csv_number(r.interval->low) : "",
                                  r.interval ? csv_number(r.interval->high) : "", std::to_string(r.samples),
                                  measure::state_text(r.state)});
            }
    return t;
}

void options(Instrument<engine::EqSettings>& it, double& gain) {
    auto& s = it.settings;
    const engine::EqSettings d;
    int seed = static_cast<int>(s.seed);
    int_row("samples", "How many random moves to measure (n)", s.samples, 1, 1000, d.samples);
    if (int_row("seed", "Of the random moves: the same seed gives the same moves", seed, 0, 1000000, 0))
        s.seed = static_cast<std::uint32_t>(seed);
    check_row(
        "new latents",
        "Sample i takes the latent of seed + i at psi = 1 instead of the one on the screen, as the published metric "
        "does and as 'unstuck measure' prints it",
        s.fresh_latents, d.fresh_latents);
    for (std::size_t i = 0; i < kMetrics.size(); ++i) check_row(kMetrics[i].name, kMetrics[i].tip, s.metrics[i], true);
    constexpr std::array<const char*, 3> names = {kMetrics[0].name, kMetrics[1].name, kMetrics[2].name};
    int pictures = static_cast<int>(s.pictures);
    if (choice_row("pictures", "Whose last sample is shown as pictures", pictures, names.data(), 3, 0))
        s.pictures = static_cast<engine::EqMetric>(pictures);
    slider_row("gain", "How much the differences are amplified to be seen", gain, 1, 64,
               InstrumentsState{}.difference_gain, "%.0f x");
}

std::string move_text(const engine::EqPictures& p) {
    if (p.metric == engine::EqMetric::rotation)
        return fmt::format("turned by {:.1f}\u00b0", p.angle_rad * 180 / std::numbers::pi);
    return fmt::format("moved by ({:.2f}, {:.2f}) px", p.tx * p.moved.width, p.ty * p.moved.height);
}

} // namespace

void InstrumentsPanel::draw_equivariance(PanelContext& c) {
    auto& it = c.ui.instruments.equivariance;
    double& gain = c.ui.instruments.difference_gain;
    const auto p = run_instrument<engine::EqSettings>(
        c, it, [&] { options(it, gain); }, [&] { return readings_table(it.run); });
    if (nothing_to_show(c, p)) return;
    // The pictures stand where they get larger: below the numbers, or at their right.
    const auto space = ImGui::GetContentRegionAvail();
    const float em = ImGui::GetFontSize(), gap = ImGui::GetStyle().ItemSpacing.x, line = ImGui::GetFrameHeight();
    const float numbers_width = em * 25.5f, numbers_height = ImGui::GetTextLineHeightWithSpacing() * 4.4f;
    const float rest = space.x - numbers_width - 2 * gap;
    const float below = std::min(space.x / 6 - gap, space.y - numbers_height - line); // all in a row
    const float right = std::min(rest / 6 - gap, space.y - gap);                      // likewise
    const float stacked = std::min(rest / 3 - gap, (space.y - gap) / 2 - gap);        // at the right, A above B
    const float size = std::max({below, right, stacked});
    ImGui::BeginGroup();
    readings(c, it.run);
    ImGui::EndGroup();
    if (size < em * 2) return;
    if (size > below) ImGui::SameLine(0, 2 * gap);
    ImGui::BeginGroup();
    for (auto side : engine::kSides) {
        const auto result = it.run.result(side);
        if (!result || !result->pictures) continue;
        const auto& e = result->pictures;
        const auto slot = index(side) * 3;
        const auto text = fmt::format("{}, {}: ", side_name(side), move_text(*e));
        ImGui::BeginGroup();
        picture(
            c, slot, {e, {0}}, [&] { return e->reference; }, size, size, (text + "the picture itself, moved").c_str());
        ImGui::SameLine();
        picture(
            c, slot + 1, {e, {1}}, [&] { return e->moved; }, size, size,
            (text + "the picture of the moved input").c_str());
        ImGui::SameLine();
        picture(
            c, slot + 2, {e, {2, gain}}, [&] { return difference_image(e->error, e->mask, gain); }, size, size,
            fmt::format("{}their difference, {:.0f} x; hatched: not compared", text, gain).c_str());
        ImGui::EndGroup();
        if (size > stacked) ImGui::SameLine();
    }
    ImGui::EndGroup();
}

} // namespace unstuck::app
