#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace unstuck::cpu {

/// Columns of a packed panel. Every SIMD level reads the same layout.
inline constexpr int kPanel = 32;
/// Channels are stored in groups of this many: one AVX-512 vector, two of AVX2.
inline constexpr int kChannelGroup = 16;

/// a / b rounded up, b > 0.
constexpr int ceil_div(int a, int b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }
constexpr std::int64_t round_up(std::int64_t n, std::int64_t to) { return (n + to - 1) / to * to; }

/// A [rows, inner] times B [inner, columns], B in panels.
struct GemmShape {
    int rows = 0, inner = 0, columns = 0; ///< columns: a multiple of kChannelGroup.
};

/// What happens to a finished sum: c = sum * scale + bias, each per column; null leaves it out.
struct GemmFinish {
    const float* scale = nullptr;
    const float* bias = nullptr;
    bool accumulate = false; ///< Start from what C holds instead of zero.
};

/// Floats that B [inner, columns] takes in panels.
std::size_t packed_size(int inner, int columns);

/// B [inner, columns] with row stride ldb into panels [columns / 32][inner][32], the last filled up with zeros.
void pack_panels(const float* b, std::int64_t ldb, int inner, int columns, float* packed);

/// C [rows, columns] = A B on the calling thread. lda, ldc in floats. b: panels, 64-byte aligned. Blocked so that a
/// call of a hundred rows or so keeps A in the second level cache while the panels stream by.
void gemm(const GemmShape& shape, const float* a, std::int64_t lda, const float* b, float* c, std::int64_t ldc,
          const GemmFinish& finish = {});

} // namespace unstuck::cpu
