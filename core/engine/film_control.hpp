#pragma once
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace unstuck::engine {

/// Steers a film that another thread makes (record()). All methods may be called from any thread.
class FilmControl {
  public:
    /// While paused nothing is computed, from the end of the present layer on; the encoder waits, and the film goes on
    /// as if nothing had been.
    void pause(bool on);
    bool paused() const;

    /// A stop that follows leaves nothing, instead of a film that ends early.
    void discard();
    bool discarded() const;

    /// For record(): returns once it is not paused, or is to stop; the seconds that it waited.
    double wait(const std::stop_token& stop);

  private:
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    bool paused_ = false, discarded_ = false;
};

} // namespace unstuck::engine
