#include "app/application.hpp"
#include "app/panels/layouts.hpp"

#include <algorithm>
#include <imgui.h>
#include <utility>

namespace unstuck::app {

using engine::Side;

void Application::step_layer(int by) {
    for (auto side : engine::kSides) {
        const auto m = engine_.model(side);
        if (!m) continue;
        auto& name = scene_.layer.name[index(side)];
        const int count = static_cast<int>(m->layers.size());
        int at = count - 1;
        for (int i = 0; i < count; ++i)
            if (m->layers[static_cast<std::size_t>(i)].name == name) at = i;
        name = m->layers[static_cast<std::size_t>(std::clamp(at + by, 0, count - 1))].name;
    }
}

void Application::show_instrument(const char* name) {
    for (std::size_t i = 0; i < kInstruments.size(); ++i)
        if (std::string_view(kInstruments[i].name) == name) ui_.instruments.shown = i;
    ui_.show_bottom = true;
    ui_.bring_to_front = "Instruments";
}

void Application::handle_keys(PanelContext& c) {
    const auto& io = ImGui::GetIO();
    auto& spectra = ui_.instruments.spectra;
    const bool enlarged = std::exchange(spectra.enlarged_on_screen, false);
    if (ImGui::IsKeyPressed(ImGuiKey_Escape, false) && ui_.drag.active) {
        scene_.latent = ui_.drag.latent;
        scene_.transform = ui_.drag.transform;
        scene_.view = ui_.drag.view;
        ui_.drag.active = false;
        return;
    }
    if (io.WantTextInput || ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) return;
    if (enlarged && ImGui::IsKeyPressed(ImGuiKey_Escape, false))
        spectra.enlarged.reset();
    else if (ImGui::IsKeyPressed(ImGuiKey_Escape, false)) {
        bool loading = false;
        for (auto side : engine::kSides)
            if (c.load[index(side)].loading) {
                loading = true;
                c.ask(Command::Kind::cancel_load, side);
            }
        if (!loading) c.jobs.cancel_all();
    }
    const auto pressed = [](ImGuiKey key, bool repeat = false) { return ImGui::IsKeyPressed(key, repeat); };
    auto& view = scene_.view;
    if (io.KeyCtrl) {
        if (pressed(ImGuiKey_O)) c.ask(Command::Kind::open_dialog, io.KeyShift ? Side::b : Side::a);
        if (pressed(ImGuiKey_P) && !io.KeyShift) c.ask(Command::Kind::save_window);
        if (pressed(ImGuiKey_R)) c.ask(Command::Kind::record_film);
        if (pressed(ImGuiKey_Q)) c.ask(Command::Kind::quit);
        if (pressed(ImGuiKey_0)) view.zoom = 1;
        return;
    }
    if (io.KeyAlt) return;
    if (pressed(ImGuiKey_L)) ui_.tool = Tool::latent;
    if (pressed(ImGuiKey_T)) ui_.tool = Tool::translate;
    if (pressed(ImGuiKey_R)) ui_.tool = Tool::rotate;
    if (pressed(ImGuiKey_Space)) scene_.playing = !scene_.playing;
    for (const auto& choice : kLayoutChoices)
        if (pressed(choice.key)) view.layout = choice.layout;
    if (pressed(ImGuiKey_4)) scene_.transform.untransform = !scene_.transform.untransform;
    if (pressed(ImGuiKey_5)) show_instrument("Slit-scan");
    if (pressed(ImGuiKey_6)) show_instrument("Average");
    if (pressed(ImGuiKey_F)) view.zoom = view.pan_x = view.pan_y = 0;
    if (pressed(ImGuiKey_E, true)) view.exposure += io.KeyShift ? -0.5 : 0.5;
    if (pressed(ImGuiKey_N)) scene_.layer.normalize = !scene_.layer.normalize;
    if (pressed(ImGuiKey_Comma, true)) step_layer(-1);
    if (pressed(ImGuiKey_Period, true)) step_layer(1);
    if (pressed(ImGuiKey_LeftBracket, true))
        scene_.layer.base_channel = std::max(0, scene_.layer.base_channel - scene_.layer.channels);
    if (pressed(ImGuiKey_RightBracket, true)) {
        const int last = std::max(c.most_channels() - scene_.layer.channels, 0);
        scene_.layer.base_channel = std::clamp(scene_.layer.base_channel + scene_.layer.channels, 0, last);
    }
    if (pressed(ImGuiKey_Home)) scene_.transform = defaults_.transform;
    if (pressed(ImGuiKey_P)) c.ask(Command::Kind::save_picture);
    if (pressed(ImGuiKey_F1)) ui_.show_help = !ui_.show_help;
    if (pressed(ImGuiKey_F11)) ui_.full_screen = !ui_.full_screen;
    if (pressed(ImGuiKey_Tab)) ui_.show_left = ui_.show_bottom = !(ui_.show_left || ui_.show_bottom);
}

} // namespace unstuck::app
