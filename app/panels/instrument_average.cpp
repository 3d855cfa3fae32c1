// The mean picture over a small neighbourhood in W, and where pictures differ.
#include "app/panels/instrument_parts.hpp"
#include "app/panels/instruments_panel.hpp"

#include <algorithm>

namespace unstuck::app {

using engine::Side;

namespace {

void options(engine::AverageSettings& s) {
    const engine::AverageSettings d;
    int seed = static_cast<int>(s.seed);
    int_row("pictures", "How many pictures of the neighbourhood are averaged (N)", s.count, 1, 1024, d.count);
    slider_row(
        "sigma",
        "How wide the neighbourhood is: w + sigma (f(z) - w_avg) on all rows, z Gaussian. A neighbourhood in W, with "
        "W's own shape; at 1 it is as wide as all of W",
        s.sigma, 0, 1, d.sigma, "%.3f");
    if (int_row("seed", "The first of the seeds whose w are added", seed, 0, 1000000, static_cast<int>(d.seed)))
        s.seed = static_cast<std::uint32_t>(seed);
}

Table average_table(const engine::Run<engine::AverageSettings>& run) {
    Table t{{"side", "pictures", "detail left", "largest deviation"}, {}};
    for (auto side : engine::kSides)
        if (const auto r = run.result(side))
            t.rows.push_back({side_name(side), std::to_string(r->count), csv_number(r->detail_left),
                              csv_number(r->largest_deviation)});
    return t;
}

void numbers(const PanelContext& c, Side side, const engine::AverageResult& r) {
    side_heading(c, side);
    ImGui::SameLine();
    ImGui::TextDisabled("n = %d", r.count);
    tooltip("Pictures averaged so far");
    ImGui::Text("detail left %.0f %%", r.detail_left * 100);
    tooltip("Power of the mean's detail (above 1/8 of the bandlimit) over the mean power of the pictures' detail: what "
            "sticks to the screen survives averaging, what follows the content blurs away. N unrelated pictures leave "
            "1/N.");
}

} // namespace

void InstrumentsPanel::draw_average(PanelContext& c) {
    auto& it = c.ui.instruments.average;
    const auto p = run_instrument<engine::AverageSettings>(
        c, it, [&] { options(it.settings); }, [&] { return average_table(it.run); });
    if (nothing_to_show(c, p)) return;
    double largest = 1e-6;
    for (auto side : engine::kSides)
        if (const auto r = it.run.result(side)) largest = std::max(largest, r->largest_deviation);
    const auto space = ImGui::GetContentRegionAvail();
    const float gap = ImGui::GetStyle().ItemSpacing.x;
    const float size = std::min(space.x / 4 - gap, space.y - 3 * ImGui::GetTextLineHeightWithSpacing());
    if (size < ImGui::GetFontSize() * 2) return;
    for (auto side : engine::kSides) {
        const auto r = it.run.result(side);
        ImGui::BeginGroup();
        if (!r) {
            side_heading(c, side);
            ImGui::TextDisabled("%s", why_nothing(c, side).c_str());
            ImGui::Dummy({2 * size + gap, 0});
        } else {
            numbers(c, side, *r);
            picture(
                c, index(side) * 2, {r, {0}}, [&] { return r->mean; }, size, size,
                "Mean of the pictures: detail that is sharp here sticks to the screen");
            ImGui::SameLine();
            picture(
                c, index(side) * 2 + 1, {r, {1, largest}},
                [&] {
                    return viridis_image(r->deviation.host_pixels(), r->deviation.width, r->deviation.height, 0,
                                         largest);
                },
                size, size,
                fmt::format("Standard deviation of each pixel, root mean square over channels: 0 (dark) to {:.3f} "
                            "(bright), where pictures reach from -1 to 1",
                            largest)
                    .c_str());
        }
        ImGui::EndGroup();
        ImGui::SameLine();
    }
    ImGui::NewLine();
    ImGui::TextDisabled("mean | standard deviation 0 to %.3f", largest);
}

} // namespace unstuck::app
