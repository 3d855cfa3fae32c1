#pragma once
#include "core/engine/device_choice.hpp"
#include "core/engine/film.hpp"
#include "core/engine/ready_motions.hpp"
#include "core/io/video.hpp"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>

namespace unstuck::engine {

/// A film to be made.
struct FilmRequest {
    Scene scene;                    ///< Where it begins; says which models. Its own animation stands still.
    Motion motion;                  ///< Length, frames per second, tracks.
    std::vector<ReadyMotion> ready; ///< Added to the motion's tracks once the models, and so their layers, are known.
    FilmSpec film;
    io::VideoSettings video; ///< Sides, frames per second and comment are set by record().
    DeviceChoice device;
    int threads = 0; ///< 0: as they are.
};

struct FilmProgress {
    int done = 0, of = 0;    ///< Frames.
    double seconds_left = 0; ///< By the pace so far.
    std::uint64_t bytes = 0; ///< Written so far.
    std::string stage;       ///< What goes on before the first frame, while done is 0; empty: frames are made.
};

struct FilmResult {
    std::string file;    ///< Empty: stopped before the first frame, nothing was written.
    std::string sidecar; ///< JSON beside it: enough to make it again.
    std::string notes;   ///< What the format made necessary; empty for nothing.
    int frames = 0, width = 0, height = 0;
    bool stopped = false; ///< It ends early, and is playable.
    double seconds = 0;   ///< Spent.
    std::uint64_t bytes = 0;
};

/// Renders a film frame by frame and writes it with its sidecar (`FILE.json`). A frame depends on the request and its
/// number alone: the same request on the same machine gives the same frames, byte for byte. A stop keeps the frames
/// there are, as a film; pictures go on where they stopped. Blocks; call it on a thread of its own. `on_progress` is
/// called on that thread after every frame. Throws io::FileError or std::invalid_argument saying what is wrong, and
/// then leaves no film.
FilmResult record(const FilmRequest& request, const std::function<void(const FilmProgress&)>& on_progress = {},
                  std::stop_token stop = {});

/// The film that a sidecar tells of, but for where it is to be written. Throws std::invalid_argument naming the field.
FilmRequest film_request_from_json(const nlohmann::json& sidecar);

} // namespace unstuck::engine
