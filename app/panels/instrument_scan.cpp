// A line of the picture over a motion.
#include "app/panels/instrument_parts.hpp"
#include "app/panels/instruments_panel.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::app {

using engine::ScanMotion;
using engine::Side;

namespace {

struct Motion {
    const char *name, *tip, *format;
    double most, standard;
};
constexpr std::array<Motion, 3> kMotions = {{
    {"translation", "The content moves to the right, from -amount to amount", "%.1f px", 64, 8},
    {"rotation", "The content turns, from -amount to amount", "%.1f\u00b0", 180, 20},
    {"latent", "The latent walks along x, from here on by amount", "%.2f seeds", 20, 2},
}};

void options(engine::ScanSettings& s) {
    const engine::ScanSettings d;
    constexpr std::array<const char*, 3> names = {kMotions[0].name, kMotions[1].name, kMotions[2].name};
    int motion = static_cast<int>(s.motion);
    if (choice_row("motion", "What moves from the first row to the last", motion, names.data(), 3, 0)) {
        s.motion = static_cast<ScanMotion>(motion);
        s.amount = kMotions[static_cast<std::size_t>(motion)].standard;
    }
    const auto& m = kMotions[static_cast<std::size_t>(motion)];
    slider_row("amount", m.tip, s.amount, 0, m.most, m.standard, m.format);
    int_row("rows", "Pictures of the motion, one row each", s.steps, 2, 512, d.steps);
    heading("Line, in image sides from the upper left corner");
    slider_row("x 1", "Where the line begins", s.x0, 0, 1, d.x0, "%.3f");
    slider_row("y 1", "Where the line begins", s.y0, 0, 1, d.y0, "%.3f");
    slider_row("x 2", "Where the line ends", s.x1, 0, 1, d.x1, "%.3f");
    slider_row("y 2", "Where the line ends", s.y1, 0, 1, d.y1, "%.3f");
}

/// Where a row of the scan is in the motion.
std::string row_text(const engine::ScanSettings& s, int row) {
    const double t = static_cast<double>(row) / (s.steps - 1);
    switch (s.motion) {
    case ScanMotion::translation: return fmt::format("moved by {:.2f} px", s.amount * (2 * t - 1));
    case ScanMotion::rotation: return fmt::format("turned by {:.2f}\u00b0", s.amount * (2 * t - 1));
    case ScanMotion::latent: return fmt::format("{:.2f} seeds on", s.amount * t);
    }
    return "";
}

/// All samples, a row per line: position along the line, then the channels.
Table scan_table(const engine::Run<engine::ScanSettings>& run) {
    Table t{{"side", "row", "sample", "channel", "value"}, {}};
    for (auto side : engine::kSides)
        if (const auto r = run.result(side))
            for (int row = 0; row < r->rows; ++row)
                for (int x = 0; x < r->image.width; ++x)
                    for (int ch = 0; ch < r->image.channels; ++ch)
                        t.rows.push_back({side_name(side), std::to_string(row), std::to_string(x), std::to_string(ch),
                                          csv_number(r->image.at(ch, x, row))});
    return t;
}

/// The value under the mouse.
std::string hover_text(const engine::ScanSettings& s, const engine::ScanResult& r, ImVec2 from, ImVec2 size) {
    const auto p = place({}, r.image.width, r.image.height, static_cast<int>(size.x), static_cast<int>(size.y));
    const auto mouse = ImGui::GetMousePos();
    const auto [fx, fy] = p.to_image(mouse.x - from.x, mouse.y - from.y);
    const int x = static_cast<int>(fx), y = static_cast<int>(fy);
    if (fx < 0 || fy < 0 || x >= r.image.width || y >= r.image.height) return "";
    if (y >= r.rows) return "still to come";
    auto text = fmt::format("row {}: {}\nsample {} of {}:", y, row_text(s, y), x, r.image.width);
    for (int ch = 0; ch < std::min(r.image.channels, 4); ++ch) text += fmt::format(" {:+.3f}", r.image.at(ch, x, y));
    return text;
}

} // namespace

