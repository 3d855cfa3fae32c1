#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace unstuck::latent {

/// A point of the seed plane on a lattice of quarter steps: (4 x, 4 y) in whole numbers.
struct GridCell {
    std::int64_t x4 = 0, y4 = 0;
    double x() const { return static_cast<double>(x4) / 4; }
    double y() const { return static_cast<double>(y4) / 4; }
    bool is_seed() const { return x4 % 4 == 0 && y4 % 4 == 0; } ///< Otherwise it is a blend of seeds in W.
    bool operator==(const GridCell&) const = default;
    auto operator<=>(const GridCell&) const = default;
};

/// Seeds from one cell to the next so that a cell is at least `least_points` wide when a seed is `points_per_seed` wide
/// (both > 0): 1/4, 1/2, 1, 2, 4, .. Halving it keeps all cells, so that zooming shows what is already there.
double grid_step(double points_per_seed, double least_points);

/// A view of the plane, in seeds: its middle and its size; cells are `step` apart (as of grid_step()).
struct GridView {
    double x = 0, y = 0;
    double width = 1, height = 1;
    double step = 1;
};

/// The cells that are seen at least in part, each centred on its point and `step` wide, from the view's middle outwards
/// (by distance, then clockwise from the right); the `most` nearest of them. Beyond +-1e9 there are none.
std::vector<GridCell> cells_from_middle(const GridView& view, std::size_t most);

/// The cell whose point is nearest.
GridCell nearest_cell(double x, double y, double step);

/// The place in the plane of a seed: x = seed mod 100 in 0 .. 99, y = seed / 100.
GridCell cell_of_seed(std::uint32_t seed);

} // namespace unstuck::latent
