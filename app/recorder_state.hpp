#pragma once
#include "app/length_change.hpp"
#include "core/engine/ready_motions.hpp"
#include "core/io/video.hpp"

#include <cstdint>
#include <string>

namespace unstuck::app {

inline constexpr double kLeastFps = 0.01; ///< Of a film.

/// What moves in a film.
enum class FilmOf {
    timeline,  ///< What the session's motion keys.
    animation, ///< The scene's own animation, as it plays in the window.
};

/// What the recorder remembers from one run of the program to the next, besides the looks, which are the session's.
struct RecorderChoices {
    FilmOf of = FilmOf::timeline;
    engine::Clock clock = {30, 240}; ///< Of films of the animation; a timeline has its own.
    io::VideoFormat format = io::VideoFormat::h264;
    int crf = 18;
    bool full_chroma = false;
    std::string folder; ///< Empty: where captures go.
};

/// Where a film would go now.
struct FilmTarget {
    std::string path;
    bool taken = false;        ///< A film of that name is there already.
    std::uint64_t free_mb = 0; ///< On that disk; 0 when it is not known.
    bool folder_there = true;
};

/// The Recorder tab.
struct RecorderState {
    RecorderChoices choices;
    std::string name;               ///< Without the ending; empty: the next of film-00000, film-00001, and so on.
    bool replace = false;           ///< A film of that name may be replaced.
    std::string cells, cells_error; ///< What stands in the field for cells, and why it is not understood.
    FilmTarget target;              ///< As of a moment ago.
    LengthChange length, clock;     ///< Of the timeline's motion, and of choices.clock.
    bool on_screen = false;         ///< In the last frame: Ctrl+R begins.
    bool closing = false;           ///< The program is to end while it records: what becomes of the film is asked.
};

} // namespace unstuck::app
