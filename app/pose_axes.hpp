#pragma once
#include "core/model/types.hpp"

#include <imgui.h>

namespace unstuck::app {

/// The axes of an alias-free network's features as the pose that it draws from w turns and moves them: a long arrow for
/// up, a short one for right. `side` is the image's side on the screen.
void draw_pose_axes(ImDrawList& draw, ImVec2 image_centre, float side, const model::LearnedPose& pose, ImU32 colour);

} // namespace unstuck::app
