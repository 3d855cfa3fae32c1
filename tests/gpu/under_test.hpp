#pragma once
// Where the kernels of tests/gpu run: on the GPU or, with UNSTUCK_EMULATED, their bodies on the processor. The second
// is how the tests themselves are tested where there is no GPU.
#include "cuda/bias_act.h"
#include "cuda/channel_sums.h"
#include "cuda/filtered_lrelu.h"
#include "cuda/fourier_features.h"
#include "cuda/modulate_weights.h"
#include "cuda/pack_image.h"
#include "cuda/power_spectrum.h"

#ifdef UNSTUCK_EMULATED
#include <cstring>
#else
#include "cuda/check.h"
#include "cuda/module/messages.h"
#endif
#include <string>
#include <vector>

namespace unstuck::cuda {

#ifdef UNSTUCK_EMULATED

#define UNSTUCK_UNDER_TEST(Parameters, op)                                                                             \
    inline void run(const Parameters& p) { op##_emulated(p); }

inline std::string no_device() { return ""; }

/// Bytes where kernels look.
class Memory {
  public:
    explicit Memory(std::size_t bytes) : bytes_(bytes) {}
    void* data() { return bytes_.data(); }
    void write(const void* from, std::size_t bytes) {
        if (bytes > 0) std::memcpy(bytes_.data(), from, bytes);
    }
    void read(void* to, std::size_t bytes) const {
        if (bytes > 0) std::memcpy(to, bytes_.data(), bytes);
    }

  private:
    std::vector<char> bytes_;
};

#else

#define UNSTUCK_UNDER_TEST(Parameters, op)                                                                             \
    inline void run(const Parameters& p) {                                                                             \
        op##_cuda(p, nullptr);                                                                                         \
        UNSTUCK_CUDA_CHECK(cudaDeviceSynchronize());                                                                   \
    }

/// Why nothing can run here; empty when a GPU is there.
inline std::string no_device() {
    int count = 0;
    Situation s;
    s.error = cudaGetDeviceCount(&count);
    if (s.error == cudaSuccess && count > 0) return "";
    if (s.error == cudaSuccess) s.error = cudaErrorNoDevice;
    s.error_text = cudaGetErrorString(static_cast<cudaError_t>(s.error));
    cudaDriverGetVersion(&s.driver);
    cudaRuntimeGetVersion(&s.runtime);
    return explain(s);
}

/// Bytes where kernels look.
class Memory {
  public:
    explicit Memory(std::size_t bytes) { UNSTUCK_CUDA_CHECK(cudaMalloc(&data_, bytes + 1)); }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    ~Memory() { cudaFree(data_); }
    void* data() { return data_; }
    void write(const void* from, std::size_t bytes) {
        UNSTUCK_CUDA_CHECK(cudaMemcpy(data_, from, bytes, cudaMemcpyHostToDevice));
    }
    void read(void* to, std::size_t bytes) const {
        UNSTUCK_CUDA_CHECK(cudaMemcpy(to, data_, bytes, cudaMemcpyDeviceToHost));
    }

  private:
    void* data_ = nullptr;
};

#endif

UNSTUCK_UNDER_TEST(FilteredLrelu, filtered_lrelu)
UNSTUCK_UNDER_TEST(BiasAct, bias_act)
UNSTUCK_UNDER_TEST(ModulateWeights, modulate_weights)
UNSTUCK_UNDER_TEST(FourierFeatures, fourier_features)
UNSTUCK_UNDER_TEST(PackImage, pack_image)
UNSTUCK_UNDER_TEST(ChannelSums, channel_sums)
UNSTUCK_UNDER_TEST(WindowChannels, window_channels)
UNSTUCK_UNDER_TEST(AddPower, add_power)
UNSTUCK_UNDER_TEST(FoldSpectrum, fold_spectrum)
#undef UNSTUCK_UNDER_TEST

/// An array in both memories.
template <class T>
class Array {
  public:
    explicit Array(std::vector<T> values) : host(std::move(values)), memory_(bytes()) { upload(); }
    explicit Array(std::size_t size, T value = T{}) : Array(std::vector<T>(size, value)) {}
    T* device() { return static_cast<T*>(memory_.data()); }
    void upload() { memory_.write(host.data(), bytes()); }
    /// What the kernels left.
    std::vector<T> result() const {
        std::vector<T> out(host.size());
        memory_.read(out.data(), bytes());
        return out;
    }
    std::vector<T> host;

  private:
    std::size_t bytes() const { return host.size() * sizeof(T); }
    Memory memory_;
};

} // namespace unstuck::cuda
