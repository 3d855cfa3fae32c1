#include "core/ops/cpu/winograd.hpp"

#include "core/ops/cpu/aligned.hpp"

#include <algorithm>
#include <hwy/cache_control.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/ops/cpu/winograd.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include "core/ops/cpu/winograd_kinds-inl.hpp"

#ifndef UNSTUCK_CPU_WINOGRAD_ONCE
#define UNSTUCK_CPU_WINOGRAD_ONCE
namespace unstuck::cpu {

/// Where the first tile lies: in the input, and its row of the whole result.
struct Origin {
    int in_row = 0, in_column = 0, out_row = 0;
};

/// A run of tiles on its way through the three phases.
struct TileChunk {
    int first = 0, count = 0, across = 0;       ///< Tiles; per row of tiles.
    std::int64_t in_stride = 0, out_stride = 0; ///< Floats from tile to tile in the transformed domain.
    std::int64_t in_plane = 0, out_plane = 0;   ///< Floats from position to position.
    float* in = nullptr;
    float* out = nullptr;
};

} // namespace unstuck::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace unstuck::cpu::HWY_NAMESPACE {

/// Loads a tile, scales it by the styles, transforms it, for all channels.
template <class Kind>
HWY_ATTR void transform_in(const Nhwc& x, const float* style, const float* zeros, const Origin& origin,
                           const TileChunk& chunk, int tile) {
    const D d;
    constexpr int kIn = Kind::kIn, kPos = Kind::kPositions;
    const int index = chunk.first + tile;
    const int top = index / chunk.across * Kind::kStep + origin.in_row,
              left = index % chunk.across * Kind::kStep + origin.in_column;
    const float* source[kIn * kIn];
    for (int r = 0; r < kIn; ++r)
        for (int c = 0; c < kIn; ++c) {
            const int yy = top + r, xx = left + c;
            source[r * kIn + c] = yy >= 0 && yy < x.height && xx >= 0 && xx < x.width ? x.pixel(yy, xx) : zeros;
        }
    float* target = chunk.in + tile * chunk.in_stride;
    for (int channel = 0; channel < x.channels; channel += kLanes) {
        const V s = hn::Load(d, style + channel);
        V half[kPos][kIn];
#pragma GCC unroll 8
        for (int c = 0; c < kIn; ++c) {
            V column[kIn], t[kPos];
#pragma GCC unroll 8
            for (int r = 0; r < kIn; ++r) column[r] = hn::Mul(s, hn::Load(d, source[r * kIn + c] + channel));
            forward(Kind(), column, t);
#pragma GCC unroll 8
            for (int p = 0; p < kPos; ++p) half[p][c] = t[p];
        }
#pragma GCC unroll 8
        for (int p = 0; p < kPos; ++p) {
            V t[kPos];
            forward(Kind(), half[p], t);
#pragma GCC unroll 8
            for (int q = 0; q < kPos; ++q) hn::Store(t[q], d, target + (p * kPos + q) * chunk.in_plane + channel);
        }
    }
}

/// Transforms a tile's products back and stores the part of it that lies inside y.
template <class Kind>
HWY_ATTR void transform_out(const TileChunk& chunk, int tile, const Finish& finish, const Nhwc& y,
                            const Origin& origin) {
    const D d;
    constexpr int kOut = Kind::kOut, kPos = Kind::kPositions;
    const int index = chunk.first + tile;
    const int top = index / chunk.across * kOut, left = index % chunk.across * kOut;
    const int rows = std::min(kOut, y.height - top), columns = std::min(kOut, y.width - left);
    const float* source = chunk.out + tile * chunk.out_stride;
    const ActivationV activation(finish.activation);
    const bool stream = is_beyond_caches(y);
    for (int channel = 0; channel < y.channels; channel += kLanes) {
        V half[kOut][kPos];
#pragma GCC unroll 8
        for (int q = 0; q < kPos; ++q) {
            V column[kPos], t[kOut];
#pragma GCC unroll 8
            for (int p = 0; p < kPos; ++p) column[p] = hn::Load(d, source + (p * kPos + q) * chunk.out_plane + channel);
            backward(Kind(), column, t);
#pragma GCC unroll 8
            for (int r = 0; r < kOut; ++r) half[r][q] = t[r];
        }
        const V scale = finish.scale ? hn::Load(d, finish.scale + channel) : hn::Set(d, 1.0f);
        const V bias = finish.bias ? hn::Load(d, finish.bias + channel) : hn::Zero(d);
        for (int r = 0; r < rows; ++r) {
            V t[kOut];
            backward(Kind(), half[r], t);
            float* target = y.pixel(top + r, left) + channel;
            const float* noise =
                finish.noise ? finish.noise + static_cast<std::int64_t>(origin.out_row + top + r) * y.width + left
                             : nullptr;
            for (int c = 0; c < columns; ++c) {
                V v = hn::MulAdd(t[c], scale, bias);
                if (noise) v = hn::Add(v, hn::Set(d, noise[c]));
                if (!activation.identity) v = activation(v);
                put(v, target + static_cast<std::int64_t>(c) * y.channels, stream);
            }
        }
    }
}

