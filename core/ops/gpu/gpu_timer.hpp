#pragma once
#include "core/ops/gpu/gpu.hpp"

#include <array>
#include <vector>

namespace unstuck::ops {

/// When a GPU passed from step to step of each layer: events in its own queue, read once it is done. One use at a time.
class GpuTimer {
  public:
    enum class Step { start, convolved, done };

    explicit GpuTimer(const Gpu& gpu) : gpu_(gpu) {}
    ~GpuTimer();
    GpuTimer(const GpuTimer&) = delete;
    GpuTimer& operator=(const GpuTimer&) = delete;

    void begin(std::size_t layers); ///< Forgets all marks.
    void mark(std::size_t layer, Step step);

    struct Times {
        double ms = 0, conv_ms = 0, filter_ms = 0;
    };
    /// Once the queue is done. Zeros where a layer did not run.
    Times of(std::size_t layer) const;

  private:
    struct Marks {
        std::array<void*, 3> event{};
        std::array<bool, 3> set{};
    };
    double between(const Marks& m, Step from, Step to) const;

    Gpu gpu_;
    std::vector<Marks> marks_;
};

} // namespace unstuck::ops
