#include "app/application.hpp"

#include <imgui.h>

namespace unstuck::app {

/// Esc during a drag goes back to what was before it, and means nothing else.
bool Application::take_drag_back() {
    if (!ui_.drag.active || !ImGui::IsKeyPressed(ImGuiKey_Escape, false)) return false;
    scene_.latent = ui_.drag.latent;
    scene_.transform = ui_.drag.transform;
    scene_.view = ui_.drag.view;
    ui_.selection = ui_.drag.selection;
    ui_.drag.active = false;
    return true;
}

} // namespace unstuck::app
