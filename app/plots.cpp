#include "app/plots.hpp"

#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <cmath>
#include <fmt/format.h>
#include <imgui.h>

namespace unstuck::app {

namespace {

void append_cell(std::string& out, const std::string& cell) {
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
        out += cell;
        return;
    }
    out += '"';
    for (const char c : cell) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void append_row(std::string& out, const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) out += ',';
        append_cell(out, cells[i]);
    }
    out += "\r\n";
}

} // namespace

ImPlotSpec line_spec(engine::Side side, float alpha, float scale) {
    ImPlotSpec spec;
    spec.LineColor = side_colour(side);
    spec.LineColor.w = alpha;
    spec.LineWeight = (side == engine::Side::a ? 1.8f : 1.4f) * scale;
    if (side == engine::Side::b) {
        spec.Marker = ImPlotMarker_Circle;
        spec.MarkerSize = 2.0f * scale;
        spec.MarkerFillColor = spec.LineColor;
        spec.MarkerLineColor = spec.LineColor;
    }
    return spec;
}

std::string csv_number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

std::string to_csv(const Table& table) {
    std::string out;
    append_row(out, table.columns);
    for (const auto& row : table.rows) append_row(out, row);
    return out;
}

bool copy_csv_button(bool any, const std::function<Table()>& table) {
    return copy_csv_text_button(any, [&] { return to_csv(table()); });
}

bool copy_csv_text_button(bool any, const std::function<std::string()>& csv) {
    ImGui::BeginDisabled(!any);
    const bool pressed = ImGui::SmallButton("Copy CSV");
    ImGui::EndDisabled();
    tooltip(any ? "Put these numbers on the clipboard as comma-separated values" : "There is nothing to copy yet");
    if (pressed) ImGui::SetClipboardText(csv().c_str());
    return pressed;
}

} // namespace unstuck::app
