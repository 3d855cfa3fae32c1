#pragma once
#include "core/engine/model_names.hpp"
#include "core/io/checkpoint.hpp"

#include <string>

namespace unstuck::engine {

/// Opens a file, or a demo model by its name ("demo:..."). Throws io::FileError or std::invalid_argument.
io::Checkpoint open_model(const std::string& name);

} // namespace unstuck::engine
