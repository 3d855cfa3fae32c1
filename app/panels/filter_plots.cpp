// The filter lab's plots: what the shown layer's filter does, beside what it does in the model as it is.
#include "app/panels/filter_panel.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"
#include "core/model/design_frequencies.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <imgui.h>
#include <implot.h>
#include <span>

namespace unstuck::app {

using engine::Side;

namespace {

constexpr double kLowestDb = -110, kHighestDb = 12;
constexpr int kPoints = 400;
constexpr auto kPlotFlags = ImPlotFlags_NoMenus | ImPlotFlags_NoBoxSelect | ImPlotFlags_NoMouseText;

ImVec4 faded(ImVec4 colour, float alpha) {
    colour.w = alpha;
    return colour;
}

ImPlotSpec line_of(ImVec4 colour, float weight) {
    ImPlotSpec spec;
    spec.LineColor = colour;
    spec.LineWeight = weight * ImGui::GetStyle().FontScaleDpi;
    spec.MarkerFillColor = spec.MarkerLineColor = colour;
    spec.MarkerSize = 2.5f * ImGui::GetStyle().FontScaleDpi;
    return spec;
}

void plot(const char* label, const signal::SpectrumCurve& curve, const ImPlotSpec& spec) {
    ImPlot::PlotLine(label, curve.frequency.data(), curve.db.data(), static_cast<int>(curve.db.size()), spec);
}

/// A's line is plain, B's carries dots: told apart without colours and in print.
void plot_edited(const char* label, const signal::SpectrumCurve& curve, Side side) {
    const auto spec = line_of(side_colour(side), 1.8f);
    plot(label, curve, spec);
    if (side == Side::a) return;
    constexpr int kStride = 16;
    auto dots = spec;
    dots.Marker = ImPlotMarker_Circle;
    dots.Flags = ImPlotItemFlags_NoLegend;
    dots.Stride = kStride * static_cast<int>(sizeof(double));
    ImPlot::PlotScatter("##dots", curve.frequency.data(), curve.db.data(), static_cast<int>(curve.db.size()) / kStride,
                        dots);
}

/// Bands in which images of what shall pass lie, or fold onto it.
void shade_images(const model::FilterDesign& d, double highest) {
    ImPlot::PushPlotClipRect();
    const auto colour = ImGui::GetColorU32(faded(dim_colour(), 0.13f));
    for (const auto& [low, high] : signal::image_bands(low_rate(d), d.cutoff, highest))
        ImPlot::GetPlotDrawList()->AddRectFilled(ImPlot::PlotToPixels(low, kHighestDb),
                                                 ImPlot::PlotToPixels(high, kLowestDb), colour);
    ImPlot::PopPlotClipRect();
}

/// A vertical line with its name near the bottom, `row` lines above the legend.
void mark(double f, const char* name, ImVec4 colour, int row) {
    auto spec = line_of(faded(colour, 0.75f), 1);
    spec.Flags = ImPlotItemFlags_NoLegend | ImPlotItemFlags_NoFit;
    ImPlot::PlotInfLines(fmt::format("##{}", name).c_str(), &f, 1, spec);
    auto at = ImPlot::PlotToPixels(f, kLowestDb);
    at.x += 3 * ImGui::GetStyle().FontScaleDpi;
    at.y -= ImGui::GetTextLineHeight() * (3.1f + static_cast<float>(row));
    const float right = ImPlot::GetPlotPos().x + ImPlot::GetPlotSize().x, width = ImGui::CalcTextSize(name).x;
    at.x = std::min(at.x, right - width);
    ImPlot::PushPlotClipRect();
    ImPlot::GetPlotDrawList()->AddText(at, ImGui::GetColorU32(colour), name);
    ImPlot::PopPlotClipRect();
}

/// The lowest of the design's frequencies stands highest.
void mark_design(const model::FilterDesign& d, Side side) {
    model::LayerInfo named;
    named.cutoff = d.cutoff;
    named.half_width = d.half_width;
    named.sampling_rate = low_rate(d);
    auto marks = model::design_frequencies(named);
    std::sort(marks.begin(), marks.end(), [](const auto& a, const auto& b) { return a.frequency < b.frequency; });
    int row = static_cast<int>(marks.size());
    for (const auto& m : marks) mark(m.frequency, m.name.c_str(), side_colour(side), --row);
}

std::string design_text(const model::FilterDesign& d) {
    if (d.family == model::FilterFamily::ideal) return "no taps: by FFT";
    auto out = fmt::format("{} taps", d.taps);
    if (d.family == model::FilterFamily::kaiser && d.window == model::FilterWindow::kaiser)
        out += fmt::format(", beta {:.2f}", model::beta_of(d));
    return out + (d.radial ? ", radial" : "");
}

double nearest_value(const signal::SpectrumCurve& curve, double f) {
    const auto it = std::lower_bound(curve.frequency.begin(), curve.frequency.end(), f);
    if (it == curve.frequency.end()) return curve.db.back();
    return curve.db[static_cast<std::size_t>(it - curve.frequency.begin())];
}

std::string decibels(const std::optional<double>& v) { return v ? fmt::format("{:.1f} dB", *v) : "-"; }
std::string cycles(const std::optional<double>& v) { return v ? fmt::format("{:.2f}", *v) : "-"; }

/// The axis's own label costs a line: where there are few, it stands in the plot.
bool is_tall() { return ImGui::GetContentRegionAvail().y > ImGui::GetFontSize() * 11; }

/// At the bottom right, or at the top left.
void unit_inside(const char* text, bool bottom) {
    const auto at = ImPlot::GetPlotPos(), size = ImPlot::GetPlotSize();
    const auto text_size = ImGui::CalcTextSize(text);
    const float pad = ImGui::GetStyle().FramePadding.x;
    const ImVec2 where =
        bottom ? ImVec2(at.x + size.x - text_size.x - pad, at.y + size.y - text_size.y) : ImVec2(at.x + pad, at.y);
    ImPlot::GetPlotDrawList()->AddText(where, ImGui::GetColorU32(dim_colour()), text);
}

} // namespace

void FilterPanel::update(Curves& curves, const model::FilterDesign& d, double highest) {
    if (curves.of == d && curves.highest == highest) return;
    curves = {};
    curves.of = d;
    curves.highest = highest;
    if (d.family == model::FilterFamily::ideal) {
        curves.axis = signal::ideal_response(d.cutoff, d.radial, signal::Direction::axis, highest, kPoints);
        curves.diagonal = signal::ideal_response(d.cutoff, d.radial, signal::Direction::diagonal, highest, kPoints);
        return;
    }
    const auto taps = model::taps_of(d);
    curves.axis = signal::response(taps, d.rate, signal::Direction::axis, highest, kPoints);
    curves.diagonal = signal::response(taps, d.rate, signal::Direction::diagonal, highest, kPoints);
    curves.figures = signal::figures(taps, d.rate, d.cutoff + d.half_width);
    curves.taps = signal::axis_taps(taps);
    for (std::size_t i = 0; i < curves.taps.size(); ++i)
        curves.position.push_back(static_cast<double>(i) - static_cast<double>(curves.taps.size() - 1) / 2);
}

void FilterPanel::draw_response(const PanelContext& c, const LabLayer& l) const {
    const auto side = c.ui.filter.side;
    const auto& d = design(l.now, slot_);
    const bool edited = *now_.of != *stock_.of;
    const bool tall = is_tall();
    if (!ImPlot::BeginPlot("##response", {-1, -1}, kPlotFlags)) return;
    ImPlot::SetupAxes(tall ? "cycles per image" : nullptr, "dB");
    ImPlot::SetupAxisLimits(ImAxis_X1, 0, now_.highest, ImPlotCond_Always);
    ImPlot::SetupAxisLimits(ImAxis_Y1, kLowestDb, kHighestDb, ImPlotCond_Always);
    ImPlot::SetupLegend(ImPlotLocation_SouthWest, ImPlotLegendFlags_Horizontal);
    shade_images(d, now_.highest);
    mark_design(d, side);
    if (edited) plot("in the model", stock_.axis, line_of(dim_colour(), 1.4f));
    plot("diagonal", now_.diagonal, line_of(faded(side_colour(side), 0.5f), 1));
    plot_edited(edited ? "edited" : "axis", now_.axis, side);
    const bool on_figures = draw_figures(l, side);
    if (!tall) unit_inside("cycles per image", true);
    if (on_figures) {
        ImGui::SetNextWindowSize({ImGui::GetFontSize() * 28, 0});
        if (ImGui::BeginTooltip()) {
            ImGui::TextWrapped("%s", figures_tip(l).c_str());
            ImGui::EndTooltip();
        }
    } else if (ImPlot::IsPlotHovered()) {
        const double f = ImPlot::GetPlotMousePos().x;
        ImGui::SetTooltip("%.2f cycles per image (%.2f s/2)\n%.1f dB, diagonal %.1f dB, in the model %.1f dB", f,
                          f / (low_rate(d) / 2), nearest_value(now_.axis, f), nearest_value(now_.diagonal, f),
                          nearest_value(stock_.axis, f));
    }
    ImPlot::EndPlot();
}

void FilterPanel::draw_impulse(const PanelContext& c, const LabLayer& l) const {
    const auto side = c.ui.filter.side;
    const auto& d = design(l.now, slot_);
    const bool tall = is_tall();
    if (now_.taps.empty()) {
        dim_text(d.family == model::FilterFamily::ideal ? "An ideal filter has no taps: it is computed by FFT"
                                                        : "No filter: the rate does not change here");
        return;
    }
    double reach = 1, high = 0, low = 0;
    for (const auto* curves : {&stock_, &now_}) {
        reach = std::max(reach, static_cast<double>(curves->taps.size()) / 2);
        for (double t : curves->taps) high = std::max(high, t), low = std::min(low, t);
    }
    if (!ImPlot::BeginPlot("##impulse", {-1, -1}, kPlotFlags)) return;
    ImPlot::SetupAxes(tall ? "samples of the raised rate" : nullptr, "gain");
    ImPlot::SetupAxisLimits(ImAxis_X1, -reach, reach, ImPlotCond_Always);
    ImPlot::SetupAxisLimits(ImAxis_Y1, low - 0.08 * (high - low), high + 0.12 * (high - low), ImPlotCond_Always);
    ImPlot::SetupLegend(ImPlotLocation_NorthEast, ImPlotLegendFlags_None);
    const auto stems = [](const char* label, const Curves& curves, ImPlotSpec spec, ImPlotMarker marker) {
        spec.Marker = marker;
        ImPlot::PlotStems(label, curves.position.data(), curves.taps.data(), static_cast<int>(curves.taps.size()), 0,
                          spec);
    };
    const bool edited = *now_.of != *stock_.of;
    if (edited && !stock_.taps.empty()) stems("in the model", stock_, line_of(dim_colour(), 1), ImPlotMarker_Diamond);
    stems(edited ? "edited" : "taps", now_, line_of(side_colour(side), 1.4f), ImPlotMarker_Circle);
    if (!tall) unit_inside("samples of the raised rate", false);
    if (ImPlot::IsPlotHovered()) {
        const double x = ImPlot::GetPlotMousePos().x;
        const auto at = static_cast<std::ptrdiff_t>(std::floor(x + static_cast<double>(now_.taps.size()) / 2));
        if (at >= 0 && at < std::ssize(now_.taps))
            ImGui::SetTooltip("tap %td of %td, at %+.1f samples: %.5f", at + 1, std::ssize(now_.taps),
                              now_.position[static_cast<std::size_t>(at)], now_.taps[static_cast<std::size_t>(at)]);
    }
    ImPlot::EndPlot();
}

std::string FilterPanel::figures_tip(const LabLayer& l) const {
    const auto& d = design(l.now, slot_);
    const auto reached = [](const signal::FilterFigures& f) {
        return fmt::format("attenuation {} (diagonal {}), transition {} cycles", decibels(f.attenuation_db),
                           decibels(f.diagonal_attenuation_db), cycles(f.transition_width));
    };
    return fmt::format(
        "{}: {}; {}, gain {:.5f} at 0, centre {:.2f} samples from the first tap ({}).\n"
        "In the model: {}; {}.\n\n"
        "Attenuation: of the largest lobe from f_t = {:.2f} to half the raised rate, {:.2f}. Transition: "
        "from -1 dB to where that attenuation is first reached.\n"
        "Shaded: where images of what lies below f_c are, or fold onto it.",
        slot_name(slot_), design_text(d), reached(now_.figures), now_.figures.dc_gain, now_.figures.centre,
        now_.figures.symmetric ? "symmetric" : "not symmetric", design_text(design(*l.stock, slot_)),
        reached(stock_.figures), d.cutoff + d.half_width, d.rate / 2);
}

/// What the filter reaches, in the plot's upper right corner: the stopband leaves it free.
bool FilterPanel::draw_figures(const LabLayer& l, Side side) const {
    const auto& f = now_.figures;
    const auto& d = design(l.now, slot_);
    const std::string lines[] = {fmt::format("{} {}", l.stock->name, slot_name(slot_)),
                                 "attenuation " + decibels(f.attenuation_db),
                                 "transition " + cycles(f.transition_width) + " cycles",
                                 "diagonal " + decibels(f.diagonal_attenuation_db),
                                 design_text(d),
                                 fmt::format("gain at 0: {:.4f}", f.dc_gain)};
    const float line = ImGui::GetTextLineHeight(), pad = ImGui::GetStyle().FramePadding.y;
    const auto at = ImPlot::GetPlotPos(), size = ImPlot::GetPlotSize();
    const float right = at.x + size.x - 2 * pad;
    // A narrow plot has room for three; the tooltip has all of them.
    const std::size_t shown = size.x < ImGui::GetFontSize() * 26 ? 3 : std::size(lines);
    float y = at.y + pad, left = right;
    const auto backdrop = ImGui::GetColorU32(faded(ImPlot::GetStyle().Colors[ImPlotCol_PlotBg], 0.75f));
    ImPlot::PushPlotClipRect();
    for (const auto& text : std::span(lines, shown)) {
        if (y + 2 * line > at.y + size.y) break; // the last line is the legend's
        const float x = right - ImGui::CalcTextSize(text.c_str()).x;
        const auto colour = &text == lines ? side_colour(side) : ImGui::GetStyle().Colors[ImGuiCol_Text];
        ImPlot::GetPlotDrawList()->AddRectFilled({x - pad, y}, {right + pad, y + line}, backdrop);
        ImPlot::GetPlotDrawList()->AddText({x, y}, ImGui::GetColorU32(colour), text.c_str());
        y += line;
        left = std::min(left, x);
    }
    ImPlot::PopPlotClipRect();
    return ImPlot::IsPlotHovered() && ImGui::IsMouseHoveringRect({left - pad, at.y}, {right + pad, y});
}

Table FilterPanel::table(const LabLayer& l) const {
    const auto what = fmt::format("{} {}", l.stock->name, slot_name(slot_));
    Table out{{"frequency [cycles per image]", what + " axis [dB]", what + " diagonal [dB]", "in the model axis [dB]",
               "in the model diagonal [dB]", "position [samples of the raised rate]", "tap along an axis"},
              {}};
    for (std::size_t i = 0; i < std::max(now_.axis.db.size(), now_.taps.size()); ++i) {
        auto& row = out.rows.emplace_back(out.columns.size());
        if (i < now_.axis.db.size()) {
            row[0] = csv_number(now_.axis.frequency[i]);
            row[1] = csv_number(now_.axis.db[i]);
            row[2] = csv_number(now_.diagonal.db[i]);
            row[3] = csv_number(stock_.axis.db[i]);
            row[4] = csv_number(stock_.diagonal.db[i]);
        }
        if (i < now_.taps.size()) {
            row[5] = csv_number(now_.position[i]);
            row[6] = csv_number(now_.taps[i]);
        }
    }
    return out;
}

void FilterPanel::update(const LabLayer& l, FilterSlot slot) {
    slot_ = slot;
    const double highest = std::max(design(l.now, slot).rate, design(*l.stock, slot).rate) / 2;
    update(stock_, design(*l.stock, slot), highest);
    update(now_, design(l.now, slot), highest);
}

void FilterPanel::draw_plots(const PanelContext& c, const LabLayer& l) {
    const float width = ImGui::GetContentRegionAvail().x;
    ImGui::BeginChild("response", {width * 0.62f, 0});
    draw_response(c, l);
    ImGui::EndChild();
    ImGui::SameLine();
    ImGui::BeginChild("impulse", {0, 0});
    draw_impulse(c, l);
    ImGui::EndChild();
}

void FilterPanel::draw_results(PanelContext& c, const engine::ModelInfo& m, const std::vector<LabLayer>& layers,
                               FilterSlot slot) {
    if (!ImGui::BeginTabBar("results")) return;
    ImPlot::PushStyleVar(ImPlotStyleVar_PlotMinSize, ImVec2(60, 40)); // however low the dock is
    const bool both = ImGui::GetContentRegionAvail().x > ImGui::GetFontSize() * 40;
    const auto* l = shown_layer_of(layers, c.scene.layer.name[index(c.ui.filter.side)], slot);
    if (l) update(*l, slot);
    const auto tab = [&](const char* name, auto draw) {
        if (!ImGui::BeginTabItem(name)) return;
        if (l)
            draw(*l);
        else
            dim_text("No filter to show here: choose another layer in Layers, or all layers above.");
        ImGui::EndTabItem();
    };
    tab("Response", [&](const LabLayer& layer) { both ? draw_plots(c, layer) : draw_response(c, layer); });
    if (!both) tab("Impulse", [&](const LabLayer& layer) { draw_impulse(c, layer); });
    if (ImGui::BeginTabItem("Ladder")) {
        draw_filter_presets(c, m);
        ImGui::EndTabItem();
    }
    if (l && ImGui::TabItemButton("Copy CSV", ImGuiTabItemFlags_Trailing))
        ImGui::SetClipboardText(to_csv(table(*l)).c_str());
    if (l) tooltip("The curves and taps of this filter as text, to the clipboard");
    ImPlot::PopStyleVar();
    ImGui::EndTabBar();
}

} // namespace unstuck::app
