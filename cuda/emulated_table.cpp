#include "cuda/emulated_table.h"

#include "cuda/module/guard.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace unstuck::cuda {

namespace {

using Clock = std::chrono::steady_clock;

template <class F>
const char* guard(F&& f) noexcept {
    return guarded(exception_text, std::forward<F>(f));
}

template <auto emulate, class Parameters>
const char* run(const Parameters* p) {
    return guard([&] { emulate(*p); });
}

const char* no_graphs() { return "CUDA graphs need a GPU: this is the emulation"; }
const char* no_opengl() { return "CUDA textures need a GPU: this is the emulation"; }

/// A recorded moment; the emulation has no queue, so that it is over when it is recorded.
struct Event {
    Clock::time_point at{};
    bool recorded = false;
};
Event& event_of(void* event) { return *static_cast<Event*>(event); }

const char* device(int index, unstuck_cuda_device* out) {
    *out = {};
    if (index != 0) return "there is no GPU of this number";
    std::snprintf(out->name, sizeof out->name, "emulated device");
    out->has_kernels = 1;
    return nullptr;
}

void versions(unstuck_cuda_versions* out) {
    *out = {};
    std::snprintf(out->architectures, sizeof out->architectures, "emulated");
}

const char* event_create(void** event) {
    *event = nullptr;
    return guard([&] { *event = new Event; });
}

const char* event_ms(void* from, void* to, float* ms) {
    *ms = 0;
    const auto &a = event_of(from), &b = event_of(to);
    if (!a.recorded || !b.recorded) return "an event was not recorded";
    *ms = std::chrono::duration<float, std::milli>(b.at - a.at).count();
    return nullptr;
}

const char* host_alloc(std::size_t bytes, void** memory) {
    *memory = std::malloc(bytes ? bytes : 1);
    return *memory ? nullptr : "out of memory";
}

const unstuck_cuda_functions kTable{
    .abi = UNSTUCK_CUDA_ABI,
    .device_count = [](int* count) -> const char* {
        *count = 1;
        return nullptr;
    },
    .device = device,
    .versions = versions,
    .has_torch = [] { return 1; },
    .filtered_lrelu = run<filtered_lrelu_emulated>,
    .bias_act = run<bias_act_emulated>,
    .modulate_weights = run<modulate_weights_emulated>,
    .fourier_features = run<fourier_features_emulated>,
    .pack_image = run<pack_image_emulated>,
    .channel_sums = run<channel_sums_emulated>,
    .window_channels = run<window_channels_emulated>,
    .add_power = run<add_power_emulated>,
    .fold_spectrum = run<fold_spectrum_emulated>,
    .set_device = [](int index) { return index == 0 ? nullptr : "there is no GPU of this number"; },
    .synchronize = []() -> const char* { return nullptr; },
    .event_create = event_create,
    .event_record = [](void* event) -> const char* {
        event_of(event) = {Clock::now(), true};
        return nullptr;
    },
    .event_wait = [](void*) -> const char* { return nullptr; },
    .event_finish = [](void*) -> const char* { return nullptr; },
    .event_ms = event_ms,
    .event_destroy = [](void* event) { delete static_cast<Event*>(event); },
    .graph_begin =
        [](int, void** graph) {
            *graph = nullptr;
            return no_graphs();
        },
    .graph_end = [](void*) { return no_graphs(); },
    .graph_abort = [](void*) { return no_graphs(); },
    .graph_replay = [](void*) { return no_graphs(); },
    .graph_destroy = [](void*) {},
    .gl_device =
        [](int* index) {
            *index = -1;
            return no_opengl();
        },
    .gl_register =
        [](unsigned, void** resource) {
            *resource = nullptr;
            return no_opengl();
        },
    .gl_unregister = [](void*) { return no_opengl(); },
    .gl_map = [](void*) { return no_opengl(); },
    .gl_unmap = [](void*) { return no_opengl(); },
    .gl_write = [](void*, const float*, int, int, int) { return no_opengl(); },
    .host_alloc = host_alloc,
    .host_free = [](void* memory) { std::free(memory); },
    .copy_to_host = [](void* host, const void* device, std::size_t bytes) -> const char* {
        std::memcpy(host, device, bytes);
        return nullptr;
    },
};

} // namespace

} // namespace unstuck::cuda

const unstuck_cuda_functions* unstuck_emulated_table() { return &unstuck::cuda::kTable; }
