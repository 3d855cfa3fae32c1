#pragma once
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace unstuck::engine {

/// Thrown by JobControl::progress() when the job is not wanted any more; it passes through the job's work.
struct JobCancelled : std::exception {
    const char* what() const noexcept override { return "cancelled"; }
};

/// What a job sees of its queue.
class JobControl {
  public:
    virtual ~JobControl() = default;
    /// Call between samples: says how far the work is (0 .. 1), lets pictures go first, and throws JobCancelled when it
    /// is not wanted any more.
    virtual void progress(double fraction) = 0;
    /// Call when there is something new to see: the window draws.
    virtual void changed() = 0;
};

struct JobStatus {
    std::string key;   ///< Names what it computes; a new job of the same key replaces the old one.
    std::string title; ///< For people.
    enum class State { waiting, running, done, cancelled, failed } state = State::waiting;
    double fraction = 0;
    double seconds = 0;      ///< So far.
    double seconds_left = 0; ///< As it looks now; negative: not known yet.
    std::string error;       ///< Of a failed one.
    bool over() const { return state == State::done || state == State::cancelled || state == State::failed; }
};

/// Long work in the background, one job at a time, in a thread of the lowest priority. All methods may be called from
/// any thread; none waits for a job, except the destructor, which cancels all.
class JobQueue {
  public:
    /// `notify`: something changed (from the worker). `busy`: pictures are being rendered; jobs wait for them for a
    /// while at each sample.
    explicit JobQueue(std::function<void()> notify = {}, std::function<bool()> busy = {});
    ~JobQueue();
    JobQueue(const JobQueue&) = delete;
    JobQueue& operator=(const JobQueue&) = delete;

    using Work = std::function<void(JobControl&)>;
    /// Queues work; one of the same key is cancelled first. What `work` throws ends it as failed, with its message.
    void submit(const std::string& key, const std::string& title, Work work);
    void cancel(const std::string& key);
    void cancel_all();

    /// Waiting and running ones in order, then the latest that are over (at most 20).
    std::vector<JobStatus> status() const;
    JobStatus status(const std::string& key) const; ///< Of the newest job of that key; `key` empty when there is none.
    bool idle() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace unstuck::engine
