#pragma once
// The live spectrum of a layer, around a real FFT that is not ours: window, (cuFFT,) power, and the fold into what is
// shown. Same numbers as core/signal/spectrum.cpp, which says what they mean.
#include "cuda/types.h"

namespace unstuck::cuda {

/// y[c, h, w] = (x[0, h, w, first + c] - means[c]) window_y[h] window_x[w]; values that are not finite count as 0.
struct WindowChannels {
    Images x;
    int first_channel = 0, count = 0;
    const float* means = nullptr;    ///< [count]
    const float* window_y = nullptr; ///< [height]
    const float* window_x = nullptr; ///< [width]
    float* y = nullptr;              ///< [count, height, width]
};

/// power[h, w] += sum_c |spectrum[c, h, w]|^2 for the half plane w <= width / 2 of a real transform.
struct AddPower {
    const float* spectrum = nullptr; ///< [count, height, width / 2 + 1] complex
    int count = 0, height = 0, width = 0;
    float* power = nullptr; ///< [height, width / 2 + 1]
};

/// The half plane times `scale` as: a plane in dB with DC at (height / 2, width / 2); sums and counts of power in rings
/// one cycle wide; slices from the centre to the right and along the diagonal; the plane's mean.
struct FoldSpectrum {
    const float* power = nullptr; ///< [height, width / 2 + 1]
    int height = 0, width = 0;
    float scale = 1;         ///< 1 / (window energy * channels)
    float sampling_rate = 1; ///< Samples per image side.
    float floor_db = -140;
    int rings = 0;               ///< floor(sampling_rate / 2) + 1
    float* plane_db = nullptr;   ///< [height, width]
    float* ring_sum = nullptr;   ///< [rings], zeros before
    float* ring_count = nullptr; ///< [rings], zeros before
    float* slices = nullptr;     ///< [2, min(height, width) / 2 + 1] power; entries beyond the plane stay as they are
    double* total = nullptr;     ///< One number, zero before: the sum of power over the whole plane, scaled
};

void window_channels_ref(const WindowChannels& p);
void window_channels_emulated(const WindowChannels& p);
void window_channels_cuda(const WindowChannels& p, Stream stream);
void add_power_ref(const AddPower& p);
void add_power_emulated(const AddPower& p);
void add_power_cuda(const AddPower& p, Stream stream);
void fold_spectrum_ref(const FoldSpectrum& p);
void fold_spectrum_emulated(const FoldSpectrum& p);
void fold_spectrum_cuda(const FoldSpectrum& p, Stream stream);

} // namespace unstuck::cuda
