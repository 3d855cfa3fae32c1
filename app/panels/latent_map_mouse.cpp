// What mouse and keys do on the latent map.
#include "app/latent_moves.hpp"
#include "app/panels/latent_map_parts.hpp"
#include "app/widgets.hpp"
#include "core/latent/seeds.hpp"

#include <cmath>
#include <fmt/format.h>

namespace unstuck::app {

using latent::GridCell;

namespace {

constexpr const char* kMenu = "map menu";

void press(PanelContext& c, const MapPlacement& p) {
    auto& map = c.ui.map;
    const auto& io = ImGui::GetIO();
    const bool middle = ImGui::IsMouseDown(ImGuiMouseButton_Middle);
    const auto at = io.MouseClickedPos[middle ? ImGuiMouseButton_Middle : ImGuiMouseButton_Left];
    map.pressed_at = {at.x, at.y};
    const auto marker = marker_of(c.scene.latent);
    const auto m = on_map(p, marker.x, marker.y);
    const bool on_marker = !marker.on_walk && std::hypot(m.x - at.x, m.y - at.y) < ImGui::GetFontSize() * 0.6f;
    if (middle)
        map.drag = MapDrag::pan;
    else if (io.MouseClickedCount[ImGuiMouseButton_Left] == 2 || on_marker)
        map.drag = MapDrag::steer;
    else
        map.drag = MapDrag::pressed;
    if (map.drag == MapDrag::steer) c.ui.drag = drag_from(c.scene); // Esc goes back, as from a drag on a picture
}

void continue_drag(PanelContext& c, const MapPlacement& p, bool released) {
    auto& map = c.ui.map;
    const auto& io = ImGui::GetIO();
    if (map.drag == MapDrag::pressed &&
        std::hypot(io.MousePos.x - map.pressed_at[0], io.MousePos.y - map.pressed_at[1]) > io.MouseDragThreshold)
        map.drag = MapDrag::pan;
    const double dx = io.MousePos.x - map.pressed_at[0], dy = io.MousePos.y - map.pressed_at[1];
    if (map.drag == MapDrag::pan) {
        map.x -= dx / p.points;
        map.y -= dy / p.points;
        map.pressed_at = {io.MousePos.x, io.MousePos.y};
    } else if (map.drag == MapDrag::steer) {
        if (!c.ui.drag.active && !released) { // taken back
            map.drag = MapDrag::none;
            return;
        }
        if (dx != 0 || dy != 0) {
            const auto [x, y] = p.to_plane(io.MousePos.x, io.MousePos.y);
            move(c, [&, x = x, y = y](engine::LatentState& l) { go_to(l, x, y); });
        }
        map.pressed_at = {io.MousePos.x, io.MousePos.y};
    }
}

void release(PanelContext& c, const MapPlacement& p, double step) {
    auto& map = c.ui.map;
    if (map.drag == MapDrag::pressed) {
        const auto [x, y] = p.to_plane(map.pressed_at[0], map.pressed_at[1]);
        move(c, [&, x = x, y = y](engine::LatentState& l) { go_to(l, latent::nearest_cell(x, y, step)); });
    }
    map.drag = MapDrag::none;
}

void keys(PanelContext& c) {
    const auto& io = ImGui::GetIO();
    if (io.WantTextInput || io.KeyAlt || io.KeyCtrl || !ImGui::IsWindowFocused() ||
        ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId))
        return;
    const auto step = [&](ImGuiKey key, int dx, int dy) {
        if (ImGui::IsKeyPressed(key)) move(c, [&](engine::LatentState& l) { step_seed(l, dx, dy); });
    };
    c.ui.panel_keys = {ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_UpArrow, ImGuiKey_DownArrow};
    step(ImGuiKey_LeftArrow, -1, 0);
    step(ImGuiKey_RightArrow, 1, 0);
    step(ImGuiKey_UpArrow, 0, -1);
    step(ImGuiKey_DownArrow, 0, 1);
}

} // namespace

std::string cell_text(const GridCell& cell) {
    if (cell.is_seed()) return fmt::format("seed {} at ({}, {})", nearest_seed(cell.x(), cell.y()), cell.x(), cell.y());
    return fmt::format("between seeds, at ({}, {})", cell.x(), cell.y());
}

void navigate_map(PanelContext& c, const MapPlacement& p, double step) {
    auto& map = c.ui.map;
    const auto& io = ImGui::GetIO();
    const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive(), over = ImGui::IsItemDeactivated();
    if (hovered && io.MouseWheel != 0) zoom_map(map, p, std::pow(1.25, io.MouseWheel), io.MousePos.x, io.MousePos.y);
    if (hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Right)) {
        const auto [x, y] = p.to_plane(io.MousePos.x, io.MousePos.y);
        map.menu_cell = latent::nearest_cell(x, y, step);
        ImGui::SetWindowFocus();
        ImGui::OpenPopup(kMenu);
    }
    if (ImGui::IsItemActivated()) press(c, p);
    if (map.drag != MapDrag::none && (active || over)) continue_drag(c, p, over);
    if (over) release(c, p, step);
    keys(c);
}

void draw_map_menu(PanelContext& c) {
    if (!ImGui::BeginPopup(kMenu)) return;
    auto& l = c.scene.latent;
    const auto& cell = c.ui.map.menu_cell;
    const auto seed = nearest_seed(cell.x(), cell.y());
    ImGui::TextDisabled("%s", cell_text(cell).c_str());
    ImGui::Separator();
    if (ImGui::MenuItem("Go there")) move(c, [&](engine::LatentState& latent) { go_to(latent, cell); });
    constexpr std::uint32_t kMostMixSeed = 2147483647;
    if (ImGui::MenuItem(fmt::format("Mix with seed {}###mix", seed).c_str(), nullptr, false, seed <= kMostMixSeed)) {
        l.mix = true;
        l.mix_seed = static_cast<int>(seed);
    }
    tooltip(seed <= kMostMixSeed ? "Style mixing takes its rows of w from this seed; tick the rows in the Latent panel"
                                 : "Style mixing takes seeds up to 2147483647");
    if (ImGui::MenuItem(fmt::format("Copy seed {}###copy", seed).c_str()))
        ImGui::SetClipboardText(std::to_string(seed).c_str());
    const bool full = l.walk.seeds.size() >= engine::kMostWalkSeeds;
    if (ImGui::MenuItem(fmt::format("Add seed {} to the walk###walk", seed).c_str(), nullptr, false, !full))
        add_walk_seed(l, seed);
    tooltip(full ? "The walk is full" : "One more key at the end of the closed walk; see the Latent panel");
    ImGui::EndPopup();
}

} // namespace unstuck::app
