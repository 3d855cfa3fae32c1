#pragma once
#include <array>
#include <chrono>
#include <csignal>
#include <stop_token>
#include <string>
#include <thread>

namespace unstuck::app {

/// Exit code after Ctrl-C, as a shell counts it.
inline constexpr int kInterrupted = 130;

/// While it lives, Ctrl-C asks for an end instead of making one; a second one makes it. So do a request to terminate
/// and a terminal that closes, but for signals that whoever started us has them ignored (nohup). One at a time.
class CatchInterrupt {
  public:
    CatchInterrupt();
    ~CatchInterrupt();
    CatchInterrupt(const CatchInterrupt&) = delete;
    CatchInterrupt& operator=(const CatchInterrupt&) = delete;
    bool caught() const;

  private:
    std::array<struct sigaction, 3> before_{};
};

/// While it lives, an interrupt becomes a stop within a twentieth of a second, whatever the program is doing.
class InterruptWatch {
  public:
    InterruptWatch(const CatchInterrupt& interrupt, std::stop_source stop);

  private:
    std::jthread thread_;
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
