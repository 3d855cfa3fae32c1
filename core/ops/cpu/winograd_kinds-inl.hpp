// Winograd's transforms of one row or column, per SIMD level. Included by its kernel inside its foreach_target pass.
#ifndef UNSTUCK_CPU_WINOGRAD_KINDS_ONCE
#define UNSTUCK_CPU_WINOGRAD_KINDS_ONCE
#include <algorithm>

namespace unstuck::cpu {

/// F(4, 3) at the points 0, +-a, +-b and infinity. With a = 2/3, b = 3/2 the result's error is less than half of that
/// with the usual 1 and 2 (docs/performance.md), and a b = 1 leaves out products.
struct Same {
    static constexpr int kIn = 6, kStep = 4, kPositions = 6, kKernels = 6, kOut = 4;
    static constexpr double a = 2. / 3, b = 3. / 2, a2 = a * a, b2 = b * b;
    static constexpr double na = 2 * a2 * (a2 - b2), nb = 2 * b2 * (b2 - a2);
    static constexpr double kWeight[kKernels][3] = {{1, 0, 0},
                                                    {1 / na, a / na, a2 / na},
                                                    {1 / na, -a / na, a2 / na},
                                                    {1 / nb, b / nb, b2 / nb},
                                                    {1 / nb, -b / nb, b2 / nb},
                                                    {0, 0, 1}};
    static constexpr int kernel_of(int position) { return position; }
};

/// Even results by F(3, 2) at 0, 1, -1 and infinity, odd ones as they are.
struct Up2 {
    static constexpr int kIn = 4, kStep = 3, kPositions = 7, kKernels = 5, kOut = 6;
    static constexpr double kWeight[kKernels][3] = {{0, 0, 1}, {.5, 0, .5}, {-.5, 0, .5}, {1, 0, 0}, {0, 1, 0}};
    static constexpr int kernel_of(int position) { return std::min(position, 4); }
};

} // namespace unstuck::cpu
#endif

#if defined(UNSTUCK_CPU_WINOGRAD_KINDS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef UNSTUCK_CPU_WINOGRAD_KINDS_INL
#undef UNSTUCK_CPU_WINOGRAD_KINDS_INL
#else
#define UNSTUCK_CPU_WINOGRAD_KINDS_INL
#endif

#include "core/ops/cpu/finish-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace unstuck::cpu::HWY_NAMESPACE {

HWY_INLINE V constant(double value) { return hn::Set(D(), static_cast<float>(value)); }

HWY_INLINE void forward(Same, const V (&x)[6], V (&t)[6]) {
    const V sum = constant(Same::a2 + Same::b2), a = constant(Same::a), b = constant(Same::b), a2 = constant(Same::a2),
            b2 = constant(Same::b2);
    const V even_a = hn::NegMulAdd(b2, x[2], x[4]), odd_a = hn::NegMulAdd(b2, x[1], x[3]);
    const V even_b = hn::NegMulAdd(a2, x[2], x[4]), odd_b = hn::NegMulAdd(a2, x[1], x[3]);
    t[0] = hn::NegMulAdd(sum, x[2], hn::Add(x[0], x[4]));
    t[1] = hn::MulAdd(a, odd_a, even_a);
    t[2] = hn::NegMulAdd(a, odd_a, even_a);
    t[3] = hn::MulAdd(b, odd_b, even_b);
    t[4] = hn::NegMulAdd(b, odd_b, even_b);
    t[5] = hn::NegMulAdd(sum, x[3], hn::Add(x[1], x[5]));
}

HWY_INLINE void backward(Same, const V (&m)[6], V (&y)[4]) {
    const V a = constant(Same::a), b = constant(Same::b), a2 = constant(Same::a2), b2 = constant(Same::b2),
            a3 = constant(Same::a2 * Same::a), b3 = constant(Same::b2 * Same::b);
    const V s1 = hn::Add(m[1], m[2]), d1 = hn::Sub(m[1], m[2]), s2 = hn::Add(m[3], m[4]), d2 = hn::Sub(m[3], m[4]);
    y[0] = hn::Add(hn::Add(m[0], s1), s2);
    y[1] = hn::MulAdd(a, d1, hn::Mul(b, d2));
    y[2] = hn::MulAdd(a2, s1, hn::Mul(b2, s2));
    y[3] = hn::MulAdd(a3, d1, hn::MulAdd(b3, d2, m[5]));
}

HWY_INLINE void forward(Up2, const V (&x)[4], V (&t)[7]) {
    t[0] = hn::Sub(x[0], x[2]);
    t[1] = hn::Add(x[1], x[2]);
    t[2] = hn::Sub(x[2], x[1]);
    t[3] = hn::Sub(x[3], x[1]);
    t[4] = x[1];
    t[5] = x[2];
    t[6] = x[3];
}

HWY_INLINE void backward(Up2, const V (&m)[7], V (&y)[6]) {
    const V sum = hn::Add(m[1], m[2]);
    y[0] = hn::Add(m[0], sum);
    y[2] = hn::Sub(m[1], m[2]);
    y[4] = hn::Add(sum, m[3]);
    y[1] = m[4];
    y[3] = m[5];
    y[5] = m[6];
}

} // namespace unstuck::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
