#include "core/engine/job_queue.hpp"

#include "core/engine/thread_priority.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace unstuck::engine {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t kKeptOver = 20;
constexpr auto kLongestWaitForPictures = 150ms; ///< Per sample: during an animation, work goes on.
constexpr auto kTellEvery = 100ms;              ///< Progress alone redraws the window no more often.

double seconds_since(Clock::time_point t) { return std::chrono::duration<double>(Clock::now() - t).count(); }

struct Job {
    JobStatus status;
    JobQueue::Work work;
    bool unwanted = false;
    Clock::time_point start{};
};

/// The newest of that key, or the end.
template <class Jobs>
auto newest(const Jobs& jobs, const std::string& key) {
    return std::find_if(jobs.rbegin(), jobs.rend(), [&](const auto& j) { return j.key == key; });
}

} // namespace

struct JobQueue::State {
    std::function<void()> notify;
    std::function<bool()> busy;
    mutable std::mutex mutex;
    std::condition_variable_any wake;

    // Guarded by the mutex.
    std::deque<std::shared_ptr<Job>> waiting;
    std::shared_ptr<Job> running;
    std::deque<JobStatus> over; ///< Oldest first.

    std::jthread worker; ///< Last: it stops before anything it uses is destroyed.

    void tell() const {
        if (notify) notify();
    }
    void finish(Job& job, JobStatus::State how, std::string error = {}) {
        job.status.state = how;
        job.status.error = std::move(error);
        job.status.seconds_left = 0;
        if (how == JobStatus::State::done) job.status.fraction = 1;
        over.push_back(job.status);
        if (over.size() > kKeptOver) over.pop_front();
    }
    void cancel_where(const std::function<bool(const JobStatus&)>& which);
    void run(Job& job, const std::stop_token& stop);
    void work(const std::stop_token& stop);
};

namespace {

/// What the running job is handed: talks to the queue on its thread.
template <class State>
class Control final : public JobControl {
  public:
    Control(State& state, Job& job, const std::stop_token& stop) : s_(state), job_(job), stop_(stop) {}

    void progress(double fraction) override {
        bool tell = false;
        {
            std::unique_lock lock(s_.mutex);
            check();
            auto& st = job_.status;
            st.fraction = std::clamp(fraction, st.fraction, 1.0);
            st.seconds = seconds_since(job_.start);
            constexpr double kTooLittle = 0.005; // to tell from
            if (st.fraction > kTooLittle) st.seconds_left = st.seconds * (1 - st.fraction) / st.fraction;
            tell = Clock::now() - told_ > kTellEvery;
        }
        if (tell) changed();
        wait_for_pictures();
    }
    void changed() override {
        told_ = Clock::now();
        s_.tell();
    }

  private:
    void check() const {
        if (job_.unwanted || stop_.stop_requested()) throw JobCancelled{};
    }
    /// `busy` may lock what its owner holds while it calls the queue: never asked under the queue's own lock.
    void wait_for_pictures() {
        const auto until = Clock::now() + kLongestWaitForPictures;
        while (s_.busy && s_.busy() && Clock::now() < until) {
            std::unique_lock lock(s_.mutex);
            s_.wake.wait_for(lock, stop_, 3ms, [&] { return job_.unwanted; });
            check();
        }
    }

    State& s_;
    Job& job_;
    const std::stop_token& stop_;
    Clock::time_point told_{};
};

} // namespace

void JobQueue::State::cancel_where(const std::function<bool(const JobStatus&)>& which) {
    if (running && which(running->status)) running->unwanted = true;
    for (auto it = waiting.begin(); it != waiting.end();)
        if (which((*it)->status)) {
            finish(**it, JobStatus::State::cancelled);
            it = waiting.erase(it);
        } else
            ++it;
}

void JobQueue::State::run(Job& job, const std::stop_token& stop) {
    Control<State> control(*this, job, stop);
    auto how = JobStatus::State::done;
    std::string error;
    try {
        job.work(control);
    } catch (const JobCancelled&) {
        how = JobStatus::State::cancelled;
    } catch (const std::exception& e) {
        how = JobStatus::State::failed;
        error = e.what();
    } catch (...) {
        how = JobStatus::State::failed;
        error = "failed without saying why";
    }
    job.work = nullptr; // what it holds goes before it counts as over
    const std::lock_guard lock(mutex);
    job.status.seconds = seconds_since(job.start);
    finish(job, how, std::move(error));
    running.reset();
}

void JobQueue::State::work(const std::stop_token& stop) {
    lower_priority(kBackgroundNice);
    std::unique_lock lock(mutex);
    while (wake.wait(lock, stop, [&] { return !waiting.empty(); }) && !stop.stop_requested()) {
        const auto job = waiting.front();
        waiting.pop_front();
        running = job;
        job->status.state = JobStatus::State::running;
        job->start = Clock::now();
        lock.unlock();
        run(*job, stop);
        tell();
        lock.lock();
    }
}

JobQueue::JobQueue(std::function<void()> notify, std::function<bool()> busy) : state_(std::make_unique<State>()) {
    state_->notify = std::move(notify);
    state_->busy = std::move(busy);
    state_->worker = std::jthread([s = state_.get()](const std::stop_token& stop) { s->work(stop); });
}

JobQueue::~JobQueue() { state_->worker.request_stop(); }

void JobQueue::submit(const std::string& key, const std::string& title, Work work) {
    auto job = std::make_shared<Job>();
    job->status.key = key;
    job->status.title = title;
    job->status.seconds_left = -1;
    job->work = std::move(work);
    {
        const std::lock_guard lock(state_->mutex);
        state_->cancel_where([&](const JobStatus& s) { return s.key == key; });
        state_->waiting.push_back(std::move(job));
    }
    state_->wake.notify_all();
}

void JobQueue::cancel(const std::string& key) {
    {
        const std::lock_guard lock(state_->mutex);
        state_->cancel_where([&](const JobStatus& s) { return s.key == key; });
    }
    state_->wake.notify_all();
}

void JobQueue::cancel_all() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->cancel_where([](const JobStatus&) { return true; });
    }
    state_->wake.notify_all();
}

std::vector<JobStatus> JobQueue::status() const {
    const std::lock_guard lock(state_->mutex);
    std::vector<JobStatus> out;
    if (state_->running) out.push_back(state_->running->status);
    for (const auto& j : state_->waiting) out.push_back(j->status);
    out.insert(out.end(), state_->over.rbegin(), state_->over.rend());
    return out;
}

JobStatus JobQueue::status(const std::string& key) const {
    const std::lock_guard lock(state_->mutex);
    for (auto it = state_->waiting.rbegin(); it != state_->waiting.rend(); ++it)
        if ((*it)->status.key == key) return (*it)->status;
    if (state_->running && state_->running->status.key == key) return state_->running->status;
    const auto found = newest(state_->over, key);
    return found == state_->over.rend() ? JobStatus{} : *found;
}

bool JobQueue::idle() const {
    const std::lock_guard lock(state_->mutex);
    return !state_->running && state_->waiting.empty();
}

} // namespace unstuck::engine
