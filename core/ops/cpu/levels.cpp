#include "core/ops/cpu/levels.hpp"

#include <hwy/targets.h>

namespace unstuck::cpu {

std::vector<SimdLevel> simd_levels() {
    std::vector<SimdLevel> out;
    for (const auto bit : hwy::SupportedAndGeneratedTargets()) out.push_back({hwy::TargetName(bit), bit});
    return out;
}

void use_simd_level(std::int64_t bit) { hwy::SetSupportedTargetsForTest(bit); }

} // namespace unstuck::cpu
