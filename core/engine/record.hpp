#pragma once
#include "core/engine/canvas.hpp"
#include "core/engine/device_choice.hpp"
#include "core/engine/film.hpp"
#include "core/engine/film_control.hpp"
#include "core/engine/ready_motions.hpp"
#include "core/io/video.hpp"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>

namespace unstuck::engine {

struct LoadedModel;

/// A film to be made.
struct FilmRequest {
    Scene scene;                    ///< Where it begins; says which models.
    Motion motion;                  ///< Length, frames per second, tracks. Without any: as film_scene() says.
    std::vector<ReadyMotion> ready; ///< Added to the motion's tracks once the models, and so their layers, are known.
    FilmSpec film;
    io::VideoSettings video; ///< Sides, frames per second, comment and film are set by record().
    DeviceChoice device;
    int threads = 0; ///< 0: as they are.

    /// Networks that are there already, weights shared: taken instead of loading where they are what the scene names.
    std::array<std::shared_ptr<const LoadedModel>, 2> loaded;
};

/// The scene of one frame: that of the motion, in which the scene's own animation stands still. Where nothing is keyed,
/// the scene after n / fps seconds of its own animation, which runs in a film also when it is paused in the window.
Scene film_scene(const FilmRequest& request, int frame);

struct FilmProgress {
    int done = 0, of = 0;                  ///< Frames.
    double seconds_left = 0;               ///< By the pace so far.
    std::uint64_t bytes = 0;               ///< Written so far.
    std::string stage;                     ///< What goes on before the next frame is begun; else empty.
    std::shared_ptr<const Raster> picture; ///< The frame; null for a picture that was there already.
};

struct FilmResult {
    std::string file;    ///< Empty: stopped before the first frame, nothing was written.
    std::string sidecar; ///< JSON beside it: enough to make it again; empty when it could not be written.
    std::string notes;   ///< What the format made necessary; empty for nothing.
    int frames = 0, width = 0, height = 0;
    bool stopped = false; ///< It ends early, and is playable.
    double seconds = 0;   ///< Spent.
    std::uint64_t bytes = 0;
};

/// Renders a film frame by frame and writes it with its sidecar (`FILE.json`). A frame depends on the request and its
/// number alone: the same request on the same machine gives the same frames, byte for byte. A stop keeps the frames
/// there are, as a film, unless `control` says otherwise, and replaces none; pictures go on where they stopped. Blocks;
/// call it on a thread of its own. `on_progress` is called on that thread after every frame and stage. Throws
/// io::FileError or std::invalid_argument saying what is wrong, and then leaves no film. A sidecar that cannot be
/// written is left out, with a note.
FilmResult record(const FilmRequest& request, const std::function<void(const FilmProgress&)>& on_progress = {},
                  std::stop_token stop = {}, FilmControl* control = nullptr);

/// What a sidecar tells of a film, but for its models' cards and how it went: enough to make it.
nlohmann::json to_json(const FilmRequest& request);

/// The film that a sidecar tells of, but for where it is to be written. Throws std::invalid_argument naming the field.
FilmRequest film_request_from_json(const nlohmann::json& sidecar);

} // namespace unstuck::engine
