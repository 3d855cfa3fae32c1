#pragma once
#include "app/ui_state.hpp"

#include <imgui.h>
#include <implot.h>

// The Layer spectra tab, from its parts: all layers as small plots, and one of them enlarged.
namespace unstuck::app {

/// A side's layers as small plots in the network's order, as many beside one another as there is room for. A click
/// enlarges one and makes it the layer that is looked at.
void small_spectra(PanelContext& c, engine::Side side, const engine::SpectraResult& result);

/// The enlarged layer on the rest of the panel, with the other side's layer of the same name.
void enlarged_spectrum(PanelContext& c);

/// A side's averages of that layer so far; null when it has none.
const engine::LayerOverSeeds* find_layer(const engine::SpectraResult* result, const std::string& layer);

/// The share of power beyond f_c as text for a title, "1.2 %"; "no f_c" where the design names none.
std::string share_text(const engine::LayerOverSeeds& layer);
/// What that number is, its spread, its floor, and what the next layer cannot hold.
std::string share_tip(const engine::LayerOverSeeds& layer);
/// The values nearest to a frequency, and the layer's design frequencies.
std::string values_text(const engine::LayerOverSeeds& layer, double frequency);

/// Inside a plot: a line; B's with dots, but no more of them than can be told apart.
void side_line(const std::string& label, const std::vector<double>& x, const std::vector<double>& y, engine::Side side,
               ImPlotSpec spec);
/// Inside a plot: the mean as a line, in decibels, within its band of one standard deviation.
void curve_with_band(const std::string& label, const engine::CurveOverSeeds& curve, engine::Side side, bool band,
                     float scale);

/// Where the frequency axis of a layer's plot ends: a little beyond s/2, so that its line is not the frame.
inline double plot_end(const engine::LayerOverSeeds& l) { return l.layer.sampling_rate / 2 * 1.04; }

} // namespace unstuck::app
