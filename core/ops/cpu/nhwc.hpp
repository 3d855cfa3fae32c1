#pragma once
#include "core/ops/cpu/gemm.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace unstuck::cpu {

/// An image with its channels innermost, the layout of the fast path: [height, width, channels] float32, dense, with
/// channels rounded up to kChannelGroup and zeros in those that were added.
struct Nhwc {
    float* data = nullptr;
    int height = 0, width = 0, channels = 0;
    float* pixel(int y, int x) const { return data + (static_cast<std::int64_t>(y) * width + x) * channels; }
    std::int64_t size() const { return static_cast<std::int64_t>(height) * width * channels; }
};

/// Results so many that they are out of the caches before anyone reads them: they are stored past them.
inline bool is_beyond_caches(const Nhwc& y) {
    constexpr std::int64_t kFloats = 1 << 20;
    return y.size() > kFloats;
}

/// Whoever has threads to lend. run(count, task) calls task(i, worker) once for each i in [0, count), worker in
/// [0, workers), and returns when all are done.
struct Pool {
    int workers = 1;
    std::function<void(std::int64_t count, const std::function<void(std::int64_t task, int worker)>& task)> run;
};

/// Strips of rows to divide each of `parts` pieces of work into. Strips repeat rows around their ends: only as many as
/// keep all workers busy.
inline int strips_for(const Pool& pool, int parts, int height) {
    constexpr int kLeastRows = 16, kTasksPerWorker = 4;
    if (pool.workers == 1) return 1;
    return std::clamp(ceil_div(kTasksPerWorker * pool.workers, parts), 1, std::max(height / kLeastRows, 1));
}

/// Leaky ReLU (slope 1: none, 0: ReLU), then gain, then a clamp to +-clamp. NaN stays NaN.
struct Activation {
    float slope = 1; ///< In [0, 1].
    float gain = 1;  ///< Positive.
    float clamp = std::numeric_limits<float>::infinity();
    bool is_identity() const { return slope == 1 && gain == 1 && clamp == std::numeric_limits<float>::infinity(); }
};

/// What happens to a convolution's sums: activation(sum * scale[channel] + noise[pixel] + bias[channel]).
struct Finish {
    const float* scale = nullptr; ///< [channels], the demodulation. Null: 1.
    const float* bias = nullptr;  ///< [channels]. Null: 0.
    const float* noise = nullptr; ///< [height, width] of the result. Null: 0.
    Activation activation;
};

} // namespace unstuck::cpu
