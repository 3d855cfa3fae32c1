#include "cuda/module/module.h"

namespace unstuck::cuda::module {

namespace {
cudaEvent_t cuda_event(void* event) { return static_cast<cudaEvent_t>(event); }
} // namespace

const char* event_create(void** event) {
    *event = nullptr;
    return guard([&] {
        cudaEvent_t made = nullptr;
        UNSTUCK_CUDA_CHECK(cudaEventCreate(&made));
        *event = made;
    });
}

const char* event_record(void* event) {
    return guard([&] { UNSTUCK_CUDA_CHECK(cudaEventRecord(cuda_event(event), current_stream())); });
}

const char* event_wait(void* event) {
    return guard([&] { UNSTUCK_CUDA_CHECK(cudaStreamWaitEvent(current_stream(), cuda_event(event), 0)); });
}

const char* event_finish(void* event) {
    return guard([&] { UNSTUCK_CUDA_CHECK(cudaEventSynchronize(cuda_event(event))); });
}

const char* event_ms(void* from, void* to, float* ms) {
    *ms = 0;
    return guard([&] { UNSTUCK_CUDA_CHECK(cudaEventElapsedTime(ms, cuda_event(from), cuda_event(to))); });
}

void event_destroy(void* event) {
    if (event) cudaEventDestroy(cuda_event(event));
}

} // namespace unstuck::cuda::module
