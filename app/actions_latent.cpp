// Moves through latent space.
#include "app/actions.hpp"
#include "app/latent_moves.hpp"

namespace unstuck::app {

std::vector<Action> latent_actions() {
    constexpr const char* group = "Latent";
    return {
        {.id = "latent.random",
         .title = "Go to a random seed",
         .group = group,
         .keys = {ImGuiMod_Ctrl | ImGuiKey_Space},
         .tip = "One of 0 .. 999999, each as likely as any other",
         .run = [](PanelContext& c) { move(c, [&](engine::LatentState& l) { go_to_random_seed(l, c.ui.random); }); }},
        {.id = "latent.back",
         .title = "Back in latent space",
         .group = group,
         .keys = {ImGuiMod_Alt | ImGuiKey_LeftArrow},
         .tip = "To where you stayed before, as in a browser",
         .run = [](PanelContext& c) { revisit(c, c.ui.visits.back()); },
         .why_not = [](const PanelContext& c) { return c.ui.visits.can_go_back() ? "" : "there is no place before"; }},
        {.id = "latent.forward",
         .title = "Forward in latent space",
         .group = group,
         .keys = {ImGuiMod_Alt | ImGuiKey_RightArrow},
         .tip = "To where you went from here, after going back",
         .run = [](PanelContext& c) { revisit(c, c.ui.visits.forward()); },
         .why_not =
             [](const PanelContext& c) { return c.ui.visits.can_go_forward() ? "" : "there is no place ahead"; }},
    };
}

} // namespace unstuck::app