void tiles_in(WinogradKind kind, const Nhwc& x, const float* style, const float* zeros, const Origin& origin,
              const TileChunk& chunk, int begin, int end) {
    for (int t = begin; t < end; ++t)
        if (kind == WinogradKind::same)
            transform_in<Same>(x, style, zeros, origin, chunk, t);
        else
            transform_in<Up2>(x, style, zeros, origin, chunk, t);
}

void tiles_out(WinogradKind kind, const TileChunk& chunk, const Finish& finish, const Nhwc& y, const Origin& origin,
               int begin, int end) {
    for (int t = begin; t < end; ++t)
        if (kind == WinogradKind::same)
            transform_out<Same>(chunk, t, finish, y, origin);
        else
            transform_out<Up2>(chunk, t, finish, y, origin);
    if (is_beyond_caches(y)) hwy::FlushStream();
}

} // namespace unstuck::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace unstuck::cpu {

HWY_EXPORT(tiles_in);
HWY_EXPORT(tiles_out);

namespace {

struct KindInfo {
    int positions, kernels, step, out;
};
constexpr KindInfo info_of(WinogradKind kind) {
    return kind == WinogradKind::same ? KindInfo{Same::kPositions, Same::kKernels, Same::kStep, Same::kOut}
                                      : KindInfo{Up2::kPositions, Up2::kKernels, Up2::kStep, Up2::kOut};
}

int kernel_of(WinogradKind kind, int position) {
    return kind == WinogradKind::same ? Same::kernel_of(position) : Up2::kernel_of(position);
}

/// Rows of the transformed matrices are kept apart by one more line, or rows of 2 KB would share cache sets.
std::int64_t stride_of(int channels) { return channels + kChannelGroup; }

struct TileGrid {
    int down, across;
    int count() const { return down * across; }
};

TileGrid grid_of(WinogradKind kind, int height, int width) {
    const int out = info_of(kind).out;
    return {ceil_div(height, out), ceil_div(width, out)};
}

/// How the tiles are divided. With few weights each worker takes some tiles through all three phases in its own cache;
/// with many, all workers share a chunk, so that the weights are fetched for as many tiles as the last level cache
/// holds.
struct Division {
    bool alone = false;
    int tiles = 0;                     ///< Per chunk.
    std::int64_t floats_per_chunk = 0; ///< Both sides of the products.
    std::int64_t most_floats = 0;      ///< The same, for the most that any smaller number of tiles takes.
};

Division divide(const WinogradWeights& w, int tiles) {
    constexpr double kFewWeights = 16e6, kSharedCache = 16e6, kOwnCache = 0.7e6; // bytes
    constexpr int kPanelRows = 14;
    const auto info = info_of(w.kind);
    const auto floats_per_tile = static_cast<std::int64_t>(info.positions) * info.positions *
                                 (stride_of(w.in_channels) + stride_of(w.out_channels));
    Division d;
    d.alone = static_cast<double>(w.bytes()) < kFewWeights;
    const double fit = (d.alone ? kOwnCache : kSharedCache) / static_cast<double>(floats_per_tile * sizeof(float));
    const int most = std::max(static_cast<int>(fit) / kPanelRows * kPanelRows, d.alone ? kPanelRows : 8 * kPanelRows);
    d.tiles = ceil_div(tiles, ceil_div(tiles, most));
    d.floats_per_chunk = d.tiles * floats_per_tile;
    d.most_floats = std::min(tiles, most) * floats_per_tile;
    return d;
}

} // namespace

std::size_t WinogradWeights::bytes() const {
    const auto k = static_cast<std::size_t>(info_of(kind).kernels);
    return k * k * position_size * sizeof(float);
}

WinogradWeights transform_weights(const float* weight, int out, int in, WinogradKind kind, const Pool& pool) {
    WinogradWeights w;
    w.kind = kind;
    w.in_channels = static_cast<int>(round_up(in, kChannelGroup));
    w.out_channels = static_cast<int>(round_up(out, kChannelGroup));
    w.position_size = packed_size(w.in_channels, w.out_channels);
    const int kernels = info_of(kind).kernels;
    const auto data = aligned_floats(static_cast<std::size_t>(kernels * kernels) * w.position_size);
    const auto* g = kind == WinogradKind::same ? &Same::kWeight[0] : &Up2::kWeight[0];
    const auto panels = round_up(w.out_channels, kPanel) / kPanel;
    pool.run(panels, [&](std::int64_t panel, int) {
        for (int p = 0; p < kernels * kernels; ++p) {
            float* to = data.get() + static_cast<std::size_t>(p) * w.position_size +
                        static_cast<std::size_t>(panel) * w.in_channels * kPanel;
            std::fill(to, to + static_cast<std::size_t>(w.in_channels) * kPanel, 0.0f);
            const auto *gy = g[p / kernels], *gx = g[p % kernels];
            for (int lane = 0; lane < kPanel; ++lane) {
                const auto o = panel * kPanel + lane;
                if (o >= out) break;
                const float* k = weight + o * in * 9;
                for (int i = 0; i < in; ++i, k += 9) {
                    double sum = 0;
                    for (int r = 0; r < 3; ++r)
                        if (gy[r] != 0) sum += gy[r] * (gx[0] * k[3 * r] + gx[1] * k[3 * r + 1] + gx[2] * k[3 * r + 2]);
                    to[static_cast<std::size_t>(i) * kPanel + lane] = static_cast<float>(sum);
                }
            }
        }
    });
    w.panels = data;
    return w;
}

