// A value per layer of both models, as bars in the networks' order.
#include "app/panels/instrument_parts.hpp"
#include "app/panels/instruments_panel.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::app {

using engine::Side;
using measure::ReadingState;

namespace {

constexpr const char* kDefinition =
    "Equivariance of a layer's activations under random translations: 20 log10(2) - 10 log10(mse / (range / 2)^2) over "
    "channels and the interior, in the layer's own samples and relative to its own range. Layers can be compared; it "
    "is "
    "not the EQ-T of the paper. Where it drops, equivariance breaks.";

/// One bar: the generic part, whatever is measured per layer.
struct LayerBar {
    std::string layer;
    std::optional<double> db;
    std::optional<measure::DbInterval> interval;
    std::string tip; ///< Why there is no value, or what it rests on.
};

std::vector<LayerBar> bars_of(const engine::LayersResult& result) {
    std::vector<LayerBar> bars;
    for (const auto& l : result.layers) {
        LayerBar bar{l.layer, std::nullopt, l.reading.interval, measure::state_text(l.reading.state)};
        if (l.reading.state == ReadingState::measured || l.reading.state == ReadingState::identical) {
            bar.db = l.reading.db;
            bar.tip = fmt::format("{} samples", l.reading.samples);
        }
        bars.push_back(std::move(bar));
    }
    return bars;
}

void draw_bar(const LayerBar& bar, Side side, double low, double high) {
    const auto at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, height = ImGui::GetTextLineHeight();
    ImGui::Dummy({width, height});
    const auto x = [&](double db) {
        return at.x + width * static_cast<float>(std::clamp((db - low) / (high - low), 0.0, 1.0));
    };
    auto* draw = ImGui::GetWindowDrawList();
    if (!bar.db) {
        draw->AddText(at, ImGui::GetColorU32(ImGuiCol_TextDisabled), bar.tip.c_str());
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

void bar_rows(const char* id, Side side, const std::vector<LayerBar>& bars, double low, double high,
              const char* definition) {
    constexpr auto flags = ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_RowBg | ImGuiTableFlags_ScrollY;
    if (!ImGui::BeginTable(id, 3, flags)) return;
    ImGui::TableSetupColumn("layer", ImGuiTableColumnFlags_WidthFixed);
    ImGui::TableSetupColumn(fmt::format("{:.0f} to {:.0f} dB", low, high).c_str(), ImGuiTableColumnFlags_WidthStretch);
    ImGui::TableSetupColumn("dB", ImGuiTableColumnFlags_WidthFixed, ImGui::CalcTextSize("-00.0").x);
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableHeadersRow();
    for (const auto& bar : bars) {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        ImGui::TextUnformatted(bar.layer.c_str());
        tooltip(definition);
        ImGui::TableNextColumn();
        draw_bar(bar, side, low, high);
        auto tip = bar.layer + ": ";
        if (bar.db) tip += fmt::format("{:.2f} dB, ", *bar.db);
        tip += bar.tip;
        if (bar.interval)
            tip += fmt::format(", 95 % interval {:.2f} to {:.2f} dB", bar.interval->low, bar.interval->high);
        tooltip(tip.c_str());
        ImGui::TableNextColumn();
        if (bar.db) ImGui::Text("%5.1f", *bar.db);
    }
    ImGui::EndTable();
}

/// Both sides on one scale, rounded to tens of decibels.
std::array<double, 2> common_range(const std::array<std::vector<LayerBar>, 2>& bars) {
    double low = 0, high = 10;
    for (const auto& side : bars)
        for (const auto& bar : side)
            if (bar.db) low = std::min(low, *bar.db), high = std::max(high, *bar.db);
    return {std::floor(low / 10) * 10, std::ceil(high / 10) * 10};
}

Table bars_table(const engine::Run<engine::LayersSettings>& run) {
    Table t{{"side", "layer", "equivariance (dB)", "low 95 % (dB)", "high 95 % (dB)"}, {}};
    for (auto side : engine::kSides)
        if (const auto r = run.result(side))
            for (const auto& bar : bars_of(*r))
                t.rows.push_back({side_name(side), bar.layer, bar.db ? csv_number(*bar.db) : "",
                                  bar.interval ? csv_number(bar.interval->low) : "",
                                  bar.interval ? csv_number(bar.interval->high) : ""});
    return t;
}

void options(engine::LayersSettings& s) {
    int seed = static_cast<int>(s.seed);
    int_row("samples", "How many random translations to measure", s.samples, 1, 200, engine::LayersSettings{}.samples);
    if (int_row("seed", "Of the random translations", seed, 0, 1000000, 0)) s.seed = static_cast<std::uint32_t>(seed);
}

} // namespace

void InstrumentsPanel::draw_layers(PanelContext& c) {
    auto& it = c.ui.instruments.layers;
    const auto p = run_instrument<engine::LayersSettings>(
        c, it, [&] { options(it.settings); }, [&] { return bars_table(it.run); });
    if (nothing_to_show(c, p)) return;
    std::array<std::vector<LayerBar>, 2> bars;
    for (auto side : engine::kSides)
        if (const auto r = it.run.result(side)) bars[index(side)] = bars_of(*r);
    const auto [low, high] = common_range(bars);
    const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
    for (auto side : engine::kSides) {
        if (side == Side::b) ImGui::SameLine();
        if (ImGui::BeginChild(side_name(side), {half, 0}, 0, ImGuiWindowFlags_NoScrollbar)) {
            side_heading(c, side);
            if (bars[index(side)].empty())
                dim_text(why_nothing(c, side).c_str());
            else
                bar_rows("bars", side, bars[index(side)], low, high, kDefinition);
        }
        ImGui::EndChild();
    }
}

} // namespace unstuck::app
