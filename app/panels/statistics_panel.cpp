// Numbers of what is shown: a table per channel, a histogram, watched pixels.
#include "app/panels/panels.hpp"
#include "app/panels/statistics.hpp"
#include "app/panels/viewport_parts.hpp"
#include "app/plots.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <future>
#include <implot.h>

namespace unstuck::app {

using engine::kSides;
using engine::Side;

namespace {

constexpr int kBins = 128;

const engine::Image* image_of(const engine::FramePair& pair, Side side) {
    const auto& f = pair.frame[index(side)];
    return f && f->error.empty() && !f->layer.empty() ? &f->layer : nullptr;
}

/// From the least to the greatest number of both sides, so that both have the same bins.
std::array<double, 2> common_range(const Statistics& s, int channel) {
    double low = 1, high = -1;
    bool any = false;
    for (const auto& side : s.side)
        for (int i = 0; side && i < static_cast<int>(side->channels.size()); ++i) {
            const auto& channel_of = side->channels[static_cast<std::size_t>(i)];
            if ((channel >= 0 && i != channel) || channel_of.finite == 0) continue;
            low = any ? std::min(low, channel_of.min) : channel_of.min;
            high = any ? std::max(high, channel_of.max) : channel_of.max;
            any = true;
        }
    if (!any) return {-1, 1};
    if (high <= low) return {low - 0.5, low + 0.5};
    return {low, high};
}

std::string channel_name(const SideStatistics& s, std::size_t i) {
    constexpr std::array kColours = {"red", "green", "blue"};
    if (s.layer == "output" && s.channels.size() == 3) return kColours[i];
    return fmt::format("channel {}", s.base_channel + static_cast<int>(i));
}

Table summary_table(const Statistics& s) {
    Table t{{"side", "layer", "channel", "mean", "std", "min", "max", "NaN", "infinite", "pixels"}, {}};
    for (auto side : kSides) {
        const auto& of = s.side[index(side)];
        for (std::size_t i = 0; of && i < of->channels.size(); ++i) {
            const auto& c = of->channels[i];
            t.rows.push_back({side_name(side), of->layer, channel_name(*of, i), csv_number(c.mean),
                              csv_number(c.stddev), csv_number(c.min), csv_number(c.max), std::to_string(c.nan),
                              std::to_string(c.infinite), std::to_string(c.finite + c.nan + c.infinite)});
        }
    }
    return t;
}

void right_aligned(const std::string& text) {
    const float room = ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(text.c_str()).x;
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(room, 0.0f));
    ImGui::TextUnformatted(text.c_str());
}

void draw_table(const Statistics& s) {
    if (!ImGui::BeginTable("summaries", 7, ImGuiTableFlags_RowBg | ImGuiTableFlags_SizingStretchSame)) return;
    constexpr std::pair<const char*, const char*> kColumns[] = {
        {"", "The side, and which of its channels"},
        {"mean", "Mean of the finite numbers; -1 is black and 1 white"},
        {"std", "Their standard deviation, of the population"},
        {"min", "The least finite number"},
        {"max", "The greatest finite number"},
        {"NaN", "Numbers that are none"},
        {"Inf", "Infinite numbers"},
    };
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, ImGui::GetFontSize() * 6.5f);
    for (int i = 1; i < 7; ++i) ImGui::TableSetupColumn(kColumns[i].first);
    ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
    for (const auto& [name, tip] : kColumns) {
        ImGui::TableNextColumn();
        ImGui::PushStyleColor(ImGuiCol_Text, dim_colour());
        right_aligned(name);
        ImGui::PopStyleColor();
        tooltip(tip);
    }
    for (auto side : kSides) {
        const auto& of = s.side[index(side)];
        for (std::size_t i = 0; of && i < of->channels.size(); ++i) {
            const auto& n = of->channels[i];
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            ImGui::TextColored(side_colour(side), "%s %s", side_name(side), channel_name(*of, i).c_str());
            for (const double v : {n.mean, n.stddev, n.min, n.max}) {
                ImGui::TableNextColumn();
                right_aligned(n.finite ? fmt::format("{:.4f}", v) : "-");
            }
            for (const auto count : {n.nan, n.infinite}) {
                ImGui::TableNextColumn();
                right_aligned(grouped(count));
            }
        }
    }
    ImGui::EndTable();
}

