// Numbers of a picture, or of a part of it: for the Statistics tab.
#pragma once
#include "core/engine/image.hpp"

#include <cstdint>
#include <vector>

namespace unstuck::engine {

/// Whole pixels; clamped to the picture by whoever makes it.
struct PixelRect {
    int x = 0, y = 0, width = 0, height = 0;
    bool operator==(const PixelRect&) const = default;
};

/// The pixels that the box from (x0, y0) to (x1, y1) touches, in image sides from the image's centre; `samples` of them
/// are a side. Empty when it lies outside.
PixelRect touched_pixels(const Image& image, double samples, double x0, double y0, double x1, double y1);

/// One channel's numbers. Only finite ones count, except where it says otherwise.
struct ChannelSummary {
    std::int64_t finite = 0, nan = 0, infinite = 0;
    double mean = 0, stddev = 0; ///< Of the population: divided by the number of pixels. 0 without a finite one.
    double min = 0, max = 0;
};

/// How often numbers fall into equal bins from low to high; the last bin includes `high`.
struct Histogram {
    double low = 0, high = 1;
    std::vector<std::int64_t> counts;
    std::int64_t below = 0, above = 0; ///< Infinite ones among them; NaN is counted nowhere.
};

/// Of every channel. Waits where the numbers are on a GPU; throws std::runtime_error when they cannot be fetched. Safe
/// on any thread.
std::vector<ChannelSummary> channel_summaries(const Image& image, const PixelRect& rect);

/// Of one channel, or of all together with -1. `bins` >= 1, low < high. Otherwise as above.
Histogram histogram(const Image& image, const PixelRect& rect, int channel, double low, double high, int bins);

} // namespace unstuck::engine
