#include "app/ui_state.hpp"

#include <algorithm>

namespace unstuck::app {

DragState drag_from(const engine::Scene& scene) {
    DragState drag;
    drag.active = true;
    drag.latent = scene.latent;
    drag.transform = scene.transform;
    drag.view = scene.view;
    return drag;
}

std::vector<engine::ModelSpectra> LayerSpectraState::sets() const {
    auto out = engine::spectra_of(average.run);
    if (enlarged)
        for (auto& set : out) std::erase_if(set.layers, [&](const auto& l) { return l.layer.name != enlarged->layer; });
    return out;
}

const model::LayerInfo* PanelContext::shown_layer(engine::Side side) const {
    const auto* f = frame(side);
    const auto m = pair ? pair->model[engine::index(side)] : nullptr;
    if (!f || !m) return nullptr;
    const auto found =
        std::find_if(m->layers.begin(), m->layers.end(), [&](const auto& l) { return l.name == f->layer_name; });
    return found == m->layers.end() ? nullptr : &*found;
}

int PanelContext::most_channels() const {
    int most = 1;
    for (auto side : engine::kSides)
        if (const auto* f = frame(side)) most = std::max(most, f->layer_channels);
    return most;
}

std::string component_steps_text(const engine::LatentState& latent) {
    const auto count = [](const engine::LatentPoint& p) {
        return std::count_if(p.directions.begin(), p.directions.end(), [](const auto& d) {
            return d.kind == engine::LatentDirection::Kind::pca && d.amount != 0;
        });
    };
    const bool mixed = latent.mix && latent.mix_from == engine::MixFrom::point;
    const auto n = count(latent) + (mixed ? count(latent.mix_point) : 0);
    return std::to_string(n) + (n == 1 ? " direction" : " directions");
}

} // namespace unstuck::app