void draw_histogram(const Statistics& s, bool logarithmic, ImVec2 size) {
    if (!ImPlot::BeginPlot("##histogram", size, ImPlotFlags_NoMenus | ImPlotFlags_NoBoxSelect)) return;
    ImPlot::SetupAxes("value (-1 black, 1 white)", "% of pixels", 0, ImPlotAxisFlags_AutoFit);
    if (logarithmic) ImPlot::SetupAxisScale(ImAxis_Y1, ImPlotScale_Log10);
    for (const auto& of : s.side)
        if (of) ImPlot::SetupAxisLimits(ImAxis_X1, of->histogram.low, of->histogram.high, ImPlotCond_Always);
    ImPlot::SetupLegend(ImPlotLocation_NorthEast);
    const float scale = ImGui::GetStyle().FontScaleDpi;
    for (auto side : kSides) {
        const auto& of = s.side[index(side)];
        if (!of) continue;
        const auto& h = of->histogram;
        double all = 0;
        for (const auto count : h.counts) all += static_cast<double>(count);
        std::vector<double> x, y;
        for (std::size_t i = 0; i < h.counts.size(); ++i) {
            x.push_back(h.low +
                        (h.high - h.low) * (static_cast<double>(i) + 0.5) / static_cast<double>(h.counts.size()));
            const double share = all > 0 ? 100 * static_cast<double>(h.counts[i]) / all : 0;
            y.push_back(logarithmic && share == 0 ? NAN : share); // none is beyond any axis
        }
        ImPlot::PlotLine(side_name(side), x.data(), y.data(), static_cast<int>(x.size()), line_spec(side, 1, scale));
    }
    if (ImPlot::IsPlotHovered()) {
        const auto at = ImPlot::GetPlotMousePos();
        ImGui::SetTooltip("value %.3f, %.3f %% of the pixels in a bin", at.x, at.y);
    }
    ImPlot::EndPlot();
}

void choose_channel(StatisticsState& state, const Statistics& s) {
    const auto* of = s.side[0] ? &*s.side[0] : s.side[1] ? &*s.side[1] : nullptr;
    const std::string shown = !of || state.channel < 0 || state.channel >= static_cast<int>(of->channels.size())
                                  ? "all channels"
                                  : channel_name(*of, static_cast<std::size_t>(state.channel));
    ImGui::SetNextItemWidth(ImGui::GetFontSize() * 8);
    if (ImGui::BeginCombo("##channel", shown.c_str())) {
        if (ImGui::Selectable("all channels", state.channel < 0)) state.channel = -1;
        for (std::size_t i = 0; of && i < of->channels.size(); ++i)
            if (ImGui::Selectable(channel_name(*of, i).c_str(), state.channel == static_cast<int>(i)))
                state.channel = static_cast<int>(i);
        ImGui::EndCombo();
    } else {
        tooltip("Which channel the histogram counts");
    }
}

/// Of what: the whole picture or a rectangle, in its own pixels.
std::string subject(const Statistics& s, bool selected) {
    std::string text = selected ? "selection" : "whole picture";
    for (auto side : kSides)
        if (const auto& of = s.side[index(side)])
            text += selected ? fmt::format(", {}: {} x {} from ({}, {})", side_name(side), of->rect.width,
                                           of->rect.height, of->rect.x, of->rect.y)
                             : fmt::format(", {}: {} x {}", side_name(side), of->rect.width, of->rect.height);
    return text;
}

void draw_watched(PanelContext& c) {
    if (c.ui.watched.empty()) return;
    heading("Watched pixels");
    int number = 0;
    for (const auto& [x, y] : c.ui.watched) {
        ImGui::Text("%d", ++number);
        for (auto side : kSides) {
            const auto* image = c.pair ? image_of(*c.pair, side) : nullptr;
            if (!image || !readable(*image)) continue;
            const double samples = samples_per_side(c, side, *image);
            const int px = static_cast<int>(std::floor(image->width * 0.5 + x * samples));
            const int py = static_cast<int>(std::floor(image->height * 0.5 + y * samples));
            if (px < 0 || py < 0 || px >= image->width || py >= image->height) continue;
            auto text = fmt::format("{} ({}, {})", side_name(side), px, py);
            for (int i = 0; i < image->channels; ++i) text += fmt::format(" {:+.4f}", image->at(i, px, py));
            ImGui::SameLine();
            ImGui::TextColored(side_colour(side), "%s", text.c_str());
        }
    }
}

} // namespace

