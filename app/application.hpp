#pragma once
#include "app/actions.hpp"
#include "app/autosave.hpp"
#include "app/file_dialog.hpp"
#include "app/panels/bookmarks_panel.hpp"
#include "app/panels/filter_panel.hpp"
#include "app/panels/instruments_panel.hpp"
#include "app/panels/latent_map_panel.hpp"
#include "app/panels/panels.hpp"
#include "app/panels/recorder_panel.hpp"
#include "app/recorder.hpp"
#include "app/settings.hpp"
#include "app/window/gl_window.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/history.hpp"
#include "core/engine/scene_file.hpp"

#include <chrono>
#include <future>
#include <memory>

namespace unstuck::app {

struct ApplicationOptions {
    double scale = 1;
    std::string config_folder; ///< Settings, layout and autosave live here; empty: nothing is loaded or kept.
    engine::Scene scene;       ///< To start with; its models are loaded.
    std::optional<engine::Motion> motion;       ///< Of the scene, where it was a film's.
    std::vector<engine::ReadyMotion> ready;     ///< That go with it.
    std::optional<engine::SessionFile> session; ///< Instead of `scene`.
    Restore restore = Restore::always;
    std::string capture_folder;                 ///< Overrides the settings' when not empty.
    std::optional<engine::DeviceChoice> device; ///< Overrides the settings', for this run.
};

/// What the program begins with, and a new session: the difference is the first thing to be seen, so the content moves
/// on a small circle.
engine::Scene first_scene();

/// The program's window: scene, engine, panels. Everything happens on the thread that made it.
class Application {
  public:
    Application(GlWindow& window, const ApplicationOptions& options);
    ~Application();

    /// Draws one frame into the back buffer; the caller swaps. Nothing is drawn while the window has no area.
    void frame();

    /// How long the caller may wait for events before the next frame: 0 for at once, negative for until something
    /// happens.
    double wait_seconds() const;
    void touch() { frames_due_ = kSettleFrames; } ///< Something happened: draw.
    bool quit_requested() const { return quit_; }

    /// The animation clock, driven by the caller: seconds since its last call.
    void advance(double seconds);

    void open(engine::Side side, const std::string& path);
    void open_dropped(const std::vector<std::string>& paths);
    void open_session(const std::string& path); ///< Throws io::FileError; then nothing has changed.
    /// Shows a scene that came from `where`: models that it names and that are not there leave the present ones, with a
    /// line that says so.
    void restore(const engine::SceneFile& found, const std::string& where);

    engine::Scene& scene() { return scene_; }
    engine::Session& session() { return session_; }
    const engine::History& history() const { return history_; }
    UiState& ui() { return ui_; }
    engine::Engine& engine() { return engine_; }
    engine::JobQueue& jobs() { return jobs_; }
    engine::Thumbnails& thumbnails() { return thumbnails_; }
    const LatentMapPanel& latent_map() const { return *latent_map_; }
    Recorder& recorder() { return recorder_; }
    PanelContext context(); ///< As panels and actions get it in this frame.
    const Settings& settings() const { return settings_; }
    const Viewport& viewport() const { return *viewport_; }
    const StatisticsPanel& statistics() const { return statistics_; }
    std::shared_ptr<const engine::FramePair> shown() const { return pair_; }
    /// Shows this instead of the engine's answers, until null: for tests.
    void show_instead(std::shared_ptr<const engine::FramePair> pair) { instead_ = std::move(pair); }
    void forget_steps() { history_.restart(session_); }                    ///< Nothing is left to undo: for tests.
    void ask(Command command) { commands_.push_back(std::move(command)); } ///< As a panel would.
    void set_dialog(std::unique_ptr<FileDialog> dialog) { dialog_ = std::move(dialog); }
    bool both_pictures_there() const;             ///< Both models answered the scene as it is now.
    void save_window_to(const std::string& path); ///< After the next frame.

    /// Dear ImGui lays out what fits its content over a few frames.
    static constexpr int kSettleFrames = 3;

