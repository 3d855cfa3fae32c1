#include "cuda/module/module.h"

namespace unstuck::cuda::module {

const char* host_alloc(std::size_t bytes, void** memory) {
    *memory = nullptr;
    return guard([&] { UNSTUCK_CUDA_CHECK(cudaMallocHost(memory, bytes)); });
}

void host_free(void* memory) {
    if (memory) cudaFreeHost(memory);
}

const char* copy_to_host(void* host, const void* device, std::size_t bytes) {
    return guard([&] {
        const auto stream = current_stream();
        UNSTUCK_CUDA_CHECK(cudaMemcpyAsync(host, device, bytes, cudaMemcpyDeviceToHost, stream));
        UNSTUCK_CUDA_CHECK(cudaStreamSynchronize(stream));
    });
}

} // namespace unstuck::cuda::module
