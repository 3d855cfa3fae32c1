#pragma once
#include "app/ui_state.hpp"

namespace unstuck::app {

/// How much of W's variance each side's first principal components explain; what is left of the window is its height.
void draw_variance_plot(PanelContext& c, float width);

} // namespace unstuck::app
