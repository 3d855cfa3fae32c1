#include "app/cli/progress.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace unstuck::app {

namespace {

volatile std::sig_atomic_t interrupted = 0; // all that a signal's handler may write

} // namespace

CatchInterrupt::CatchInterrupt() {
    interrupted = 0;
    struct sigaction action {};
    action.sa_handler = [](int) { interrupted = 1; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGINT, &action, &before_);
}

CatchInterrupt::~CatchInterrupt() { ::sigaction(SIGINT, &before_, nullptr); }

bool CatchInterrupt::asked() const { return interrupted != 0; }

void ProgressBar::show(int done, int of) const {
    if (::isatty(STDERR_FILENO) == 0) return;
    constexpr int kWidth = 32;
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start_;
    const double left = spent.count() / done * (of - done);
    const int filled = kWidth * done / of;
    fmt::print(stderr, "\r[{:#<{}}{:.<{}}] {}/{}, {:.0f} s left ", "", filled, "", kWidth - filled, done, of, left);
    if (done == of) fmt::print(stderr, "\n");
}

} // namespace unstuck::app
