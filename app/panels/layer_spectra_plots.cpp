// A side's layers as small plots, and what these have in common with the enlarged one.
#include "app/panels/layer_spectra_parts.hpp"
#include "app/plots.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"
#include "core/model/design_frequencies.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <implot.h>

namespace unstuck::app {

using engine::LayerOverSeeds;
using engine::Side;

namespace {

std::string percent(double share) {
    const double p = share * 100;
    if (p >= 10) return fmt::format("{:.0f} %", p);
    return p >= 0.001 ? fmt::format("{:.2g} %", p) : std::string("< 0.001 %");
}

std::string share_line(const engine::ShareOverSeeds& s, const char* of) {
    return fmt::format("beyond {} = {:.1f}: {} \u00b1 {} over seeds; floor {}", of, s.frequency, percent(s.mean),
                       percent(s.stddev), percent(s.floor));
}

std::size_t nearest(const std::vector<double>& frequency, double f) {
    const auto above = std::lower_bound(frequency.begin(), frequency.end(), f);
    if (above == frequency.begin()) return 0;
    if (above == frequency.end() || f - *(above - 1) < *above - f)
        return static_cast<std::size_t>(above - frequency.begin()) - 1;
    return static_cast<std::size_t>(above - frequency.begin());
}

} // namespace

const LayerOverSeeds* find_layer(const engine::SpectraResult* result, const std::string& layer) {
    if (!result) return nullptr;
    const auto& all = result->layers;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& l) { return l.layer.name == layer; });
    return found == all.end() ? nullptr : &*found;
}

std::string share_text(const LayerOverSeeds& l) {
    if (l.flat) return "";
    return l.beyond_cutoff ? percent(l.beyond_cutoff->mean) : "no f_c";
}

std::string share_tip(const LayerOverSeeds& l) {
    if (l.flat) return "The layer is constant for every seed: there is no spectrum";
    std::string text = "Share of the layer's power";
    if (l.beyond_cutoff) text += "\n" + share_line(*l.beyond_cutoff, "f_c");
    if (l.beyond_next) text += "\n" + share_line(*l.beyond_next, "the next layer's s/2");
    if (!l.beyond_cutoff)
        text += "\nno f_c: the design of StyleGAN2's layers names no cutoff, only s/2, where the samples end";
    if (l.beyond_cutoff || l.beyond_next)
        text += "\nPower at radius > f, in cycles per image, over all power but DC's, under the Kaiser window. Floor: "
                "what the\nwindow alone leaks there from a field that ends at f. Separable filters pass a square: its "
                "corners count as beyond.";
    return text;
}

std::string values_text(const LayerOverSeeds& l, double frequency) {
    const auto& r = l.radial;
    if (l.flat || r.db.empty()) return l.layer.name + "\nconstant for every seed: no spectrum";
    const auto i = nearest(r.frequency, frequency);
    auto text = fmt::format("{}\n{:.1f} cycles per image: {:.1f} \u00b1 {:.1f} dB, {} seeds", l.layer.name,
                            r.frequency[i], r.db[i], r.db_stddev[i], l.seeds);
    for (const auto& d : model::design_frequencies(l.layer)) text += fmt::format("\n{} = {:.1f}", d.name, d.frequency);
    return text;
}

void side_line(const std::string& label, const std::vector<double>& x, const std::vector<double>& y, Side side,
               ImPlotSpec spec) {
    const auto n = std::min(x.size(), y.size());
    if (n < 2) return;
    const std::size_t every = std::max<std::size_t>(1, n / 16);
    if (side == Side::b && every > 1) {
        std::vector<double> some_x, some_y;
        for (std::size_t i = 0; i < n; i += every) some_x.push_back(x[i]), some_y.push_back(y[i]);
        ImPlot::PlotScatter(label.c_str(), some_x.data(), some_y.data(), static_cast<int>(some_x.size()), spec);
        spec.Marker = ImPlotMarker_None;
    }
    ImPlot::PlotLine(label.c_str(), x.data(), y.data(), static_cast<int>(n), spec);
}

void curve_with_band(const std::string& label, const engine::CurveOverSeeds& curve, Side side, bool band, float scale) {
    const auto n = curve.db.size();
    if (n < 2) return;
    if (band) {
        std::vector<double> low(n), high(n);
        for (std::size_t i = 0; i < n; ++i) {
            low[i] = curve.db[i] - curve.db_stddev[i];
            high[i] = curve.db[i] + curve.db_stddev[i];
        }
        ImPlotSpec shade;
        shade.FillColor = side_colour(side);
        shade.FillAlpha = 0.3f;
        shade.Flags = ImPlotItemFlags_NoLegend | ImPlotItemFlags_NoFit;
        ImPlot::PlotShaded(("##band" + label).c_str(), curve.frequency.data(), low.data(), high.data(),
                           static_cast<int>(n), shade);
    }
    side_line(label, curve.frequency, curve.db, side, line_spec(side, 1, scale));
}

