#include "app/length_change.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::app {

engine::Motion LengthChange::resized(const engine::Motion& now, int frames) {
    begin(now);
    seconds_ = frames / now.fps;
    return changed(frames, now.fps);
}

engine::Motion LengthChange::repaced(const engine::Motion& now, double fps) {
    begin(now);
    const double frames = std::round(seconds_ * fps);
    return changed(static_cast<int>(std::clamp<double>(frames, 1, engine::kMostFrames)), fps);
}

void LengthChange::begin(const engine::Motion& now) {
    if (now == made_) return;
    from_ = now;
    seconds_ = now.frames / now.fps;
}

engine::Motion LengthChange::changed(int frames, double fps) {
    made_ = engine::resized(from_, frames);
    made_.fps = fps;
    return made_;
}

} // namespace unstuck::app
