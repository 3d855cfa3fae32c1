#include "core/ops/cpu/gemm.hpp"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/ops/cpu/gemm.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include "core/ops/cpu/finish-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace unstuck::cpu::HWY_NAMESPACE {

// Accumulators fill the register file: 14 x 2 of 32 registers, 6 x 2 of 16.
constexpr int kMostRows = HWY_TARGET <= HWY_AVX3 || HWY_TARGET == HWY_NEON ? 14 : 6;

/// kRows x (kVecs vectors) of C, summed in registers.
template <int kRows, int kVecs>
HWY_ATTR void tile(const float* HWY_RESTRICT a, std::int64_t lda, const float* HWY_RESTRICT b, int inner,
                   float* HWY_RESTRICT c, std::int64_t ldc, const float* scale, const float* bias, bool accumulate) {
    const D d;
    V sum[kRows][kVecs];
    for (int r = 0; r < kRows; ++r)
        for (int v = 0; v < kVecs; ++v) sum[r][v] = accumulate ? hn::Load(d, c + r * ldc + v * kLanes) : hn::Zero(d);
    // Rows in threes share a pointer: x86 addresses p, p + lda and p + 2 lda without further registers.
    constexpr int kGroups = (kRows + 2) / 3;
    const float* row[kGroups];
    for (int g = 0; g < kGroups; ++g) row[g] = a + 3 * g * lda;
    for (int k = 0; k < inner; ++k) {
        V right[kVecs];
        for (int v = 0; v < kVecs; ++v) right[v] = hn::Load(d, b + v * kLanes);
        b += kPanel;
        for (int r = 0; r < kRows; ++r) {
            const auto left = hn::Set(d, row[r / 3][(r % 3) * lda + k]);
            for (int v = 0; v < kVecs; ++v) sum[r][v] = hn::MulAdd(left, right[v], sum[r][v]);
        }
    }
    for (int v = 0; v < kVecs; ++v) {
        const auto s = scale ? hn::Load(d, scale + v * kLanes) : hn::Set(d, 1.0f);
        const auto o = bias ? hn::Load(d, bias + v * kLanes) : hn::Zero(d);
        for (int r = 0; r < kRows; ++r) hn::Store(hn::MulAdd(sum[r][v], s, o), d, c + r * ldc + v * kLanes);
    }
}

using Tile = void (*)(const float*, std::int64_t, const float*, int, float*, std::int64_t, const float*, const float*,
                      bool);

template <int kRows>
Tile tile_of(int rows, int vecs) {
    if constexpr (kRows == 0) {
        return nullptr;
    } else {
        if (rows == kRows) return vecs == 2 ? &tile<kRows, 2> : &tile<kRows, 1>;
        return tile_of<kRows - 1>(rows, vecs);
    }
}

void gemm_rows(const GemmShape& s, const float* a, std::int64_t lda, const float* b, float* c, std::int64_t ldc,
               const GemmFinish& f) {
    const int panels = (s.rows + kMostRows - 1) / kMostRows;
    for (int column = 0; column < s.columns;) {
        const int vecs = s.columns - column >= 2 * kLanes ? 2 : 1;
        const auto* panel = b + static_cast<std::size_t>(column / kPanel) * s.inner * kPanel + column % kPanel;
        for (int p = 0; p < panels; ++p) { // panels of nearly equal height
            const int first = s.rows * p / panels, rows = s.rows * (p + 1) / panels - first;
            tile_of<kMostRows>(rows, vecs)(a + first * lda, lda, panel, s.inner, c + first * ldc + column, ldc,
                                           f.scale ? f.scale + column : nullptr, f.bias ? f.bias + column : nullptr,
                                           f.accumulate);
        }
        column += vecs * kLanes;
    }
}

} // namespace unstuck::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace unstuck::cpu {

HWY_EXPORT(gemm_rows);

std::size_t packed_size(int inner, int columns) {
    return static_cast<std::size_t>(round_up(columns, kPanel)) * static_cast<std::size_t>(inner);
}

void pack_panels(const float* b, std::int64_t ldb, int inner, int columns, float* packed) {
    for (int first = 0; first < columns; first += kPanel) {
        const int width = std::min(kPanel, columns - first);
        for (int k = 0; k < inner; ++k, packed += kPanel) {
            std::memcpy(packed, b + k * ldb + first, sizeof(float) * static_cast<std::size_t>(width));
            std::fill(packed + width, packed + kPanel, 0.0f);
        }
    }
}

void gemm(const GemmShape& shape, const float* a, std::int64_t lda, const float* b, float* c, std::int64_t ldc,
          const GemmFinish& finish) {
    if (shape.rows > 0 && shape.columns > 0) HWY_DYNAMIC_DISPATCH(gemm_rows)(shape, a, lda, b, c, ldc, finish);
}

} // namespace unstuck::cpu
#endif
