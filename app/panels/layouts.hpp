#pragma once
#include "core/engine/scene.hpp"

#include <array>
#include <imgui.h>

namespace unstuck::app {

/// The layouts that can be chosen, in the order of toolbar and menu.
struct LayoutChoice {
    engine::Layout layout;
    const char* label; ///< Of its button.
    const char* name;  ///< In a menu.
    const char* tip;
    ImGuiKey key;
    const char* key_name;
};
inline constexpr std::array<LayoutChoice, 6> kLayoutChoices = {{
    {engine::Layout::side_by_side, "A | B", "A | B", "Both pictures", ImGuiKey_1, "1"},
    {engine::Layout::only_a, "A", "Only A", "Only the picture of A", ImGuiKey_A, "A"},
    {engine::Layout::only_b, "B", "Only B", "Only the picture of B", ImGuiKey_B, "B"},
    {engine::Layout::wipe, "Wipe", "Wipe", "A left and B right of a bar that you drag over the picture", ImGuiKey_2,
     "2"},
    {engine::Layout::difference, "Difference", "Difference", "B minus A, pixel by pixel, in colours", ImGuiKey_3, "3"},
    {engine::Layout::grid, "Grid", "Grid", "Both pictures above, their spectra below", ImGuiKey_G, "G"},
}};

/// Of the toolbar's button and the transform's row, which are one state.
inline constexpr const char* kStabiliseTip =
    "Moves the output back (anti-aliased): what follows the content stands still, what sticks to the screen moves (4)";

} // namespace unstuck::app
