#pragma once
#include "core/engine/gpu_side.hpp"

#include <c10/core/StreamGuard.h>

namespace unstuck::engine {

class GpuSide::Queue {
  public:
    explicit Queue(const GpuSide& side) {
        if (side.stream_) guard_.emplace(*side.stream_);
    }

  private:
    std::optional<c10::StreamGuard> guard_; // sets the device, too
};

} // namespace unstuck::engine
