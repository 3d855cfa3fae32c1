// Files whose w takes the seed plane's place.
#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>
#include <misc/cpp/imgui_stdlib.h>

namespace unstuck::app {

using engine::Side;

namespace {

/// Which w, of a file with several.
void index_row(PanelContext& c, Side side) {
    auto& number = c.scene.latent.w_index[index(side)];
    const auto* frame = c.frame(side);
    const int count = std::max(frame ? frame->w_count : 0, number + 1); // a number beyond the file can be taken back
    if (count < 2) return;
    int_row("number", fmt::format("Which of the file's w, 0 to {}", count - 1).c_str(), number, 0, count - 1, 0);
}

void file_row(PanelContext& c, Side side) {
    auto& path = c.scene.latent.w[index(side)];
    const auto leave = [&] {
        path.clear();
        c.scene.latent.w_index[index(side)] = 0;
    };
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
            leave();
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
    if (reset_button(!path.empty())) leave();
    if (!path.empty()) index_row(c, side);
    ImGui::PopID();
}

} // namespace

void draw_w_file_rows(PanelContext& c) {
    for (auto side : engine::kSides) file_row(c, side);
}

} // namespace unstuck::app
