#include "app/panels/panels.hpp"
#include "app/settings.hpp"
#include "app/system_rows.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>
#include <numeric>

namespace unstuck::app {

using engine::Side;

namespace {

void history(const char* label, const char* tip, const std::vector<float>& ms) {
    if (ms.empty()) return;
    const float mean = std::accumulate(ms.begin(), ms.end(), 0.0f) / static_cast<float>(ms.size());
    const auto text = fmt::format("{:.1f} ms", mean);
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(label);
    tooltip(tip);
    ImGui::SameLine(ImGui::GetFontSize() * 5.4f);
    ImGui::PlotLines(fmt::format("##{}", label).c_str(), ms.data(), static_cast<int>(ms.size()), 0, text.c_str(), 0,
                     *std::max_element(ms.begin(), ms.end()) * 1.2f,
                     {ImGui::GetContentRegionAvail().x, ImGui::GetFrameHeight() * 1.6f});
}

/// How far the frame is from doing every convolution directly, at the rate of this machine's matrix products.
void floor_line(PanelContext& c, Side side, const engine::Frame& f) {
    const auto& rate = c.gemm_rate[engine::index(side)];
    if (rate) {
        const bool whole = f.layers_run == static_cast<int>(f.times.size());
        const auto text =
            fmt::format("floor {:.1f} ms at {:.0f} GFLOP/s{}", rate->floor_ms, rate->gflops,
                        whole ? fmt::format("; this frame {:.2f}x", f.synthesis_ms / rate->floor_ms) : "");
        ImGui::TextUnformatted(text.c_str());
    } else {
        ImGui::TextDisabled("floor not measured");
    }
    tooltip(
        "The time that all convolutions would take if done directly, as matrix products of these shapes at the rate "
        "measured on this machine");
    ImGui::SameLine();
    ImGui::BeginDisabled(c.measuring[engine::index(side)]);
    if (ImGui::SmallButton(c.measuring[engine::index(side)] ? "Measuring" : "Measure"))
        c.ask(Command::Kind::measure_gemm_rate, side);
    ImGui::EndDisabled();
    tooltip("Multiply matrices of this model's shapes once nothing is left to render");
}

void time_cell(double ms) {
    ImGui::TableNextColumn();
    if (ms > 0)
        ImGui::Text("%.2f", ms);
    else
        ImGui::TextDisabled("-");
}

/// NaN and infinities, else what was cut off.
void guard_cell(const engine::LayerTime& t) {
    ImGui::TableNextColumn();
    if (t.not_finite > 0)
        ImGui::TextColored(error_colour(), "%s NaN", grouped(t.not_finite).c_str());
    else if (t.clamped > 0)
        ImGui::TextColored(warning_colour(), "%s cut", grouped(t.clamped).c_str());
    else
        ImGui::TextDisabled("-");
    tooltip(fmt::format("{}: {} values are NaN or infinite, {} were cut off at the network's own limit", t.name,
                        grouped(t.not_finite), grouped(t.clamped))
                .c_str());
}

void layer_row(const engine::LayerTime& t, double conv_flop, double longest, Side side, bool guard) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(t.name.c_str());
    ImGui::TableNextColumn();
    if (t.cached)
        ImGui::TextDisabled("cached");
    else
        ImGui::Text("%.2f", t.ms);
    time_cell(t.conv_ms);
    time_cell(t.filter_ms);
    ImGui::TableNextColumn();
    if (t.conv_ms > 0 && conv_flop > 0)
        ImGui::Text("%.0f", conv_flop / t.conv_ms / 1e6);
    else
        ImGui::TextDisabled("-");
    if (guard) guard_cell(t);
    ImGui::TableNextColumn();
    const auto at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, height = ImGui::GetTextLineHeight();
    const auto bar = [&](double from, double to, ImU32 colour) {
        ImGui::GetWindowDrawList()->AddRectFilled({at.x + width * static_cast<float>(from / longest), at.y + 2},
                                                  {at.x + width * static_cast<float>(to / longest), at.y + height - 2},
                                                  colour);
    };
    const auto faded = [&](float alpha) {
        auto colour = side_colour(side);
        colour.w *= alpha;
        return ImGui::GetColorU32(colour);
    };
    // The convolution in full colour, the filters lighter, the rest fainter still.
    bar(0, t.ms, faded(0.3f));
    bar(0, t.conv_ms + t.filter_ms, faded(0.6f));
    bar(0, t.conv_ms, faded(1));
}

void layer_times(PanelContext& c, Side side) {
    const auto* f = c.frame(side);
    ImGui::TextColored(side_colour(side), "%s", side_name(side));
    ImGui::SameLine();
    if (!f) {
        ImGui::TextDisabled("no model");
        return;
    }
    ImGui::Text("%.1f ms, %d of %d layers run", f->total_ms, f->layers_run, static_cast<int>(f->times.size()));
    tooltip(fmt::format("mapping {:.2f} ms, layers {:.2f} ms, spectrum {:.2f} ms", f->mapping_ms, f->synthesis_ms,
                        f->spectrum_ms)
                .c_str());
    if (f->by_graph) {
        dim_text("Replayed as one CUDA graph: the layers' times come with the next picture.");
        return;
    }
    floor_line(c, side, *f);
    double longest = 1e-3;
    for (const auto& t : f->times) longest = std::max(longest, t.ms);
    const bool guard =
        std::any_of(f->times.begin(), f->times.end(), [](const auto& t) { return t.not_finite > 0 || t.clamped > 0; });
    constexpr auto flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_RowBg;
    if (!ImGui::BeginTable(side_name(side), guard ? 7 : 6, flags, {0, ImGui::GetContentRegionAvail().y})) return;
    ImGui::TableSetupScrollFreeze(0, 1);
    for (const auto* name : {"layer", "ms", "conv", "filter", "GFLOP/s"}) ImGui::TableSetupColumn(name);
    if (guard) ImGui::TableSetupColumn("guard");
    ImGui::TableSetupColumn("##bar", ImGuiTableColumnFlags_WidthStretch);
    ImGui::TableHeadersRow();
    const auto& info = c.pair->model[engine::index(side)];
    for (std::size_t i = 0; i < f->times.size(); ++i)
        layer_row(f->times[i], info && i < info->layers.size() ? info->layers[i].conv_flop : 0, longest, side, guard);
    ImGui::EndTable();
}

/// What each model may keep of its layers, and what it does keep.
void cache_line(PanelContext& c) {
    int megabytes = c.settings.cache_mb;
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted("cache");
    tooltip(
        "Layer activations kept per model, so that a change at one layer runs only those after it. What does not fit "
        "runs again when it is needed.");
    ImGui::SameLine(ImGui::GetFontSize() * 5.4f);
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    if (ImGui::DragInt("##cache_mb", &megabytes, 16, kLeastCacheMb, kMostCacheMb, "at most %d MB",
                       ImGuiSliderFlags_AlwaysClamp | ImGuiSliderFlags_Logarithmic))
        c.ask(Command::Kind::set_cache_budget, Side::a, std::to_string(megabytes));
    std::string used;
    for (auto side : engine::kSides)
        if (const auto* f = c.frame(side))
            used += fmt::format("{}{} {:.0f} MB of {:.0f}", used.empty() ? "" : "; ", side_name(side),
                                static_cast<double>(f->cache_bytes) / 1e6, static_cast<double>(f->memory_bytes) / 1e6);
    dim_text(used.c_str());
    tooltip("Activations kept, of all the memory that the model holds for activations and scratch");
}

void begin_choice(const char* label, const char* tip) {
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(label);
    tooltip(tip);
    ImGui::SameLine(ImGui::GetFontSize() * 5.4f);
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
}

/// An item that, where it cannot be chosen, says why.
bool choice_item(const std::string& text, bool chosen, const std::string& why_not) {
    ImGui::BeginDisabled(!why_not.empty());
    const bool pressed = ImGui::Selectable(text.c_str(), chosen);
    ImGui::EndDisabled();
    tooltip(why_not.c_str());
    return pressed;
}

void device_line(PanelContext& c) {
    using Kind = engine::DeviceChoice::Kind;
    constexpr auto tip = "What runs the networks: by itself the first GPU that can, else the CPU";
    begin_choice("compute on", tip);
    const auto& s = c.system;
    const auto automatic = "auto: " + computing_name(s);
    const auto name = [](const engine::GpuDevice& gpu) { return fmt::format("cuda:{} {}", gpu.index, gpu.name); };
    std::string now = c.device.kind == Kind::automatic ? automatic : engine::device_text(c.device);
    for (const auto& gpu : s.gpus)
        if (c.device.kind == Kind::cuda && gpu.index == c.device.index) now = name(gpu);
    const bool open = ImGui::BeginCombo("##device", now.c_str());
    if (!open) {
        tooltip(tip);
        return;
    }
    const auto ask = [&](const std::string& device) { c.ask(Command::Kind::set_device, Side::a, device); };
    if (choice_item(c.device.kind == Kind::automatic ? automatic : "auto", c.device.kind == Kind::automatic, {}))
        ask("auto");
    if (choice_item("cpu", c.device.kind == Kind::cpu, {})) ask("cpu");
    for (const auto& gpu : s.gpus)
        if (choice_item(name(gpu), c.device.kind == Kind::cuda && c.device.index == gpu.index, gpu.why_not))
            ask(fmt::format("cuda:{}", gpu.index));
    if (s.gpus.empty()) choice_item("cuda", false, s.cuda_status);
    ImGui::EndCombo();
}

void precision_line(PanelContext& c) {
    using model::Precision;
    const bool on_gpu = c.system.gpu() != nullptr;
    const char* tip = on_gpu
                          ? "The numbers that layers compute in. As marked: float16 in the layers that the model marks"
                          : "The CPU always computes float32";
    begin_choice("precision", tip);
    ImGui::BeginDisabled(!on_gpu);
    const auto now = on_gpu ? engine::precision_text(c.device.precision) : "float32";
    const bool open = ImGui::BeginCombo("##precision", now.c_str());
    ImGui::EndDisabled();
    if (!open) {
        tooltip(tip);
        return;
    }
    for (auto p : {Precision::as_marked, Precision::float32, Precision::float16})
        if (ImGui::Selectable(engine::precision_text(p).c_str(), p == c.device.precision))
            c.ask(Command::Kind::set_precision, Side::a, engine::precision_text(p));
    ImGui::EndCombo();
}

} // namespace

