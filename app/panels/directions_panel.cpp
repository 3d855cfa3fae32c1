// Directions of W as named sliders.
#include "app/panels/directions_plot.hpp"
#include "app/panels/panels.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"
#include "core/engine/latent_tools.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>
#include <misc/cpp/imgui_stdlib.h>

namespace unstuck::app {

using engine::LatentDirection;
using engine::Side;
using Kind = LatentDirection::Kind;

namespace {

/// Of the models that are open; at least 1.
int most(const PanelContext& c, int engine::ModelInfo::*field) {
    int out = 1;
    for (const auto& m : c.model)
        if (m) out = std::max(out, (*m).*field);
    return out;
}

/// The lowest index of that kind that no direction has yet.
int next_index(const std::vector<LatentDirection>& all, Kind kind) {
    for (int i = 0;; ++i)
        if (std::none_of(all.begin(), all.end(), [&](const auto& d) { return d.kind == kind && d.index == i; }))
            return i;
}

void add(PanelContext& c, Kind kind) {
    auto& all = c.scene.latent.directions;
    LatentDirection d;
    d.kind = kind;
    d.index = next_index(all, kind);
    all.push_back(d);
}

/// What is known of each side's principal components, or a button that finds them.
void components_line(PanelContext& c) {
    for (auto side : engine::kSides) {
        const auto& model = c.loaded[index(side)];
        const float letter = ImGui::CalcTextSize(side_name(side)).x + ImGui::GetStyle().ItemSpacing.x;
        same_line_if_fits(letter + button_width("Find components"), ImGui::GetFontSize());
        ImGui::PushStyleColor(ImGuiCol_Text, side_colour(side));
        ImGui::TextUnformatted(side_name(side));
        ImGui::PopStyleColor();
        ImGui::SameLine();
        if (!model) {
            dim_text("no model");
            continue;
        }
        if (engine::known_principal_components(model.get())) {
            dim_text("components known");
            tooltip(fmt::format("Principal components of the w of {} seeds", grouped(latent::kPcaSeeds)).c_str());
            continue;
        }
        const auto job = engine::principal_components_job(c.jobs, *model);
        if (!job.key.empty() && !job.over()) {
            dim_text(fmt::format("{:.0f} %", job.fraction * 100).c_str());
            tooltip("Finding the principal components in the background; pictures do without until then");
            continue;
        }
        ImGui::PushID(static_cast<int>(index(side)));
        if (ImGui::SmallButton("Find components")) c.ask(Command::Kind::find_directions, side);
        ImGui::PopID();
        tooltip(job.error.empty() ? "Find the principal components of this model's W, in the background"
                                  : ("That failed: " + job.error).c_str());
    }
}

void toolbar(PanelContext& c) {
    auto& all = c.scene.latent.directions;
    ImGui::BeginDisabled(all.size() >= engine::kMostDirections);
    if (ImGui::Button("+ Component")) add(c, Kind::pca);
    tooltip(
        "Add a principal component of W: where the w of many seeds vary most; steps in standard deviations (sigma)");
    ImGui::SameLine();
    if (ImGui::Button("+ Affine")) add(c, Kind::affine);
    tooltip("Add a direction by closed-form factorisation: what the style affines of its rows answer to most; steps in "
            "units of w");
    ImGui::EndDisabled();
    ImGui::SameLine();
    const bool moved = std::any_of(all.begin(), all.end(), [](const auto& d) { return d.amount != 0; });
    ImGui::BeginDisabled(!moved);
    if (ImGui::Button("All to 0"))
        for (auto& d : all) d.amount = 0;
    ImGui::EndDisabled();
    tooltip("Take all steps back; the directions stay");
    components_line(c);
}

void kind_cell(LatentDirection& d) {
    int kind = static_cast<int>(d.kind);
    ImGui::SetNextItemWidth(-1);
    if (ImGui::Combo("##kind", &kind, "component\0affine\0")) d.kind = static_cast<Kind>(kind);
    tooltip("A principal component of W, or a direction of the affine layers of its rows");
}

void rows_cell(LatentDirection& d, int rows) {
    int first = d.first, last = d.last < 0 ? rows - 1 : std::min(d.last, rows - 1);
    ImGui::SetNextItemWidth(-1);
    if (ImGui::DragIntRange2("##rows", &first, &last, 0.05f, 0, rows - 1, "%d", "to %d",
                             ImGuiSliderFlags_AlwaysClamp)) {
        d.first = first;
        d.last = first == 0 && last == rows - 1 ? -1 : last;
    }
    tooltip("Rows of w that move, both included: early rows are coarse, late ones fine");
}

void amount_cell(LatentDirection& d) {
    const bool pca = d.kind == Kind::pca;
    const double most = pca ? 5 : 20, least = -most;
    ImGui::SetNextItemWidth(-ImGui::GetFrameHeight() - ImGui::GetStyle().ItemSpacing.x);
    slide_number("##amount", d.amount, least, most, pca ? "%.2f sigma" : "%.2f");
    tooltip(pca ? "Step along it, in standard deviations of w (sigma); added after truncation"
                : "Step along it, in units of w; added after truncation");
    ImGui::SameLine();
    if (reset_button(d.amount != 0)) d.amount = 0;
}

/// False: it is to be removed.
bool direction_row(LatentDirection& d, int rows, int dims) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImGui::SetNextItemWidth(-1);
    const auto hint = fmt::format("{} {}", d.kind == Kind::pca ? "component" : "affine", d.index);
    ImGui::InputTextWithHint("##name", hint.c_str(), &d.name);
    tooltip("A name for what it does");
    ImGui::TableNextColumn();
    kind_cell(d);
    ImGui::TableNextColumn();
    ImGui::SetNextItemWidth(-1);
    ImGui::DragInt("##index", &d.index, 0.1f, 0, dims - 1, "%d", ImGuiSliderFlags_AlwaysClamp);
    tooltip("Which one, the strongest first: 0 to w_dim - 1");
    ImGui::TableNextColumn();
    rows_cell(d, rows);
    ImGui::TableNextColumn();
    amount_cell(d);
    ImGui::TableNextColumn();
    const bool keep = !ImGui::SmallButton("x");
    tooltip("Remove this direction");
    return keep;
}

void table(PanelContext& c) {
    auto& all = c.scene.latent.directions;
    constexpr auto flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_SizingStretchProp;
    if (!ImGui::BeginTable("directions", 6, flags)) return;
    const float em = ImGui::GetFontSize();
    ImGui::TableSetupColumn("name", ImGuiTableColumnFlags_WidthStretch, 1.2f);
    ImGui::TableSetupColumn("kind", ImGuiTableColumnFlags_WidthFixed, em * 6.5f);
    ImGui::TableSetupColumn("index", ImGuiTableColumnFlags_WidthFixed, em * 3);
    ImGui::TableSetupColumn("rows of w", ImGuiTableColumnFlags_WidthFixed, em * 7);
    ImGui::TableSetupColumn("step", ImGuiTableColumnFlags_WidthStretch, 2);
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, em * 1.4f);
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableHeadersRow();
    const int rows = most(c, &engine::ModelInfo::num_ws), dims = most(c, &engine::ModelInfo::w_dim);
    std::optional<std::size_t> gone;
    for (std::size_t i = 0; i < all.size(); ++i) {
        ImGui::PushID(static_cast<int>(i));
        if (!direction_row(all[i], rows, dims)) gone = i;
        ImGui::PopID();
    }
    ImGui::EndTable();
    if (gone) all.erase(all.begin() + static_cast<std::ptrdiff_t>(*gone));
}

} // namespace

void draw_directions_panel(PanelContext& c) {
    toolbar(c);
    const auto space = ImGui::GetContentRegionAvail();
    const float em = ImGui::GetFontSize();
    const float plot = space.x > em * 50 ? std::min(space.x * 0.4f, em * 30) : 0;
    ImGui::BeginChild("##directions", {space.x - plot - (plot > 0 ? em * 0.6f : 0), 0});
    if (c.scene.latent.directions.empty()) {
        ImGui::PushTextWrapPos(0);
        dim_text(
            "No directions yet. Add a principal component of W, or a direction that the layers answer to most, and "
            "drag its step: both pictures move along it, each by its own model.");
        ImGui::PopTextWrapPos();
    } else {
        table(c);
    }
    ImGui::EndChild();
    if (plot <= 0) return;
    ImGui::SameLine(0, em * 0.6f);
    draw_variance_plot(c, plot);
}

} // namespace unstuck::app
