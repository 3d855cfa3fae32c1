#include "core/ops/filtered_conv.hpp"

#include "core/ops/images.hpp"
#include "core/ops/stopwatch.hpp"

#include <ATen/ATen.h>
#include <cstring>

namespace unstuck::ops {

namespace {

using Rows = FusedFilteredLrelu::Rows;

/// The convolution's result, of which a window of rows exists at a time.
class Band {
  public:
    Band(const cpu::Nhwc& whole, int rows, const BufferPool& pool)
        : whole_(whole), memory_(pool.take(static_cast<std::size_t>(rows) * row_floats())) {}

    /// Moves the window to [first, last), keeps what it had of it, and returns the rows that are to be made.
    Rows move(Rows to) {
        to = {std::clamp(to.first, 0, whole_.height), std::clamp(to.last, 0, whole_.height)};
        const int kept = std::max(have_.last - to.first, 0);
        if (kept > 0 && to.first > have_.first)
            std::memmove(memory_.get(), row(to.first), static_cast<std::size_t>(kept) * row_floats() * sizeof(float));
        const Rows missing{kept > 0 ? have_.last : to.first, to.last};
        have_ = to;
        return missing;
    }

    cpu::Nhwc rows(const Rows& r) const { return {row(r.first), r.last - r.first, whole_.width, whole_.channels}; }
    const Rows& window() const { return have_; }

  private:
    std::size_t row_floats() const {
        return static_cast<std::size_t>(whole_.width) * static_cast<std::size_t>(whole_.channels);
    }
    float* row(int y) const { return memory_.get() + static_cast<std::size_t>(y - have_.first) * row_floats(); }

    cpu::Nhwc whole_; ///< Sides only.
    std::shared_ptr<float> memory_;
    Rows have_;
};

/// Input rows that as many result rows need.
int rows_needed(const FusedFilteredLrelu& filter, int results) {
    const auto needed = filter.needs({0, results});
    return needed.last - needed.first;
}

/// Result rows per band, so that the rows they need stay within `most`.
int rows_per_band(const FusedFilteredLrelu& filter, int height, int most) {
    int rows = height;
    while (rows > 16 && rows_needed(filter, rows) > most) rows = rows * 15 / 16;
    return rows;
}

} // namespace

at::Tensor filtered_conv(const StyledConv& conv, const StyledConv::Modulation& modulation, const at::Tensor& bias,
                         const FusedFilteredLrelu& filter, const at::Tensor& x, const BufferPool& pool,
                         const cpu::Pool& threads, FilteredConvTimes& times, std::int64_t band_floats) {
    Stopwatch watch;
    const auto images = as_images(pool, x);
    StyledConv::End end;
    end.bias = bias;
    const cpu::Nhwc whole{nullptr, static_cast<int>(conv.out_side(x.size(2))),
                          static_cast<int>(conv.out_side(x.size(3))),
                          static_cast<int>(cpu::round_up(conv.out_channels(), cpu::kChannelGroup))};
    const auto [height, width] = filter.out_sides(whole.height, whole.width);
    const auto y = empty_images(pool, x.size(0), conv.out_channels(), height, width);
    const int most = static_cast<int>(band_floats / (static_cast<std::int64_t>(whole.width) * whole.channels));
    const int step =
        whole.height <= most ? static_cast<int>(height) : rows_per_band(filter, static_cast<int>(height), most);
    const int band_rows = std::min(rows_needed(filter, step) + 1, whole.height); // one more where phases differ
    const auto scratch = pool.take(
        std::max(conv.scratch_floats(band_rows, whole.width, threads), filter.scratch_floats(image_of(y, 0), threads)));
    for (std::int64_t n = 0; n < x.size(0); ++n) {
        Band band(whole, band_rows, pool);
        for (int first = 0; first < height; first += step) {
            const Rows results{first, std::min(first + step, static_cast<int>(height))};
            const auto missing = band.move(filter.needs(results));
            if (missing.last > missing.first)
                conv.rows(images, modulation, end, n, missing.first, band.rows(missing), scratch.get(), threads);
            times.conv_ms += watch.lap_ms();
            filter.rows(band.rows(band.window()), band.window().first, results, image_of(y, n), scratch.get(), threads);
            times.filter_ms += watch.lap_ms();
        }
    }
    return y;
}

} // namespace unstuck::ops
