#pragma once
#include "core/engine/instruments.hpp"

#include <optional>
#include <string>
#include <vector>

namespace unstuck::app {

/// One instrument as the user set it up, with its latest measurement.
template <class Settings>
struct Instrument {
    Settings settings;
    engine::Run<Settings> run;
    bool live = false; ///< Measures anew whenever something that it depends on changes.
};

/// What the Layers instrument shows: a number of each layer, or the spectrum of the aliasing of those looked at.
enum class LayerQuantity { equivariance, aliasing, spectrum };

/// The filter lab's ladder, measured on the models that are open.
struct LadderState {
    engine::LadderSettings settings;
    std::array<engine::Run<engine::LadderSettings>, 2> run; ///< Of one side's model each.
    engine::Side latest = engine::Side::b;                  ///< Whose was started last: the queue's job is of that one.
};

/// The Layer spectra tab.
struct LayerSpectraState {
    Instrument<engine::SpectraSettings> average;
    struct Enlarged {
        engine::Side side = engine::Side::a; ///< Whose plot was clicked.
        std::string layer;
    };
    std::optional<Enlarged> enlarged;                       ///< The one layer that takes the whole panel.
    bool enlarged_on_screen = false;                        ///< It was in the last frame: Esc closes it.
    bool slice_0 = false, slice_45 = false, present = true; ///< What is drawn of it besides the radial mean.

    /// What is copied and saved: both sides' averages so far, of the enlarged layer alone while there is one.
    std::vector<engine::ModelSpectra> sets() const;
};

/// The Instruments tab.
struct InstrumentsState {
    std::size_t shown = 0; ///< Which one of the list.
    Instrument<engine::EqSettings> equivariance;
    Instrument<engine::StickingSettings> sticking;
    Instrument<engine::LayersSettings> layers;
    LayerQuantity layer_quantity = LayerQuantity::equivariance;
    Instrument<engine::AliasingSettings> aliasing;
    Instrument<engine::ClampSettings> clamps;
    Instrument<engine::MapSettings> map;
    Instrument<engine::AnglesSettings> angles;
    Instrument<engine::AverageSettings> average;
    Instrument<engine::ScanSettings> scan;
    LayerSpectraState spectra;
    double difference_gain = 8; ///< Of the pictures of differences.
};

} // namespace unstuck::app
