// Filtered leaky ReLU on a GPU: the launcher. The bodies are in filtered_lrelu_{body,standard,general}.h.
//
// The ladder of versions, and what each step changes (counts; this file has not been timed on a GPU yet).
//
// v0: zero insertion, convolution, activation, convolution, stride, in library calls: some 8 passes over the raised
// signal.
//
// v1: one pass, polyphase: no product with an inserted zero; the raised signal never leaves the chip.
//
// v2: a block marches down a strip with rings of rows in shared memory: only a segment's first steps are repeated.
//
// v3: a thread makes 2 to 8 neighbours from one window in registers: 24 reads from shared memory a result, not 80.
//
// v4: taps as arguments (constant bank), and radial filters as sums of 2 to 5 products of rows and columns: 36 products
// a term instead of 144; their singular values fall so quickly that float16 needs 2 or 3.
//
// Next: all that goes along y in registers of a thread that owns two raised columns, which halves barriers and shared
// memory (by counting, 370 instructions a result instead of 700); then tensor cores with banded matrices.
//
// Roofline by counting: x read and y written once at 3 TB/s; products with no halo at 60 TFLOP/s of float32.
//   StyleGAN3-T 1024 (channel base 32768)
//     layer          up      terms       MB   GFLOP   traffic us    FMA us
//     L0_36_512      2  f32    1        5.6    0.10          1.9       1.6
//     L1_36_512      2  f32    1        5.6    0.10          1.9       1.6
//     L2_52_512      4  f32    1        8.5    0.18          2.8       3.0
//     L3_52_512      2  f32    1       11.5    0.20          3.8       3.3
//     L4_84_512      4  f32    1       20.4    0.48          6.8       7.9
//     L5_148_512     4  f16    1       30.0    1.48         10.0      24.7
//     L6_148_512     2  f16    1       45.5    1.61         15.2      26.9
//     L7_276_323     4  f16    1       64.7    3.30         21.6      55.0
//     L8_276_203     2  f16    1       63.8    2.28         21.3      38.0
//     L9_532_128     4  f16    1       92.2    4.78         30.7      79.7
//     L10_1044_81    4  f16    1      242.0   12.66         80.7     211.0
//     L11_1044_51    2  f16    1      244.6    8.79         81.5     146.5
//     L12_1044_32    2  f16    1      139.8    5.02         46.6      83.7
//     L13_1024_32    2  f16    1      137.1    4.83         45.7      80.5
//     together                                                     370       764; the nearer roof of each: 765 us
//   StyleGAN3-R 1024 (channel base 65536, radial but in the critically sampled layers)
//     L0_36_1024     2  f32    3       10.6    0.38          3.5       6.4
//     L1_36_1024     2  f32    3       10.6    0.38          3.5       6.4
//     L2_52_1024     4  f32    3       16.4    0.76          5.5      12.7
//     L3_52_1024     2  f32    5       22.2    1.20          7.4      19.9
//     L4_84_1024     4  f32    3       40.0    1.99         13.3      33.2
//     L5_148_1024    4  f16    2       59.3    4.58         19.8      76.3
//     L6_148_1024    2  f16    3       89.7    6.46         29.9     107.7
//     L7_276_645     4  f16    2      127.1   10.07         42.4     167.8
//     L8_276_406     2  f16    3      124.3    8.95         41.4     149.2
//     L9_532_256     4  f16    3      183.9   20.00         61.3     333.3
//     L10_1044_161   4  f16    2      461.3   37.35        153.8     622.6
//     L11_1044_102   2  f16    3      453.4   32.65        151.1     544.1
//     L12_1044_64    2  f16    1      279.0   10.04         93.0     167.4
//     L13_1024_64    2  f16    1      273.7    9.66         91.2     161.1
//     together                                                     717      2408; the nearer roof of each: 2408 us. Tap
//     by tap the FMA units would take 3319 us.
#include "cuda/check.h"
#include "cuda/filtered_lrelu_pick.h"
#include "cuda/launch.h"

#include <stdexcept>

namespace unstuck::cuda {

namespace {

/// What a card lets a block have, and how many blocks it runs at a time.
struct Card {
    int shared_bytes = 0, processors = 0;
};

/// The runtime keeps attributes: asking takes well under a microsecond, and is legal while a graph is captured.
Card current_card() {
    int device = 0;
    Card c;
    UNSTUCK_CUDA_CHECK(cudaGetDevice(&device));
    UNSTUCK_CUDA_CHECK(cudaDeviceGetAttribute(&c.shared_bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device));
    UNSTUCK_CUDA_CHECK(cudaDeviceGetAttribute(&c.processors, cudaDevAttrMultiProcessorCount, device));
    return c;
}

template <class Body>
void launch_lrelu(const Body& body, Stream stream) {
    const Launch l = body.launch();
    if (l.shared_bytes > kDefaultShared)
        UNSTUCK_CUDA_CHECK(cudaFuncSetAttribute(body_kernel<Body>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                                static_cast<int>(l.shared_bytes)));
    launch_body(body, stream);
}

} // namespace

void filtered_lrelu_cuda(const FilteredLrelu& p, Stream stream) {
    validate(p);
    if (p.y.size() == 0) return;
    const Card card = current_card();
    const auto plan = plan_filtered_lrelu(p, static_cast<std::size_t>(card.shared_bytes), card.processors);
    if (!plan.fits)
        throw std::invalid_argument("filtered_lrelu: no tile of these filters fits into this card's shared memory");
    run_lrelu_body(p, plan, [&](const auto& body) { launch_lrelu(body, stream); });
}

} // namespace unstuck::cuda
