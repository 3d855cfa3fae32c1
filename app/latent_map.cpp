#include "app/latent_map.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::app {

void zoom_map(LatentMapState& map, const MapPlacement& placement, double factor, double sx, double sy) {
    const double ems = std::clamp(map.ems * factor, kNarrowestSeed, kWidestSeed);
    const auto [px, py] = placement.to_plane(sx, sy);
    const double kept = map.ems / ems; // distances from that point, in seeds
    map.x = px + (placement.x - px) * kept;
    map.y = py + (placement.y - py) * kept;
    map.ems = ems;
}

void keep_in_view(LatentMapState& map, const MapPlacement& placement, double x, double y, double margin) {
    const auto along = [&](double middle, double size, double at) {
        const double reach = std::max(size * 0.5 - margin, 0.0) / placement.points;
        return std::clamp(middle, at - reach, at + reach);
    };
    map.x = along(map.x, placement.area[2], x);
    map.y = along(map.y, placement.area[3], y);
}

void follow_trail(std::vector<std::array<double, 2>>& trail, double x, double y) {
    constexpr std::size_t kMost = 400;
    constexpr double kJump = 3;
    if (!trail.empty()) {
        const auto [px, py] = trail.back();
        if (px == x && py == y) return;
        if (std::hypot(px - x, py - y) > kJump) trail.clear();
    }
    trail.push_back({x, y});
    if (trail.size() > kMost) trail.erase(trail.begin());
}

} // namespace unstuck::app
