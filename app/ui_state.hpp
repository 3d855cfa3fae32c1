#pragma once
#include "app/filter_lab.hpp"
#include "app/instruments_state.hpp"
#include "app/latent_map.hpp"
#include "app/recorder_state.hpp"
#include "app/session_file_state.hpp"
#include "app/timeline.hpp"
#include "app/window/picture.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/job_queue.hpp"
#include "core/engine/session.hpp"
#include "core/engine/system_report.hpp"
#include "core/engine/thumbnails.hpp"
#include "core/latent/numpy_random.hpp"
#include "core/latent/visits.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::app {

enum class Tool { latent, translate, rotate, select };

/// What a panel wants done that is not an edit of the scene: carried out by the application after the panels are drawn.
struct Command {
    enum class Kind {
        open_path,
        open_dialog,
        cancel_load,
        unload,
        swap_models,
        copy_a_to_b, ///< With its edits.
        dismiss_error,
        save_picture,
        save_window,
        save_spectra,    ///< text: csv, svg or png
        load_w,          ///< text: a file's path
        load_mixed_w,    ///< text: a file's path; style mixing takes rows from its w.
        save_w,          ///< text: npy, npz or safetensors
        find_directions, ///< Principal components of that side's model, in the background.
        reset_layout,
        toggle_theme,
        measure_gemm_rate,
        set_cache_budget, ///< text: megabytes
        set_device,       ///< text: as --device takes it
        set_precision,    ///< text: as --precision takes it
        show_toast,       ///< text
        play_recipe,      ///< text: a name, or a file
        open_recipe,      ///< text: a file; empty: asks which
        save_recipe,      ///< As ui.recipes says.
        recipe_dialog,    ///< Asks for the file that ui.recipes saves in.
        undo,
        redo,
        new_session,
        open_session,    ///< text: the file; empty: asks which
        save_session,    ///< Under the name it has; without one, asks for it.
        save_session_as, ///< text: the file, asking before one is replaced; empty: asks which
        replace_session, ///< text: the file, which may be there.
        copy_scene_text,
        paste_scene, ///< From the clipboard: a scene's text or JSON, or the path of a file that has one.
        open_scene_dialog,
        copy_command_line,
        add_bookmark,
        update_bookmark, ///< text: its index
        go_to_bookmark,  ///< text: its index
        record_film,     ///< With what the Recorder shows.
        copy_film_command,
        show_in_folder,      ///< text: a file
        quit,                ///< Asks first what becomes of a film that is being made.
        quit_keeping_film,   ///< It ends early and is playable.
        quit_discarding_film ///< Nothing is left of it.
    };
    Kind kind;
    engine::Side side = engine::Side::a;
    std::string text;
};

struct LogLine {
    double seconds = 0; ///< Since the program started.
    bool error = false;
    std::string text;
};

/// What the program remembers from one run to the next.
struct Settings {
    std::vector<std::string> recent;          ///< Models, newest first, at most 20.
    std::vector<std::string> recent_sessions; ///< As recent.
    int width = 1280, height = 800;
    std::string capture_folder = "unstuck-captures";
    bool light = false;
    int cache_mb = 1024; ///< Layer activations kept per model.
    engine::DeviceChoice device;
    RecorderChoices recorder;
    engine::FilmSpec film; ///< The last session's.
};

/// A rectangle of a picture, in image sides from the image's centre: the same part of A's and of B's, whatever their
/// resolutions and margins. x0 <= x1, y0 <= y1.
struct PictureRegion {
    double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    bool operator==(const PictureRegion&) const = default;
};

/// What one drag on a picture is doing.
struct DragState {
    bool active = false;
    bool panning = false;
    Tool tool = Tool::latent;
    double last_x = 0, last_y = 0; ///< Canvas pixels.
    double last_angle = 0;
    engine::LatentState latent; ///< Before the drag: what Esc goes back to.
    engine::TransformState transform;
    engine::ViewState view;
    std::array<double, 2> anchor{};         ///< Tool::select: where it began, as a PictureRegion has it.
    std::optional<PictureRegion> selection; ///< Before the drag.
};

/// A drag that starts now: Esc goes back to this scene.
DragState drag_from(const engine::Scene& scene);

/// The pixel under the mouse. In the difference of two pictures, the value is B's minus A's and the side is B.
struct Probe {
    engine::Side side = engine::Side::a;
    int x = 0, y = 0;
    std::array<float, 4> value{};
    int channels = 0;
};

/// Of the Bookmarks tab.
struct BookmarksState {
    std::optional<std::size_t> renaming; ///< Index of the bookmark whose name is being typed.
    std::string name;                    ///< What is typed.
    bool focus_name = false;             ///< The field was just opened.
};

/// The command palette.
struct PaletteState {
    bool open = false;
    bool appearing = false; ///< It was opened since the last frame.
    std::string query;
    int at = 0;                      ///< The marked line.
    std::vector<std::string> recent; ///< Ids of what was run from it, newest first.
};

