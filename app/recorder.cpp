#include "app/recorder.hpp"

#include "core/engine/thread_priority.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace unstuck::app {

Recorder::Recorder(std::function<void()> notify) : notify_(std::move(notify)) {}

Recorder::~Recorder() {
    if (busy()) end(true);
}

void Recorder::start(engine::FilmRequest request) {
    if (busy()) throw std::logic_error("a film is being made");
    if (thread_.joinable()) thread_.join(); // of the last film, which is over
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    request.threads = std::max(cores - 1, 1);
    {
        const std::lock_guard lock(mutex_);
        const int number = status_.number + 1;
        status_ = {};
        status_.phase = Phase::recording;
        status_.path = request.video.path;
        status_.progress.of = request.motion.frames;
        status_.number = number;
    }
    control_ = std::make_unique<engine::FilmControl>();
    thread_ = std::jthread([this, request = std::move(request), control = control_.get()](const std::stop_token& stop) {
        make(request, stop, *control);
    });
}

void Recorder::make(const engine::FilmRequest& request, const std::stop_token& stop, engine::FilmControl& control) {
    using Clock = std::chrono::steady_clock;
    constexpr auto kTellEvery = std::chrono::milliseconds(100);
    engine::lower_priority(engine::kBackgroundNice);
    Clock::time_point told{};
    const auto on_progress = [&](const engine::FilmProgress& progress) {
        {
            const std::lock_guard lock(mutex_);
            auto picture = progress.picture ? progress.picture : status_.progress.picture;
            status_.progress = progress;
            status_.progress.picture = std::move(picture);
        }
        if (!notify_ || Clock::now() - told < kTellEvery) return;
        told = Clock::now();
        notify_();
    };
    engine::FilmResult result;
    std::string error;
    try {
        result = engine::record(request, on_progress, stop, &control);
    } catch (const std::exception& e) {
        error = e.what();
    }
    {
        const std::lock_guard lock(mutex_);
        status_.phase = error.empty() ? Phase::done : Phase::failed;
        status_.result = std::move(result);
        status_.error = std::move(error);
        status_.paused = status_.ending = false;
    }
    if (notify_) notify_();
}

void Recorder::pause(bool on) {
    const std::lock_guard lock(mutex_);
    if (status_.phase != Phase::recording || status_.ending) return;
    status_.paused = on;
    control_->pause(on);
}

void Recorder::end(bool keep) {
    const std::lock_guard lock(mutex_);
    if (status_.phase != Phase::recording || status_.ending) return;
    status_.ending = true;
    if (!keep) control_->discard();
    thread_.request_stop();
}

Recorder::Status Recorder::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

bool Recorder::busy() const {
    const std::lock_guard lock(mutex_);
    return status_.phase == Phase::recording;
}

} // namespace unstuck::app
