#pragma once
#include "app/length_change.hpp"
#include "core/engine/frame.hpp"
#include "core/engine/recipe.hpp"
#include "core/engine/scene_fields.hpp"
#include "core/engine/session.hpp"

#include <array>
#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::app {

struct PlaySpeed {
    const char* name;
    double factor; ///< Of real time; 0: as fast as pictures come, and none left out.
};
inline constexpr std::array<PlaySpeed, 5> kPlaySpeeds = {
    {{"1x", 1}, {"1/2x", 0.5}, {"1/4x", 0.25}, {"1/10x", 0.1}, {"every frame", 0}}};

/// Where the timeline stands and how it plays. Not part of the session: the film does not depend on it.
struct Playback {
    bool playing = false;
    double position = 0;   ///< In frames, 0 <= position < Motion::frames; the frame shown is the whole part.
    std::size_t speed = 0; ///< Of kPlaySpeeds.
    bool operator==(const Playback&) const = default;

    int frame() const { return static_cast<int>(position); }
};

/// Goes to a frame and stays there: out of range, to the nearest there is.
Playback at_frame(Playback playback, const engine::Motion& motion, double frame);
/// By that many frames; around the end of a loop.
Playback stepped(Playback playback, const engine::Motion& motion, int by);
/// From the start again when a motion that is no loop stands at its end.
Playback started(Playback playback, const engine::Motion& motion);
/// `seconds` later. Frames that pass meanwhile are left out; a motion that is no loop stops at its last frame.
/// `picture_done`: the picture of the present frame has been there, which is what "every frame" waits for.
Playback advanced(Playback playback, const engine::Motion& motion, double seconds, bool picture_done);
/// Until another frame is due.
double seconds_to_next_frame(const Playback& playback, const engine::Motion& motion);

/// The models that are open; null for none.
using OpenModels = std::array<std::shared_ptr<const engine::ModelInfo>, 2>;

/// Names of their layers per side, and how these sample: what ready-made motions need to know.
std::array<std::vector<std::string>, 2> layer_names(const OpenModels& models);
engine::MotionModels sampling_of(const OpenModels& models);

/// Makes the scene follow the motion. What the motion does not key, and what is edited while the playhead rests, is
/// left as it is.
class MotionFollower {
  public:
    /// Once per drawn frame, and whenever the playhead moved. Tracks that changed are set anew; all are when it moved.
    void follow(engine::Session& session, int frame, const OpenModels& models);

    const engine::Motion& motion() const { return full_; } ///< With ready-made ones written out.
    const std::string& error() const { return error_; }    ///< Why the scene cannot follow; empty when it does.
    /// The scene as it was when the playhead came to where it is: what differs since is what the user changed.
    const engine::Scene& arrived() const { return arrived_; }
    /// The scene with these fields as they were before anything keyed them.
    engine::Scene released(const engine::Scene& scene, const std::vector<std::string>& paths) const;

  private:
    bool learn(const engine::Session& session, const OpenModels& models);
    void set(engine::Scene& scene, const engine::Motion& motion, int frame);

    engine::Motion seen_, full_;
    std::vector<engine::ReadyMotion> seen_ready_;
    OpenModels seen_models_;
    engine::Scene arrived_, rest_; ///< rest_: fields before they were keyed.
    std::vector<std::string> keyed_;
    int frame_ = -1;
    std::string error_;
};

/// Names a keyframe.
struct KeyPlace {
    std::string path;
    int frame = 0;
    auto operator<=>(const KeyPlace&) const = default;
};

/// A drag of keyframes: what it began with.
struct KeyDrag {
    engine::Motion before;
    std::vector<KeyPlace> keys;
    int from = 0; ///< Frame under the mouse.
    bool moved = false;
};

/// A keyframe on its way through the clipboard.
struct CopiedKey {
    std::string path;
    engine::Keyframe key;
};

/// The panel's state.
struct TimelineState {
    Playback playback;
    MotionFollower follower;
    LengthChange length;
    double frame_px = 0;            ///< Points per frame; 0: all frames fit.
    double first = 0;               ///< The frame at the left edge, when they do not.
    std::vector<KeyPlace> selected; ///< Keyframes.
    std::string track;              ///< The path of the selected track; empty: none.
    std::optional<KeyDrag> drag;
    std::optional<std::array<float, 4>> box; ///< A box selection: where it began, where it is.
    std::vector<CopiedKey> copied;
    std::string search;                     ///< In the list of fields.
    std::vector<engine::SceneField> fields; ///< All that can be keyed, of the models that are open.
    OpenModels fields_of;
    std::array<std::size_t, 2> directions{}; ///< How many the scene and its mixed-in point had then.
    std::array<float, 4> lanes{}; ///< Where frames are on the screen, for tests: x of frame 0, top of the first row,
                                  ///< points per frame and per row.
    KeyPlace menu;                ///< What the open context menu is about.
    std::size_t ready = 0;        ///< The ready-made motion whose settings are open.
    bool open_ready = false;      ///< They are to be opened.
};

/// Recipes as the menu lists them, and the forms that open and save them.
struct RecipesState {
    std::vector<engine::Recipe> built_in;
    bool ask_open = false, ask_save = false; ///< The form is to be opened.
    std::string path, name, description, error;
    bool replace = false; ///< A file that is there.
    bool done = false;    ///< Saved: the form can close.
};

// Editing a motion, each as a new value. Keyframes that are not there are passed over.

/// Keys at `frame` for each path, of the scene's present value; tracks that are missing are added. Paths that the scene
/// has no value for are passed over.
engine::Motion with_keys(engine::Motion motion, const engine::Scene& scene, const std::vector<std::string>& paths,
                         int frame, const std::vector<engine::SceneField>& fields);
/// Keys for all in which the scene differs from `arrived`. A field that was not keyed before also gets its old value
/// at frame 0.
engine::Motion with_changes_keyed(engine::Motion motion, const engine::Scene& arrived, const engine::Scene& scene,
                                  int frame, const std::vector<engine::SceneField>& fields);
/// The drag's keyframes moved (or copied) by whole frames, none beyond the motion's ends. `keys` become where they are.
engine::Motion dragged(const KeyDrag& drag, int by, bool copy, std::vector<KeyPlace>& keys);
engine::Motion without_keys(engine::Motion motion, const std::vector<KeyPlace>& keys);
engine::Motion with_ease(engine::Motion motion, const std::vector<KeyPlace>& keys, engine::Ease ease);
/// A key of this value there, with the ease of what it replaces or follows; the track is added when it is missing.
engine::Motion with_key_at(engine::Motion motion, const std::string& path, int frame, engine::KeyValue value);
std::vector<CopiedKey> copied_keys(const engine::Motion& motion, const std::vector<KeyPlace>& keys);
/// The first of them at `frame`, the others as far after it as they were. `keys` become where they are.
engine::Motion with_pasted(engine::Motion motion, const std::vector<CopiedKey>& copied, int frame,
                           std::vector<KeyPlace>& keys);
engine::Motion without_track(engine::Motion motion, const std::string& path);
engine::Track* find_track(engine::Motion& motion, const std::string& path);
const engine::Track* find_track(const engine::Motion& motion, const std::string& path);
/// What the scene has there, or the model while it says nothing; none for no such field.
std::optional<engine::KeyValue> present_value(const engine::Scene& scene, const std::string& path,
                                              const std::vector<engine::SceneField>& fields);
/// Each word of the search is somewhere in the title, in any case.
bool matches(const std::string& title, const std::string& search);
bool is_empty(const engine::Session& session); ///< Nothing moves by the timeline.

} // namespace unstuck::app