namespace {

/// A convolution on its way: what every phase needs.
struct Job {
    const WinogradWeights& w;
    const Nhwc& x;
    const float* style;
    const float* zeros; ///< [in] for pixels beyond the edge.
    Origin origin;
    const Finish& finish;
    const Nhwc& y;
    TileGrid grid;
    Division division;

    TileChunk chunk(int index, float* scratch) const {
        TileChunk c;
        c.first = index * division.tiles;
        c.count = std::min(division.tiles, grid.count() - c.first);
        c.across = grid.across;
        c.in_stride = stride_of(w.in_channels);
        c.out_stride = stride_of(w.out_channels);
        c.in_plane = division.tiles * c.in_stride;
        c.out_plane = division.tiles * c.out_stride;
        c.in = scratch;
        c.out = scratch + positions() * c.in_plane;
        return c;
    }
    int chunks() const { return ceil_div(grid.count(), division.tiles); }
    int positions() const { return info_of(w.kind).positions * info_of(w.kind).positions; }

    void in(const TileChunk& c, int begin, int end) const {
        HWY_DYNAMIC_DISPATCH(tiles_in)(w.kind, x, style, zeros, origin, c, begin, end);
    }
    void multiply(const TileChunk& c, int position, int first, int rows) const {
        const auto info = info_of(w.kind);
        const int kernel =
            kernel_of(w.kind, position / info.positions) * info.kernels + kernel_of(w.kind, position % info.positions);
        gemm({rows, w.in_channels, w.out_channels}, c.in + position * c.in_plane + first * c.in_stride, c.in_stride,
             w.panels.get() + static_cast<std::size_t>(kernel) * w.position_size,
             c.out + position * c.out_plane + first * c.out_stride, c.out_stride);
    }
    void out(const TileChunk& c, int begin, int end) const {
        HWY_DYNAMIC_DISPATCH(tiles_out)(w.kind, c, finish, y, origin, begin, end);
    }
};

/// All workers on one chunk after the other, phase by phase.
void run_together(const Job& job, float* scratch, const Pool& pool) {
    constexpr int kTilesPerTask = 8, kRowsPerTask = 112;
    for (int i = 0; i < job.chunks(); ++i) {
        const auto c = job.chunk(i, scratch);
        const int tasks = ceil_div(c.count, kTilesPerTask), blocks = ceil_div(c.count, kRowsPerTask);
        const auto begin = [&](std::int64_t task) { return static_cast<int>(task) * kTilesPerTask; };
        const auto end = [&](std::int64_t task) { return std::min(begin(task + 1), c.count); };
        pool.run(tasks, [&](std::int64_t task, int) { job.in(c, begin(task), end(task)); });
        pool.run(static_cast<std::int64_t>(job.positions()) * blocks, [&](std::int64_t task, int) {
            const int position = static_cast<int>(task) / blocks, block = static_cast<int>(task) % blocks;
            const int first = c.count * block / blocks;
            job.multiply(c, position, first, c.count * (block + 1) / blocks - first);
        });
        pool.run(tasks, [&](std::int64_t task, int) { job.out(c, begin(task), end(task)); });
    }
}

/// Each worker on chunks of its own.
void run_alone(const Job& job, float* scratch, const Pool& pool) {
    pool.run(job.chunks(), [&](std::int64_t task, int worker) {
        const auto c = job.chunk(static_cast<int>(task), scratch + worker * job.division.floats_per_chunk);
        job.in(c, 0, c.count);
        for (int p = 0; p < job.positions(); ++p) job.multiply(c, p, 0, c.count);
        job.out(c, 0, c.count);
    });
}

} // namespace

std::size_t winograd_scratch(const WinogradWeights& w, int height, int width, int workers) {
    const auto d = divide(w, grid_of(w.kind, height, width).count());
    return static_cast<std::size_t>(w.in_channels + (d.alone ? workers : 1) * d.most_floats);
}

void winograd(const WinogradWeights& w, const Nhwc& x, const float* style, int padding, const Finish& finish,
              const Nhwc& y, int first_row, float* scratch, const Pool& pool) {
    std::fill(scratch, scratch + w.in_channels, 0.0f);
    const auto grid = grid_of(w.kind, y.height, y.width);
    // The two-tap convolution of the even rows begins one sample before the first.
    const int before = w.kind == WinogradKind::up2 ? 1 : padding;
    const auto info = info_of(w.kind);
    const Job job{w,
                  x,
                  style,
                  scratch,
                  {first_row * info.step / info.out - before, -before, first_row},
                  finish,
                  y,
                  grid,
                  divide(w, grid.count())};
    (job.division.alone ? run_alone : run_together)(job, scratch + w.in_channels, pool);
}

} // namespace unstuck::cpu
#endif
