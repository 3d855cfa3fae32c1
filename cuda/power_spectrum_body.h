#pragma once
// What surrounds the FFT of a spectrum. Every sum is made by one thread or one block in an order that depends on the
// sizes alone, so the same image gives the same bits; no atomics, no scratch.
#include "cuda/block_reduce.h"
#include "cuda/emulate.h"
#include "cuda/half.h"
#include "cuda/power_spectrum.h"
#include "cuda/require.h"

#include <cmath>

namespace unstuck::cuda {

inline void validate(const WindowChannels& p) {
    constexpr const char* kOp = "window_channels";
    require_images(p.x, kOp);
    require(p.count >= 0, kOp, "count >= 0", p.count);
    require(p.first_channel >= 0 && p.first_channel <= p.x.channels - p.count, kOp,
            "a first channel whose run lies within those stored", p.first_channel);
    if (p.x.size() == 0 || p.count == 0) return;
    const long long tiles = static_cast<long long>(p.x.height) * ceil_div(p.x.width, 64);
    require(tiles <= std::numeric_limits<int>::max(), kOp, "height * ceil(width / 64) that fits an int", tiles);
    require_data(p.means, kOp, "means");
    require_data(p.window_y, kOp, "window_y");
    require_data(p.window_x, kOp, "window_x");
    require_data(p.y, kOp, "y");
}

/// Numbers of the half plane that a real transform of height x width gives; throws when an int cannot count the plane.
inline int half_plane_size(int height, int width, const char* op) {
    require(height >= 0, op, "height >= 0", height);
    require(width >= 0, op, "width >= 0", width);
    const long long plane = static_cast<long long>(height) * width;
    require(plane <= std::numeric_limits<int>::max() / 4, op, "fewer than 2^29 pixels", plane);
    return plane == 0 ? 0 : height * (width / 2 + 1);
}

inline void validate(const AddPower& p) {
    constexpr const char* kOp = "add_power";
    require(p.count >= 0, kOp, "count >= 0", p.count);
    if (half_plane_size(p.height, p.width, kOp) == 0 || p.count == 0) return;
    require_data(p.spectrum, kOp, "spectrum");
    require_data(p.power, kOp, "power");
}

inline void validate(const FoldSpectrum& p) {
    constexpr const char* kOp = "fold_spectrum";
    require(p.rings >= 0, kOp, "rings >= 0", p.rings);
    require(p.sampling_rate > 0 && std::isfinite(p.sampling_rate), kOp, "a sampling rate > 0", p.sampling_rate);
    if (half_plane_size(p.height, p.width, kOp) == 0) return;
    require_data(p.power, kOp, "power");
    require_data(p.plane_db, kOp, "plane_db");
    require_data(p.slices, kOp, "slices");
    require_data(p.total, kOp, "total");
    if (p.rings == 0) return;
    require_data(p.ring_sum, kOp, "ring_sum");
    require_data(p.ring_count, kOp, "ring_count");
}

/// A tile of 16 channels by 64 columns of one row goes through shared memory: channels lie together where it is read,
/// columns where it is written.
struct WindowChannelsBody {
    static constexpr int kThreads = 256, kChannels = 16, kColumns = 64;
    static constexpr int kPitch = kColumns + 1; ///< Odd: a column of the tile touches every bank.
    struct Thread {
        int index = 0;
    };
    WindowChannels p;

    UNSTUCK_HD int tiles_x() const { return ceil_div(p.x.width, kColumns); }

    Launch launch() const {
        if (p.x.size() == 0 || p.count == 0) return {};
        return {p.x.height * tiles_x(), ceil_div(p.count, kChannels), 1, kThreads, kChannels * kPitch * sizeof(float)};
    }

    template <class Phases>
    UNSTUCK_HD void run(Block block, char* shared, Phases&& phase) const {
        auto* tile = reinterpret_cast<float*>(shared);
        const int row = block.x / tiles_x(), x0 = block.x % tiles_x() * kColumns, c0 = block.y * kChannels;
        phase([&](Thread& t) {
            for (int i = t.index; i < kChannels * kColumns; i += kThreads) {
                const int c = i % kChannels, x = i / kChannels;
                if (c0 + c < p.count && x0 + x < p.x.width) tile[c * kPitch + x] = windowed(c0 + c, row, x0 + x);
            }
        });
        phase([&](Thread& t) {
            for (int i = t.index; i < kChannels * kColumns; i += kThreads) {
                const int c = i / kColumns, x = i % kColumns;
                if (c0 + c < p.count && x0 + x < p.x.width)
                    p.y[(static_cast<long long>(c0 + c) * p.x.height + row) * p.x.width + x0 + x] =
                        tile[c * kPitch + x];
            }
        });
    }

  private:
    UNSTUCK_HD float windowed(int c, int row, int x) const {
        const long long pixel = static_cast<long long>(row) * p.x.width + x;
        const float v = load(p.x.data, p.x.element, pixel * p.x.channels + p.first_channel + c);
        const float finite = std::fabs(v) <= 3.402823466e38f ? v : 0;
        return (finite - p.means[c]) * (p.window_y[row] * p.window_x[x]);
    }
};

/// One thread per bin of the half plane.
struct AddPowerBody {
    static constexpr int kThreads = 256;
    struct Thread {
        int index = 0;
    };
    AddPower p;

    UNSTUCK_HD int bins() const { return p.height * (p.width / 2 + 1); }

    Launch launch() const {
        if (p.height == 0 || p.width == 0 || p.count == 0) return {};
        return {ceil_div(bins(), kThreads), 1, 1, kThreads, 0};
    }

    template <class Phases>
    UNSTUCK_HD void run(Block block, char*, Phases&& phase) const {
        phase([&](Thread& t) {
            const int bin = block.x * kThreads + t.index;
            if (bin >= bins()) return;
            float sum = 0;
            for (int c = 0; c < p.count; ++c) {
                const float* z = p.spectrum + 2 * (static_cast<long long>(c) * bins() + bin);
                sum += z[0] * z[0] + z[1] * z[1];
            }
            p.power[bin] += sum;
        });
    }
};

} // namespace unstuck::cuda
