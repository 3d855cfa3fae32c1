#pragma once
#include "core/model/types.hpp"

#include <string>

namespace unstuck::engine {

/// Where networks are to be computed, and in which numbers: what the settings keep, the window's controls change and
/// the command line takes.
struct DeviceChoice {
    enum class Kind {
        automatic, ///< A GPU when there is one that can be used, else the processor.
        cpu,
        cuda,
    };
    Kind kind = Kind::automatic;
    int index = 0; ///< CUDA's, for Kind::cuda.
    model::Precision precision = model::Precision::as_marked;
    bool operator==(const DeviceChoice&) const = default;
};

/// "auto", "cpu", "cuda" (the first), "cuda:N". Returns the choice with its precision unchanged.
/// Throws std::invalid_argument naming what is allowed.
DeviceChoice with_device(DeviceChoice choice, const std::string& text);
/// "as-marked", "float32", "float16". Throws std::invalid_argument naming what is allowed.
model::Precision parse_precision(const std::string& text);

std::string device_text(const DeviceChoice& choice); ///< "auto", "cpu", "cuda:N".
std::string precision_text(model::Precision precision);

} // namespace unstuck::engine
