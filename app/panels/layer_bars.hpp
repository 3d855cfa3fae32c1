#pragma once
#include "app/plots.hpp"
#include "app/ui_state.hpp"
#include "core/measure/pooled.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

// A number in decibels for each layer of both networks, as bars in the networks' order.
namespace unstuck::app {

struct LayerBar {
    std::string layer;
    std::optional<double> db;
    std::optional<measure::DbInterval> interval;
    std::string tip;  ///< Why there is no value, or what it rests on.
    std::string note; ///< In place of the bar, where there is none: a word or two.
};
using LayerBars = std::array<std::vector<LayerBar>, 2>; ///< A's and B's; empty where nothing was measured.

/// A reading's bar: its number, or why there is none.
LayerBar bar_of(const std::string& layer, const measure::EqReading& reading);

/// Both networks side by side on one scale from `least` (rounded down to tens of dB where a bar lies below) to `most`
/// (likewise up). A click on a row chooses the layer that is looked at. `width`: of both together.
void draw_layer_bars(PanelContext& c, const LayerBars& bars, double least, double most, const char* definition,
                     float width);

/// The same numbers; `quantity` names the column, with its unit.
Table layer_bars_table(const LayerBars& bars, const char* quantity);

} // namespace unstuck::app
