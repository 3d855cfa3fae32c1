#pragma once
#include "core/engine/measure_spectra.hpp"
#include "core/figure/figure.hpp"

namespace unstuck::engine {

/// Comma-separated values (RFC 4180) with a first line that names columns and units: one row per model, layer, curve
/// (radial, 0, 45) and frequency, with the mean in dB and the ends of its band, db -+ db_stddev. Numbers are written so
/// that they read back as the same doubles.
std::string layer_csv(const std::vector<ModelSpectra>& models);

/// One row per set, curve (0, 45) and frequency.
std::string image_csv(const std::vector<ImageSpectrum>& sets);

/// A panel per layer with the radial means of all models that have a layer of this name, their bands, and f_c, f_t and
/// s/2; for a single layer three panels: radial, 0 and 45 degrees.
figure::Figure layer_figure(const std::vector<ModelSpectra>& models);

/// Slices along 0 and 45 degrees of all sets, -50 to 30 dB.
figure::Figure image_figure(const std::vector<ImageSpectrum>& sets);

/// A heat map per set, levels -40 to 20 dB.
figure::Figure heatmap_figure(const std::vector<ImageSpectrum>& sets);

} // namespace unstuck::engine
