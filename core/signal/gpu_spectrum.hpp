#pragma once
#include "core/ops/gpu/gpu.hpp"
#include "core/signal/layer_spectrum.hpp"
#include "cuda/channel_sums.h"

#include <vector>

namespace unstuck::signal {

/// Numbers about each channel of sample 0 of x [N, C, H, W] in the GPU path's layout. Waits for the device.
std::vector<cuda::ChannelSum> channel_sums(const ops::Gpu& gpu, const at::Tensor& x);

/// layer_spectrum() on a GPU: the same numbers within float32's rounding. `sums` are channel_sums() of x. Waits.
LayerSpectrum layer_spectrum(const ops::Gpu& gpu, const at::Tensor& x, const std::vector<cuda::ChannelSum>& sums,
                             double sampling_rate, double beta);

} // namespace unstuck::signal
