#pragma once
#include "core/engine/motion.hpp"

namespace unstuck::app {

/// Changes of a motion's length, of which a drag makes many: each moves the keyframes of the motion that the first one
/// found, so that rounding to whole frames does not add up, and none is lost on the way to fewer frames and back. What
/// else changes the motion in between begins anew.
class LengthChange {
  public:
    /// `now` in so many frames, 1 .. engine::kMostFrames, at its own pace.
    engine::Motion resized(const engine::Motion& now, int frames);
    /// `now` at so many frames per second; it keeps its seconds.
    engine::Motion repaced(const engine::Motion& now, double fps);

  private:
    engine::Motion changed(int frames, double fps);
    void begin(const engine::Motion& now);
    engine::Motion from_, made_;
    double seconds_ = made_.frames / made_.fps;
};

} // namespace unstuck::app
