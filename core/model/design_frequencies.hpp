#pragma once
#include "core/model/types.hpp"

#include <vector>

namespace unstuck::model {

/// A frequency that the design of a layer names.
struct DesignFrequency {
    double frequency = 0; ///< Cycles per image side.
    std::string name;     ///< "f_c", "f_t", "s/2", or some of them that are equal: "f_c = s/2".
};

/// f_c, f_t = f_c + half width (where the network has them) and s/2; equal ones together.
std::vector<DesignFrequency> design_frequencies(const LayerInfo& layer);

} // namespace unstuck::model
