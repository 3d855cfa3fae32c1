// The Latent map tab: its line of controls and its thumbnails.
#include "app/panels/latent_map_panel.hpp"

#include "app/latent_moves.hpp"
#include "app/panels/latent_map_parts.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace unstuck::app {

using engine::Side;
using latent::GridCell;

namespace {

constexpr std::size_t kMostCells = 1000; ///< Per side.
constexpr int kUploadsPerFrame = 48;

bool shows(MapShows what, Side side) { return what == MapShows::halves || (what == MapShows::a) == (side == Side::a); }

/// What can be shown of what was chosen: the other model where one is missing.
MapShows available(const PanelContext& c, MapShows chosen) {
    if (c.loaded[0] && !c.loaded[1]) return MapShows::a;
    if (c.loaded[1] && !c.loaded[0]) return MapShows::b;
    return chosen;
}

std::vector<engine::ThumbnailRequest> requests_for(const PanelContext& c, MapShows what,
                                                   const std::vector<GridCell>& cells) {
    std::vector<engine::ThumbnailRequest> out;
    for (auto side : engine::kSides) {
        const auto& model = c.loaded[index(side)];
        if (model && shows(what, side)) out.push_back({model, engine::look_of(c.scene, side, *model), cells});
    }
    return out;
}

/// A small switch of three.
void choose(MapShows& shown, MapShows value, const char* label, const char* tip, bool possible) {
    const bool on = shown == value;
    if (on) ImGui::PushStyleColor(ImGuiCol_Button, ImGui::GetStyleColorVec4(ImGuiCol_ButtonActive));
    ImGui::BeginDisabled(!possible);
    if (ImGui::Button(label)) shown = value;
    ImGui::EndDisabled();
    if (on) ImGui::PopStyleColor();
    tooltip(possible ? tip : "There is no such model: open one on the left");
    ImGui::SameLine(0, 1);
}

} // namespace

void LatentMapPanel::draw_toolbar(PanelContext& c) {
    auto& map = c.ui.map;
    auto shown = available(c, map.shows);
    const auto before = shown;
    choose(shown, MapShows::a, "A", "Thumbnails of A", c.loaded[0] != nullptr);
    choose(shown, MapShows::b, "B", "Thumbnails of B", c.loaded[1] != nullptr);
    choose(shown, MapShows::halves, "A | B", "The left half of A's picture beside the right half of B's",
           c.loaded[0] && c.loaded[1]);
    if (shown != before) map.shows = shown;
    ImGui::SameLine();
    if (ImGui::Button("Here")) {
        const auto marker = marker_of(c.scene.latent);
        map.x = marker.x, map.y = marker.y;
    }
    tooltip("Bring the present place to the middle of the map");
    ImGui::SameLine();
    if (ImGui::Button("-", {ImGui::GetFrameHeight(), 0})) map.ems = std::max(map.ems / 2, kNarrowestSeed);
    tooltip("See more seeds, in coarser steps (wheel: at the mouse)");
    ImGui::SameLine(0, 1);
    if (ImGui::Button("+", {ImGui::GetFrameHeight(), 0})) map.ems = std::min(map.ems * 2, kWidestSeed);
    tooltip("See fewer seeds larger, up to a quarter of the way from one to the next (wheel: at the mouse)");
    ImGui::SameLine();
    ImGui::Checkbox("Follow", &map.follow);
    tooltip("Keep the present place on the map when it moves");
}

void LatentMapPanel::draw_progress(const PanelContext& c, const std::vector<engine::ThumbnailRequest>& requests) const {
    const auto p = c.thumbnails.progress();
    std::string text;
    if (!p.error.empty())
        text = "stopped: " + p.error;
    else if (!requests.empty())
        text = p.ms > 0 ? fmt::format("{} of {}, {:.0f} ms each", p.done, p.wanted, p.ms)
                        : fmt::format("{} of {}", p.done, p.wanted);
    ImGui::SameLine();
    const float width = ImGui::CalcTextSize(text.c_str()).x, free = ImGui::GetContentRegionAvail().x;
    if (p.error.empty()) ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(free - width, 0.0f));
    ImGui::AlignTextToFramePadding();
    ImGui::PushStyleColor(ImGuiCol_Text, p.error.empty() ? dim_colour() : error_colour());
    ImGui::TextUnformatted(text.c_str());
    ImGui::PopStyleColor();
    tooltip(p.error.empty() ? "Thumbnails that are there, of those on the map; one takes this long on one core, while "
                              "the pictures go first"
                            : p.error.c_str());
}

bool LatentMapPanel::draw_picture(PanelContext& c, const engine::ThumbnailLook& look, const GridCell& cell, ImVec2 from,
                                  ImVec2 to, float part_from, float part_to) {
    const auto picture = c.thumbnails.find(look, cell);
    if (!picture) return false;
    const float density = ImGui::GetIO().DisplayFramebufferScale.x;
    const auto spot = atlas_.spot(picture, static_cast<double>((to.x - from.x) * density));
    if (!spot) return false;
    const auto& [u0, v0, u1, v1] = spot->uv;
    const auto along = [](float a, float b, float t) { return a + (b - a) * t; };
    ImGui::GetWindowDrawList()->AddImage(static_cast<ImTextureID>(spot->texture),
                                         {along(from.x, to.x, part_from), from.y}, {along(from.x, to.x, part_to), to.y},
                                         {along(u0, u1, part_from), v0}, {along(u0, u1, part_to), v1});
    ++pictures_drawn_;
    return true;
}