  private:
    bool moving() const; ///< Something is animated, running and visible.
    void advance_clock(double seconds);
    void start_session(const ApplicationOptions& options); ///< The one asked for, or the one a crash left behind.
    void start_autosave(Restore restore);
    void watch_session(); ///< Once per frame: steps of undo, autosave, the title.
    void bring_models();  ///< Makes the engine's models those of the scene.
    void show_step(engine::Session session);
    void keep_unsaved();
    void keep_unsaved_or_say();
    /// The name that saving goes to: empty for what is no session file of the user's own.
    std::string file_name_of(const engine::SessionFile& file) const;
    void step_back();
    void step_forward();
    void new_session();
    void ask_for_session(FileQuestion::Purpose purpose);
    void save_session(const std::string& path);
    void save_session_unless_there(const std::string& path);
    void leave_session(); ///< At the end: what was not saved stays in the list of recent sessions.
    void build_layout(unsigned dock);
    void draw_windows(PanelContext& c);
    void draw_toast();
    void note_rest(); ///< Where latent space is left alone goes into its history.
    bool take_drag_back();
    void build_interface(); ///< One pass of keys and panels, with their times.
    void run_commands();
    void run(const Command& command);
    void capture_window(const std::string& path, int width, int height);
    void apply_full_screen();
    void apply_cache_budget();
    void start_device(const std::optional<engine::DeviceChoice>& asked);
    void apply_device();   ///< Tells the engine what device_ says.
    void ask_system();     ///< Fetches the system report anew.
    void tell_slow_path(); ///< Once per reason.
    void copy_a_to_b();
    bool open_as_scene(const std::string& path); ///< False: no file that carries scenes.
    void run_on_scene(const Command& command);   ///< Those that copy, paste or restore scenes.
    engine::Scene shown_scene() const;           ///< That of the pictures on the screen, standing still.
    engine::Bookmark bookmark_of_shown() const;
    void copy_command_line();
    void play_recipe(const std::string& name); ///< Built in, or a file.
    void play_recipe_file(const std::string& path);
    void save_recipe();
    void follow_timeline();                ///< The scene as the motion has it at the playhead.
    bool advance_timeline(double seconds); ///< False while it does not play.
    void save_picture();
    void save_spectra(const std::string& ending);
    void load_w(engine::Side side, const std::string& path);
    void load_mixed_w(const std::string& path); ///< For style mixing.
    /// Throws while pictures lack directions that their scene has: `what` would be made of another scene.
    void need_directions(const char* what) const;
    void save_w(engine::Side side, const std::string& ending);
    void poll_directions(); ///< Starts work that a picture waits for, and shows it once it is done.
    void poll_saving();
    void finish_saving(); ///< Waits: a file's name has to be taken before the next one is given.
    void apply_recorder_settings();
    void keep_recorder_settings();
    void look_at_film_target(); ///< Where a film would go, now and then.
    void record_film();
    void copy_film_command();
    void show_in_folder(const std::string& file);
    void poll_recorder();
    void ask_to_quit();
    void quit_after_film(bool keep);
    void poll_engine();
    void poll_dialog();
    void log(bool error, const std::string& text);
    void toast(const std::string& text, double seconds = 4); ///< Shown over the pictures for a while.
    void announce(const std::string& text);                  ///< Toast and log.
    double seconds_running() const;
    std::string next_capture(const std::string& stem, const std::string& ending = "png");

    GlWindow& window_;
    Settings settings_;
    std::string config_folder_, ini_path_;
    double scale_ = 1;
    engine::Engine engine_;
    engine::JobQueue jobs_;         ///< After the engine, which it asks.
    engine::Thumbnails thumbnails_; ///< Likewise.
    Recorder recorder_;
    engine::Session session_;
    engine::Scene& scene_ = session_.scene;
    engine::History history_;
    std::unique_ptr<Autosave> autosave_; ///< Null without a folder for it.
    std::string title_;
    engine::Scene defaults_;
    UiState ui_;
    const std::vector<Action> actions_ = all_actions();
    std::shared_ptr<const engine::FramePair> pair_, instead_;
    engine::DeviceChoice device_; ///< In effect.
    engine::SystemReport system_;
    std::chrono::steady_clock::time_point system_asked_{};
    std::string told_slow_path_; ///< The reason last announced.
    std::array<std::string, 2> logged_error_, logged_model_;
    std::unique_ptr<SpectrumPanel> spectrum_;
    FilterPanel filter_;
    std::unique_ptr<InstrumentsPanel> instruments_;
    std::unique_ptr<BookmarksPanel> bookmarks_;
    std::unique_ptr<LatentMapPanel> latent_map_;
    std::unique_ptr<RecorderPanel> recorder_panel_;
    StatisticsPanel statistics_;
    std::unique_ptr<Viewport> viewport_;
    std::unique_ptr<FileDialog> dialog_;
    std::vector<Command> commands_;
    std::chrono::steady_clock::time_point film_target_asked_{};
    int told_film_ = 0;               ///< The number of the film whose end was announced last.
    bool quit_after_film_ = false;    ///< Once it is complete.
    std::future<std::string> saving_; ///< On its way to this file: a large figure takes a second to draw.
    std::string window_capture_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double unspent_seconds_ = 0; ///< Of the animation's clock, while a picture is computed.
    std::string kept_layout_;    ///< The dock layout with all panels, while some are hidden.
    bool restore_layout_ = false;
    int frames_due_ = kSettleFrames;
    bool layout_built_ = false, rebuild_layout_ = false, quit_ = false, full_screen_ = false;
    std::array<bool, 2> layout_shows_ = {true, true}; ///< Left and bottom panels, as the layout was built.
    /// Tabs in front at the first start, the last one first, and the frames until they are.
    static constexpr std::array kFirstTabs = {"Spectrum", "Layers"};
    static constexpr std::size_t kFramesToFirstTabs = kFirstTabs.size() + 1;
    std::size_t select_first_tab_ = kFramesToFirstTabs;
    std::array<int, 4> windowed_{};
};

} // namespace unstuck::app
