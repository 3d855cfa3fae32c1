#pragma once
// Threads lie along the channels, which are innermost in memory; each keeps the wave of its channel in registers
// (instead of all waves in shared memory: no barrier, any number of channels) and walks over a few pixels.
#include "cuda/emulate.h"
#include "cuda/fourier_features.h"
#include "cuda/half.h"
#include "cuda/require.h"

#include <cmath>

namespace unstuck::cuda {

inline void validate(const FourierFeatures& p) {
    constexpr const char* kOp = "fourier_features";
    require_images(p.y, kOp);
    require(p.y.n <= 1, kOp, "one sample", p.y.n);
    require(p.channels >= 0 && p.channels <= p.y.channels, kOp, "channels between 0 and those stored", p.channels);
    if (p.y.size() == 0 || p.channels == 0) return;
    require_data(p.pose, kOp, "pose");
    require_data(p.transform, kOp, "transform");
    require_data(p.freqs, kOp, "freqs");
    require_data(p.phases, kOp, "phases");
}

struct FourierFeaturesBody {
    static constexpr int kThreads = 256; ///< At most: no more warps than the channels fill.
    static constexpr int kPixels = 16;   ///< Per block: they share the work of finding the wave.
    struct Thread {
        int index = 0;
    };
    FourierFeatures p;

    UNSTUCK_HD int threads() const { return p.y.channels < kThreads ? round_up(p.y.channels, 32) : kThreads; }

    Launch launch() const {
        if (p.y.size() == 0) return {};
        return {ceil_div(p.y.height * p.y.width, kPixels), ceil_div(p.y.channels, threads()), 1, threads(), 0};
    }

    template <class Phases>
    UNSTUCK_HD void run(Block block, char*, Phases&& phase) const {
        phase([&](Thread& t) {
            const int channel = block.y * threads() + t.index;
            if (channel >= p.y.channels) return;
            const Wave wave = channel < p.channels ? wave_of(channel) : Wave{};
            for (int k = 0; k < kPixels; ++k) {
                const int pixel = block.x * kPixels + k;
                if (pixel >= p.y.height * p.y.width) return;
                store(p.y.data, p.y.element, static_cast<long long>(pixel) * p.y.channels + channel, at(wave, pixel));
            }
        });
    }

  private:
    struct Wave {
        float f_x = 0, f_y = 0, phase = 0, amplitude = 0;
    };

    /// Column j of the first two rows of R(r) T(-t) transform.
    struct Column {
        float x, y;
    };
    UNSTUCK_HD Column moved(int j) const {
        const float norm = std::sqrt(p.pose[0] * p.pose[0] + p.pose[1] * p.pose[1]);
        const float r_c = p.pose[0] / norm, r_s = p.pose[1] / norm, t_x = p.pose[2] / norm, t_y = p.pose[3] / norm;
        const float last = p.transform[6 + j];
        const float x = p.transform[j] - t_x * last, y = p.transform[3 + j] - t_y * last;
        return {r_c * x - r_s * y, r_s * x + r_c * y};
    }

    UNSTUCK_HD Wave wave_of(int channel) const {
        const float f_x = p.freqs[2 * channel], f_y = p.freqs[2 * channel + 1];
        const Column a = moved(0), b = moved(1), c = moved(2);
        Wave w;
        w.f_x = f_x * a.x + f_y * a.y;
        w.f_y = f_x * b.x + f_y * b.y;
        w.phase = p.phases[channel] + (f_x * c.x + f_y * c.y);
        const float f = std::sqrt(w.f_x * w.f_x + w.f_y * w.f_y);
        w.amplitude = 1 - (f - p.bandwidth) / (p.sampling_rate / 2 - p.bandwidth);
        w.amplitude = w.amplitude < 0 ? 0 : w.amplitude > 1 ? 1 : w.amplitude; // NaN stays NaN
        return w;
    }

    /// The centre of pixel i of n, in image sides: only the division rounds.
    UNSTUCK_HD float centre(int i, int n) const {
        return (static_cast<float>(i) + 0.5f - static_cast<float>(n) / 2) / p.sampling_rate;
    }

    UNSTUCK_HD float at(const Wave& w, int pixel) const {
        const float x = centre(pixel % p.y.width, p.y.width), y = centre(pixel / p.y.width, p.y.height);
        const float turns = w.f_x * x + w.f_y * y + w.phase;
        // Whole turns go while they are exact: the sine's argument stays within +-pi, where it is quick and accurate.
        return w.amplitude * std::sin(6.28318531f * (turns - std::rint(turns)));
    }
};

} // namespace unstuck::cuda
