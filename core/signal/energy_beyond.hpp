#pragma once
#include "core/signal/layer_spectrum.hpp"

namespace unstuck::signal {

/// How much of a layer's power lies beyond a cutoff.
struct EnergyBeyond {
    double share = 0;  ///< Of the windowed spectrum's power, at radius > cutoff: 0 .. 1.
    double floor = 0;  ///< The same of a field that has nothing there: what the window leaks.
    double excess = 0; ///< share - floor, not below 0.
    bool flat = false; ///< The layer is constant: there is no power, all numbers are 0.
};

/// The share of a layer_spectrum()'s power at radius > cutoff (cycles per image side), and its floor: the expected
/// share of a random field of equal variance with the same power in every bin up to the cutoff, DC excepted, and none
/// beyond it, under the same Kaiser window. A real layer has most of its power at low frequencies and leaks less, so
/// the excess is, if anything, too small. Separable filters pass the corners of a square: with a cutoff f_c, up to
/// sqrt(2) f_c. `beta`: the one that the spectrum was taken with.
/// Source: spec/metrics.md, "Energy beyond f_c"; test: tests/unit/average_spectrum_test.cpp.
EnergyBeyond energy_beyond(const LayerSpectrum& spectrum, double cutoff, double beta);

/// Its two parts. The floor depends on the grid alone (width, height, sampling rate): one is enough for many spectra.
double share_beyond(const LayerSpectrum& spectrum, double cutoff); ///< 0 of a flat one.
double floor_beyond(const LayerSpectrum& grid, double cutoff, double beta);

} // namespace unstuck::signal
