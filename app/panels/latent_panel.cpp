#include "app/latent_moves.hpp"
#include "app/panels/latent_rows.hpp"
#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"
#include "core/latent/seeds.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <imgui.h>

namespace unstuck::app {

namespace {

int most_classes(const PanelContext& c) {
    int classes = 0;
    for (const auto& m : c.model)
        if (m) classes = std::max(classes, m->c_dim);
    return classes;
}

bool any_noise(const PanelContext& c) {
    return std::any_of(c.model.begin(), c.model.end(), [](const auto& m) { return m && m->has_noise; });
}

void seed_rows(PanelContext& c) {
    auto& s = c.scene.latent;
    const auto& d = c.defaults.latent;
    drag_row("seed x", "Position in the seed plane: seed = x + 100 y, blended in W between whole seeds", s.x, 0.01,
             -1e9, 1e9, d.x, "%.3f");
    drag_row("seed y", "Position in the seed plane: one step in y is 100 seeds", s.y, 0.01, -1e9, 1e9, d.y, "%.3f");
    const auto nearest =
        latent::plane_seed(static_cast<std::int64_t>(std::llround(s.x)), static_cast<std::int64_t>(std::llround(s.y)));
    const bool whole = s.x == std::round(s.x) && s.y == std::round(s.y);
    ImGui::AlignTextToFramePadding();
    dim_text(fmt::format("{} seed {}", whole ? "at" : "near", nearest).c_str());
    ImGui::SameLine(ImGui::GetFontSize() * 8.2f);
    ImGui::BeginDisabled(whole);
    if (ImGui::Button("Snap")) {
        s.x = std::round(s.x);
        s.y = std::round(s.y);
    }
    ImGui::EndDisabled();
    tooltip("Go to the nearest whole seed");
    ImGui::SameLine();
    if (ImGui::Button("Next")) move(c, [](engine::LatentState& l) { go_to(l, std::floor(l.x) + 1, l.y); });
    tooltip("Go to the next seed");
}

void noise_rows(PanelContext& c) {
    auto& s = c.scene.latent;
    const auto& d = c.defaults.latent;
    const char* why = any_noise(c) ? nullptr : "Neither model has noise inputs";
    constexpr const char* names[] = {"const", "random", "none"};
    int mode = static_cast<int>(s.noise);
    if (choice_row("noise", "Noise inputs of StyleGAN2: the stored ones, fresh ones, or none", mode, names, 3,
                   static_cast<int>(d.noise), why))
        s.noise = static_cast<model::NoiseMode>(mode);
    const bool none = s.noise == model::NoiseMode::none;
    slider_row("strength", "Factor on the learned noise strengths", s.noise_strength, 0, 2, d.noise_strength, "%.2f",
               why    ? why
               : none ? "Noise is off"
                      : nullptr);
    if (s.noise == model::NoiseMode::random && !why)
        int_row("noise seed", "Which fresh noise", s.noise_seed, 0, 2147483647, d.noise_seed);
}

} // namespace

void draw_latent_panel(PanelContext& c) {
    auto& s = c.scene.latent;
    const auto& d = c.defaults.latent;
    draw_place_row(c);
    seed_rows(c);
    const int classes = most_classes(c);
    if (classes > 0)
        int_row("class", "Class of conditional models; -1 takes the class that each seed draws", s.class_index, -1,
                classes - 1, d.class_index);
    slider_row("psi", "Truncation: w' = w_avg + psi (w - w_avg). 0 shows the average, 1 the model as trained", s.psi,
               -1, 2, d.psi, "%.2f");
    const int rows = most_rows(c);
    int_row("cutoff", "How many rows of w are truncated; -1 for all", s.cutoff, -1, std::max(rows, 0), d.cutoff);
    const bool any_pose =
        std::any_of(c.model.begin(), c.model.end(), [](const auto& m) { return m && m->has_transform; });
    check_row(
        "lock pose",
        "Alias-free: turns and moves every w's picture as that of the average w, by row 0 of w; the Instruments tab "
        "shows the pose",
        s.lock_pose, d.lock_pose, any_pose ? nullptr : "Neither model draws a pose from w");
    draw_mixing_rows(c);
    draw_w_file_rows(c);
    noise_rows(c);
    check_row("animate", "Move along x through the seeds", s.animate, d.animate);
    if (s.animate) slider_row("speed", "Seeds per second", s.speed, -5, 5, d.speed, "%.2f /s");
    if (s.animate && !c.scene.playing) dim_text("Paused: Space plays");
    draw_walk_rows(c);
}

} // namespace unstuck::app