namespace {

/// The layer's name at the left and its number at the right, above its plot.
void cell_title(const LayerOverSeeds& l, float width) {
    const auto at = ImGui::GetCursorScreenPos();
    const auto number = l.flat || l.beyond_cutoff ? share_text(l) : std::string("-");
    const float number_width = ImGui::CalcTextSize(number.c_str()).x, em = ImGui::GetFontSize();
    auto* draw = ImGui::GetWindowDrawList();
    draw->PushClipRect(at, {at.x + width - number_width - em * 0.3f, at.y + em * 1.3f}, true);
    draw->AddText(at, ImGui::GetColorU32(ImGuiCol_Text), l.layer.name.c_str());
    draw->PopClipRect();
    draw->AddText({at.x + width - number_width, at.y}, ImGui::GetColorU32(ImGuiCol_TextDisabled), number.c_str());
}

void cell_plot(const PanelContext& c, Side side, const LayerOverSeeds& l, ImVec2 size) {
    constexpr auto flags = ImPlotFlags_CanvasOnly | ImPlotFlags_NoInputs | ImPlotFlags_NoFrame;
    ImPlot::PushStyleVar(ImPlotStyleVar_PlotPadding, ImVec2(0, 0));
    if (ImPlot::BeginPlot("##plot", size, flags)) {
        constexpr auto axis = ImPlotAxisFlags_NoLabel | ImPlotAxisFlags_NoTickLabels | ImPlotAxisFlags_NoTickMarks;
        ImPlot::SetupAxes(nullptr, nullptr, axis | ImPlotAxisFlags_NoGridLines, axis);
        ImPlot::SetupAxisLimits(ImAxis_X1, 0, plot_end(l), ImPlotCond_Always);
        ImPlot::SetupAxisLimits(ImAxis_Y1, c.scene.spectrum.low_db, c.scene.spectrum.high_db, ImPlotCond_Always);
        const float scale = ImGui::GetStyle().FontScaleDpi;
        for (const auto& d : model::design_frequencies(l.layer)) {
            ImPlotSpec line;
            line.LineColor = d.name.starts_with("f_c") ? side_colour(side) : dim_colour();
            line.LineWeight = scale;
            ImPlot::PlotInfLines(("##" + d.name).c_str(), &d.frequency, 1, line);
        }
        if (!l.flat) curve_with_band("##mean", l.radial, side, l.seeds > 1, scale * 0.8f);
        ImPlot::EndPlot();
    }
    ImPlot::PopStyleVar();
}

/// A plot with its title, which can be clicked.
void cell(PanelContext& c, Side side, const LayerOverSeeds& l, ImVec2 size) {
    const auto at = ImGui::GetCursorScreenPos();
    const float title = ImGui::GetTextLineHeight();
    if (ImGui::IsRectVisible(size)) {
        cell_title(l, size.x);
        ImGui::SetCursorScreenPos({at.x, at.y + title});
        cell_plot(c, side, l, {size.x, size.y - title});
        ImGui::SetCursorScreenPos(at);
    }
    auto& looked_at = c.scene.layer.name[index(side)];
    if (ImGui::InvisibleButton("enlarge", size)) {
        c.ui.instruments.spectra.enlarged = {side, l.layer.name};
        looked_at = l.layer.name;
    }
    const bool hovered = ImGui::IsItemHovered();
    if (hovered || looked_at == l.layer.name)
        ImGui::GetWindowDrawList()->AddRect(
            {at.x, at.y + title}, {at.x + size.x, at.y + size.y},
            ImGui::GetColorU32(hovered ? ImGui::GetStyleColorVec4(ImGuiCol_Text) : side_colour(side)));
    if (!hovered) return;
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    const auto mouse = ImGui::GetMousePos();
    tooltip(mouse.y < at.y + title ? share_tip(l).c_str()
                                   : values_text(l, (mouse.x - at.x) / size.x * plot_end(l)).c_str());
}

} // namespace

void small_spectra(PanelContext& c, Side side, const engine::SpectraResult& result) {
    ImGui::BeginChild("layers", {0, 0});
    ImGui::PushFont(nullptr, ImGui::GetStyle().FontSizeBase * 0.87f);
    const float em = ImGui::GetFontSize(), gap = em * 0.6f, space = ImGui::GetContentRegionAvail().x;
    const int columns = std::max(1, static_cast<int>((space + gap) / (em * 9 + gap)));
    const float width = std::floor((space - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns));
    const ImVec2 size{width, std::max(em * 6, std::min(width * 0.6f, em * 9))};
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(gap, gap * 0.6f));
    for (std::size_t i = 0; i < result.layers.size(); ++i) {
        if (i % static_cast<std::size_t>(columns) != 0) ImGui::SameLine();
        ImGui::PushID(result.layers[i].layer.name.c_str());
        ImGui::BeginGroup();
        cell(c, side, result.layers[i], size);
        ImGui::EndGroup();
        ImGui::PopID();
    }
    ImGui::PopStyleVar();
    ImGui::PopFont();
    ImGui::EndChild();
}

} // namespace unstuck::app
