// What the Statistics tab counts.
#pragma once
#include "app/ui_state.hpp"
#include "core/engine/picture_stats.hpp"

namespace unstuck::app {

/// One side's part.
struct SideStatistics {
    std::string layer;
    int base_channel = 0; ///< Of the first summary.
    engine::PixelRect rect;
    std::vector<engine::ChannelSummary> channels;
    engine::Histogram histogram; ///< Bins of both sides are the same.
};

struct Statistics {
    std::array<std::optional<SideStatistics>, 2> side;
    std::string error; ///< Why there are none.
};

/// What they depend on.
struct StatisticsKey {
    std::shared_ptr<const engine::FramePair> pair;
    std::array<double, 2> samples{}; ///< Per image side, of each side's picture.
    std::optional<PictureRegion> selection;
    int channel = -1;
    bool operator==(const StatisticsKey&) const = default;
};

/// Counts; waits where the numbers are on a GPU. Safe on any thread.
Statistics count_statistics(const StatisticsKey& key);

} // namespace unstuck::app
