#pragma once
#include <array>

namespace unstuck::app {

/// Windows that can be hidden, by the names on their tabs: the layout docks them, --panel and the palette show them.
struct PanelName {
    const char* name;
    const char* tip; ///< What it is for.
};
inline constexpr auto kLeftPanels = std::to_array<PanelName>({
    {"Models", "Which networks are A and B"},
    {"Latent", "Seed, truncation, style mixing, noise"},
    {"Transform", "Where the content is: translation, rotation, scale, their animation"},
});
/// Below the pictures, in two rows of tabs that are all seen in a window 1280 wide: lists on the left,
inline constexpr auto kListPanels = std::to_array<PanelName>({
    {"Layers", "All layers of A and B, and which one is looked at"},
    {"Directions", "Named steps of w along principal components and by the layers' affines"},
    {"Bookmarks", "Scenes to come back to, with small pictures"},
    {"Performance", "Where the time goes, layer by layer"},
    {"System", "What computes and what draws"},
    {"Log", "What was loaded, saved and refused"},
});
/// and what one works with on the right.
inline constexpr auto kBottomPanels = std::to_array<PanelName>({
    {"Spectrum", "Spectra of what is shown, as planes and curves"},
    {"Layer spectra", "Average spectra of every layer"},
    {"Filter", "Edits of layers' filters, and what they pass"},
    {"Instruments", "Measurements of equivariance, sticking and aliasing"},
    {"Statistics", "Mean, spread and histogram of what is shown, or of a selected rectangle, and watched pixels"},
    {"Timeline", "Keyframes and ready-made motions, and playing them"},
    {"Recorder", "Films of what is shown, made in the background"},
    {"Latent map", "The seed plane as thumbnails: see around, and go there"},
});

} // namespace unstuck::app
