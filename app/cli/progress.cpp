#include "app/cli/progress.hpp"

#include <condition_variable>
#include <cstdio>
#include <fmt/format.h>
#include <mutex>
#include <unistd.h>

namespace unstuck::app {

namespace {

constexpr std::array kEnding = {SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t interrupted = 0; // all that a signal's handler may write

} // namespace

CatchInterrupt::CatchInterrupt() {
    interrupted = 0;
    struct sigaction action {};
    action.sa_handler = [](int) { interrupted = 1; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (std::size_t i = 0; i < kEnding.size(); ++i) {
        ::sigaction(kEnding[i], nullptr, &before_[i]);
        if (before_[i].sa_handler != SIG_IGN) ::sigaction(kEnding[i], &action, nullptr);
    }
}

CatchInterrupt::~CatchInterrupt() {
    for (std::size_t i = 0; i < kEnding.size(); ++i) ::sigaction(kEnding[i], &before_[i], nullptr);
}

bool CatchInterrupt::caught() const { return interrupted != 0; }

InterruptWatch::InterruptWatch(const CatchInterrupt& interrupt, std::stop_source stop)
    : thread_([&interrupt, stop](const std::stop_token& over) mutable {
          constexpr auto kEvery = std::chrono::milliseconds(50);
          std::mutex mutex;
          std::condition_variable_any sleep;
          std::unique_lock lock(mutex);
          while (!over.stop_requested() && !interrupt.caught())
              sleep.wait_for(lock, over, kEvery, [&] { return interrupt.caught(); });
          if (interrupt.caught()) stop.request_stop();
      }) {}

void ProgressBar::show(int done, int of) const {
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start_;
    show(done, of, spent.count() / done * (of - done), "");
}

void ProgressBar::show(int done, int of, double seconds_left, const std::string& more) const {
    if (::isatty(STDERR_FILENO) == 0) return;
    constexpr int kWidth = 32;
    const int filled = static_cast<int>(static_cast<long>(kWidth) * done / of);
    fmt::print(stderr, "\r[{:#<{}}{:.<{}}] {}/{}, {:.0f} s left {}  ", "", filled, "", kWidth - filled, done, of,
               seconds_left, more);
    if (done == of) fmt::print(stderr, "\n");
}

} // namespace unstuck::app
