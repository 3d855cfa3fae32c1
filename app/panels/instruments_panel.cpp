#include "app/panels/instruments_panel.hpp"

#include "app/panels/instrument_parts.hpp"

namespace unstuck::app {

const std::array<InstrumentEntry, 9> kInstruments = {{
    {"Equivariance", "EQ-T, EQ-T by fractions and EQ-R of this latent, with intervals, and the pictures of a sample"},
    {"Sticking", "Whether detail follows the content or belongs to the screen"},
    {"Layers", "Which layer breaks equivariance, and how much each one aliases"},
    {"Translation map", "Equivariance of every translation up to 1/8 of the image"},
    {"Rotation map", "Equivariance of every angle"},
    {"Average", "The mean of many pictures around this latent: what sticks to the screen stays sharp"},
    {"Slit-scan", "One line of the picture, stacked over a motion: what sticks draws straight streaks"},
    {"Pose", "How the alias-free network turns and moves this latent before anything else; and holding it still"},
    {"Numbers", "NaN, infinities and values that were cut off, layer by layer"},
}};

InstrumentsPanel::InstrumentsPanel() : pass_(kPictureShader) {}

GLuint InstrumentsPanel::texture(PanelContext& c, std::size_t slot, const PictureKey& key,
                                 const std::function<engine::Image()>& make, float width, float height) {
    const AddTime timer(c.ui.drawing_ms);
    const float density = ImGui::GetIO().DisplayFramebufferScale.x;
    return views_[slot].draw(pass_, key, make, static_cast<int>(width * density), static_cast<int>(height * density));
}

void InstrumentsPanel::picture(PanelContext& c, std::size_t slot, const PictureKey& key,
                               const std::function<engine::Image()>& make, float width, float height, const char* tip) {
    const auto id = texture(c, slot, key, make, width, height);
    if (id)
        ImGui::Image(static_cast<ImTextureID>(id), {width, height});
    else
        ImGui::Dummy({width, height});
    tooltip(tip);
}

void InstrumentsPanel::draw(PanelContext& c) {
    auto& shown = c.ui.instruments.shown;
    const float em = ImGui::GetFontSize();
    if (ImGui::BeginChild("list", {em * 8.4f, 0})) {
        for (std::size_t i = 0; i < kInstruments.size(); ++i) {
            if (ImGui::Selectable(kInstruments[i].name, shown == i)) shown = i;
            tooltip(kInstruments[i].tip);
        }
    }
    ImGui::EndChild();
    ImGui::SameLine();
    if (ImGui::BeginChild("instrument", {0, 0})) {
        using Draw = void (InstrumentsPanel::*)(PanelContext&);
        constexpr std::array<Draw, kInstruments.size()> draw = {
            &InstrumentsPanel::draw_equivariance, &InstrumentsPanel::draw_sticking, &InstrumentsPanel::draw_layers,
            &InstrumentsPanel::draw_map,          &InstrumentsPanel::draw_angles,   &InstrumentsPanel::draw_average,
            &InstrumentsPanel::draw_scan,         &InstrumentsPanel::draw_pose,     &InstrumentsPanel::draw_guard,
        };
        ImGui::PushID(static_cast<int>(shown));
        (this->*draw[shown])(c);
        ImGui::PopID();
    }
    ImGui::EndChild();
}

} // namespace unstuck::app
