// What each layer of both models does to equivariance, and how much it aliases.
#include "app/panels/instrument_parts.hpp"
#include "app/panels/instruments_panel.hpp"
#include "app/panels/layer_bars.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::app {

using engine::Side;

namespace {

constexpr const char* kEquivariance =
    "Equivariance of a layer's activations under random translations: 20 log10(2) - 10 log10(mse / (range / 2)^2) over "
    "channels and the interior, in the layer's own samples and relative to its own range. Layers can be compared; it "
    "is not the EQ-T of the paper. Where it drops, equivariance breaks.";

constexpr const char* kAliasing =
    "Alias-to-signal ratio of a layer: 10 log10(|y - y_ref|^2 / |y_ref|^2), y its output, y_ref the same layer from "
    "the "
    "same input, its nonlinearity oversampled 8 times (m = 8) between nearly ideal filters of the same cutoffs; over "
    "channels and the interior. The lower, the better.";

LayerBars bars_of(const engine::Run<engine::LayersSettings>& run) {
    LayerBars bars;
    for (auto side : engine::kSides)
        if (const auto r = run.result(side))
            for (const auto& l : r->layers) bars[index(side)].push_back(bar_of(l.layer, l.reading));
    return bars;
}

LayerBars bars_of(const engine::Run<engine::AliasingSettings>& run) {
    LayerBars bars;
    for (auto side : engine::kSides)
        if (const auto r = run.result(side))
            for (const auto& l : r->layers) {
                auto bar = bar_of(l.layer, l.reading);
                if (!l.applies)
                    bar.note = "linear", bar.tip = "no nonlinearity, so that nothing can alias here";
                else if (l.reading.state == measure::ReadingState::identical) {
                    bar.db.reset(); // the limit of what is shown would stretch the scale for all
                    bar.interval.reset();
                    bar.note = "none", bar.tip = "no difference to the reference at all";
                } else if (l.reading.state == measure::ReadingState::no_overlap)
                    bar.note = "too small", bar.tip = "all of its samples are too near to the edge to count";
                bars[index(side)].push_back(std::move(bar));
            }
    return bars;
}

void options(engine::LayersSettings& s) {
    int seed = static_cast<int>(s.seed);
    int_row("samples", "How many random translations to measure", s.samples, 1, 200, engine::LayersSettings{}.samples);
    if (int_row("seed", "Of the random translations", seed, 0, 1000000, 0)) s.seed = static_cast<std::uint32_t>(seed);
}

void options(engine::AliasingSettings& s) {
    const engine::AliasingSettings d;
    check_row("new latents",
              "Sample i takes the latent of seed + i at psi = 1 instead of the one on the screen, as 'unstuck measure "
              "aliasing' prints it",
              s.fresh_latents, d.fresh_latents);
    const char* why_not = s.fresh_latents ? nullptr : "One latent is one sample: switch new latents on";
    int seed = static_cast<int>(s.seed);
    int_row("samples", "How many latents to measure (n)", s.samples, 1, 200, d.samples, "%d", why_not);
    if (int_row("seed", "Of the first latent", seed, 0, 1000000, 0, "%d", why_not))
        s.seed = static_cast<std::uint32_t>(seed);
}

void quantity_buttons(LayerQuantity& shown) {
    if (ImGui::RadioButton("equivariance", shown == LayerQuantity::equivariance)) shown = LayerQuantity::equivariance;
    tooltip(kEquivariance);
    ImGui::SameLine();
    if (ImGui::RadioButton("aliasing", shown == LayerQuantity::aliasing)) shown = LayerQuantity::aliasing;
    tooltip(kAliasing);
    ImGui::SameLine();
    if (ImGui::RadioButton("spectrum", shown == LayerQuantity::spectrum)) shown = LayerQuantity::spectrum;
    tooltip(
        "Spectrum of the aliasing y - y_ref alone, in the layers looked at (see Layers, or click a bar): mean power "
        "in rings one cycle wide, absolute; white noise of variance v reads 10 log10 v");
}

/// The result of the layer that is looked at; null when it has none.
const engine::LayerAliasing* looked_at(const PanelContext& c, Side side, const engine::AliasingResult* r) {
    if (!r) return nullptr;
    const auto it = std::find_if(r->layers.begin(), r->layers.end(),
                                 [&](const auto& l) { return l.layer == c.scene.layer.name[index(side)]; });
    return it == r->layers.end() || it->difference.db.empty() ? nullptr : &*it;
}

/// What aliasing there is, over frequency, in the layers looked at.
void spectra(const PanelContext& c, const engine::Run<engine::AliasingSettings>& run) {
    const std::array results = {run.result(Side::a), run.result(Side::b)};
    std::array<const engine::LayerAliasing*, 2> layer{};
    for (auto side : engine::kSides) layer[index(side)] = looked_at(c, side, results[index(side)].get());
    if (!layer[0] && !layer[1]) {
        dim_text(
            "Choose a layer with a nonlinearity, in Layers or by its bar: the spectrum of its aliasing is shown here.");
        return;
    }
    constexpr auto flags = ImPlotFlags_NoMenus | ImPlotFlags_NoBoxSelect | ImPlotFlags_NoMouseText;
    if (!ImPlot::BeginPlot("##aliasing", ImGui::GetContentRegionAvail(), flags)) return;
    ImPlot::SetupAxes("cycles per image", "aliasing (dB)", ImPlotAxisFlags_AutoFit, ImPlotAxisFlags_AutoFit);
    ImPlot::SetupLegend(ImPlotLocation_SouthWest);
    const float scale = ImGui::GetStyle().FontScaleDpi;
    for (auto side : engine::kSides)
        if (const auto* l = layer[index(side)])
            ImPlot::PlotLine(fmt::format("{} {}", side_name(side), l->layer).c_str(), l->difference.frequency.data(),
                             l->difference.db.data(), static_cast<int>(l->difference.db.size()),
                             line_spec(side, 1, scale));
    if (ImPlot::IsPlotHovered()) {
        const double f = ImPlot::GetPlotMousePos().x;
        auto text = fmt::format("{:.1f} cycles per image", f);
        for (auto side : engine::kSides)
            if (const auto* l = layer[index(side)])
                for (std::size_t i = 0; i < l->difference.db.size(); ++i)
                    if (std::abs(l->difference.frequency[i] - f) <= 0.5) {
                        text += fmt::format("\n{} {:.1f} dB", side_name(side), l->difference.db[i]);
                        break;
                    }
        ImGui::SetTooltip("%s", text.c_str());
    }
    ImPlot::EndPlot();
}

void equivariance(PanelContext& c) {
    auto& it = c.ui.instruments.layers;
    const auto p = run_instrument<engine::LayersSettings>(
        c, it, [&] { options(it.settings); }, [&] { return layer_bars_table(bars_of(it.run), "equivariance (dB)"); });
    quantity_buttons(c.ui.instruments.layer_quantity);
    if (!nothing_to_show(c, p))
        draw_layer_bars(c, bars_of(it.run), 0, 10, kEquivariance, ImGui::GetContentRegionAvail().x);
}

Table spectra_table(const PanelContext& c, const engine::Run<engine::AliasingSettings>& run) {
    Table t{{"side", "layer", "cycles per image", "aliasing (dB)"}, {}};
    for (auto side : engine::kSides) {
        const auto r = run.result(side);
        if (const auto* l = looked_at(c, side, r.get()))
            for (std::size_t i = 0; i < l->difference.db.size(); ++i)
                t.rows.push_back({side_name(side), l->layer, csv_number(l->difference.frequency[i]),
                                  csv_number(l->difference.db[i])});
    }
    return t;
}

/// Bars and spectrum side by side where there is room for both.
void aliasing(PanelContext& c) {
    auto& it = c.ui.instruments.aliasing;
    auto& shown = c.ui.instruments.layer_quantity;
    const auto p = run_instrument<engine::AliasingSettings>(
        c, it, [&] { options(it.settings); },
        [&] {
            return shown == LayerQuantity::spectrum ? spectra_table(c, it.run)
                                                    : layer_bars_table(bars_of(it.run), "alias-to-signal (dB)");
        });
    quantity_buttons(shown);
    if (nothing_to_show(c, p)) return;
    const float width = ImGui::GetContentRegionAvail().x;
    const bool both = width > ImGui::GetFontSize() * 54;
    if (both || shown == LayerQuantity::aliasing) {
        draw_layer_bars(c, bars_of(it.run), -10, 0, kAliasing, both ? width * 0.62f : width);
        if (!both) return;
        ImGui::SameLine();
    }
    if (ImGui::BeginChild("spectrum", {0, 0}, 0, ImGuiWindowFlags_NoScrollbar)) spectra(c, it.run);
    ImGui::EndChild();
}

} // namespace

void InstrumentsPanel::draw_layers(PanelContext& c) {
    c.ui.instruments.layer_quantity == LayerQuantity::equivariance ? equivariance(c) : aliasing(c);
}

} // namespace unstuck::app
