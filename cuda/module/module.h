#pragma once
// What the module's source files share. cuda/module.h is its outside.
#include "cuda/check.h"
#include "cuda/module.h"
#include "cuda/module/guard.h"

namespace unstuck::cuda::module {

/// The exception in flight, for people; CUDA's error state is cleared, so that the next call does not report it again.
std::string describe();

template <class F>
const char* guard(F&& f) noexcept {
    return guarded(describe, std::forward<F>(f));
}

// ---- with LibTorch's CUDA half (torch_glue.cpp) or without (no_torch.cpp)
// ---------------------------------------------
bool torch_loaded();
/// LibTorch's current stream of the calling thread and the current device; without LibTorch the default stream.
Stream current_stream();
void set_current_device(int index);

void* begin_graph(int device);
void end_graph(void* graph);
void abort_graph(void* graph);
void replay_graph(void* graph);
void destroy_graph(void* graph) noexcept;

// ---- opengl.cpp
// --------------------------------------------------------------------------------------------------------
const char* gl_device(int* index);
const char* gl_register(unsigned texture, void** resource);
const char* gl_unregister(void* resource);
const char* gl_map(void* resource);
const char* gl_unmap(void* resource);
const char* gl_write(void* resource, const float* pixels, int width, int height, int channels);

// ---- devices.cpp
// -------------------------------------------------------------------------------------------------------
const char* device_count(int* count);
const char* device(int index, unstuck_cuda_device* out);
void versions(unstuck_cuda_versions* out);

// ---- events.cpp
// --------------------------------------------------------------------------------------------------------
const char* event_create(void** event);
const char* event_record(void* event);
const char* event_wait(void* event);
const char* event_finish(void* event);
const char* event_ms(void* from, void* to, float* ms);
void event_destroy(void* event);

// ---- memory.cpp
// --------------------------------------------------------------------------------------------------------
const char* host_alloc(std::size_t bytes, void** memory);
void host_free(void* memory);
const char* copy_to_host(void* host, const void* device, std::size_t bytes);

} // namespace unstuck::cuda::module
