#include "core/engine/film_control.hpp"

#include <chrono>

namespace unstuck::engine {

void FilmControl::pause(bool on) {
    {
        const std::lock_guard lock(mutex_);
        paused_ = on;
    }
    changed_.notify_all();
}

bool FilmControl::paused() const {
    const std::lock_guard lock(mutex_);
    return paused_;
}

void FilmControl::discard() {
    const std::lock_guard lock(mutex_);
    discarded_ = true;
}

bool FilmControl::discarded() const {
    const std::lock_guard lock(mutex_);
    return discarded_;
}

double FilmControl::wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!paused_) return 0;
    const auto start = std::chrono::steady_clock::now();
    changed_.wait(lock, stop, [&] { return !paused_; });
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace unstuck::engine
