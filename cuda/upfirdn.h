#pragma once
// Upsample, filter, downsample along one axis: the formula that the kernel, its plain reference and the test share.
//   y[i] = gain sum_k f[k] z[i down + k - pad],   z[j] = x[j / up] where up divides j, else 0;  z = 0 outside [0, n up)
// (correlation; hand over the flipped taps for a convolution). Polyphase: products with the inserted zeros are skipped.
// Source: Karras et al. 2021, section 3.2; tests/unit/cuda_upfirdn_test.cpp.

#ifdef __CUDACC__
#define UNSTUCK_HD __host__ __device__
#else
#define UNSTUCK_HD
#endif

struct CUstream_st;

namespace unstuck::cuda {

using Stream = CUstream_st*;

/// Rows of `n` samples, `n_out` results each. All pointers host, or all device.
struct Upfirdn {
    const float* x;
    int rows, n;
    const float* f;
    int taps, up, down, pad;
    float gain;
    int n_out;
};

/// Number of results for a row of n samples padded by pad and pad_end on the upsampled grid; 0 if the filter does not
/// fit.
inline int upfirdn_size(int n, int taps, int up, int down, int pad, int pad_end) {
    const int span = n * up + pad + pad_end - taps;
    return span < 0 ? 0 : span / down + 1;
}

template <class Sum>
UNSTUCK_HD float upfirdn_at(const Upfirdn& p, int row, int i) {
    const float* x = p.x + static_cast<long long>(row) * p.n;
    const int first = i * p.down - p.pad; // position of tap 0 on the upsampled grid
    // The first tap that meets a sample: the smallest k >= 0 with (first + k) divisible by up.
    const int phase = ((-first) % p.up + p.up) % p.up;
    Sum y = 0;
    for (int k = phase; k < p.taps; k += p.up) {
        const int at = first + k;
        if (at >= 0 && at < p.n * p.up) y += Sum(p.f[k]) * Sum(x[at / p.up]);
    }
    return float(y * Sum(p.gain));
}

void upfirdn_ref(const Upfirdn& p, float* y);                 ///< Plain loops, in double.
void upfirdn_cuda(const Upfirdn& p, float* y, Stream stream); ///< Throws std::runtime_error when the launch fails.

} // namespace unstuck::cuda
