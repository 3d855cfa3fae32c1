// The filter lab's presets.
#include "app/panels/filter_panel.hpp"
#include "app/widgets.hpp"
#include "core/model/edit_presets.hpp"

#include <imgui.h>

namespace unstuck::app {

namespace {

void preset_buttons(model::Edits& edits, const std::vector<model::LayerSampling>& layers) {
    for (const auto& preset : model::edit_presets(layers)) {
        ImGui::BeginDisabled(!preset.why_not.empty());
        if (ImGui::SmallButton(preset.name.c_str())) edits = preset.edits;
        ImGui::EndDisabled();
        tooltip(preset.why_not.empty() ? preset.what.c_str() : preset.why_not.c_str());
        ImGui::SameLine();
    }
}

} // namespace

void draw_filter_presets(PanelContext& c, const engine::ModelInfo& model) {
    const auto side = c.ui.filter.side;
    auto& edits = c.scene.edits[index(side)];
    preset_buttons(edits, model.sampling);
    const auto steps = model::aliasing_ladder(model.sampling);
    if (steps.empty()) {
        ImGui::NewLine();
        dim_text("The ladder takes back an alias-free network's measures; StyleGAN2 has none of them.");
        return;
    }
    draw_ladder(c, side, steps);
}

} // namespace unstuck::app
