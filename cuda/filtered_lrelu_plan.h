#pragma once
// How a filtered leaky ReLU is divided into blocks: pure functions of its shape.
#include "cuda/emulate.h"
#include "cuda/filtered_lrelu.h"

#include <array>

namespace unstuck::cuda {

/// Shared memory that every card gives a block without being asked.
inline constexpr std::size_t kDefaultShared = 48 * 1024;

/// The shapes that have kernels of their own; all others take the general one.
enum class LreluShape : std::uint8_t {
    general,
    up2_down2, ///< 12 and 12 taps: most layers of the alias-free networks.
    up4_down2, ///< 24 and 12 taps: those that double the rate.
    fir4,      ///< 4 taps, no resampling: StyleGAN2's filter after a transposed convolution.
    image_up2, ///< 4 taps, up 2: StyleGAN2's image and its resnet branch.
};

/// What the kernels with shapes of their own make at a time in registers: result rows, results along a row, raised
/// samples along a row.
inline constexpr int kStandardRows = 2, kStandardColumns = 4, kStandardRaised = 8;

/// A block makes `columns` results of a row at a time, for `pairs` pairs of channels, `rows` rows a step, down a
/// `segment` of rows. Raised positions of a block start at a multiple of `up` after the first that a window of input
/// samples begins with (`align_*`), so that all taps of a step are known to the compiler.
struct LreluPlan {
    LreluShape shape = LreluShape::general;
    int pairs = 1, columns = 1, rows = 1, segment = 1;
    int align_x = 0, align_y = 0;             ///< Raised positions before the first that is needed, 0 .. up - 1.
    int origin_x = 0, origin_y = 0;           ///< Input sample under the first raised position of result 0, per axis.
    int in_columns = 0, in_rows = 0;          ///< Of the ring of input rows.
    int raised_columns = 0, raised_rows = 0;  ///< Of one step.
    int ring_rows = 0, lag = 0;               ///< Of the ring of raised rows; steps before the first results.
    int chunks = 0, strips = 0, segments = 0; ///< Of channels, columns and rows.
    int n = 0;
    bool fits = false; ///< False: no tile fits into the limit.
    Launch launch;

    std::size_t input_bytes() const { return pair_bytes(in_rows * in_columns); }
    std::size_t up_bytes() const { return pair_bytes(raised_rows * in_columns); }
    std::size_t raised_bytes() const { return pair_bytes(raised_rows * raised_columns); }
    std::size_t ring_bytes(int terms) const {
        return pair_bytes(ring_rows * columns) * static_cast<std::size_t>(terms);
    }

  private:
    std::size_t pair_bytes(int count) const {
        return static_cast<std::size_t>(count) * static_cast<std::size_t>(pairs) * 2 * sizeof(float);
    }
};

/// Threads of every block.
inline constexpr int kLreluThreads = 256;

/// The largest tile of which two blocks share `shared_limit` bytes, else the largest that fits; enough blocks to keep
/// `processors` busy, where rows can be divided.
LreluPlan plan_filtered_lrelu(const FilteredLrelu& p, std::size_t shared_limit, int processors = 132);

/// Throws std::invalid_argument for what no kernel takes: factors, taps, terms, channels.
void validate(const FilteredLrelu& p);

} // namespace unstuck::cuda