Statistics count_statistics(const StatisticsKey& key) {
    Statistics s;
    try {
        for (auto side : kSides) {
            const auto* image = image_of(*key.pair, side);
            if (!image) continue;
            const auto& f = *key.pair->frame[index(side)];
            SideStatistics of{f.layer_name, f.base_channel, {0, 0, image->width, image->height}, {}, {}};
            if (const auto& r = key.selection)
                of.rect = engine::touched_pixels(*image, key.samples[index(side)], r->x0, r->y0, r->x1, r->y1);
            of.channels = engine::channel_summaries(*image, of.rect);
            s.side[index(side)] = std::move(of);
        }
        for (auto side : kSides) {
            auto& of = s.side[index(side)];
            if (!of) continue;
            const int channel = key.channel < static_cast<int>(of->channels.size()) ? key.channel : -1;
            const auto [low, high] = common_range(s, channel);
            of->histogram = engine::histogram(*image_of(*key.pair, side), of->rect, channel, low, high, kBins);
        }
    } catch (const std::exception& e) {
        s.error = e.what();
    }
    return s;
}

struct StatisticsPanel::Counting {
    StatisticsKey key, wanted;
    std::future<Statistics> future;
    std::optional<Statistics> latest;

    void poll(PanelContext& c) {
        if (future.valid() && future.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
            latest = future.get();
            key = wanted;
        }
        StatisticsKey now{c.pair, {}, c.ui.selection, c.ui.statistics.channel};
        for (auto side : kSides)
            if (const auto* image = image_of(*c.pair, side))
                now.samples[index(side)] = samples_per_side(c, side, *image);
        if (!future.valid() && (!latest || now != key)) {
            wanted = now;
            future = std::async(std::launch::async, [now] { return count_statistics(now); });
        }
        if (future.valid()) c.ui.picture_waits = true; // draw another frame soon
    }
};

StatisticsPanel::StatisticsPanel() : counting_(std::make_unique<Counting>()) {}
StatisticsPanel::~StatisticsPanel() = default;

const Statistics* StatisticsPanel::latest() const { return counting_->latest ? &*counting_->latest : nullptr; }

void StatisticsPanel::draw(PanelContext& c) {
    if (!c.pair || (!image_of(*c.pair, Side::a) && !image_of(*c.pair, Side::b))) {
        dim_text("Open a model to count its numbers.");
        return;
    }
    counting_->poll(c);
    if (!counting_->latest) return; // a moment
    const auto& s = *counting_->latest;
    if (!s.error.empty()) {
        ImGui::TextColored(error_colour(), "%s", s.error.c_str());
        return;
    }
    choose_channel(c.ui.statistics, s);
    ImGui::SameLine();
    ImGui::Checkbox("log", &c.ui.statistics.logarithmic);
    tooltip("A logarithmic axis of shares, which shows rare values");
    ImGui::SameLine();
    copy_csv_button(s.side[0] || s.side[1], [&] { return summary_table(s); });
    ImGui::SameLine();
    if (c.ui.selection) {
        if (ImGui::SmallButton("Whole picture")) c.ui.selection.reset();
        tooltip("Select all pixels again");
        ImGui::SameLine();
    }
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("%s", subject(s, c.ui.selection.has_value()).c_str());
    if (!c.ui.selection) tooltip("Select a rectangle with the Select tool (M)");
    const auto space = ImGui::GetContentRegionAvail();
    const float em = ImGui::GetFontSize(), table = std::min(em * 33, std::max(em * 29, space.x * 0.55f));
    if (ImGui::BeginChild("table", {table, space.y})) {
        draw_table(s);
        draw_watched(c);
    }
    ImGui::EndChild();
    ImGui::SameLine();
    const float width = ImGui::GetContentRegionAvail().x;
    if (width > em * 6) draw_histogram(s, c.ui.statistics.logarithmic, {width, space.y});
}

} // namespace unstuck::app
