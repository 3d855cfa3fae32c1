#include "app/pose_axes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace unstuck::app {

void draw_pose_axes(ImDrawList& draw, ImVec2 image_centre, float side, const model::LearnedPose& pose, ImU32 colour) {
    const ImVec2 origin{image_centre.x + static_cast<float>(pose.tx) * side,
                        image_centre.y + static_cast<float>(pose.ty) * side};
    const float line = std::max(1.0f, side / 90);
    const auto arrow = [&](double angle, float length) {
        const float dx = static_cast<float>(std::cos(angle)), dy = -static_cast<float>(std::sin(angle)); // y down
        const ImVec2 tip{origin.x + dx * length, origin.y + dy * length};
        const float head = side * 0.05f;
        draw.AddLine(origin, tip, colour, line * 2);
        draw.AddTriangleFilled({tip.x + dx * head, tip.y + dy * head},
                               {tip.x - dy * head * 0.6f, tip.y + dx * head * 0.6f},
                               {tip.x + dy * head * 0.6f, tip.y - dx * head * 0.6f}, colour);
    };
    arrow(pose.angle_rad + std::numbers::pi / 2, side * 0.3f); // what is up in the features
    arrow(pose.angle_rad, side * 0.15f);
    draw.AddCircleFilled(origin, line * 2.5f, colour);
}

} // namespace unstuck::app
