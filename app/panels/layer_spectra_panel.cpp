// Spectra of all layers over seeds: how they are measured, copied and saved.
#include "app/panels/instrument_parts.hpp"
#include "app/panels/layer_spectra_parts.hpp"
#include "app/panels/panels.hpp"
#include "app/panels/spectrum_parts.hpp"
#include "core/engine/spectra_export.hpp"

#include <algorithm>

namespace unstuck::app {

using engine::Side;

namespace {

void options(PanelContext& c) {
    auto& s = c.ui.instruments.spectra.average.settings;
    const engine::SpectraSettings d;
    int seed = static_cast<int>(s.first_seed);
    int_row("seeds", "N, how many seeds the power is averaged over, at the psi of the Latent panel", s.seeds, 1, 512,
            d.seeds);
    if (int_row("first seed", "The seeds are this one and those that follow", seed, 0, 1000000, 0))
        s.first_seed = static_cast<std::uint32_t>(seed);
    spectrum_range_rows(c);
}

void save_button(PanelContext& c, bool any) {
    ImGui::BeginDisabled(!any);
    if (ImGui::SmallButton("Save")) ImGui::OpenPopup("save spectra");
    ImGui::EndDisabled();
    tooltip(
        any ? ("Save these spectra, of the enlarged layer or of all, as a file in " + c.settings.capture_folder).c_str()
            : "There is nothing to save yet");
    if (!ImGui::BeginPopup("save spectra")) return;
    constexpr std::array<std::array<const char*, 3>, 3> kinds = {{
        {"CSV", "csv", "All curves as comma-separated values: cycles per image, dB, the ends of the band"},
        {"SVG", "svg", "The figure as vector graphics, for papers"},
        {"PNG", "png", "The figure as a picture"},
    }};
    for (const auto& [name, ending, tip] : kinds) {
        if (ImGui::MenuItem(name)) c.ask(Command::Kind::save_spectra, Side::a, ending);
        tooltip(tip);
    }
    ImGui::EndPopup();
}

void seeds_text(const engine::Run<engine::SpectraSettings>& run) {
    int most = 0;
    for (auto side : engine::kSides)
        if (const auto r = run.result(side)) most = std::max(most, r->seeds);
    if (most == 0) return;
    ImGui::SameLine();
    ImGui::TextDisabled("%d of %d seeds", most, run.settings.seeds);
    tooltip("Seeds averaged so far; each adds one synthesis, of which all layers are seen");
}

/// What the axes of all small plots are, where there is room to say it.
void axes_text(const PanelContext& c) {
    const auto& s = c.scene.spectrum;
    const auto text = fmt::format("{:.0f} to {:.0f} dB, 0 to s/2", s.low_db, s.high_db);
    ImGui::SameLine();
    if (ImGui::GetContentRegionAvail().x < ImGui::CalcTextSize(text.c_str()).x)
        ImGui::NewLine();
    else
        ImGui::TextDisabled("%s", text.c_str());
    tooltip(
        "Up: mean power in rings one cycle wide, averaged over the seeds, in absolute dB (white noise of variance v "
        "reads 10 log10 v), within one standard deviation of the seeds. To the right: cycles per image. The "
        "number: power beyond f_c");
}

void all_layers(PanelContext& c) {
    const auto& run = c.ui.instruments.spectra.average.run;
    const bool both = c.loaded[0] && c.loaded[1];
    const float gap = ImGui::GetStyle().ItemSpacing.x, space = ImGui::GetContentRegionAvail().x;
    for (auto side : engine::kSides) {
        const auto result = run.result(side);
        if (!result && !c.loaded[index(side)]) continue; // the other one has all the room
        if (both && side == Side::b) ImGui::SameLine();
        if (ImGui::BeginChild(side_name(side), {both ? (space - gap) / 2 : 0, 0}, 0, ImGuiWindowFlags_NoScrollbar)) {
            side_heading(c, side);
            axes_text(c);
            if (result)
                small_spectra(c, side, *result);
            else
                dim_text("Measuring the first seed...");
        }
        ImGui::EndChild();
    }
}

} // namespace

void draw_layer_spectra_panel(PanelContext& c) {
    auto& s = c.ui.instruments.spectra;
    s.average.settings.beta = c.scene.spectrum.beta; // one window for all spectra
    const bool any = s.average.run.result(Side::a) || s.average.run.result(Side::b);
    const auto progress = run_instrument(
        c, s.average, engine::over_seeds(engine::subjects_of(c.scene, c.loaded)), [&] { options(c); },
        [&] { return engine::layer_csv(s.sets()); }, [&] { save_button(c, any); });
    seeds_text(s.average.run);
    if (nothing_to_show(c, progress)) return;
    const auto has = [&](Side side) {
        return find_layer(s.average.run.result(side).get(), s.enlarged->layer) != nullptr;
    };
    if (s.enlarged && !has(s.enlarged->side) && !progress.running) s.enlarged.reset(); // of another model
    if (s.enlarged)
        enlarged_spectrum(c);
    else
        all_layers(c);
}

} // namespace unstuck::app
