#include "core/model/design_frequencies.hpp"

#include <cmath>

namespace unstuck::model {

std::vector<DesignFrequency> design_frequencies(const LayerInfo& layer) {
    std::vector<DesignFrequency> out;
    const auto add = [&](double f, const char* name) {
        for (auto& have : out)
            if (std::abs(have.frequency - f) < 1e-6 * f) {
                have.name += std::string(" = ") + name;
                return;
            }
        out.push_back({f, name});
    };
    if (layer.cutoff > 0) {
        add(layer.cutoff, "f_c");
        add(layer.cutoff + layer.half_width, "f_t");
    }
    add(layer.sampling_rate / 2, "s/2");
    return out;
}

} // namespace unstuck::model
