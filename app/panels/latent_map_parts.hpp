// What the files of the latent map share.
#pragma once
#include "app/latent_map.hpp"
#include "app/ui_state.hpp"

#include <imgui.h>
#include <string>

namespace unstuck::app {

inline ImVec2 on_map(const MapPlacement& p, double x, double y) {
    const auto [sx, sy] = p.to_screen(x, y);
    return {static_cast<float>(sx), static_cast<float>(sy)};
}

/// Where the picture is: the scene's place, or on the walk between its keys' places.
struct MapMarker {
    double x = 0, y = 0;
    bool on_walk = false;
};
MapMarker marker_of(const engine::LatentState& latent);

/// Trail, walk, animation's way and the marker, over the thumbnails.
void draw_map_marks(const PanelContext& c, const MapPlacement& placement, double step);

/// Wheel, drags, clicks and keys on the map, which is the last item. `step`: seeds between cells.
void navigate_map(PanelContext& c, const MapPlacement& placement, double step);
void draw_map_menu(PanelContext& c);

/// "seed 205 at (5, 2)", or "between seeds, at (5.25, 2)".
std::string cell_text(const latent::GridCell& cell);

} // namespace unstuck::app
