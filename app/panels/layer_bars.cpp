#include "app/panels/layer_bars.hpp"

#include "app/panels/instrument_parts.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::app {

using engine::Side;

namespace {

void draw_bar(const LayerBar& bar, Side side, double low, double high) {
    const auto at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, height = ImGui::GetTextLineHeight();
    ImGui::Dummy({width, height});
    const auto x = [&](double db) {
        return at.x + width * static_cast<float>(std::clamp((db - low) / (high - low), 0.0, 1.0));
    };
    auto* draw = ImGui::GetWindowDrawList();
    if (!bar.db) {
        draw->AddText(at, ImGui::GetColorU32(ImGuiCol_TextDisabled), bar.note.c_str());
        return;
    }
    const auto colour = ImGui::GetColorU32(side_colour(side));
    const float inset = std::max(1.0f, height * 0.12f);
    if (side == Side::a)
        draw->AddRectFilled({at.x, at.y + inset}, {x(*bar.db), at.y + height - inset}, colour);
    else { // outlined, so that A and B differ without colours, too
        auto faded = side_colour(side);
        faded.w = 0.45f;
        draw->AddRectFilled({at.x, at.y + inset}, {x(*bar.db), at.y + height - inset}, ImGui::GetColorU32(faded));
        draw->AddRect({at.x, at.y + inset}, {x(*bar.db), at.y + height - inset}, colour);
    }
    if (bar.interval) {
        const float middle = at.y + height * 0.5f;
        const auto ink = ImGui::GetColorU32(ImGuiCol_Text);
        draw->AddLine({x(bar.interval->low), middle}, {x(bar.interval->high), middle}, ink);
        for (const double end : {bar.interval->low, bar.interval->high})
            draw->AddLine({x(end), middle - height * 0.2f}, {x(end), middle + height * 0.2f}, ink);
    }
}

std::string bar_tip(const LayerBar& bar) {
    auto tip = bar.layer + ": ";
    if (bar.db) tip += fmt::format("{:.2f} dB, ", *bar.db);
    tip += bar.tip;
    if (bar.interval) tip += fmt::format(", 95 % interval {:.2f} to {:.2f} dB", bar.interval->low, bar.interval->high);
    return tip + ".\nClick to look at this layer.";
}

void bar_rows(PanelContext& c, Side side, const std::vector<LayerBar>& bars, double low, double high,
              const char* definition) {
    constexpr auto flags = ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_RowBg | ImGuiTableFlags_ScrollY;
    if (!ImGui::BeginTable("bars", 3, flags)) return;
    ImGui::TableSetupColumn("layer", ImGuiTableColumnFlags_WidthFixed);
    ImGui::TableSetupColumn(fmt::format("{:.0f} to {:.0f} dB", low, high).c_str(), ImGuiTableColumnFlags_WidthStretch);
    ImGui::TableSetupColumn("dB", ImGuiTableColumnFlags_WidthFixed, ImGui::CalcTextSize("-00.0").x);
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
    for (int i = 0; i < 3; ++i) {
        ImGui::TableNextColumn();
        ImGui::TableHeader(ImGui::TableGetColumnName(i));
        tooltip(definition);
    }
    auto& looked_at = c.scene.layer.name[index(side)];
    for (const auto& bar : bars) {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        if (ImGui::Selectable(bar.layer.c_str(), looked_at == bar.layer, ImGuiSelectableFlags_SpanAllColumns))
            looked_at = bar.layer;
        tooltip(bar_tip(bar).c_str());
        ImGui::TableNextColumn();
        draw_bar(bar, side, low, high);
        ImGui::TableNextColumn();
        if (bar.db) ImGui::Text("%5.1f", *bar.db);
    }
    ImGui::EndTable();
}

std::array<double, 2> common_range(const LayerBars& bars, double low, double high) {
    for (const auto& side : bars)
        for (const auto& bar : side)
            if (bar.db) low = std::min(low, *bar.db), high = std::max(high, *bar.db);
    return {std::floor(low / 10) * 10, std::ceil(high / 10) * 10};
}

} // namespace

LayerBar bar_of(const std::string& layer, const measure::EqReading& r) {
    const std::string state = measure::state_text(r.state);
    LayerBar bar{layer, std::nullopt, r.interval, state, state};
    if (measure::has_number(r)) {
        bar.db = r.db;
        bar.tip = fmt::format("{} sample{}", r.samples, r.samples == 1 ? "" : "s");
    }
    return bar;
}

void draw_layer_bars(PanelContext& c, const LayerBars& bars, double least, double most, const char* definition,
                     float width) {
    const auto [low, high] = common_range(bars, least, most);
    const float half = (width - ImGui::GetStyle().ItemSpacing.x) / 2;
    for (auto side : engine::kSides) {
        if (side == Side::b) ImGui::SameLine();
        if (ImGui::BeginChild(side_name(side), {half, 0}, 0, ImGuiWindowFlags_NoScrollbar)) {
            side_heading(c, side);
            if (bars[index(side)].empty())
                dim_text(why_nothing(c, side).c_str());
            else
                bar_rows(c, side, bars[index(side)], low, high, definition);
        }
        ImGui::EndChild();
    }
}

Table layer_bars_table(const LayerBars& bars, const char* quantity) {
    Table t{{"side", "layer", quantity, "low 95 % (dB)", "high 95 % (dB)"}, {}};
    for (auto side : engine::kSides)
        for (const auto& bar : bars[index(side)])
            t.rows.push_back({side_name(side), bar.layer, bar.db ? csv_number(*bar.db) : "",
                              bar.interval ? csv_number(bar.interval->low) : "",
                              bar.interval ? csv_number(bar.interval->high) : ""});
    return t;
}

} // namespace unstuck::app