/// A picture of the last frame, for keys that zoom and pan: A's where both are shown.
struct ShownPicture {
    Placement placement;
    int width = 1, height = 1; ///< Of the image.
};

/// The Statistics tab.
struct StatisticsState {
    int channel = -1;         ///< The histogram's; -1 for all together.
    bool logarithmic = false; ///< The histogram's counts.
};

/// State of the interface that is no part of the scene.
struct UiState {
    Tool tool = Tool::latent;
    std::array<std::string, 2> path; ///< What stands in the path fields.
    DragState drag;
    FilterLabState filter;
    std::optional<Probe> probe;
    bool show_left = true, show_bottom = true, show_help = false;
    bool full_screen = false;
    std::optional<engine::Side> select_layer_tab; ///< Brings that tab of the layer list to the front once.
    std::array<std::string, 2> layer_in_view;     ///< Per side: the layer that the list was last scrolled to.
    bool hint = true;                             ///< The line that names the drags, until the first one.
    std::vector<LogLine> log;
    std::string toast;
    double toast_until = 0;
    double drawing_ms = 0; ///< This frame's uploads and shader passes, which are not the interface's own work.
    std::vector<float> ui_ms, drawing_history, pair_ms; ///< For the performance panel, newest last.
    std::string gl_renderer;
    InstrumentsState instruments;
    LadderState ladder;
    LatentMapState map;
    WalkTextState walk_text;
    latent::Visits visits;             ///< Places of latent space where one came to rest.
    latent::NumpyRandom random{0};     ///< Of the Random button; the application seeds it once.
    std::array<std::string, 2> w_path; ///< What stands in the fields for files with a w, while they are typed in.
    std::string mix_path;              ///< The same of the file that style mixing takes rows from.
    TimelineState timeline;
    RecipesState recipes;
    RecorderState recorder;
    SessionFileState session_file;
    BookmarksState bookmarks;
    std::string bring_to_front;  ///< The window (tab) of that name, once.
    bool layer_times = false;    ///< They are on the screen, so the engine has to measure them.
    bool scan_on_screen = false; ///< The Slit-scan instrument is: its line is drawn over the pictures.
    PaletteState palette;
    StatisticsState statistics;
    std::optional<ShownPicture> shown;
    std::optional<PictureRegion> selection;     ///< What statistics are of; none: the whole picture.
    std::vector<std::array<double, 2>> watched; ///< Points whose values are listed, in image sides from the centre.
    bool picture_waits = false;                 ///< A picture has to wait for its texture: draw another frame soon.
    std::vector<int> panel_keys; ///< ImGuiKeys that the panel with the focus keeps to itself, without modifiers.
};

/// Adds the time it lives to a total, in milliseconds.
class AddTime {
  public:
    explicit AddTime(double& total) : total_(total) {}
    ~AddTime() {
        total_ += std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_).count();
    }
    AddTime(const AddTime&) = delete;
    AddTime& operator=(const AddTime&) = delete;

  private:
    double& total_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

class Recorder;
struct Action;

/// What panels get to see. They edit the scene and the interface's state and ask for commands; they touch no model, no
/// file and no GPU.
struct PanelContext {
    engine::Session& session;
    engine::Scene& scene; ///< Of the session.
    const engine::Scene& defaults;
    UiState& ui;
    const Settings& settings;
    std::shared_ptr<const engine::FramePair> pair; ///< Null before the first.
    std::array<std::shared_ptr<const engine::ModelInfo>, 2> model;
    std::array<engine::LoadStatus, 2> load;
    std::array<std::optional<engine::GemmRate>, 2> gemm_rate;
    std::array<bool, 2> measuring{};
    bool busy = false;
    const engine::SystemReport& system;
    const engine::DeviceChoice& device; ///< What is in effect: the settings', or the command line's.
    UploadStatus upload;                ///< As of the last frame.
    std::vector<Command>& commands;
    engine::JobQueue& jobs;                                           ///< Work in the background.
    std::array<std::shared_ptr<const engine::LoadedModel>, 2> loaded; ///< The networks, for such work.
    Recorder& recorder;                                               ///< Films in the background.
    const std::vector<Action>& actions;                               ///< All there are: app/actions.hpp.
    engine::Thumbnails& thumbnails; ///< Of the seed plane, rendered in the background.

    const engine::Frame* frame(engine::Side side) const {
        return pair ? pair->frame[engine::index(side)].get() : nullptr;
    }
    /// The layer that a side's picture shows, null without one.
    const model::LayerInfo* shown_layer(engine::Side side) const;
    int most_channels() const; ///< Of the layers shown; at least 1.
    void ask(Command::Kind kind, engine::Side side = engine::Side::a, std::string text = {}) const {
        commands.push_back({kind, side, std::move(text)});
    }
};

/// "2 directions": those of a latent that need principal components, for people.
std::string component_steps_text(const engine::LatentState& latent);

inline const char* side_name(engine::Side side) { return side == engine::Side::a ? "A" : "B"; }

} // namespace unstuck::app
