#pragma once
#include "core/model/types.hpp"

namespace unstuck::model {

/// The inverse of a 3x3 matrix. Throws std::invalid_argument when it is singular.
Matrix3 inverse(const Matrix3& m);

} // namespace unstuck::model
