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
/// The first stands beside the others, which share a row of tabs.
inline constexpr auto kBottomPanels = std::to_array<PanelName>({
    {"Layers", "All layers of A and B, and which one is looked at"},
    {"Spectrum", "Spectra of what is shown, as planes and curves"},
    {"Layer spectra", "Average spectra of every layer"},
    {"Filter", "Edits of layers' filters, and what they pass"},
    {"Instruments", "Measurements of equivariance, sticking and aliasing"},
    {"Bookmarks", "Scenes to come back to, with small pictures"},
    {"Latent map", "The seed plane as thumbnails: see around, and go there"},
    {"Performance", "Where the time goes, layer by layer"},
    {"System", "What computes and what draws"},
    {"Log", "What was loaded, saved and refused"},
});

} // namespace unstuck::app
