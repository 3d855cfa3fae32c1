// What is drawn over the latent map's thumbnails: where the picture is, was and goes.
#include "app/latent_moves.hpp"
#include "app/panels/latent_map_parts.hpp"
#include "app/theme.hpp"
#include "core/latent/seeds.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace unstuck::app {

namespace {

constexpr ImU32 kDark = IM_COL32(0, 0, 0, 150);

ImU32 light(float alpha) { return ImGui::GetColorU32(ImVec4(1, 1, 1, alpha)); }

/// A line that is seen on any picture.
void line(ImVec2 from, ImVec2 to, ImU32 colour, float width) {
    auto* draw = ImGui::GetWindowDrawList();
    draw->AddLine(from, to, IM_COL32(0, 0, 0, 90), width * 2.2f);
    draw->AddLine(from, to, colour, width);
}

void draw_trail(const PanelContext& c, const MapPlacement& p, float width) {
    const auto& trail = c.ui.map.trail;
    for (std::size_t i = 1; i < trail.size(); ++i) {
        const float age = static_cast<float>(i) / static_cast<float>(trail.size());
        line(on_map(p, trail[i - 1][0], trail[i - 1][1]), on_map(p, trail[i][0], trail[i][1]), light(age * 0.75f),
             width);
    }
}

/// From where one is to the map's edge: the animation moves along x.
void draw_animation(const PanelContext& c, const MapPlacement& p, float width) {
    const auto& l = c.scene.latent;
    if (!l.animate || l.speed == 0) return;
    const auto from = on_map(p, l.x, l.y);
    const float dash = ImGui::GetFontSize() * 0.5f, way = l.speed > 0 ? 1.0f : -1.0f;
    const float end = l.speed > 0 ? p.area[0] + p.area[2] : p.area[0];
    for (float x = std::clamp(from.x + way * dash * 2, p.area[0], p.area[0] + p.area[2]); (end - x) * way > 0;
         x += way * dash * 2)
        line({x, from.y}, {x + way * dash, from.y}, light(0.5f), width);
}

/// The walk's keys where their seeds are, joined in order. Its picture is a blend of their w; the straight lines only
/// tell the order.
void draw_walk(const PanelContext& c, const MapPlacement& p, float width) {
    const auto& seeds = c.scene.latent.walk.seeds;
    constexpr std::size_t kMostDrawn = 300; // more would hide the map
    const auto count = std::min(seeds.size(), kMostDrawn);
    const auto at = [&](std::size_t i) {
        const auto cell = latent::cell_of_seed(seeds[i % seeds.size()]);
        return on_map(p, cell.x(), cell.y());
    };
    const auto colour = ImGui::GetColorU32(ImVec4(1, 0.84f, 0.45f, 0.8f));
    for (std::size_t i = 0; i < count; ++i) line(at(i), at(i + 1), colour, width);
    auto* draw = ImGui::GetWindowDrawList();
    const float em = ImGui::GetFontSize(), radius = em * 0.62f;
    for (std::size_t i = 0; i < count; ++i) {
        const auto text = std::to_string(i);
        const auto size = ImGui::CalcTextSize(text.c_str());
        const auto q = at(i);
        draw->AddCircleFilled(q, radius, IM_COL32(0, 0, 0, 170));
        draw->AddCircle(q, radius, colour, 0, width);
        draw->AddText({q.x - size.x / 2, q.y - size.y / 2}, colour, text.c_str());
    }
}

/// A frame around the cell that is shown, where it is one.
void draw_present_cell(const MapMarker& m, const MapPlacement& p, double step, float width) {
    const auto cell = latent::nearest_cell(m.x, m.y, step);
    if (m.on_walk || cell.x() != m.x || cell.y() != m.y) return;
    const auto at = on_map(p, m.x, m.y);
    const auto half = static_cast<float>(step * p.points / 2);
    const ImVec2 from{std::round(at.x - half), std::round(at.y - half)},
        to{std::round(at.x + half), std::round(at.y + half)};
    auto* draw = ImGui::GetWindowDrawList();
    draw->AddRect(from, to, kDark, 0, width * 3);
    draw->AddRect(from, to, light(0.95f), 0, width * 1.4f);
}

void draw_marker(const PanelContext& c, const MapPlacement& p, double step, float width) {
    const auto m = marker_of(c.scene.latent);
    const auto at = on_map(p, m.x, m.y);
    auto* draw = ImGui::GetWindowDrawList();
    draw_present_cell(m, p, step, width);
    const float radius = ImGui::GetFontSize() * 0.5f;
    draw->AddCircle(at, radius, kDark, 0, width * 3.4f);
    draw->AddCircle(at, radius, light(1), 0, width * 1.4f);
    draw->AddCircleFilled(at, radius * 0.28f, kDark);
    draw->AddCircleFilled(at, radius * 0.2f, light(1));
}

} // namespace

MapMarker marker_of(const engine::LatentState& l) {
    const auto& walk = l.walk;
    if (walk.seeds.empty() || walk.reach == 0) return {l.x, l.y, false};
    const auto count = static_cast<double>(walk.seeds.size());
    double t = walk.position - std::floor(walk.position / count) * count;
    if (!(t >= 0 && t < count)) t = 0;
    const auto key = static_cast<std::size_t>(t);
    const auto from = latent::cell_of_seed(walk.seeds[key]),
               to = latent::cell_of_seed(walk.seeds[(key + 1) % walk.seeds.size()]);
    const double u = t - static_cast<double>(key), reach = std::clamp(walk.reach, 0.0, 1.0);
    return {std::lerp(l.x, std::lerp(from.x(), to.x(), u), reach),
            std::lerp(l.y, std::lerp(from.y(), to.y(), u), reach), true};
}

void draw_map_marks(const PanelContext& c, const MapPlacement& p, double step) {
    const float width = std::max(1.2f, ImGui::GetFontSize() * 0.1f);
    draw_trail(c, p, width);
    draw_animation(c, p, width);
    if (!c.scene.latent.walk.seeds.empty()) draw_walk(c, p, width);
    draw_marker(c, p, step, width);
}

} // namespace unstuck::app
