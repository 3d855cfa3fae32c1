#include "core/latent/seed_grid.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace unstuck::latent {

namespace {

constexpr double kLimit = 1e9; // as seed_blend() has it
constexpr double kFinest = 0.25, kCoarsest = 1 << 20;

/// First and last index of the cells along one axis that a view meets.
struct Span {
    std::int64_t first = 0, last = -1;
};

Span span(double middle, double size, double step) {
    const double low = std::max((middle - size / 2) / step, -kLimit / step),
                 high = std::min((middle + size / 2) / step, kLimit / step);
    if (!(low <= high)) return {};
    return {static_cast<std::int64_t>(std::floor(low + 0.5)), static_cast<std::int64_t>(std::ceil(high - 0.5))};
}

/// Of a step in quarters.
std::int64_t quarters(double step) { return std::llround(step * 4); }

} // namespace

double grid_step(double points_per_seed, double least_points) {
    double step = kFinest;
    while (step * points_per_seed < least_points && step < kCoarsest) step *= 2;
    return step;
}

std::vector<GridCell> cells_from_middle(const GridView& view, std::size_t most) {
    struct Ranked {
        GridCell cell;
        double distance, angle;
    };
    const double step = std::max(view.step, kFinest);
    // No more in a row than can be kept, whatever the view's size.
    const double widest = step * static_cast<double>(most);
    const auto across = span(view.x, std::min(view.width, widest), step),
               down = span(view.y, std::min(view.height, widest), step);
    std::vector<Ranked> ranked;
    const auto unit = quarters(step);
    for (auto j = down.first; j <= down.last; ++j)
        for (auto i = across.first; i <= across.last; ++i) {
            const GridCell cell{i * unit, j * unit};
            const double dx = cell.x() - view.x, dy = cell.y() - view.y;
            const double angle = std::atan2(dy, dx);
            ranked.push_back({cell, std::hypot(dx, dy), angle < 0 ? angle + 2 * std::numbers::pi : angle});
        }
    std::sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
        return a.distance != b.distance ? a.distance < b.distance
               : a.angle != b.angle     ? a.angle < b.angle
                                        : a.cell < b.cell;
    });
    if (ranked.size() > most) ranked.resize(most);
    std::vector<GridCell> out;
    out.reserve(ranked.size());
    for (const auto& r : ranked) out.push_back(r.cell);
    return out;
}

GridCell nearest_cell(double x, double y, double step) {
    const auto unit = quarters(std::max(step, kFinest));
    const auto along = [&](double v) {
        return std::llround((std::isnan(v) ? 0 : std::clamp(v, -kLimit, kLimit)) * 4 / static_cast<double>(unit)) *
               unit;
    };
    return {along(x), along(y)};
}

GridCell cell_of_seed(std::uint32_t seed) { return {std::int64_t{seed % 100} * 4, std::int64_t{seed / 100} * 4}; }

} // namespace unstuck::latent
