#include "core/engine/filter_sweep.hpp"

#include "core/engine/scene_fields.hpp"

#include <stdexcept>

namespace unstuck::engine {

namespace {

/// "/edits_b/L3/up/cutoff" in its parts: side, layer, "/up/cutoff".
struct EditPath {
    Side side;
    std::string layer, field;
};

EditPath parsed(const std::string& path) {
    const auto layer_at = path.find('/', 1);
    const auto field_at = layer_at == path.npos ? path.npos : path.find('/', layer_at + 1);
    const auto side = path.substr(0, layer_at);
    if (field_at == path.npos || (side != "/edits_a" && side != "/edits_b"))
        throw std::invalid_argument("filter sweep '" + path + "': expected a path such as /edits_b/all/up/cutoff");
    return {side == "/edits_a" ? Side::a : Side::b, path.substr(layer_at + 1, field_at - layer_at - 1),
            path.substr(field_at)};
}

} // namespace

Motion filter_sweep(const Clock& clock, const std::string& path, double from, double to, bool relative,
                    const MotionModels& models) {
    const auto wanted = parsed(path);
    const auto& layers = models[index(wanted.side)];
    Motion motion{clock.fps, clock.frames, true, {}};
    for (const auto& layer : layers) {
        if (wanted.layer != "all" && wanted.layer != layer.name) continue;
        const auto one = "/edits_" + std::string(wanted.side == Side::a ? "a/" : "b/") + layer.name + wanted.field;
        for (const auto& field : edit_fields(wanted.side, {layer})) {
            if (field.path != one) continue;
            const auto* stock = std::get_if<double>(&*field.stock);
            if (!stock)
                throw std::invalid_argument("filter sweep '" + path + "': is no number, so nothing lies between");
            const double unit = relative ? *stock : 1;
            motion.tracks.push_back(field_sweep(clock, one, from * unit, to * unit).tracks.front());
        }
    }
    if (motion.tracks.empty())
        throw std::invalid_argument("filter sweep '" + path + "': model " + (wanted.side == Side::a ? "A" : "B") +
                                    (layers.empty() ? " is not there" : " has no layer that takes it"));
    return motion;
}

} // namespace unstuck::engine
