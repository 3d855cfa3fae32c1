// Files with a w, and steps along directions of W.
#include "app/actions.hpp"

namespace unstuck::app {

using engine::Side;

namespace {

Action save_action(Side side, const char* ending, const char* format) {
    Action a;
    a.id = w_action_id(side, ending);
    a.title = std::string("Save w of ") + side_name(side) + " (." + ending + ")";
    a.group = "Latent";
    a.tip = std::string("What this side's picture is made from, [1, rows, w_dim], as ") + format;
    a.run = [side, ending](PanelContext& c) { c.ask(Command::Kind::save_w, side, ending); };
    a.why_not = [side](const PanelContext& c) {
        return c.model[index(side)] ? std::string() : std::string("there is no model ") + side_name(side);
    };
    return a;
}

} // namespace

std::string w_action_id(Side side, const char* ending) {
    return std::string("w.save_") + (side == Side::a ? "a_" : "b_") + ending;
}

std::vector<Action> w_actions() {
    std::vector<Action> all;
    for (auto side : engine::kSides) {
        all.push_back(save_action(side, "npz", "numpy's archive, as projectors write it"));
        all.push_back(save_action(side, "npy", "a numpy array"));
        all.push_back(save_action(side, "safetensors", "safetensors"));
    }
    Action still;
    still.id = "w.directions_to_0";
    still.title = "Directions to 0";
    still.group = "Latent";
    still.tip = "Takes all steps along directions back; the directions stay";
    still.run = [](PanelContext& c) {
        for (auto& d : c.scene.latent.directions) d.amount = 0;
    };
    all.push_back(still);
    return all;
}

} // namespace unstuck::app
