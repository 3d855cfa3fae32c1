// Style mixing: rows of w from a seed, a bookmark, a file, or a latent that was kept.
#include "app/panels/latent_rows.hpp"
#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <imgui.h>
#include <misc/cpp/imgui_stdlib.h>

namespace unstuck::app {

namespace {

/// Bits first .. last, both included.
std::uint64_t bits(int first, int last) {
    std::uint64_t out = 0;
    for (int row = std::max(first, 0); row <= std::min(last, 63); ++row) out |= std::uint64_t{1} << row;
    return out;
}

void ticks(std::uint64_t& ticked, int rows) {
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(2, 1));
    const float cell = ImGui::GetFrameHeight();
    const int per_line = std::max(1, static_cast<int>(ImGui::GetContentRegionAvail().x / (cell + 2)));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(2, 2));
    for (int row = 0; row < rows; ++row) {
        ImGui::PushID(row);
        bool on = (ticked >> row & 1) != 0;
        if (ImGui::Checkbox("##row", &on)) ticked ^= std::uint64_t{1} << row;
        tooltip(fmt::format("row {} of w", row).c_str());
        if ((row + 1) % per_line != 0 && row + 1 < rows) ImGui::SameLine();
        ImGui::PopID();
    }
    ImGui::PopStyleVar(2);
}

/// Thirds of the rows, and a range that is dragged.
void presets(std::uint64_t& ticked, int rows) {
    if (rows == 0) return;
    constexpr const char* names[] = {"coarse", "middle", "fine"};
    for (int part = 0; part < 3; ++part) {
        const int first = rows * part / 3, last = rows * (part + 1) / 3 - 1;
        if (part > 0) ImGui::SameLine();
        if (ImGui::SmallButton(names[part])) ticked = bits(first, last);
        tooltip(fmt::format("A third of w's rows: {} to {}", first, last).c_str());
    }
    ImGui::SameLine();
    if (ImGui::SmallButton("none")) ticked = 0;
    tooltip("Mix no row");
    int first = 0, last = -1;
    for (int row = 0; row < rows; ++row)
        if (ticked >> row & 1) last = row;
    while (first < last && !(ticked >> first & 1)) ++first;
    last = std::max(last, 0);
    ImGui::SetNextItemWidth(-ImGui::GetFrameHeight());
    if (ImGui::DragIntRange2("##range", &first, &last, 0.05f, 0, rows - 1, "from row %d", "to row %d",
                             ImGuiSliderFlags_AlwaysClamp))
        ticked = bits(first, last);
    tooltip("Mix this range of rows of w: drag its ends");
}

std::string described(const engine::LatentPoint& p) {
    std::string out;
    for (const auto& path : p.w)
        if (!path.empty() && out.empty()) out = "the w of " + std::filesystem::path(path).filename().string();
    if (out.empty()) out = fmt::format("seeds at {:.2f}, {:.2f}, psi {:.2f}", p.x, p.y, p.psi);
    if (!p.walk.seeds.empty()) out += fmt::format(", a walk of {} seeds", p.walk.seeds.size());
    if (!p.directions.empty())
        out += fmt::format(", {} direction{}", p.directions.size(), p.directions.size() == 1 ? "" : "s");
    return out;
}

/// Choosing the point that rows are taken from.
void point_rows(PanelContext& c) {
    auto& s = c.scene.latent;
    const auto text = described(s.mix_point);
    ImGui::PushTextWrapPos(0);
    dim_text(text.c_str());
    ImGui::PopTextWrapPos();
    if (ImGui::Button("Take this latent")) s.mix_point = s;
    tooltip("Mix with the latent as it is now: then move on, and its rows stay");
    const auto& bookmarks = c.session.bookmarks;
    ImGui::SetNextItemWidth(-ImGui::GetFrameHeight());
    ImGui::BeginDisabled(bookmarks.empty());
    if (ImGui::BeginCombo("##bookmark", bookmarks.empty() ? "no bookmarks yet" : "from bookmark...")) {
        for (std::size_t i = 0; i < bookmarks.size(); ++i) {
            ImGui::PushID(static_cast<int>(i));
            const auto name = bookmarks[i].name.empty() ? fmt::format("bookmark {}", i + 1) : bookmarks[i].name;
            if (ImGui::Selectable(name.c_str())) s.mix_point = bookmarks[i].scene.latent;
            ImGui::PopID();
        }
        ImGui::EndCombo();
    }
    ImGui::EndDisabled();
    tooltip("Mix with a bookmark's latent: its position, psi, walk, w file and directions, without its own mixing");
    ImGui::SetNextItemWidth(-ImGui::GetFrameHeight());
    if (ImGui::InputTextWithHint("##mixfile", "from file (.npy, .npz)...", &c.ui.mix_path,
                                 ImGuiInputTextFlags_EnterReturnsTrue)) {
        if (!c.ui.mix_path.empty()) c.ask(Command::Kind::load_mixed_w, engine::Side::a, c.ui.mix_path);
        c.ui.mix_path.clear();
    }
    tooltip("Path of a file with a w, as projectors write it; Enter mixes with it");
}

} // namespace

void draw_mixing_rows(PanelContext& c) {
    auto& s = c.scene.latent;
    const auto& d = c.defaults.latent;
    check_row("mix", "Style mixing: take some rows of w from elsewhere", s.mix, d.mix);
    if (!s.mix) return;
    constexpr const char* names[] = {"seed", "latent"};
    int from = static_cast<int>(s.mix_from);
    if (choice_row("from", "Where the ticked rows come from: a seed, or a whole latent (a bookmark's, a file's)", from,
                   names, 2, static_cast<int>(d.mix_from)))
        s.mix_from = static_cast<engine::MixFrom>(from);
    if (s.mix_from == engine::MixFrom::seed)
        int_row("mix seed", "The seed that the ticked rows are taken from", s.mix_seed, 0, 2147483647, d.mix_seed);
    else
        point_rows(c);
    slider_row("amount", "How far the ticked rows go: 0 leaves them, 1 replaces them, between they are interpolated",
               s.mix_amount, 0, 1, d.mix_amount, "%.2f");
    const int rows = most_rows(c);
    presets(s.mix_rows, rows);
    ticks(s.mix_rows, rows);
}

} // namespace unstuck::app
