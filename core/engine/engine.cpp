#include "core/engine/engine.hpp"

#include "core/engine/frame_renderer.hpp"
#include "core/engine/thread_count.hpp"
#include "core/engine/thread_priority.hpp"
#include "core/io/error.hpp"

#include <ATen/Parallel.h>
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace unstuck::engine {

namespace {

struct Cancelled {};

} // namespace

struct Engine::State {
    explicit State(std::function<void()> notify_function) : notify(std::move(notify_function)) {}

    std::function<void()> notify;
    mutable std::mutex mutex;
    std::condition_variable_any wake;

    // Guarded by the mutex.
    std::optional<Scene> wanted;
    std::uint64_t wanted_serial = 0; ///< Grows with every request and every change of a model.
    std::array<std::shared_ptr<const LoadedModel>, 2> loaded;
    std::array<std::optional<LoadedModel>, 2> arrived;
    std::array<bool, 2> removed{};
    bool swapped = false; ///< The renderers have to change sides before they are used again.
    std::array<std::shared_ptr<const ModelInfo>, 2> model;
    std::array<LoadStatus, 2> load;
    std::array<std::uint64_t, 2> load_serial{};
    std::shared_ptr<const FramePair> latest;
    std::uint64_t published = 0;
    bool rendering = false;
    std::size_t cache_budget = kDefaultCacheBytes;
    DeviceChoice device;
    bool layer_times = false;
    std::array<bool, 2> rate_wanted{};
    std::array<std::optional<GemmRate>, 2> rate;

    // The worker's own.
    std::array<std::unique_ptr<FrameRenderer>, 2> renderer;

    // Threads last: they stop before anything they use is destroyed.
    std::array<std::jthread, 2> loader;
    std::vector<std::jthread> retired; ///< Loads that were cancelled and may still be on their way out.
    std::jthread worker;

    void tell() const {
        if (notify) notify();
    }
    void work(const std::stop_token& stop);
    void take_models();
    void measure_rates(std::unique_lock<std::mutex>& lock, std::uint64_t done_serial, const std::stop_token& stop);
    std::shared_ptr<FramePair> render(const Scene& scene, std::uint64_t serial, bool may_abandon,
                                      const std::stop_token& stop);
    void run_load(Side side, const std::string& source, std::uint64_t serial, const std::stop_token& stop);
};

void Engine::State::take_models() {
    if (swapped) std::swap(renderer[0], renderer[1]);
    swapped = false;
    for (auto side : kSides) {
        const auto i = index(side);
        if (removed[i]) renderer[i].reset();
        if (arrived[i]) renderer[i] = std::make_unique<FrameRenderer>(std::move(*arrived[i]));
        arrived[i].reset();
        removed[i] = false;
    }
}

std::shared_ptr<FramePair> Engine::State::render(const Scene& scene, std::uint64_t serial, bool may_abandon,
                                                 const std::stop_token& stop) {
    const auto abandon = [&] {
        if (stop.stop_requested()) return true;
        if (!may_abandon) return false;
        const std::lock_guard lock(mutex);
        return wanted_serial != serial;
    };
    auto pair = std::make_shared<FramePair>();
    pair->scene = scene;
    bool timed = false;
    {
        const std::lock_guard lock(mutex);
        timed = layer_times;
    }
    for (auto side : kSides) {
        auto& r = renderer[index(side)];
        if (!r) continue;
        at::set_num_threads(threads_for(*r->model().info));
        auto request = make_request(scene, side, *r->model().info);
        request.want_layer_times = timed;
        request.wait_for_directions = false;
        auto frame = r->render(request, abandon);
        if (!frame) return nullptr;
        pair->model[index(side)] = r->model().info;
        pair->frame[index(side)] = std::make_shared<const Frame>(std::move(*frame));
    }
    return pair;
}

/// One side's measurement, outside the lock; a new scene comes first and leaves it wanted.
void Engine::State::measure_rates(std::unique_lock<std::mutex>& lock, std::uint64_t done_serial,
                                  const std::stop_token& stop) {
    const std::size_t i = rate_wanted[0] ? 0 : 1;
    if (!renderer[i]) {
        rate_wanted[i] = false;
        return;
    }
    const auto& loaded = renderer[i]->model();
    lock.unlock();
    at::set_num_threads(threads_for(*loaded.info));
    bool interrupted = false;
    std::optional<GemmRate> measured;
    try {
        measured = engine::measure_gemm_rate(*loaded.generator, [&] {
            const std::lock_guard guard(mutex);
            interrupted = stop.stop_requested() || (wanted && wanted_serial != done_serial);
            return interrupted;
        });
    } catch (const std::exception&) { // no memory for the matrices: there is no rate then
    }
    lock.lock();
    if (!interrupted && model[i] == loaded.info) {
        rate[i] = measured;
        rate_wanted[i] = false;
    }
    lock.unlock();
    tell();
    lock.lock();
}

void Engine::State::work(const std::stop_token& stop) {
    lower_priority(kPicturesNice);
    std::uint64_t done_serial = 0;
    bool last_abandoned = false;
    double last_ms = 0;
    // Finishing an outdated frame keeps a drag alive only while frames are quick.
    constexpr double kAlwaysAbandonAboveMs = 2000;
    std::unique_lock lock(mutex);
    // A wait that is told to stop still returns what the condition says: ask for both.
    const auto to_render = [&] { return wanted && wanted_serial != done_serial; };
    while (wake.wait(lock, stop, [&] { return to_render() || rate_wanted[0] || rate_wanted[1]; }) &&
           !stop.stop_requested()) {
        take_models();
        for (auto& r : renderer)
            if (r) r->set_cache_budget(cache_budget);
        if (!to_render()) {
            measure_rates(lock, done_serial, stop);
            continue;
        }
        const auto scene = *wanted;
        const auto serial = wanted_serial;
        rendering = true;
        lock.unlock();
        const auto start = std::chrono::steady_clock::now();
        auto pair = render(scene, serial, !last_abandoned || last_ms > kAlwaysAbandonAboveMs, stop);
        lock.lock();
        last_abandoned = !pair;
        if (pair) {
            last_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
            done_serial = serial;
            // A model that changed meanwhile makes this pair one of a past comparison.
            bool current = true;
            for (auto side : kSides) current = current && pair->model[index(side)] == model[index(side)];
            if (current) {
                pair->serial = ++published;
                latest = std::move(pair);
            }
        }
        rendering = wanted_serial != done_serial;
        lock.unlock();
        tell();
        lock.lock();
    }
}

void Engine::State::run_load(Side side, const std::string& source, std::uint64_t serial, const std::stop_token& stop) {
    lower_priority(kPicturesNice);
    at::set_num_threads(1); // copies weights; the other model goes on rendering meanwhile
    const auto i = index(side);
    const auto mine = [&] { return load_serial[i] == serial; };
    DeviceChoice choice;
    {
        const std::lock_guard lock(mutex);
        choice = device;
    }
    double told = -1;
    try {
        const auto progress = [&](double fraction, const char* stage) {
            if (stop.stop_requested()) throw Cancelled{};
            {
                const std::lock_guard lock(mutex);
                if (mine()) load[i].fraction = fraction, load[i].stage = stage;
            }
            if (fraction - told > 0.02) {
                told = fraction;
                tell();
            }
        };
        LoadOptions options;
        options.target = compute_target(choice);
        auto loaded = load_model(source, progress, options);
        const std::lock_guard lock(mutex);
        if (mine()) {
            load[i].loading = false;
            model[i] = loaded.info;
            this->loaded[i] = std::make_shared<const LoadedModel>(loaded);
            rate[i].reset();
            rate_wanted[i] = false;
            arrived[i] = std::move(loaded);
            removed[i] = false;
            ++wanted_serial;
            rendering = wanted.has_value();
        }
    } catch (const Cancelled&) {
        const std::lock_guard lock(mutex);
        if (mine()) load[i].loading = false;
    } catch (const std::exception& e) {
        const std::lock_guard lock(mutex);
        if (mine()) load[i].loading = false, load[i].error = e.what();
    }
    wake.notify_all();
    tell();
}

Engine::Engine(std::function<void()> notify) : state_(std::make_unique<State>(std::move(notify))) {
    state_->worker = std::jthread([s = state_.get()](const std::stop_token& stop) { s->work(stop); });
}

Engine::~Engine() {
    for (auto& t : state_->loader) t.request_stop();
    state_->worker.request_stop();
}

void Engine::load(Side side, const std::string& source) {
    const auto i = index(side);
    cancel_load(side);
    if (state_->loader[i].joinable()) state_->retired.push_back(std::move(state_->loader[i]));
    std::uint64_t serial;
    {
        const std::lock_guard lock(state_->mutex);
        serial = ++state_->load_serial[i];
        state_->load[i] = {source, true, 0, "reading", ""};
    }
    state_->loader[i] = std::jthread([s = state_.get(), side, source, serial](const std::stop_token& stop) {
        s->run_load(side, source, serial, stop);
    });
}

void Engine::cancel_load(Side side) {
    const std::lock_guard lock(state_->mutex);
    state_->loader[index(side)].request_stop();
    ++state_->load_serial[index(side)]; // what still arrives is not wanted any more
    state_->load[index(side)].loading = false;
}

void Engine::unload(Side side) {
    cancel_load(side);
    {
        const std::lock_guard lock(state_->mutex);
        const auto i = index(side);
        state_->model[i].reset();
        state_->loaded[i].reset();
        state_->rate[i].reset();
        state_->rate_wanted[i] = false;
        state_->arrived[i].reset();
        state_->removed[i] = true;
        state_->load[i] = {};
        ++state_->wanted_serial;
        state_->rendering = state_->wanted.has_value();
    }
    state_->wake.notify_all();
}

LoadStatus Engine::load_status(Side side) const {
    const std::lock_guard lock(state_->mutex);
    return state_->load[index(side)];
}

void Engine::dismiss_error(Side side) {
    const std::lock_guard lock(state_->mutex);
    state_->load[index(side)].error.clear();
}

void Engine::request(const Scene& scene) {
    {
        const std::lock_guard lock(state_->mutex);
        auto& s = *state_;
        auto mine = scene;
        mine.model = {};
        if (s.wanted && same_render(*s.wanted, mine)) return;
        s.wanted = std::move(mine);
        ++s.wanted_serial;
        s.rendering = true;
    }
    state_->wake.notify_all();
}

void Engine::refresh() {
    {
        const std::lock_guard lock(state_->mutex);
        if (!state_->wanted) return;
        ++state_->wanted_serial;
        state_->rendering = true;
    }
    state_->wake.notify_all();
}

std::shared_ptr<const FramePair> Engine::latest() const {
    const std::lock_guard lock(state_->mutex);
    return state_->latest;
}

std::shared_ptr<const ModelInfo> Engine::model(Side side) const {
    const std::lock_guard lock(state_->mutex);
    return state_->model[index(side)];
}

std::shared_ptr<const LoadedModel> Engine::loaded(Side side) const {
    const std::lock_guard lock(state_->mutex);
    return state_->loaded[index(side)];
}

void Engine::copy(Side from, Side to) {
    if (from == to || !model(from)) return;
    cancel_load(to);
    {
        const std::lock_guard lock(state_->mutex);
        auto& s = *state_;
        const auto i = index(to);
        s.loaded[i] = s.loaded[index(from)];
        s.model[i] = s.model[index(from)];
        s.arrived[i] = *s.loaded[i];
        s.removed[i] = false;
        s.load[i] = {};
        s.rate[i].reset();
        s.rate_wanted[i] = false;
        ++s.wanted_serial;
        s.rendering = s.wanted.has_value();
    }
    state_->wake.notify_all();
}

void Engine::swap() {
    for (auto side : kSides) cancel_load(side);
    {
        const std::lock_guard lock(state_->mutex);
        auto& s = *state_;
        std::swap(s.model[0], s.model[1]);
        std::swap(s.loaded[0], s.loaded[1]);
        std::swap(s.arrived[0], s.arrived[1]);
        std::swap(s.removed[0], s.removed[1]);
        std::swap(s.load[0], s.load[1]);
        std::swap(s.rate[0], s.rate[1]);
        std::swap(s.rate_wanted[0], s.rate_wanted[1]);
        s.swapped = !s.swapped;
        ++s.wanted_serial;
        s.rendering = s.wanted.has_value();
    }
    state_->wake.notify_all();
}

void Engine::set_cache_budget(std::size_t bytes) {
    const std::lock_guard lock(state_->mutex);
    state_->cache_budget = bytes;
}

void Engine::set_device(const DeviceChoice& choice) {
    std::array<std::string, 2> again;
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->device == choice) return;
        state_->device = choice;
        for (std::size_t i = 0; i < again.size(); ++i)
            if (state_->load[i].loading)
                again[i] = state_->load[i].source;
            else if (state_->model[i])
                again[i] = state_->model[i]->source;
    }
    for (auto side : kSides)
        if (!again[index(side)].empty()) load(side, again[index(side)]);
}

void Engine::set_layer_times(bool wanted) {
    const std::lock_guard lock(state_->mutex);
    state_->layer_times = wanted;
}

void Engine::measure_gemm_rate(Side side) {
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->model[index(side)]) state_->rate_wanted[index(side)] = true;
    }
    state_->wake.notify_all();
}

bool Engine::measuring(Side side) const {
    const std::lock_guard lock(state_->mutex);
    return state_->rate_wanted[index(side)];
}

std::optional<GemmRate> Engine::gemm_rate(Side side) const {
    const std::lock_guard lock(state_->mutex);
    return state_->rate[index(side)];
}

bool Engine::rendering() const {
    const std::lock_guard lock(state_->mutex);
    return state_->rendering;
}

bool Engine::busy() const {
    const std::lock_guard lock(state_->mutex);
    return state_->rendering || state_->load[0].loading || state_->load[1].loading;
}

} // namespace unstuck::engine
