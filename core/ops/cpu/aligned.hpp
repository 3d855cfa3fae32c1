#pragma once
#include <cstddef>
#include <memory>

namespace unstuck::cpu {

/// Uninitialised floats at a multiple of 64 bytes. Throws std::bad_alloc.
std::shared_ptr<float> aligned_floats(std::size_t count);

} // namespace unstuck::cpu
