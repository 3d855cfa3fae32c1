#pragma once
#include "core/engine/instruments.hpp"

namespace unstuck::app {

/// One instrument as the user set it up, with its latest measurement.
template <class Settings>
struct Instrument {
    Settings settings;
    engine::Run<Settings> run;
    bool live = false; ///< Measures anew whenever something that it depends on changes.
};

/// The Instruments tab.
struct InstrumentsState {
    std::size_t shown = 0; ///< Which one of the list.
    Instrument<engine::EqSettings> equivariance;
    Instrument<engine::StickingSettings> sticking;
    Instrument<engine::LayersSettings> layers;
    Instrument<engine::MapSettings> map;
    Instrument<engine::AnglesSettings> angles;
    Instrument<engine::AverageSettings> average;
    Instrument<engine::ScanSettings> scan;
    double difference_gain = 8; ///< Of the pictures of differences.
};

} // namespace unstuck::app
