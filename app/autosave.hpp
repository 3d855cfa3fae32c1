#pragma once
#include "core/engine/session_file.hpp"

#include <chrono>
#include <future>
#include <optional>
#include <string>

namespace unstuck::app {

/// Whether a session that a crash left behind is shown at the start, or kept as a file.
enum class Restore {
    always,
    if_same_models, ///< The command line names models.
    never,          ///< The command line names a scene or a session.
};

/// Keeps a copy of the session on the disk while the program runs, and finds the one that a run left behind which did
/// not end in order. Each running program has a place of its own in the folder, held by a lock that the system takes
/// back however the program ends: a living program's copy is never taken for a crashed one's.
class Autosave {
  public:
    using Clock = std::chrono::steady_clock;

    /// How long after a change it is written: at once would be at every frame of a drag.
    static constexpr std::chrono::milliseconds kDelay{1000}, kDelayMoving{2000};
    static constexpr std::chrono::seconds kRetry{10}; ///< After a copy could not be written.

    /// Throws io::FileError when the folder cannot be made or written.
    explicit Autosave(const std::string& folder);
    ~Autosave(); ///< As after a crash: the copy stays. See end().
    Autosave(const Autosave&) = delete;
    Autosave& operator=(const Autosave&) = delete;

    /// What was left behind at this place. The file gets another name first, so that a session that brings the program
    /// down does so once: should that happen, it stays under that name.
    struct Left {
        std::string file;                           ///< Where it lies now.
        std::optional<engine::SessionFile> session; ///< None when it could not be read.
        std::string error;                          ///< Then, why.
    };
    const std::optional<Left>& left() const { return left_; }

    /// The session left behind is in use: its file goes as soon as the first copy is written.
    void take_over_left() { remove_left_ = left_.has_value(); }

    /// Once per frame. `moving`: an animation changes the session all the time.
    void watch(const engine::Session& session, bool moving, Clock::time_point now);

    /// Until there is something to do, if nothing else changes; none when there is nothing.
    std::optional<double> seconds_to_next(Clock::time_point now) const;

    /// Why the last copy could not be written; said once, though it is tried again.
    std::optional<std::string> take_error();

    void end(); ///< In order: the copy is removed.

    const std::string& file() const { return file_; }

  private:
    void collect(Clock::time_point now);

    int lock_ = -1; ///< The lock's file descriptor.
    std::string file_;
    std::optional<Left> left_;
    bool remove_left_ = false;
    std::optional<engine::Session> written_; ///< What the file has, or is being given.
    std::optional<Clock::time_point> due_;
    std::future<std::string> writing_; ///< The error; empty when it went well.
    std::optional<std::string> error_;
    std::string told_error_;         ///< Since the last copy that was written.
    Clock::time_point not_before_{}; ///< Of a try after one that failed.
};

/// How the names begin of what crashed runs left, and of what was not saved when another session took its place.
inline constexpr const char *kRecovered = "recovered", *kLastSession = "last-session";

/// Files of such names in the folder, newest first.
std::vector<std::string> sessions_in(const std::string& folder, const std::string& stem);

} // namespace unstuck::app
