#pragma once
// IEEE half precision as stored: conversions that give the same bits on the processor as on a GPU (round to nearest
// even).
#include "cuda/types.h"

#ifdef __CUDACC__
#include <cuda_fp16.h>
#endif
#include <cstring>

namespace unstuck::cuda {

/// A stored half.
struct Half {
    std::uint16_t bits = 0;
};

UNSTUCK_HD inline float to_float(float v) { return v; }

UNSTUCK_HD inline float to_float(Half h) {
#ifdef __CUDA_ARCH__
    return __half2float(__ushort_as_half(h.bits));
#else
    const std::uint32_t sign = static_cast<std::uint32_t>(h.bits & 0x8000u) << 16;
    const std::uint32_t exponent = (h.bits >> 10) & 0x1fu, fraction = h.bits & 0x3ffu;
    if (exponent == 0) { // zero and subnormals: fraction * 2^-24
        const float v = static_cast<float>(fraction) * 5.9604644775390625e-8f;
        return sign ? -v : v;
    }
    const std::uint32_t bits = sign | ((exponent == 31 ? 255u : exponent + 112u) << 23) | (fraction << 13);
    float out;
    std::memcpy(&out, &bits, sizeof out);
    return out;
#endif
}

template <class T>
UNSTUCK_HD T from_float(float v);

template <>
UNSTUCK_HD inline float from_float<float>(float v) {
    return v;
}

template <>
UNSTUCK_HD inline Half from_float<Half>(float v) {
#ifdef __CUDA_ARCH__
    return {__half_as_ushort(__float2half_rn(v))};
#else
    std::uint32_t bits;
    std::memcpy(&bits, &v, sizeof bits);
    const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000u);
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) return {static_cast<std::uint16_t>(sign | 0x7fffu)};  // NaN, as the GPU writes it
    if (magnitude >= 0x477ff000u) return {static_cast<std::uint16_t>(sign | 0x7c00u)}; // rounds beyond 65504
    if (magnitude < 0x38800000u) { // subnormal: let the addition round to multiples of 2^-24
        float f;
        std::memcpy(&f, &magnitude, sizeof f);
        f += 0.5f; // its last bit is worth 2^-24
        std::uint32_t rounded;
        std::memcpy(&rounded, &f, sizeof rounded);
        return {static_cast<std::uint16_t>(sign | (rounded - 0x3f000000u))};
    }
    const std::uint32_t odd = magnitude >> 13 & 1u;
    return {static_cast<std::uint16_t>(sign | ((magnitude - 0x38000000u + 0xfffu + odd) >> 13))};
#endif
}

/// Element i of a buffer of either type.
UNSTUCK_HD inline float load(const void* data, Element e, long long i) {
    return e == Element::f32 ? static_cast<const float*>(data)[i] : to_float(static_cast<const Half*>(data)[i]);
}
UNSTUCK_HD inline void store(void* data, Element e, long long i, float v) {
    if (e == Element::f32)
        static_cast<float*>(data)[i] = v;
    else
        static_cast<Half*>(data)[i] = from_float<Half>(v);
}

} // namespace unstuck::cuda
