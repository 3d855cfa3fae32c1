#pragma once
#include "core/engine/scene.hpp"

#include <imgui.h>

namespace unstuck::app {

/// A is vermilion and B teal, everywhere.
ImVec4 side_colour(engine::Side side);
ImVec4 dim_colour();
ImVec4 error_colour();
ImVec4 warning_colour();
ImVec4 good_colour();
ImVec4 background_colour();

/// Fonts once, colours and sizes for a theme and scale. `scale` 1 is 96 dpi.
void load_font();
void apply_theme(bool light, double scale);

} // namespace unstuck::app
