// Equivariance over the move: translations as a heat map, rotations as a polar plot. A click goes there.
#include "app/panels/instrument_parts.hpp"
#include "app/panels/instruments_panel.hpp"
#include "core/measure/reading.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace unstuck::app {

using engine::Side;

namespace {

constexpr auto kPlotFlags = ImPlotFlags_NoMenus | ImPlotFlags_NoBoxSelect | ImPlotFlags_NoMouseText;

/// The scene's transform becomes this alone.
void jump_to(PanelContext& c, double tx, double ty, double turns) {
    auto& t = c.scene.transform;
    const auto before = t;
    t = c.defaults.transform;
    t.untransform = before.untransform;
    t.edge = before.edge;
    t.x = tx;
    t.y = ty;
    t.turns = turns;
}

bool measured(double db) { return std::isfinite(db) && db < measure::kMostDb; }

/// Lowest and highest value of both sides, rounded outward to 5 dB.
template <class Get>
std::array<double, 2> range_of(const Get& values_of) {
    double low = 1e9, high = -1e9;
    for (auto side : engine::kSides)
        values_of(side, [&](double db) {
            if (measured(db)) low = std::min(low, db), high = std::max(high, db);
        });
    if (low > high) return {0, 60};
    constexpr double kStep = 5;
    low = std::floor(low / kStep) * kStep;
    return {low, std::max(std::ceil(high / kStep) * kStep, low + kStep)};
}

Table map_table(const engine::Run<engine::MapSettings>& run) {
    Table t{{"side", "t_x (image sides)", "t_y (image sides)", "EQ-T frac (dB)"}, {}};
    for (auto side : engine::kSides)
        if (const auto r = run.result(side))
            for (int y = 0; y < r->cells; ++y)
                for (int x = 0; x < r->cells; ++x)
                    if (const double db = r->db[static_cast<std::size_t>(y * r->cells + x)]; std::isfinite(db))
                        t.rows.push_back({side_name(side), csv_number(r->translation(x)), csv_number(r->translation(y)),
                                          measured(db) ? csv_number(db) : "identical"});
    return t;
}

Table angles_table(const engine::Run<engine::AnglesSettings>& run) {
    Table t{{"side", "angle (degrees)", "EQ-R (dB)"}, {}};
    for (auto side : engine::kSides)
        if (const auto r = run.result(side))
            for (std::size_t i = 0; i < r->db.size(); ++i)
                if (std::isfinite(r->db[i]))
                    t.rows.push_back({side_name(side),
                                      csv_number(360.0 * static_cast<double>(i) / static_cast<double>(r->db.size())),
                                      csv_number(r->db[i])});
    return t;
}

/// The shown range as a bar of the colour map.
void colour_bar(double low, double high, float height) {
    ImPlot::PushColormap(ImPlotColormap_Viridis);
    ImPlot::ColormapScale("dB##scale", low, high, {0, height}, "%.0f");
    ImPlot::PopColormap();
    tooltip("EQ-T by fractions in dB: dark is where the picture does not follow its content");
}

void mark_present(const PanelContext& c, double reach_px, int resolution) {
    const auto [x, y] = engine::effective_translation(c.scene.transform, resolution);
    const double px = x * resolution, py = y * resolution;
    if (std::abs(px) > reach_px * 1.05 || std::abs(py) > reach_px * 1.05) return;
    ImPlotSpec spec;
    spec.Marker = ImPlotMarker_Circle;
    spec.MarkerSize = 4 * ImGui::GetStyle().FontScaleDpi;
    spec.MarkerFillColor = {0, 0, 0, 0};
    spec.MarkerLineColor = {1, 1, 1, 1};
    spec.LineWeight = 1.5f * ImGui::GetStyle().FontScaleDpi;
    spec.Flags = ImPlotItemFlags_NoLegend;
    ImPlot::PlotScatter("##present", &px, &py, 1, spec);
}

} // namespace

