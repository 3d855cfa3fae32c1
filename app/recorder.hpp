#pragma once
#include "core/engine/record.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace unstuck::app {

/// Makes one film at a time on a thread of the lowest priority, and of one core less than there are: the window stays
/// usable. All methods belong to the window's thread; none waits, but for the destructor, which ends the film there is
/// and leaves it playable.
class Recorder {
  public:
    enum class Phase { idle, recording, done, failed };
    struct Status {
        Phase phase = Phase::idle;
        std::string path;              ///< Asked for.
        engine::FilmProgress progress; ///< As of the last frame; with its picture.
        engine::FilmResult result;     ///< When it is done.
        std::string error;             ///< When it failed.
        int number = 0;                ///< Films begun so far.
        bool paused = false;
        bool ending = false; ///< It was asked to end, and completes its file.
    };

    /// `notify` is called from the film's thread whenever there is something new, at most ten times a second.
    explicit Recorder(std::function<void()> notify = {});
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Begins. Throws std::logic_error while another film is being made.
    void start(engine::FilmRequest request);
    void pause(bool on);
    void end(bool keep); ///< Before its last frame: what there is becomes a playable film, or nothing is left.
    Status status() const;
    bool busy() const;

  private:
    void make(const engine::FilmRequest& request, const std::stop_token& stop, engine::FilmControl& control);
    std::function<void()> notify_;
    mutable std::mutex mutex_;
    Status status_; ///< Guarded by the mutex.
    std::unique_ptr<engine::FilmControl> control_;
    std::jthread thread_; ///< Last: it stops before anything it uses is destroyed.
};

} // namespace unstuck::app
