#pragma once
#include "core/engine/scene.hpp"
#include "core/latent/seed_grid.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace unstuck::app {

/// Whose thumbnails the map shows.
enum class MapShows { a, b, halves }; ///< halves: the left half of A's, the right half of B's.

/// How the seed plane lies on the screen: x to the right, y downwards; a seed is `points` wide.
struct MapPlacement {
    double x = 0, y = 0;         ///< The plane's point in the middle.
    double points = 1;           ///< Of the window, per seed; > 0.
    std::array<float, 4> area{}; ///< x, y, width, height on the screen.

    std::array<double, 2> to_screen(double px, double py) const {
        return {area[0] + area[2] * 0.5 + (px - x) * points, area[1] + area[3] * 0.5 + (py - y) * points};
    }
    std::array<double, 2> to_plane(double sx, double sy) const {
        return {x + (sx - area[0] - area[2] * 0.5) / points, y + (sy - area[1] - area[3] * 0.5) / points};
    }
};

/// What the mouse does on the map since the button went down.
enum class MapDrag { none, pressed, pan, steer };

/// The Latent map tab.
struct LatentMapState {
    MapShows shows = MapShows::halves;
    double x = 0, y = 0; ///< Of the seed plane, in the map's middle.
    double ems = 4.8;    ///< Width of a seed in font sizes, kNarrowestSeed .. kWidestSeed.
    bool follow = true;  ///< Keep the present place on the map.
    MapDrag drag = MapDrag::none;
    std::array<double, 2> pressed_at{};       ///< On the screen.
    latent::GridCell menu_cell;               ///< That the context menu is about.
    std::vector<std::array<double, 2>> trail; ///< Where the scene lately was in the plane, newest last.
};
inline constexpr double kNarrowestSeed = 0.04, kWidestSeed = 48;

/// The text of the walk's seeds while it is edited.
struct WalkTextState {
    std::string text;                 ///< As typed.
    std::vector<std::uint32_t> shown; ///< The walk that it was made from.
    std::string error;                ///< Why it is no list of seeds; empty when it is one.
};

/// The widths of cells in font sizes: at least this, less than twice as much.
inline constexpr double kLeastCellEms = 4.6;

/// Zooms by a factor so that the point of the plane under (sx, sy) on the screen stays there.
void zoom_map(LatentMapState& map, const MapPlacement& placement, double factor, double sx, double sy);

/// Moves the map by as little as it takes to have a place of the plane inside, a margin of `margin` points away from
/// its edges (where the map is large enough).
void keep_in_view(LatentMapState& map, const MapPlacement& placement, double x, double y, double margin);

/// Adds where the scene is, when it moved. A jump of more than a few seeds begins a new trail.
void follow_trail(std::vector<std::array<double, 2>>& trail, double x, double y);

} // namespace unstuck::app
