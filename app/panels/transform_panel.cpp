#include "app/panels/layouts.hpp"
#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <imgui.h>

namespace unstuck::app {

namespace {

int resolution(const PanelContext& c) {
    for (auto side : {engine::Side::b, engine::Side::a})
        if (const auto& m = c.model[index(side)]) return m->resolution;
    return 256;
}

/// A value stored in image sides, shown in output pixels.
void pixel_row(const char* label, const char* tip, double& sides, int res, double standard) {
    double px = sides * res;
    if (drag_row(label, tip, px, 0.05, -100.0 * res, 100.0 * res, standard * res, "%.2f px")) sides = px / res;
}

bool moves_constant(const PanelContext& c) {
    return std::any_of(c.model.begin(), c.model.end(), [](const auto& m) { return m && !m->has_transform; });
}

} // namespace

void draw_transform_panel(PanelContext& c) {
    auto& t = c.scene.transform;
    const auto& d = c.defaults.transform;
    const int res = resolution(c);
    pixel_row("x", "Moves the content to the right, in output pixels (t_x)", t.x, res, d.x);
    pixel_row("y", "Moves the content down, in output pixels (t_y)", t.y, res, d.y);
    double degrees = t.turns * 360;
    if (drag_row("rotate", "Turns the content counter-clockwise about the image's centre", degrees, 0.25, -3.6e8, 3.6e8,
                 d.turns * 360, fmt::format("%.2f\u00b0  {:.4f} turns", t.turns).c_str()))
        t.turns = degrees / 360;
    drag_row("scale", "Enlarges the content", t.scale, 0.002, 0.05, 20, d.scale, "%.3f x");
    check_row("round", "Rounds the translation to whole output pixels", t.round_px, d.round_px);
    check_row("stabilise", kStabiliseTip, t.untransform, d.untransform);
    constexpr const char* edges[] = {"periodic", "clamp"};
    int edge = static_cast<int>(t.edge);
    if (choice_row("constant",
                   "StyleGAN2 has no input transform: its learned 4x4 constant is moved, and continues beyond its edge "
                   "like this",
                   edge, edges, 2, static_cast<int>(d.edge),
                   moves_constant(c) ? nullptr : "Both models have an input transform of their own"))
        t.edge = static_cast<model::ConstantEdge>(edge);

    heading("Motion");
    check_row("orbit", "Runs the translation round a circle", t.animate_orbit, d.animate_orbit);
    if (t.animate_orbit) {
        pixel_row("radius", "Radius of the circle, in output pixels", t.orbit_radius, res, d.orbit_radius);
        slider_row("speed", "Turns of the circle per second", t.orbit_speed, -1, 1, d.orbit_speed, "%.2f /s");
    }
    check_row("turn", "Turns the content steadily", t.animate_rotation, d.animate_rotation);
    if (t.animate_rotation)
        slider_row("turn speed", "Turns per second", t.rotation_speed, -1, 1, d.rotation_speed, "%.3f /s");
    check_row("breathe", "Swings the scale between half and double", t.animate_scale, d.animate_scale);
    if (t.animate_scale) slider_row("rate", "Cycles per second", t.scale_speed, -1, 1, d.scale_speed, "%.2f /s");

    if (ImGui::Button("Reset all")) t = d;
    tooltip("All of this panel back to its defaults (Home)");
    ImGui::SameLine();
    if (ImGui::Button("Still")) {
        const auto [x, y] = engine::effective_translation(t, res);
        t.scale = engine::effective_scale(t);
        t.x = x;
        t.y = y;
        t.animate_orbit = t.animate_rotation = t.animate_scale = false;
    }
    tooltip("Stop all motion where it is");
    if (moves_constant(c)) dim_text("StyleGAN2: its constant is moved, the rest of it stays.");
}

} // namespace unstuck::app