void InstrumentsPanel::draw_map_of(PanelContext& c, Side side, float size, double low, double high) {
    const auto result = c.ui.instruments.map.run.result(side);
    ImGui::BeginGroup();
    side_heading(c, side);
    tooltip("Across: t_x, down: t_y, in output pixels. EQ-T of each translation alone, by fractions of a pixel: moved "
            "by whole pixels, a picture is compared exactly; in between, 2 x 3 Lanczos taps limit what can be read.");
    if (!result || !c.model[index(side)]) {
        ImGui::Dummy({size, 0});
        ImGui::TextDisabled("%s", why_nothing(c, side).c_str());
        ImGui::EndGroup();
        return;
    }
    const int n = result->cells;
    const int resolution = c.model[index(side)]->resolution;
    const auto id = texture(
        c, index(side), {result, {low, high}}, [&] { return viridis_image(result->filled(), n, n, low, high); }, size,
        size);
    const double reach = engine::MapResult::kReach * resolution, cell = 2 * reach / (n - 1);
    if (ImPlot::BeginPlot(fmt::format("##map{}", side_name(side)).c_str(), {size, size},
                          kPlotFlags | ImPlotFlags_NoLegend)) {
        constexpr auto axis = ImPlotAxisFlags_NoGridLines | ImPlotAxisFlags_Lock;
        const bool named = size > ImGui::GetFontSize() * 16; // else the names would take the room of the map
        ImPlot::SetupAxes(named ? "t_x, px" : nullptr, named ? "t_y, px" : nullptr, axis,
                          axis | ImPlotAxisFlags_Invert); // y points down, as in pictures
        ImPlot::SetupAxisLimits(ImAxis_X1, -reach - cell / 2, reach + cell / 2, ImPlotCond_Always);
        ImPlot::SetupAxisLimits(ImAxis_Y1, -reach - cell / 2, reach + cell / 2, ImPlotCond_Always);
        // The axis points down: the picture's first row is at the smaller value.
        if (id)
            ImPlot::PlotImage("##cells", static_cast<ImTextureID>(id), {-reach - cell / 2, -reach - cell / 2},
                              {reach + cell / 2, reach + cell / 2}, {0, 1}, {1, 0});
        mark_present(c, reach, resolution);
        if (ImPlot::IsPlotHovered()) {
            const auto at = ImPlot::GetPlotMousePos();
            const int x = std::clamp(static_cast<int>(std::lround((at.x + reach) / cell)), 0, n - 1);
            const int y = std::clamp(static_cast<int>(std::lround((at.y + reach) / cell)), 0, n - 1);
            const double db = result->db[static_cast<std::size_t>(y * n + x)];
            const double tx = result->translation(x), ty = result->translation(y);
            ImGui::SetTooltip("t = (%.2f, %.2f) px\n%s\nclick: move the pictures by it", tx * resolution,
                              ty * resolution,
                              std::isnan(db)  ? "not measured yet"
                              : !measured(db) ? "identical"
                                              : fmt::format("{:.2f} dB", db).c_str());
            if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) jump_to(c, tx, ty, 0);
        }
        ImPlot::EndPlot();
    }
    ImGui::EndGroup();
}

void InstrumentsPanel::draw_map(PanelContext& c) {
    auto& it = c.ui.instruments.map;
    const auto options = [&] {
        constexpr std::array<const char*, 4> names = {"9 x 9", "17 x 17", "33 x 33", "65 x 65"};
        int chosen = 2;
        for (int i = 0; i < 4; ++i)
            if (it.settings.cells == (8 << i) + 1) chosen = i;
        if (choice_row("cells", "How finely translations are sampled; the map fills from coarse to fine", chosen,
                       names.data(), 4, 2))
            it.settings.cells = (8 << chosen) + 1;
    };
    const auto p = run_instrument<engine::MapSettings>(c, it, options, [&] { return map_table(it.run); });
    if (nothing_to_show(c, p)) return;
    const auto [low, high] = range_of([&](Side side, const auto& take) {
        if (const auto r = it.run.result(side))
            for (const float db : r->db) take(db);
    });
    const auto space = ImGui::GetContentRegionAvail();
    const float scale = ImGui::GetFontSize() * 5.8f;
    const float size = std::min((space.x - scale) / 2 - ImGui::GetStyle().ItemSpacing.x,
                                space.y - ImGui::GetTextLineHeightWithSpacing());
    if (size < ImGui::GetFontSize() * 4) return;
    for (auto side : engine::kSides) {
        draw_map_of(c, side, size, low, high);
        ImGui::SameLine();
    }
    colour_bar(low, high, size + ImGui::GetTextLineHeightWithSpacing());
}

namespace {

/// A circle of a polar plot, with its value beside it.
void ring(double radius, double value, float scale) {
    constexpr int kPoints = 90;
    std::array<double, kPoints + 1> x{}, y{};
    for (std::size_t i = 0; i <= kPoints; ++i) {
        const double a = 2 * std::numbers::pi * static_cast<double>(i) / kPoints;
        x[i] = radius * std::cos(a);
        y[i] = radius * std::sin(a);
    }
    ImPlotSpec spec;
    spec.LineColor = dim_colour();
    spec.LineColor.w = 0.5f;
    spec.LineWeight = scale;
    spec.Flags = ImPlotItemFlags_NoLegend;
    ImPlot::PlotLine(fmt::format("##ring{}", value).c_str(), x.data(), y.data(), kPoints + 1, spec);
    constexpr double kLabels = 0.4 * std::numbers::pi; // where they are apart from each other and from the curves' axes
    const auto at = ImPlot::PlotToPixels(radius * std::cos(kLabels), radius * std::sin(kLabels));
    ImPlot::GetPlotDrawList()->AddText(at, ImGui::GetColorU32(dim_colour()), fmt::format("{:.0f} dB", value).c_str());
}

/// The measured angles of a side as a closed line: radius = dB above the innermost ring's.
void polar_line(Side side, const engine::AnglesResult& r, double low, double high, float scale) {
    std::vector<double> x, y;
    const auto n = r.db.size();
    for (std::size_t i = 0; i <= n; ++i) {
        const double db = r.db[i % n];
        if (!std::isfinite(db)) continue;
        const double a = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n);
        const double radius = std::clamp(db, low, high) - low;
        x.push_back(radius * std::cos(a));
        y.push_back(radius * std::sin(a));
    }
    if (!x.empty())
        ImPlot::PlotLine(side_name(side), x.data(), y.data(), static_cast<int>(x.size()), line_spec(side, 1, scale));
}

