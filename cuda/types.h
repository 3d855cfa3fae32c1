#pragma once
// What all of cuda/ shares: plain types that compile for host and device, without LibTorch and without CUDA's headers.
#include <cstddef>
#include <cstdint>

#ifdef __CUDACC__
#define UNSTUCK_HD __host__ __device__
#else
#define UNSTUCK_HD
#endif
#ifdef __CUDA_ARCH__ // the host's compiler, also under nvcc, does not know it
#define UNSTUCK_UNROLL _Pragma("unroll")
#else
#define UNSTUCK_UNROLL
#endif

struct CUstream_st;

namespace unstuck::cuda {

using Stream = CUstream_st*;

enum class Element : std::uint8_t { f32, f16 };

/// Bytes of one element.
UNSTUCK_HD inline std::size_t bytes_of(Element e) { return e == Element::f32 ? 4 : 2; }

/// Stored channels are whole groups of this many, so that tensor cores take them; those that were added hold zeros, or
/// after noise that noise: no weight reads them.
inline constexpr int kChannelGroup = 8;

UNSTUCK_HD inline constexpr int ceil_div(int a, int b) { return (a + b - 1) / b; }
UNSTUCK_HD inline constexpr int round_up(int a, int b) { return ceil_div(a, b) * b; }

/// Activations: [n, height, width, channels], dense, channels innermost. All pointers of one call are of one memory:
/// host (references and emulation) or device.
struct Images {
    void* data = nullptr;
    Element element = Element::f32;
    int n = 0, height = 0, width = 0;
    int channels = 0; ///< Stored ones: a multiple of kChannelGroup.
    UNSTUCK_HD long long size() const { return static_cast<long long>(n) * height * width * channels; }
};

/// The number guard's counters of one layer, in the memory of its images; kernels only ever add.
struct NumberCounts {
    unsigned not_finite = 0; ///< NaN and infinities among the layer's results.
    unsigned clamped = 0;    ///< Values that the activation's clamp cut.
};

} // namespace unstuck::cuda
