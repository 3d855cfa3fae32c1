#pragma once
#include "app/ui_state.hpp"

// What the spectrum of one layer and the spectra of all have in common.
namespace unstuck::app {

/// Inside a plot over cycles per image: f_c, f_t and s/2 of a layer as vertical lines with their names, each a line
/// higher than the one before; the first stands `first_row` lines above the bottom. Returns the first row left free.
int design_lines(const model::LayerInfo& layer, engine::Side side, double bottom_db, float scale, int first_row = 0);

/// Rows for the window and the range of all spectra.
void spectrum_range_rows(PanelContext& c);

} // namespace unstuck::app
