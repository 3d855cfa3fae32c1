// LibTorch's half of the module: its current streams, and CUDA graphs whose memory comes from its allocator. The graphs
// are captured here and not by at::cuda::CUDAGraph, whose capture cannot be ended cleanly once an operation in it has
// failed.
#include "cuda/module/module.h"

#include <ATen/Context.h>
#include <ATen/cuda/MemPool.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>
#include <memory>
#include <optional>

namespace unstuck::cuda::module {

namespace {

namespace allocator = c10::cuda::CUDACachingAllocator;

/// LibTorch's own messages about a missing device advise people who installed Python packages.
void need_device() {
    static const bool there = [] {
        int n = 0;
        return cudaGetDeviceCount(&n) == cudaSuccess && n > 0;
    }();
    if (there) return;
    int n = 0;
    UNSTUCK_CUDA_CHECK(cudaGetDeviceCount(&n));
    UNSTUCK_CUDA_CHECK(cudaErrorNoDevice);
}

/// What the calling thread queues between begin() and end(), with a private pool of memory that
/// lives as long as the graph. Libraries have to be warm: a capture cannot make cuDNN's or cuBLAS' handles.
class Graph {
  public:
    explicit Graph(int device) : device_(static_cast<c10::DeviceIndex>(device)) {}
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;
    ~Graph() { abandon(); }

    void begin() {
        outer_ = c10::cuda::getCurrentCUDAStream(device_);
        // The default stream cannot be captured. Where the caller has one of its own, that is taken: libraries keep a
        // workspace for each stream that they have met.
        const bool is_default = *outer_ == c10::cuda::getDefaultCUDAStream(device_);
        stream_ = is_default ? c10::cuda::getStreamFromPool(false, device_) : *outer_;
        c10::cuda::setCurrentCUDAStream(*stream_);
        // A capture cannot take what the allocator keeps for later, nor make it give that back.
        UNSTUCK_CUDA_CHECK(cudaStreamSynchronize(*outer_));
        allocator::emptyCache();
        // First the pool, then the capture: what another thread frees in between must not record events into it.
        pool_ = at::cuda::MemPool::graph_pool_handle(false);
        allocator::beginAllocateToPool(device_, pool_, [this](cudaStream_t stream) { return captures(stream); });
        pool_held_ = pool_open_ = true;
        UNSTUCK_CUDA_CHECK(cudaStreamBeginCapture(*stream_, cudaStreamCaptureModeThreadLocal));
        capturing_ = true;
        cudaStreamCaptureStatus status{};
        UNSTUCK_CUDA_CHECK(cudaStreamGetCaptureInfo(*stream_, &status, &id_));
    }

    void end() {
        if (!capturing_) throw std::runtime_error("the CUDA graph is not being captured");
        capturing_ = false;
        const auto ended = cudaStreamEndCapture(*stream_, &graph_);
        leave();
        UNSTUCK_CUDA_CHECK(ended);
        if (!graph_) throw std::runtime_error("the CUDA graph's capture was invalid");
        UNSTUCK_CUDA_CHECK(cudaGraphInstantiate(&executable_, graph_, 0));
    }

    void replay() const {
        if (!executable_) throw std::runtime_error("the CUDA graph was not captured to its end");
        UNSTUCK_CUDA_CHECK(cudaGraphLaunch(executable_, c10::cuda::getCurrentCUDAStream(device_)));
    }

    /// Ends whatever has begun; what fails on the way has failed before.
    void abandon() noexcept {
        if (capturing_) cudaStreamEndCapture(*stream_, &graph_);
        capturing_ = false;
        try {
            leave();
        } catch (...) {
        }
        if (executable_) cudaGraphExecDestroy(executable_);
        if (graph_) cudaGraphDestroy(graph_);
        executable_ = nullptr;
        graph_ = nullptr;
        try {
            if (pool_held_) allocator::releasePool(device_, pool_);
        } catch (...) {
        }
        pool_held_ = false;
        cudaGetLastError();
    }

  private:
    /// Asked by the allocator, also for other threads' streams.
    bool captures(cudaStream_t stream) const {
        cudaStreamCaptureStatus status{};
        unsigned long long id = 0;
        return cudaStreamGetCaptureInfo(stream, &status, &id) == cudaSuccess &&
               status == cudaStreamCaptureStatusActive && id == id_;
    }

    void leave() {
        if (outer_) c10::cuda::setCurrentCUDAStream(*outer_);
        outer_.reset();
        if (pool_open_) {
            pool_open_ = false;
            allocator::endAllocateToPool(device_, pool_);
        }
    }

    c10::DeviceIndex device_;
    std::optional<c10::cuda::CUDAStream> outer_, stream_; ///< The thread's stream before, and the captured one.
    c10::MempoolId_t pool_{0, 0};
    bool pool_open_ = false, pool_held_ = false, capturing_ = false;
    unsigned long long id_ = 0;
    cudaGraph_t graph_ = nullptr;
    cudaGraphExec_t executable_ = nullptr;
};

} // namespace

bool torch_loaded() { return true; }

Stream current_stream() {
    need_device();
    return c10::cuda::getCurrentCUDAStream().stream();
}

void set_current_device(int index) {
    need_device();
    UNSTUCK_CUDA_CHECK(cudaSetDevice(index));
    c10::cuda::set_device(static_cast<c10::DeviceIndex>(index));
}

void* begin_graph(int device) {
    set_current_device(device);
    at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
    auto graph = std::make_unique<Graph>(device);
    graph->begin();
    return graph.release();
}

void end_graph(void* graph) {
    auto& g = *static_cast<Graph*>(graph);
    try {
        g.end();
    } catch (...) {
        g.abandon();
        throw;
    }
}

void abort_graph(void* graph) { delete static_cast<Graph*>(graph); }
void replay_graph(void* graph) { static_cast<Graph*>(graph)->replay(); }
void destroy_graph(void* graph) noexcept { delete static_cast<Graph*>(graph); }

} // namespace unstuck::cuda::module
