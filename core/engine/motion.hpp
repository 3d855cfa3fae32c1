#pragma once
#include "core/engine/scene.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <variant>
#include <vector>

namespace unstuck::engine {

/// How a value goes on from one keyframe to the next.
enum class Ease {
    linear,
    smooth, ///< 3 u^2 - 2 u^3: at rest at both keyframes.
    hold,   ///< Jumps at the next keyframe.
};

/// What a scene's field can be set to. Numbers are interpolated (and rounded where the field is an integer); the others
/// hold until the next keyframe. Edits replace all of a side's, at "/edits_a" or "/edits_b".
using KeyValue = std::variant<double, bool, std::string, std::vector<double>, model::Edits>;

struct Keyframe {
    int frame = 0; ///< May lie beyond the last frame: a loop's last keyframe stands at Motion::frames.
    KeyValue value;
    Ease ease = Ease::linear; ///< On the way to the next keyframe.
    bool operator==(const Keyframe&) const = default;
};

/// One field of the scene over time.
struct Track {
    std::string path;           ///< JSON pointer into to_json(Scene), as in "/transform/x" or "/edits_b".
    std::vector<Keyframe> keys; ///< In order of their frames, each frame at most once.
    bool operator==(const Track&) const = default;
};

/// A scene in motion. The picture of a frame depends on the start and the frame's number alone.
struct Motion {
    double fps = 30;
    int frames = 120;
    bool loop = true; ///< Frame `frames` is frame 0 again; otherwise the last frame stays.
    std::vector<Track> tracks;
    bool operator==(const Motion&) const = default;
};

/// The most that a motion may have of either.
inline constexpr int kMostFrames = 10'000'000;
inline constexpr double kMostFps = 1000;

/// Whether a track of this path keys a side's edits as a whole: which layers they name depends on the model.
inline bool keys_edits(const std::string& path) { return path == "/edits_a" || path == "/edits_b"; }

/// The track's value at a frame: the first keyframe's before it, the last one's after it. Throws std::invalid_argument
/// for a track without keyframes.
KeyValue value_at(const Track& track, int frame);

/// The scene at a frame: `start` with every track's field set. Throws std::invalid_argument naming the track whose
/// field the scene does not have, or which is of another type.
Scene scene_at(const Scene& start, const Motion& motion, int frame);

/// The same motion in another number of frames: keyframes move in proportion, those at 0 and at the end stay there.
/// Throws std::invalid_argument for a number of frames out of 1 .. kMostFrames.
Motion resized(Motion motion, int frames);

/// Editing a track, each as a new track. Keyframes stay in order; one that lands on another's frame replaces it. Throw
/// std::invalid_argument when there is no keyframe at the frame named.
Track with_key(Track track, Keyframe key);
Track without_key(Track track, int frame);
Track with_key_moved(Track track, int from, int to);
Track with_key_copied(Track track, int from, int to);

nlohmann::json to_json(const Motion& motion);
nlohmann::json key_value_json(const KeyValue& value);

/// Missing fields keep their defaults, unknown ones are ignored. Throws std::invalid_argument naming the field and what
/// was expected there.
Motion motion_from_json(const nlohmann::json& json);

} // namespace unstuck::engine
