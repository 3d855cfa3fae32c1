// Stands in for torch_glue.cpp where LibTorch came without its CUDA half.
#include "cuda/module/module.h"

namespace unstuck::cuda::module {

namespace {
[[noreturn]] void refuse() {
    throw std::runtime_error("LibTorch's CUDA half is not here: build with UNSTUCK_CUDA=on ./run (2.6 GB to download)");
}
} // namespace

bool torch_loaded() { return false; }
Stream current_stream() { return nullptr; }
void set_current_device(int index) { UNSTUCK_CUDA_CHECK(cudaSetDevice(index)); }
void* begin_graph(int) { refuse(); }
void end_graph(void*) { refuse(); }
void abort_graph(void*) { refuse(); }
void replay_graph(void*) { refuse(); }
void destroy_graph(void*) noexcept {}

} // namespace unstuck::cuda::module
