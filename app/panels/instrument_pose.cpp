// The pose that an alias-free network draws from each w.
#include "app/panels/instrument_parts.hpp"
#include "app/panels/instruments_panel.hpp"
#include "app/pose_axes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace unstuck::app {

using engine::Side;

namespace {

constexpr const char* kDefinition =
    "The input layer's affine map of w gives (r_c, r_s, t_x, t_y), divided by |(r_c, r_s)|: the Fourier features are "
    "turned by atan2(r_s, r_c) counter-clockwise about the image's centre and then moved by (t_x, t_y), before the "
    "transform of the Transform panel.";

Table pose_table(const PanelContext& c) {
    Table t{{"side", "angle (degrees)", "t_x (image sides)", "t_y (image sides)"}, {}};
    for (auto side : engine::kSides)
        if (const auto* f = c.frame(side); f && f->pose)
            t.rows.push_back({side_name(side), csv_number(f->pose->angle_rad * 180 / std::numbers::pi),
                              csv_number(f->pose->tx), csv_number(f->pose->ty)});
    return t;
}

/// The image's frame, and its axes as the pose turns and moves them.
void draw_axes(Side side, const model::LearnedPose& pose, float size) {
    const auto at = ImGui::GetCursorScreenPos();
    ImGui::Dummy({size, size});
    tooltip(kDefinition);
    auto* draw = ImGui::GetWindowDrawList();
    const auto dim = ImGui::GetColorU32(dim_colour());
    draw->AddRect(at, {at.x + size, at.y + size}, dim);
    const ImVec2 centre{at.x + size / 2, at.y + size / 2};
    draw->AddLine({centre.x - size * 0.04f, centre.y}, {centre.x + size * 0.04f, centre.y}, dim);
    draw->AddLine({centre.x, centre.y - size * 0.04f}, {centre.x, centre.y + size * 0.04f}, dim);
    draw->PushClipRect(at, {at.x + size, at.y + size}, true);
    draw_pose_axes(*draw, centre, size, pose, ImGui::GetColorU32(side_colour(side)));
    draw->PopClipRect();
}

void number(const char* name, double value, const char* unit, const char* tip) {
    ImGui::TextColored(dim_colour(), "%s", name);
    tooltip(tip);
    ImGui::SameLine(ImGui::GetFontSize() * 2.7f);
    ImGui::TextUnformatted(fmt::format("{:+.2f}{}", value, unit).c_str());
    tooltip(tip);
}

void numbers(const model::LearnedPose& pose, int resolution) {
    number("angle", pose.angle_rad * 180 / std::numbers::pi, "\u00b0",
           "Angle in degrees, counter-clockwise: atan2(r_s, r_c)");
    number("t_x", pose.tx * resolution, " px", "Translation to the right, in output pixels: t_x / |(r_c, r_s)|");
    number("t_y", pose.ty * resolution, " px", "Translation down, in output pixels: t_y / |(r_c, r_s)|");
}

} // namespace

void InstrumentsPanel::draw_pose(PanelContext& c) {
    const bool any = std::any_of(engine::kSides.begin(), engine::kSides.end(),
                                 [&](Side side) { return c.frame(side) && c.frame(side)->pose; });
    ImGui::BeginDisabled(!any);
    ImGui::Checkbox("Lock pose", &c.scene.latent.lock_pose);
    ImGui::EndDisabled();
    tooltip(any ? "Take the pose of the average w for every w, so that the picture stands where it stands on average"
                : "Neither model draws a pose from w");
    ImGui::SameLine();
    ImGui::BeginDisabled(!any);
    ImGui::Checkbox("On the picture", &c.scene.view.pose);
    ImGui::EndDisabled();
    tooltip("Draw the pose over the picture: the long arrow points where up is in the features");
    ImGui::SameLine();
    copy_csv_button(any, [&] { return pose_table(c); });
    const auto space = ImGui::GetContentRegionAvail();
    const float em = ImGui::GetFontSize();
    const float size = std::min(space.x / 2 - em * 8, space.y - 2 * ImGui::GetTextLineHeightWithSpacing());
    for (auto side : engine::kSides) {
        if (side == Side::b) ImGui::SameLine(space.x / 2);
        ImGui::BeginGroup();
        side_heading(c, side);
        const auto* f = c.frame(side);
        const auto& m = c.model[index(side)];
        if (f && f->pose && m && size > em * 3) {
            draw_axes(side, *f->pose, size);
            ImGui::SameLine();
            ImGui::BeginGroup();
            numbers(*f->pose, m->resolution);
            ImGui::EndGroup();
        } else {
            ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + space.x / 2 - em);
            ImGui::TextDisabled("%s", !m ? why_nothing(c, side).c_str()
                                      : !m->has_transform
                                          ? "StyleGAN2 has no pose: its input is the same constant for every w."
                                          : "no picture yet");
            ImGui::PopTextWrapPos();
        }
        ImGui::EndGroup();
    }
}

} // namespace unstuck::app