void polar_hover(PanelContext& c, const engine::Run<engine::AnglesSettings>& run) {
    const auto at = ImPlot::GetPlotMousePos();
    const double turns = std::atan2(at.y, at.x) / (2 * std::numbers::pi);
    const int n = run.settings.angles;
    const auto i = static_cast<std::size_t>((std::lround(turns * n) % n + n) % n);
    const double nearest = static_cast<double>(i) / n;
    std::string text = fmt::format("{:.1f}\u00b0", nearest * 360);
    for (auto side : engine::kSides)
        if (const auto r = run.result(side); r && i < r->db.size())
            text += std::isfinite(r->db[i]) ? fmt::format("\n{} {:.2f} dB", side_name(side), r->db[i])
                                            : fmt::format("\n{} not measured yet", side_name(side));
    ImGui::SetTooltip("%s\nclick: turn the pictures by it", text.c_str());
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) jump_to(c, 0, 0, nearest);
}

void polar_plot(PanelContext& c, const engine::Run<engine::AnglesSettings>& run, ImVec2 size, double low, double high) {
    if (!ImPlot::BeginPlot("##angles", size, kPlotFlags | ImPlotFlags_Equal)) return;
    const float scale = ImGui::GetStyle().FontScaleDpi;
    constexpr auto axis = ImPlotAxisFlags_NoDecorations | ImPlotAxisFlags_Lock;
    ImPlot::SetupAxes(nullptr, nullptr, axis, axis);
    const double radius = high - low, room = radius * 1.08;
    ImPlot::SetupAxisLimits(ImAxis_Y1, -room, room, ImPlotCond_Always);
    const double wide = room * std::max(1.0f, size.x / size.y);
    ImPlot::SetupAxisLimits(ImAxis_X1, -wide, wide, ImPlotCond_Always);
    ImPlot::SetupLegend(ImPlotLocation_NorthEast);
    const double step = radius > 30 ? 20 : 10;
    for (double db = low + step; db <= high + 1e-9; db += step) ring(db - low, db, scale);
    for (auto side : engine::kSides)
        if (const auto r = run.result(side)) polar_line(side, *r, low, high, scale);
    if (ImPlot::IsPlotHovered()) polar_hover(c, run);
    ImPlot::EndPlot();
}

} // namespace

void InstrumentsPanel::draw_angles(PanelContext& c) {
    auto& it = c.ui.instruments.angles;
    const auto options = [&] {
        constexpr std::array<const char*, 4> names = {"16", "32", "64", "128"};
        int chosen = 2;
        for (int i = 0; i < 4; ++i)
            if (it.settings.angles == 16 << i) chosen = i;
        if (choice_row("angles", "How many angles of the circle are measured, from coarse to fine", chosen,
                       names.data(), 4, 2))
            it.settings.angles = 16 << chosen;
    };
    const auto p = run_instrument<engine::AnglesSettings>(c, it, options, [&] { return angles_table(it.run); });
    if (nothing_to_show(c, p)) return;
    const auto [lowest, highest] = range_of([&](Side side, const auto& take) {
        if (const auto r = it.run.result(side))
            for (std::size_t i = 1; i < r->db.size(); ++i) take(r->db[i]); // at 0 nothing is turned
    });
    const float em = ImGui::GetFontSize();
    if (ImGui::BeginChild("text", {em * 12, 0})) {
        for (auto side : engine::kSides) {
            side_heading(c, side);
            const auto& m = c.model[index(side)];
            if (!it.run.result(side))
                ImGui::TextDisabled("%s", why_nothing(c, side).c_str());
            else if (m && !m->has_transform)
                dim_text("StyleGAN2 has no input transform: its learned 4x4 constant is turned instead.");
        }
        dim_text("Radius: EQ-R of that angle in dB, from the centre outwards. At 0\u00b0 nothing is turned: beyond the "
                 "rim.");
    }
    ImGui::EndChild();
    ImGui::SameLine();
    const double low = std::floor(std::min(lowest, 0.0) / 10) * 10, high = std::ceil(highest / 10) * 10;
    polar_plot(c, it.run, ImGui::GetContentRegionAvail(), low, high);
}

} // namespace unstuck::app
