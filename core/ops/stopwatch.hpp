#pragma once
#include <chrono>

namespace unstuck::ops {

/// Milliseconds since it was made or the last lap ended.
class Stopwatch {
  public:
    double ms() const {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_).count();
    }
    /// Ends a lap.
    double lap_ms() {
        const double lap = ms();
        start_ = std::chrono::steady_clock::now();
        return lap;
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

} // namespace unstuck::ops
