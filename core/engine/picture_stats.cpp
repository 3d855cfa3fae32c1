#include "core/engine/picture_stats.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::engine {

namespace {

template <class Use>
void for_each(const Image& image, const PixelRect& rect, int channel, const Use& use) {
    const auto& pixels = image.host_pixels();
    for (int y = rect.y; y < rect.y + rect.height; ++y) {
        const auto* row = pixels.data() + (static_cast<std::size_t>(channel) * image.height + y) * image.width;
        for (int x = rect.x; x < rect.x + rect.width; ++x) use(static_cast<double>(row[x]));
    }
}

ChannelSummary summary(const Image& image, const PixelRect& rect, int channel) {
    ChannelSummary s;
    double sum = 0;
    for_each(image, rect, channel, [&](double v) {
        if (std::isnan(v)) {
            ++s.nan;
        } else if (std::isinf(v)) {
            ++s.infinite;
        } else {
            s.min = s.finite ? std::min(s.min, v) : v;
            s.max = s.finite ? std::max(s.max, v) : v;
            sum += v;
            ++s.finite;
        }
    });
    if (s.finite == 0) return s;
    s.mean = sum / static_cast<double>(s.finite);
    double squares = 0; // about the mean: numbers far from 0 lose nothing
    for_each(image, rect, channel, [&](double v) {
        if (std::isfinite(v)) squares += (v - s.mean) * (v - s.mean);
    });
    s.stddev = std::sqrt(squares / static_cast<double>(s.finite));
    return s;
}

} // namespace

PixelRect touched_pixels(const Image& image, double samples, double x0, double y0, double x1, double y1) {
    const auto span = [samples](int size, double low, double high) {
        const double most = size;
        const int begin = static_cast<int>(std::clamp(std::floor(size * 0.5 + low * samples), 0.0, most));
        const int end = static_cast<int>(std::clamp(std::ceil(size * 0.5 + high * samples), 0.0, most));
        return std::pair(begin, std::max(end - begin, 0));
    };
    const auto [x, width] = span(image.width, x0, x1);
    const auto [y, height] = span(image.height, y0, y1);
    return {x, y, width, height};
}

std::vector<ChannelSummary> channel_summaries(const Image& image, const PixelRect& rect) {
    std::vector<ChannelSummary> all;
    for (int c = 0; c < image.channels; ++c) all.push_back(summary(image, rect, c));
    return all;
}

Histogram histogram(const Image& image, const PixelRect& rect, int channel, double low, double high, int bins) {
    Histogram h{low, high, std::vector<std::int64_t>(static_cast<std::size_t>(bins)), 0, 0};
    const double per_bin = bins / (high - low);
    const int first = channel < 0 ? 0 : channel, last = channel < 0 ? image.channels : channel + 1;
    for (int c = first; c < last; ++c)
        for_each(image, rect, c, [&](double v) {
            if (v < low)
                ++h.below;
            else if (v > high)
                ++h.above;
            else if (!std::isnan(v))
                ++h.counts[static_cast<std::size_t>(std::min(static_cast<int>((v - low) * per_bin), bins - 1))];
        });
    return h;
}

} // namespace unstuck::engine
