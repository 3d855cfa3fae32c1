#pragma once
#include <chrono>
#include <csignal>
#include <string>

namespace unstuck::app {

/// Exit code after Ctrl-C, as a shell counts it.
inline constexpr int kInterrupted = 130;

/// While it lives, Ctrl-C asks for an end instead of making one; a second one makes it. One at a time.
class CatchInterrupt {
  public:
    CatchInterrupt();
    ~CatchInterrupt();
    CatchInterrupt(const CatchInterrupt&) = delete;
    CatchInterrupt& operator=(const CatchInterrupt&) = delete;
    bool caught() const;

  private:
    struct sigaction before_ {};
};

/// A bar with the time left, on a terminal only.
class ProgressBar {
  public:
    void show(int done, int of) const;                                               ///< Time left by its own clock.
    void show(int done, int of, double seconds_left, const std::string& more) const; ///< `more` stands at the end.

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

} // namespace unstuck::app