void LatentMapPanel::draw_cells(PanelContext& c, const std::vector<engine::ThumbnailRequest>& requests, double step) {
    auto* draw = ImGui::GetWindowDrawList();
    const float em = ImGui::GetFontSize();
    const float gap = std::max(1.0f, em * 0.07f);
    const auto side = static_cast<float>(step * placement_.points);
    const auto empty = ImGui::GetColorU32(ImGuiCol_FrameBg, 0.45f);
    const auto& io = ImGui::GetPlatformIO();
    draw->AddCallback(io.DrawCallback_SetSamplerFromTex, nullptr); // the atlas has smaller levels of its own
    pictures_drawn_ = 0;
    for (const auto& cell : cells_) {
        const auto at = on_map(placement_, cell.x(), cell.y());
        const ImVec2 from{std::round(at.x - side / 2) + gap, std::round(at.y - side / 2) + gap};
        const ImVec2 to{std::round(at.x + side / 2) - gap, std::round(at.y + side / 2) - gap};
        const auto parts = static_cast<float>(requests.size());
        for (std::size_t r = 0; r < requests.size(); ++r) {
            const float part = static_cast<float>(r) / parts, end = static_cast<float>(r + 1) / parts;
            if (!draw_picture(c, requests[r].look, cell, from, to, part, end))
                draw->AddRectFilled({from.x + (to.x - from.x) * part, from.y}, {from.x + (to.x - from.x) * end, to.y},
                                    empty);
        }
    }
    draw->AddCallback(io.DrawCallback_SetSamplerLinear, nullptr);
}

void LatentMapPanel::draw_hover(const PanelContext& c, double step) const {
    if (!ImGui::IsItemHovered() || c.ui.map.drag == MapDrag::pan || c.ui.map.drag == MapDrag::steer) return;
    const auto mouse = ImGui::GetMousePos();
    const auto [x, y] = placement_.to_plane(mouse.x, mouse.y);
    const auto cell = latent::nearest_cell(x, y, step);
    const auto at = on_map(placement_, cell.x(), cell.y());
    const auto half = static_cast<float>(step * placement_.points / 2);
    ImGui::GetWindowDrawList()->AddRect(
        {std::round(at.x - half), std::round(at.y - half)}, {std::round(at.x + half), std::round(at.y + half)},
        ImGui::GetColorU32(ImGuiCol_CheckMark), 0, std::max(1.5f, ImGui::GetFontSize() * 0.12f));
    ImGui::SetTooltip("%s\nclick: go there; double-click and drag: move on\ndrag: pan; wheel: zoom; right-click: more",
                      cell_text(cell).c_str());
}

void LatentMapPanel::draw_map(PanelContext& c) {
    auto& map = c.ui.map;
    const auto from = ImGui::GetCursorScreenPos();
    const auto size = ImGui::GetContentRegionAvail();
    if (size.x < 8 || size.y < 8) return;
    const double em = ImGui::GetFontSize();
    const auto place = [&] { return MapPlacement{map.x, map.y, map.ems * em, {from.x, from.y, size.x, size.y}}; };
    const auto marker = marker_of(c.scene.latent);
    const bool moved = map.trail.empty() || map.trail.back() != std::array{marker.x, marker.y};
    follow_trail(map.trail, marker.x, marker.y);
    if (moved && map.follow && map.drag == MapDrag::none) keep_in_view(map, place(), marker.x, marker.y, em * 4);
    ImGui::SetNextItemAllowOverlap();
    ImGui::InvisibleButton("map", size, ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle);
    placement_ = place();
    navigate_map(c, placement_, latent::grid_step(placement_.points, kLeastCellEms * em));
    placement_ = place(); // what the mouse did is seen at once
    const double step = latent::grid_step(placement_.points, kLeastCellEms * em);
    cells_ = latent::cells_from_middle({map.x, map.y, size.x / placement_.points, size.y / placement_.points, step},
                                       kMostCells);
    const auto requests = requests_for(c, available(c, map.shows), cells_);
    c.thumbnails.want(requests);
    auto* draw = ImGui::GetWindowDrawList();
    const ImVec2 to{from.x + size.x, from.y + size.y};
    draw->PushClipRect(from, to, true);
    draw->AddRectFilled(from, to, ImGui::GetColorU32(background_colour()));
    {
        const AddTime timer(c.ui.drawing_ms);
        atlas_.begin_frame(kUploadsPerFrame);
        draw_cells(c, requests, step);
    }
    draw_map_marks(c, placement_, step);
    draw_hover(c, step);
    draw->PopClipRect();
    draw_map_menu(c);
    if (atlas_.waiting()) c.ui.picture_waits = true;
}

void LatentMapPanel::draw(PanelContext& c) {
    drawn_ = true;
    if (!c.loaded[0] && !c.loaded[1]) {
        cells_.clear();
        pictures_drawn_ = 0;
        c.thumbnails.want({});
        dim_text("No model: open one on the left, or drop a file on the window.");
        return;
    }
    draw_toolbar(c);
    draw_progress(c, requests_for(c, available(c, c.ui.map.shows), {}));
    draw_map(c);
}

void LatentMapPanel::end_frame(PanelContext& c) {
    if (std::exchange(drawn_, false)) return;
    c.thumbnails.want({});
    atlas_.clear();
    c.ui.map.drag = MapDrag::none;
    c.ui.map.trail.clear();
}

} // namespace unstuck::app
