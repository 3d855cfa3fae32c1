#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace unstuck::cpu {

/// A SIMD level that the kernels were built for and this machine has.
struct SimdLevel {
    std::string name;
    std::int64_t bit = 0;
};

/// Best first.
std::vector<SimdLevel> simd_levels();

/// Makes the kernels use this level until told otherwise; 0: the best. For tests and measurements; not while kernels
/// run.
void use_simd_level(std::int64_t bit);

} // namespace unstuck::cpu
