#pragma once
#include <algorithm>
#include <array>
#include <cmath>

namespace unstuck::figure {

/// Support points of the map for signed differences, evenly spaced from -1 to 1, linear in between. Its middle is a
/// neutral grey; orange and blue stay apart for all common kinds of colour blindness, and both grow lighter outwards.
inline constexpr std::array<std::array<float, 3>, 5> kDiverging = {{
    {1.00f, 0.88f, 0.64f},
    {0.90f, 0.45f, 0.05f},
    {0.40f, 0.40f, 0.40f},
    {0.10f, 0.52f, 0.90f},
    {0.72f, 0.91f, 1.00f},
}};

/// The map's colour at `t`, clamped to -1 .. 1.
inline std::array<float, 3> diverging_colour(double t) {
    const double at = (std::clamp(t, -1.0, 1.0) + 1) / 2 * (kDiverging.size() - 1);
    const auto i = std::min(static_cast<std::size_t>(at), kDiverging.size() - 2);
    const auto k = static_cast<float>(at - static_cast<double>(i));
    std::array<float, 3> colour{};
    for (std::size_t c = 0; c < 3; ++c) colour[c] = std::lerp(kDiverging[i][c], kDiverging[i + 1][c], k);
    return colour;
}

} // namespace unstuck::figure
