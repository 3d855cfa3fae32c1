#pragma once
#include "core/signal/layer_spectrum.hpp"

#include <ATen/core/Tensor.h>

namespace unstuck::signal {

/// Values below this are shown as this.
constexpr double kFloorDb = -140;

/// 10 log10(power), at least the floor.
double to_db(double power);

/// x [C, H, W]: each channel's mean removed, Kaiser window of `beta` on both axes, |FFT2|^2 divided by the window's
/// energy, averaged over channels. Non-finite inputs count as zeros. `sampling_rate` in samples per image side.
LayerSpectrum layer_spectrum(const at::Tensor& x, double sampling_rate, double beta);

} // namespace unstuck::signal
