#pragma once
#include "core/engine/device_choice.hpp"
#include "core/engine/image.hpp"
#include "core/engine/scene.hpp"

namespace unstuck::engine {

/// One side's picture of a scene, alone.
struct PictureRequest {
    Scene scene; ///< Says which model, and all else.
    Side side = Side::a;
    DeviceChoice device;
    int threads = 0; ///< 0: as they are.
};

/// The side's output, moved back when the scene asks for it: the picture that the window shows and saves, to the bit on
/// the same device. Throws std::invalid_argument when the side has no model, io::FileError when it cannot be loaded or
/// rendered. Source of the claim: tests/unit/scene_render_test.cpp.
Image render_picture(const PictureRequest& request);

} // namespace unstuck::engine
