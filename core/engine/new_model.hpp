#pragma once
#include "core/engine/frame.hpp"

namespace unstuck::engine {

/// What `unstuck init` makes.
struct NewModel {
    std::string config = "t"; ///< "t", "r" (1x1 kernels, radial filters, doubled channels) or "stylegan2".
    int resolution = 256;
    int channel_base = 32768, channel_max = 512; ///< Before config r doubles them, as the official training does.
    int image_channels = 3;
    int classes = 0;
    std::uint32_t seed = 0;
};

/// Writes a model with seeded random weights in the official layout. Throws std::invalid_argument naming what the layer
/// maths do not allow, io::FileError when it cannot be written.
void write_new_model(const NewModel& request, const std::string& path);

} // namespace unstuck::engine
