// Files whose w takes the seed plane's place.
#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <fmt/format.h>
#include <imgui.h>
#include <misc/cpp/imgui_stdlib.h>

namespace unstuck::app {

using engine::Side;

namespace {

void file_row(PanelContext& c, Side side) {
    auto& path = c.scene.latent.w[index(side)];
    auto& typed = c.ui.w_path[index(side)];
    ImGui::PushID(static_cast<int>(index(side)));
    ImGui::AlignTextToFramePadding();
    ImGui::PushStyleColor(ImGuiCol_Text, side_colour(side));
    ImGui::TextUnformatted(side == Side::a ? "w of A" : "w of B");
    ImGui::PopStyleColor();
    ImGui::SameLine(ImGui::GetFontSize() * 5.2f);
    ImGui::SetNextItemWidth(-ImGui::GetFrameHeight() - ImGui::GetStyle().ItemSpacing.x);
    if (ImGui::InputTextWithHint("##file", "from seeds", &typed, ImGuiInputTextFlags_EnterReturnsTrue)) {
        if (typed.empty())
            path.clear();
        else
            c.ask(Command::Kind::load_w, side, typed);
    }
    const bool editing = ImGui::IsItemActive();
    tooltip(path.empty()
                ? "Path of a file with this side's w (.npy, .npz, safetensors), as projectors write it; or drop "
                  "it on the picture"
                : ("This side shows the w of " + path + ", not truncated").c_str());
    if (!editing) typed = path;
    ImGui::SameLine();
    if (reset_button(!path.empty())) path.clear();
    ImGui::PopID();
}

} // namespace

void draw_w_file_rows(PanelContext& c) {
    for (auto side : engine::kSides) file_row(c, side);
}

} // namespace unstuck::app
