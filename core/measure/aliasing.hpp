#pragma once
#include "core/measure/reading.hpp"
#include "core/signal/layer_spectrum.hpp"

#include <ATen/core/Tensor.h>

namespace unstuck::measure {

struct AliasReading {
    ReadingState state = ReadingState::no_overlap;
    double db = 0;                    ///< 10 log10(|y - y_ref|^2 / |y_ref|^2), at least -kMostDb.
    double error = 0, signal = 0;     ///< |y - y_ref|^2 and |y_ref|^2, to pool several readings.
    signal::LayerSpectrum difference; ///< Of y - y_ref over the common interior. Empty without overlap.
};

/// How much of a layer's output is aliasing: y [C, H, W] against y_ref [C, H', W'], the same layer computed at a higher
/// oversampling with nearly ideal filters. A larger one is cut centrally to the other's size, then `border` samples are
/// left out on each side. `sampling_rate` in samples per image side. Throws std::invalid_argument when the channels
/// differ or sizes differ by an odd number.
/// Source: spec/metrics.md, "Alias-to-signal"; test: tests/unit/measure_test.cpp.
AliasReading alias_to_signal(const at::Tensor& y, const at::Tensor& y_ref, double sampling_rate, int border,
                             double beta = 8);

} // namespace unstuck::measure
