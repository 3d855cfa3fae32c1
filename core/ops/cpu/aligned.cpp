#include "core/ops/cpu/aligned.hpp"

#include <cstdlib>
#include <new>

namespace unstuck::cpu {

std::shared_ptr<float> aligned_floats(std::size_t count) {
    constexpr std::size_t kLine = 64;
    const auto bytes = (count * sizeof(float) + kLine - 1) / kLine * kLine;
    auto* p = static_cast<float*>(std::aligned_alloc(kLine, bytes));
    if (!p && bytes > 0) throw std::bad_alloc();
    return {p, [](float* q) { std::free(q); }};
}

} // namespace unstuck::cpu
