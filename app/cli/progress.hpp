#pragma once
#include <chrono>
#include <csignal>

namespace unstuck::app {

constexpr int kInterrupted = 130; ///< Exit code of a command that Ctrl-C ended early, as a shell counts it.

/// While it lives, Ctrl-C asks for an end instead of making one; a second one makes it. One at a time.
class CatchInterrupt {
  public:
    CatchInterrupt();
    ~CatchInterrupt();
    CatchInterrupt(const CatchInterrupt&) = delete;
    CatchInterrupt& operator=(const CatchInterrupt&) = delete;
    bool asked() const; ///< Ctrl-C came.

  private:
    struct sigaction before_ {};
};

/// A bar with the time left on standard error, on a terminal only.
class ProgressBar {
  public:
    void show(int done, int of) const; ///< 1 <= done <= of

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

} // namespace unstuck::app
