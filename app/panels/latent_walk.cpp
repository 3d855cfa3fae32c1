// The Latent panel's rows for moving about: history, random seeds, and the walk.
#include "app/latent_moves.hpp"
#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"
#include "core/latent/seeds.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <misc/cpp/imgui_stdlib.h>

namespace unstuck::app {

namespace {

std::string place_text(const latent::Place& place) {
    if (place.reach != 0) return fmt::format("walk at {:.2f}, reach {:.2f}", place.walk_position, place.reach);
    const bool whole = place.x == std::round(place.x) && place.y == std::round(place.y);
    return fmt::format("{} {}  ({:g}, {:g})", whole ? "seed" : "near seed", nearest_seed(place.x, place.y), place.x,
                       place.y);
}

void history_list(PanelContext& c) {
    if (!ImGui::BeginPopup("places")) return;
    auto& visits = c.ui.visits;
    constexpr std::size_t kShown = 20;
    const auto count = visits.places().size();
    for (std::size_t k = 0; k < std::min(count, kShown); ++k) { // latest first
        const auto i = count - 1 - k;
        ImGui::PushID(static_cast<int>(i));
        if (ImGui::MenuItem(place_text(visits.places()[i]).c_str(), nullptr, i == visits.present()))
            revisit(c, visits.go_to(i));
        ImGui::PopID();
    }
    ImGui::EndPopup();
}

/// Text without the spaces that people put behind commas.
std::vector<std::uint32_t> seeds_of(std::string text) {
    std::erase_if(text, [](unsigned char ch) { return std::isspace(ch) != 0; });
    if (text.empty()) return {};
    auto seeds = latent::parse_seeds(text);
    if (seeds.size() > engine::kMostWalkSeeds)
        throw std::invalid_argument(
            fmt::format("{} seeds: a walk has at most {}", seeds.size(), engine::kMostWalkSeeds));
    return seeds;
}

void seeds_row(PanelContext& c) {
    auto& walk = c.scene.latent.walk;
    auto& edit = c.ui.walk_text;
    if (edit.shown != walk.seeds) edit = {latent::seeds_text(walk.seeds), walk.seeds, {}};
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted("walk");
    constexpr const char* tip =
        "A closed smooth walk through the w of these seeds, in place of the seed plane: a cubic "
        "spline; empty for none";
    tooltip(tip);
    ImGui::SameLine(ImGui::GetFontSize() * 5.9f);
    const float clear = ImGui::GetFrameHeight() + ImGui::GetStyle().ItemSpacing.x;
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - clear);
    if (ImGui::InputTextWithHint("##walk", "no walk: 0-5, 9", &edit.text)) {
        try {
            walk.seeds = edit.shown = seeds_of(edit.text);
            edit.error.clear();
        } catch (const std::exception& e) {
            edit.error = e.what();
        }
    }
    if (!ImGui::IsItemActive()) tooltip(tip);
    ImGui::SameLine();
    ImGui::PushID("walk");
    if (reset_button(!walk.seeds.empty() || !edit.text.empty())) {
        walk = {};
        edit = {};
    }
    ImGui::PopID();
    if (edit.error.empty()) return;
    ImGui::PushStyleColor(ImGuiCol_Text, error_colour());
    ImGui::TextWrapped("%s", edit.error.c_str());
    ImGui::PopStyleColor();
}

} // namespace

void draw_place_row(PanelContext& c) {
    auto& visits = c.ui.visits;
    const auto arrow = [&](const char* id, ImGuiDir way, bool possible, const char* tip) {
        ImGui::BeginDisabled(!possible);
        const bool pressed = ImGui::ArrowButton(id, way);
        ImGui::EndDisabled();
        tooltip(tip);
        ImGui::SameLine(0, 2);
        return pressed;
    };
    if (arrow("##back", ImGuiDir_Left, visits.can_go_back(), "Back to where you were before (Alt+Left)"))
        revisit(c, visits.back());
    if (arrow("##forward", ImGuiDir_Right, visits.can_go_forward(), "Forward again (Alt+Right)"))
        revisit(c, visits.forward());
    if (arrow("##places", ImGuiDir_Down, !visits.places().empty(), "The last places where you stayed"))
        ImGui::OpenPopup("places");
    history_list(c);
    ImGui::SameLine();
    if (ImGui::Button("Random")) move(c, [&](engine::LatentState& l) { go_to_random_seed(l, c.ui.random); });
    tooltip("Go to a random seed, 0 .. 999999, each as likely as any other (Ctrl+Space)");
    ImGui::SameLine();
    if (ImGui::Button("Map")) {
        c.ui.show_bottom = true;
        c.ui.bring_to_front = "Latent map";
    }
    tooltip("The seed plane as thumbnails: the Latent map tab");
}

void draw_walk_rows(PanelContext& c) {
    seeds_row(c);
    auto& l = c.scene.latent;
    auto& walk = l.walk;
    const auto here = nearest_seed(l.x, l.y);
    if (!walk.seeds.empty()) {
        const char* off = walk.reach == 0 ? "Reach is 0: the picture stays at the seed plane" : nullptr;
        slider_row("position", "Where on the walk, in seeds from the first; at their number it is back at the first",
                   walk.position, 0, static_cast<double>(walk.seeds.size()), 0, "%.3f", off);
        slider_row("reach", "0 stays at the seed plane's w, 1 is on the walk; between: that share of the way",
                   walk.reach, 0, 1, 1, "%.2f");
    }
    ImGui::BeginDisabled(walk.seeds.size() >= engine::kMostWalkSeeds);
    if (ImGui::Button(fmt::format("Add seed {} to the walk###add", here).c_str())) add_walk_seed(l, here);
    ImGui::EndDisabled();
    tooltip("The seed of the plane nearest to the present place becomes one more key at the walk's end");
}

} // namespace unstuck::app