/// The picture on the screen with the line on it: dragging draws another one, a click a horizontal one.
void InstrumentsPanel::draw_line_picker(PanelContext& c, float size) {
    auto& s = c.ui.instruments.scan.settings;
    const auto side = c.frame(Side::b) ? Side::b : Side::a;
    const auto frame = c.pair ? c.pair->frame[index(side)] : nullptr;
    if (!frame || frame->image.empty()) return;
    const auto at = ImGui::GetCursorScreenPos();
    picture(
        c, 2, {frame, {}}, [&] { return on_host(frame->image); }, size, size, "");
    ImGui::SetCursorScreenPos(at);
    ImGui::InvisibleButton("line", {size, size});
    if (!ImGui::IsItemActive())
        tooltip("The line that is stacked. Drag to draw another one; a click takes the whole row under the mouse.");
    const auto p = place({}, frame->image.width, frame->image.height, static_cast<int>(size), static_cast<int>(size));
    const auto mouse = ImGui::GetMousePos();
    const auto in_sides = [&] {
        const auto [x, y] = p.to_image(mouse.x - at.x, mouse.y - at.y);
        return std::array{std::clamp(x / frame->image.width, 0.0, 1.0), std::clamp(y / frame->image.height, 0.0, 1.0)};
    };
    if (ImGui::IsItemActivated()) {
        const auto [x, y] = in_sides();
        s.x0 = x, s.y0 = y;
    }
    if (ImGui::IsItemActive() || ImGui::IsItemDeactivated()) {
        const auto [x, y] = in_sides();
        s.x1 = x, s.y1 = y;
    }
    constexpr double kClick = 0.02; // image sides: no drag
    if (ImGui::IsItemDeactivated() && std::hypot(s.x1 - s.x0, s.y1 - s.y0) < kClick) s.x0 = 0, s.x1 = 1, s.y1 = s.y0;
    const auto on_screen = [&](double x, double y) {
        const auto [px, py] = p.to_canvas(x * frame->image.width, y * frame->image.height);
        return ImVec2(at.x + static_cast<float>(px), at.y + static_cast<float>(py));
    };
    auto* draw = ImGui::GetWindowDrawList();
    const float width = std::max(1.0f, ImGui::GetFontSize() * 0.1f);
    for (const auto& [colour, extra] : {std::pair{IM_COL32(0, 0, 0, 200), 2.0f}, std::pair{IM_COL32_WHITE, 0.0f}})
        draw->AddLine(on_screen(s.x0, s.y0), on_screen(s.x1, s.y1), colour, width + extra);
}

void InstrumentsPanel::draw_scan(PanelContext& c) {
    c.ui.scan_on_screen = true;
    auto& it = c.ui.instruments.scan;
    const auto p = run_instrument<engine::ScanSettings>(
        c, it, [&] { options(it.settings); }, [&] { return scan_table(it.run); });
    const float em = ImGui::GetFontSize();
    const float thumb = std::min(ImGui::GetContentRegionAvail().y - em, em * 9);
    if (thumb > em * 3) {
        ImGui::BeginGroup();
        ImGui::TextDisabled("the line");
        tooltip("Where the picture is cut; drag on the picture to draw another line");
        draw_line_picker(c, thumb);
        ImGui::EndGroup();
        ImGui::SameLine();
    }
    ImGui::BeginGroup();
    draw_scans(c, p);
    ImGui::EndGroup();
}

void InstrumentsPanel::draw_scans(PanelContext& c, const Progress& p) {
    const auto& it = c.ui.instruments.scan;
    if (nothing_to_show(c, p)) return;
    const auto space = ImGui::GetContentRegionAvail();
    const float gap = ImGui::GetStyle().ItemSpacing.x;
    const ImVec2 size{space.x / 2 - gap, space.y - ImGui::GetTextLineHeightWithSpacing() - gap};
    if (size.x < ImGui::GetFontSize() * 3 || size.y < ImGui::GetFontSize() * 3) return;
    for (auto side : engine::kSides) {
        const auto r = it.run.result(side);
        ImGui::BeginGroup();
        side_heading(c, side);
        tooltip("Across: along the line of the picture. Down: over the motion. Detail that follows the content slants; "
                "what "
                "sticks to the screen draws straight streaks downwards.");
        if (r) {
            const auto from = ImGui::GetCursorScreenPos();
            const auto text = hover_text(it.run.settings, *r, from, size);
            picture(
                c, index(side), {r, {}}, [&] { return r->image; }, size.x, size.y, text.c_str());
        } else {
            ImGui::TextDisabled("%s", why_nothing(c, side).c_str());
            ImGui::Dummy({size.x, 0});
        }
        ImGui::EndGroup();
        if (side == Side::a) ImGui::SameLine();
    }
}

} // namespace unstuck::app
