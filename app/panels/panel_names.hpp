#pragma once
#include <array>

namespace unstuck::app {

/// Windows that can be hidden, by the names on their tabs: the layout docks them, --panel and the palette show them.
struct PanelName {
    const char* name;
    const char* tip; ///< What it is for.
};
inline constexpr std::array<PanelName, 3> kLeftPanels = {{
    {"Models", "Which networks are A and B"},
    {"Latent", "Seed, truncation, style mixing, noise"},
    {"Transform", "Where the content is: translation, rotation, scale, their animation"},
}};
/// The first stands beside the others, which share a row of tabs.
inline constexpr std::array<PanelName, 9> kBottomPanels = {{
    {"Layers", "All layers of A and B, and which one is looked at"},
    {"Spectrum", "Spectra of what is shown, as planes and curves"},
    {"Layer spectra", "Average spectra of every layer"},
    {"Filter", "Edits of layers' filters, and what they pass"},
    {"Instruments", "Measurements of equivariance, sticking and aliasing"},
    {"Recorder", "Films of what is shown, made in the background"},
    {"Performance", "Where the time goes, layer by layer"},
    {"System", "What computes and what draws"},
    {"Log", "What was loaded, saved and refused"},
}};

} // namespace unstuck::app
