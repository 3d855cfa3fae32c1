#include "core/engine/ladder_tour.hpp"

#include <stdexcept>

namespace unstuck::engine {

Motion ladder_tour(const Clock& clock, const MotionModels& models) {
    Motion motion{clock.fps, clock.frames, true, {}};
    for (const auto side : kSides) {
        const auto ladder = model::aliasing_ladder(models[index(side)]);
        if (ladder.empty()) continue;
        const auto count = static_cast<std::int64_t>(ladder.size());
        if (count > clock.frames)
            throw std::invalid_argument("ladder: its " + std::to_string(count) + " steps need as many frames");
        Track track{side == Side::a ? "/edits_a" : "/edits_b", {}};
        for (std::int64_t i = 0; i < count; ++i)
            track = with_key(std::move(track), {static_cast<int>(i * clock.frames / count),
                                                ladder[static_cast<std::size_t>(i)].edits, Ease::hold});
        motion.tracks.push_back(std::move(track));
    }
    if (motion.tracks.empty())
        throw std::invalid_argument("ladder: it takes back an alias-free network's measures; no model has any of them");
    return motion;
}

std::optional<LadderPlace> ladder_place(const std::vector<model::LayerSampling>& layers, const model::Edits& edits) {
    const auto ladder = model::aliasing_ladder(layers);
    for (std::size_t i = 0; i < ladder.size(); ++i)
        if (ladder[i].edits == edits)
            return LadderPlace{static_cast<int>(i), static_cast<int>(ladder.size()), ladder[i]};
    return std::nullopt;
}

} // namespace unstuck::engine
