// The command palette: a line to type in, and what it finds.
#include "app/palette.hpp"
#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <imgui.h>
#include <misc/cpp/imgui_stdlib.h>

namespace unstuck::app {

namespace {

constexpr int kLinesShown = 12;

float line_height() { return ImGui::GetTextLineHeight() * 1.5f; }

/// The title, its letters that were found in the accent colour.
void draw_title(const PaletteEntry& entry, const PaletteHit& hit, ImVec2 at) {
    auto* draw = ImGui::GetWindowDrawList();
    const ImU32 plain = ImGui::GetColorU32(entry.why_not.empty() ? ImGuiCol_Text : ImGuiCol_TextDisabled);
    const ImU32 found = ImGui::GetColorU32(warning_colour());
    const char* text = entry.title.data();
    for (std::size_t i = 0; i < entry.title.size();) {
        const bool lit = std::binary_search(hit.at.begin(), hit.at.end(), i);
        std::size_t end = i + 1;
        while (end < entry.title.size() && std::binary_search(hit.at.begin(), hit.at.end(), end) == lit) ++end;
        draw->AddText(at, lit ? found : plain, text + i, text + end);
        at.x += ImGui::CalcTextSize(text + i, text + end).x;
        i = end;
    }
}

/// Where it belongs, or why not, and its key at the right; what would cover the title is left out.
void draw_right(const PaletteEntry& entry, ImVec2 at, float width) {
    auto* draw = ImGui::GetWindowDrawList();
    const float em = ImGui::GetFontSize();
    const float title_end = at.x + ImGui::CalcTextSize(entry.title.c_str()).x + em;
    const ImU32 dim = ImGui::GetColorU32(dim_colour());
    float right = at.x + width;
    if (!entry.keys.empty()) {
        right -= ImGui::CalcTextSize(entry.keys.c_str()).x;
        draw->AddText({right, at.y}, ImGui::GetColorU32(ImGuiCol_Text), entry.keys.c_str());
    }
    const auto& text = entry.why_not.empty() ? entry.detail : entry.why_not;
    const float key_column = at.x + width - em * 7.5f; // keys have a column of their own
    const float left = std::min(key_column, right - em) - ImGui::CalcTextSize(text.c_str()).x;
    if (left > title_end) draw->AddText({left, at.y}, dim, text.c_str());
}

/// Returns whether the line was clicked.
bool draw_line(const PaletteEntry& entry, const PaletteHit& hit, bool marked) {
    ImGui::PushID(entry.id.c_str());
    const auto at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, em = ImGui::GetFontSize();
    const bool clicked = ImGui::Selectable("##line", marked, 0, {width, line_height()});
    tooltip(entry.why_not.empty() ? entry.tip.c_str() : entry.why_not.c_str());
    const float y = at.y + (line_height() - ImGui::GetTextLineHeight()) / 2;
    draw_title(entry, hit, {at.x + em * 0.5f, y});
    draw_right(entry, {at.x + em * 0.5f, y}, width - em);
    ImGui::PopID();
    return clicked;
}

/// Moves the mark by the keys; returns whether it moved.
bool move_mark(int& at, int count) {
    const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(key, true); };
    const int before = at;
    if (pressed(ImGuiKey_DownArrow)) at = at + 1 < count ? at + 1 : 0;
    if (pressed(ImGuiKey_UpArrow)) at = at > 0 ? at - 1 : count - 1;
    if (pressed(ImGuiKey_PageDown)) at += kLinesShown - 1;
    if (pressed(ImGuiKey_PageUp)) at -= kLinesShown - 1;
    at = std::clamp(at, 0, std::max(count - 1, 0));
    return at != before;
}

/// The lines; gives the index of the hit that was clicked.
std::optional<std::size_t> draw_list(const std::vector<PaletteEntry>& entries, const std::vector<PaletteHit>& hits,
                                     int marked, bool bring_into_view) {
    std::optional<std::size_t> clicked;
    const int shown = std::clamp(static_cast<int>(hits.size()), 1, kLinesShown);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
    if (ImGui::BeginChild("list", {0, line_height() * static_cast<float>(shown)})) {
        if (hits.empty()) dim_text("Nothing has that name; fewer letters find more");
        if (bring_into_view) {
            const float top = line_height() * static_cast<float>(marked), height = ImGui::GetWindowHeight();
            const float scroll = ImGui::GetScrollY();
            if (top < scroll) ImGui::SetScrollY(top);
            if (top + line_height() > scroll + height) ImGui::SetScrollY(top + line_height() - height);
        }
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(hits.size()), line_height());
        while (clipper.Step())
            for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
                const auto at = static_cast<std::size_t>(i);
                if (draw_line(entries[hits[at].entry], hits[at], i == marked)) clicked = at;
            }
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
    return clicked;
}

/// Where the eye is: in the middle, a fifth down.
void place_window() {
    const auto* viewport = ImGui::GetMainViewport();
    const float width = std::min(ImGui::GetFontSize() * 40, viewport->WorkSize.x * 0.92f);
    ImGui::SetNextWindowPos(
        {viewport->WorkPos.x + viewport->WorkSize.x / 2, viewport->WorkPos.y + viewport->WorkSize.y * 0.12f},
        ImGuiCond_Always, {0.5f, 0});
    ImGui::SetNextWindowSize({width, 0});
}

} // namespace

void draw_palette(PanelContext& c) {
    auto& palette = c.ui.palette;
    if (!palette.open) return;
    place_window();
    constexpr auto flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoMove |
                           ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize;
    const bool appearing = std::exchange(palette.appearing, false);
    if (appearing) ImGui::SetNextWindowFocus();
    ImGui::Begin("Palette", nullptr, flags);
    if (appearing) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(-1);
    const bool typed_more = [&] {
        const auto before = palette.query;
        ImGui::InputTextWithHint("##query", "What to do: an action, a layer, a model, a panel, a seed", &palette.query);
        return palette.query != before;
    }();
    if (typed_more || appearing) palette.at = 0;
    const auto entries = palette_entries(c, palette.query);
    const auto hits = ranked(entries, palette.query, palette.recent);
    const bool moved = move_mark(palette.at, static_cast<int>(hits.size()));
    auto chosen = draw_list(entries, hits, palette.at, moved || typed_more || appearing);
    const bool enter = ImGui::IsKeyPressed(ImGuiKey_Enter, false) || ImGui::IsKeyPressed(ImGuiKey_KeypadEnter, false);
    if (enter && !hits.empty()) chosen = static_cast<std::size_t>(palette.at);
    const bool away = !appearing && !ImGui::IsWindowFocused(ImGuiFocusedFlags_ChildWindows);
    ImGui::End();
    if (ImGui::IsKeyPressed(ImGuiKey_Escape, false) || away) palette.open = false;
    if (!chosen) return;
    const auto& entry = entries[hits[*chosen].entry];
    if (!entry.why_not.empty()) { // it says why; another one may be meant
        palette.appearing = true;
        return;
    }
    palette.open = false;
    remember_use(palette.recent, entry.id);
    entry.run(c);
}

} // namespace unstuck::app
