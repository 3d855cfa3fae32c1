#pragma once
#include "core/engine/film.hpp"
#include "core/engine/motion.hpp"
#include "core/engine/ready_motions.hpp"

#include <memory>
#include <string>
#include <vector>

namespace unstuck::engine {

/// A scene to come back to.
struct Bookmark {
    std::string name;
    Scene scene;
    std::shared_ptr<const std::vector<std::uint8_t>> thumbnail; ///< A PNG file's bytes; null when there is none yet.
    bool operator==(const Bookmark&) const = default;
};

/// All of a user's work in one value: what undo steps through, sessions are saved as, and films are made of.
struct Session {
    Scene scene;                    ///< As it is shown; while a motion plays, its scene at that frame.
    Motion motion;                  ///< The timeline's. Without tracks nothing is keyed.
    std::vector<ReadyMotion> ready; ///< Ready-made motions that go with it.
    FilmSpec film;                  ///< How it is recorded.
    std::vector<Bookmark> bookmarks;
    bool operator==(const Session&) const = default;
};

} // namespace unstuck::engine