void draw_performance_panel(PanelContext& c) {
    c.ui.layer_times = true;
    const auto space = ImGui::GetContentRegionAvail();
    const float left = ImGui::GetFontSize() * 15, least = ImGui::GetFontSize() * 21;
    ImGui::BeginChild("history", {left, space.y});
    history("interface", "Time that the interface itself takes to build a frame", c.ui.ui_ms);
    history("drawing", "Uploading pictures and spectra and drawing them by shaders", c.ui.drawing_history);
    history("pictures", "Time for a pair of pictures, both models and their spectra", c.ui.pair_ms);
    device_line(c);
    precision_line(c);
    cache_line(c);
    ImGui::EndChild();
    const float gap = ImGui::GetStyle().ItemSpacing.x, each = (space.x - left) / 2 - 2 * gap;
    const auto times = [&](Side side, float width) {
        ImGui::BeginChild(side == Side::a ? "timesA" : "timesB", {width, 0});
        layer_times(c, side);
        ImGui::EndChild();
    };
    if (each >= least) {
        for (auto side : engine::kSides) {
            ImGui::SameLine();
            times(side, each);
        }
        return;
    }
    // Not enough room for both side by side.
    ImGui::SameLine();
    ImGui::BeginChild("times", {space.x - left - gap, space.y});
    if (ImGui::BeginTabBar("sides")) {
        for (auto side : engine::kSides) {
            if (!ImGui::BeginTabItem(side_name(side))) continue;
            times(side, 0);
            ImGui::EndTabItem();
        }
        ImGui::EndTabBar();
    }
    ImGui::EndChild();
}

void draw_log_panel(PanelContext& c) {
    if (ImGui::SmallButton("Copy all")) {
        std::string all;
        for (const auto& line : c.ui.log) all += fmt::format("{:9.2f} {}\n", line.seconds, line.text);
        ImGui::SetClipboardText(all.c_str());
    }
    ImGui::SameLine();
    if (ImGui::SmallButton("Clear")) c.ui.log.clear();
    ImGui::BeginChild("lines");
    for (const auto& line : c.ui.log) {
        ImGui::TextDisabled("%9.2f s", line.seconds);
        ImGui::SameLine();
        if (line.error) ImGui::PushStyleColor(ImGuiCol_Text, error_colour());
        ImGui::TextWrapped("%s", line.text.c_str());
        if (line.error) ImGui::PopStyleColor();
    }
    if (c.ui.log.empty()) dim_text("Nothing has happened yet.");
    if (ImGui::GetScrollY() >= ImGui::GetScrollMaxY()) ImGui::SetScrollHereY(1);
    ImGui::EndChild();
}

} // namespace unstuck::app
