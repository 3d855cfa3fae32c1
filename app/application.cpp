#include "app/application.hpp"

#include "app/latent_moves.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"
#include "core/engine/model_names.hpp"
#include "core/io/atomic_file.hpp"
#include "core/io/image_file.hpp"

#include <GLFW/glfw3.h>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>
#include <imgui_internal.h>
#include <implot.h>
#include <random>
#include <spdlog/spdlog.h>

namespace unstuck::app {

using engine::Side;
using Clock = std::chrono::steady_clock;

namespace {

void push_history(std::vector<float>& history, double value) {
    constexpr std::size_t kKept = 60;
    history.push_back(static_cast<float>(value));
    if (history.size() > kKept) history.erase(history.begin());
}

/// Motion is not part of what "reset" goes back to.
engine::Scene default_scene(const engine::Scene& start) {
    engine::Scene d;
    d.model = start.model;
    return d;
}

} // namespace

Application::Application(GlWindow& window, const ApplicationOptions& options)
    : window_(window), settings_(load_settings(options.config_folder)), config_folder_(options.config_folder),
      engine_([] { glfwPostEmptyEvent(); }),
      jobs_([] { glfwPostEmptyEvent(); }, [this] { return engine_.rendering(); }),
      thumbnails_([] { glfwPostEmptyEvent(); }, [this] { return engine_.rendering(); }),
      recorder_([] { glfwPostEmptyEvent(); }), defaults_(default_scene(options.scene)), dialog_(make_native_dialog()) {
    apply_recorder_settings();
    if (!options.capture_folder.empty()) settings_.capture_folder = options.capture_folder;
    apply_cache_budget();
    start_device(options.device);
    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    ImPlot::CreateContext();
    auto& io = ImGui::GetIO();
    io.ConfigFlags |= ImGuiConfigFlags_DockingEnable;
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    io.IniFilename = nullptr;
    if (!config_folder_.empty()) {
        ini_path_ = config_folder_ + "/layout.ini";
        if (std::filesystem::exists(ini_path_)) {
            ImGui::LoadIniSettingsFromDisk(ini_path_.c_str());
            layout_built_ = true;
        }
    }
    load_font();
    scale_ = options.scale;
    apply_theme(settings_.light, scale_);
    ImGui_ImplGlfw_InitForOpenGL(window.handle(), true);
    ImGui_ImplOpenGL3_Init("#version 330 core");
    spectrum_ = std::make_unique<SpectrumPanel>();
    instruments_ = std::make_unique<InstrumentsPanel>();
    bookmarks_ = std::make_unique<BookmarksPanel>();
    latent_map_ = std::make_unique<LatentMapPanel>();
    ui_.random = latent::NumpyRandom(std::random_device{}());
    recorder_panel_ = std::make_unique<RecorderPanel>();
    viewport_ = std::make_unique<Viewport>();
    ui_.recipes.built_in = engine::built_in_recipes();
    ui_.gl_renderer = window.renderer();
    window_.on_drop = [this](const std::vector<std::string>& paths) {
        open_dropped(paths);
        touch();
    };
    window_.on_event = [this] { touch(); };
    start_session(options);
}

Application::~Application() {
    window_.on_drop = nullptr;
    window_.on_event = nullptr;
    leave_session();
    if (!config_folder_.empty()) {
        int width = 0, height = 0;
        glfwGetWindowSize(window_.handle(), &width, &height);
        if (width > 0 && height > 0 && !full_screen_) settings_.width = width, settings_.height = height;
        keep_recorder_settings();
        if (save_settings(config_folder_, settings_)) {
            try {
                // With panels hidden, the layout worth keeping is the one from before.
                const bool all_shown = ui_.show_left && ui_.show_bottom;
                io::write_file(ini_path_, all_shown ? ImGui::SaveIniSettingsToMemory() : kept_layout_);
            } catch (const std::exception& e) {
                spdlog::warn("the layout could not be saved: {}", e.what());
            }
        }
    }
    viewport_.reset();
    spectrum_.reset();
    instruments_.reset();
    bookmarks_.reset();
    latent_map_.reset();
    recorder_panel_.reset();
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplGlfw_Shutdown();
    ImPlot::DestroyContext();
    ImGui::DestroyContext();
}

void Application::start_device(const std::optional<engine::DeviceChoice>& asked) {
    device_ = asked.value_or(settings_.device);
    ask_system();
    try {
        engine::check_device(system_, device_);
    } catch (const std::exception& e) { // a GPU of another day: no reason not to start
        announce(std::string(e.what()) + "; choosing by itself");
        device_.kind = engine::DeviceChoice::Kind::automatic;
    }
    apply_device();
}

void Application::log(bool error, const std::string& text) {
    constexpr std::size_t kKept = 1000;
    ui_.log.push_back({seconds_running(), error, text});
    if (ui_.log.size() > kKept) ui_.log.erase(ui_.log.begin());
    if (error) spdlog::error("{}", text);
}

void Application::toast(const std::string& text, double seconds) {
    ui_.toast = text;
    ui_.toast_until = seconds_running() + seconds;
}

void Application::announce(const std::string& text) {
    toast(text);
    log(false, text);
}

bool Application::moving() const {
    return scene_.playing && engine::animated(scene_) && !window_.minimised() &&
           (engine_.model(Side::a) || engine_.model(Side::b));
}

void Application::advance(double seconds) {
    const auto before = scene_;
    advance_clock(seconds);
    history_.absorb(before, scene_);
}

void Application::advance_clock(double seconds) {
    if (advance_timeline(seconds)) return;
    constexpr double kMostPerStep = 0.25; // after a pause, motion goes on instead of jumping
    if (!moving()) {
        unspent_seconds_ = 0;
        return;
    }
    // One step per picture: what passes while one is computed counts for the next.
    unspent_seconds_ += seconds;
    if (engine_.rendering()) return;
    scene_ = engine::advanced(scene_, std::min(std::exchange(unspent_seconds_, 0), kMostPerStep));
}

bool Application::both_pictures_there() const {
    if (!pair_ || engine_.busy()) return false;
    for (auto side : engine::kSides) {
        if (scene_.model[index(side)].empty()) continue;
        const auto& f = pair_->frame[index(side)];
        // A side that failed to load will never have a picture: do not wait for it.
        if (!engine_.load_status(side).error.empty()) continue;
        if (!f || pair_->model[index(side)] != engine_.model(side)) return false;
        if (f->lacks_directions && !jobs_.idle()) return false;
    }
    return true;
}

double Application::wait_seconds() const {
    if (!commands_.empty()) return 0;
    if (dialog_->is_open() || saving_.valid()) return 0.1;
    const auto autosave = autosave_ ? autosave_->seconds_to_next(Clock::now()) : std::nullopt;
    const double idle = autosave.value_or(-1);
    if (window_.minimised()) return idle;
    const auto& context = *ImGui::GetCurrentContext();
    // Dear ImGui spreads a press and a release that came together over two frames.
    if (frames_due_ > 0 || context.InputEventsQueue.Size > 0) return 0;
    if (moving() && !engine_.rendering()) return 0;
    if (ui_.timeline.playback.playing && !engine_.rendering())
        return seconds_to_next_frame(ui_.timeline.playback, session_.motion);
    if (ImGui::GetIO().WantTextInput) return 0.4;                                     // the cursor blinks
    if (context.HoverItemDelayId != 0 && context.HoverItemDelayTimer < 1) return 0.1; // a tooltip is on its way
    if (!ui_.toast.empty()) return 0.25;
    return idle;
}

void Application::poll_engine() {
    const auto latest = instead_ ? instead_ : engine_.latest();
    if (latest && latest != pair_) {
        pair_ = latest;
        double ms = 0;
        for (const auto& f : pair_->frame)
            if (f) ms += f->total_ms;
        push_history(ui_.pair_ms, ms);
        if (Clock::now() - system_asked_ > std::chrono::seconds(1)) ask_system();
        touch();
    }
    for (auto side : engine::kSides) {
        const auto i = index(side);
        const auto status = engine_.load_status(side);
        if (!status.error.empty() && status.error != logged_error_[i]) {
            log(true, fmt::format("{}: {}", side_name(side), status.error));
            touch();
        }
        logged_error_[i] = status.error;
        const auto m = engine_.model(side);
        const auto source = m ? m->source : std::string();
        if (source == logged_model_[i]) continue;
        logged_model_[i] = source;
        if (source.empty()) continue; // closed, or another one is on its way
        // One that the scene names is no step of undo, nor is what comes of it; one that a user opened is.
        const auto before = scene_;
        const bool asked_for = scene_.model[i] == source;
        scene_.model[i] = source;
        defaults_.model[i] = source;
        remember_model(settings_, source);
        log(false, fmt::format("{}: {} loaded, {} parameters", side_name(side), m->title, grouped(m->parameters)));
        // A layer that the new model does not have would silently show the output.
        auto& layer = scene_.layer.name[i];
        if (std::none_of(m->layers.begin(), m->layers.end(), [&](const auto& l) { return l.name == layer; }))
            layer = "output";
        scene_.latent.cutoff = std::min(scene_.latent.cutoff, m->num_ws);
        if (asked_for) history_.absorb(before, scene_);
    }
}

void Application::poll_dialog() {
    const auto answer = dialog_->poll();
    if (!answer || answer->paths.empty()) return;
    const auto& paths = answer->paths;
    const auto side = answer->question.side;
    switch (answer->question.purpose) {
    case FileQuestion::Purpose::open_model:
    case FileQuestion::Purpose::open_scene:
        if (std::any_of(paths.begin(), paths.end(), [&](const auto& path) { return open_as_scene(path); })) break;
        open(side, paths[0]);
        if (paths.size() > 1) open(side == Side::a ? Side::b : Side::a, paths[1]);
        break;
    case FileQuestion::Purpose::open_session: ask({Command::Kind::open_session, Side::a, paths[0]}); break;
    case FileQuestion::Purpose::save_session: ask({Command::Kind::save_session_as, Side::a, paths[0]}); break;
    case FileQuestion::Purpose::open_recipe: play_recipe_file(paths[0]); break;
    case FileQuestion::Purpose::save_recipe: ui_.recipes.path = paths[0]; break;
    }
}

void Application::save_window_to(const std::string& path) { window_capture_ = path; }

double Application::seconds_running() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

void Application::frame() {
    int width = 0, height = 0;
    window_.framebuffer_size(width, height);
    poll_engine();
    poll_directions();
    poll_dialog();
    poll_recorder();
    run_commands();
    engine_.request(scene_); // what the clock moved, also while there is nothing to draw
    if (width <= 0 || height <= 0 || window_.minimised()) {
        watch_session();
        frames_due_ = 0;
        return;
    }
    if (frames_due_ > 0) --frames_due_;
    if (restore_layout_) { // between frames: Dear ImGui rebuilds its docks from the text
        ImGui::LoadIniSettingsFromMemory(kept_layout_.c_str(), kept_layout_.size());
        restore_layout_ = false;
        touch();
    }
    // An event often shows its whole effect only a frame or two later: a popup is laid out unseen first.
    if (ImGui::GetCurrentContext()->InputEventsQueue.Size > 0) touch();
    build_interface();
    glViewport(0, 0, width, height);
    glClearColor(0.1f, 0.11f, 0.12f, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    engine_.request(scene_); // what the panels edited
    watch_session();
    if (!window_capture_.empty()) capture_window(std::exchange(window_capture_, {}), width, height);
    if (ui_.full_screen != full_screen_) apply_full_screen();
}

PanelContext Application::context() {
    return {session_,
            scene_,
            defaults_,
            ui_,
            settings_,
            pair_,
            {engine_.model(Side::a), engine_.model(Side::b)},
            {engine_.load_status(Side::a), engine_.load_status(Side::b)},
            {engine_.gemm_rate(Side::a), engine_.gemm_rate(Side::b)},
            {engine_.measuring(Side::a), engine_.measuring(Side::b)},
            engine_.busy(),
            system_,
            device_,
            viewport_->upload_status(),
            commands_,
            jobs_,
            {engine_.loaded(Side::a), engine_.loaded(Side::b)},
            recorder_,
            actions_,
            thumbnails_};
}

void Application::build_interface() {
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    ImGui::NewFrame();
    auto c = context();
    const auto before = scene_;
    ui_.drawing_ms = 0;
    ui_.layer_times = false;
    double total_ms = 0;
    {
        const AddTime timer(total_ms);
        if (!take_drag_back()) run_keys(c);
        ui_.instruments.spectra.enlarged_on_screen = false; // its panel says so again
        draw_windows(c);
        follow_timeline();
        ImGui::Render();
    }
    latent_map_->end_frame(c);
    note_rest();
    engine_.set_layer_times(ui_.layer_times);
    push_history(ui_.ui_ms, total_ms - ui_.drawing_ms);
    push_history(ui_.drawing_history, ui_.drawing_ms);
    if (scene_ != before || std::exchange(ui_.picture_waits, false)) touch();
    tell_slow_path();
}

void Application::note_rest() {
    // A drag, a key held down and an animation pass through places; none of these is where one stays.
    const bool moved_by_hand = ImGui::IsAnyMouseDown() || ui_.drag.active || ImGui::IsAnyItemActive() ||
                               ImGui::IsKeyDown(ImGuiKey_LeftArrow) || ImGui::IsKeyDown(ImGuiKey_RightArrow) ||
                               ImGui::IsKeyDown(ImGuiKey_UpArrow) || ImGui::IsKeyDown(ImGuiKey_DownArrow);
    if (!moved_by_hand && !moving() && !ui_.timeline.playback.playing) ui_.visits.rest_at(place_of(scene_.latent));
}

void Application::tell_slow_path() {
    const auto status = viewport_->upload_status();
    if (status.path != UploadStatus::Path::copy || status.reason == told_slow_path_) return;
    told_slow_path_ = status.reason;
    announce("Pictures take the slow path through host memory: " + status.reason);
    touch();
}

void Application::ask_system() {
    system_asked_ = Clock::now();
    system_ = engine::system_report(device_);
    if (!pair_ || !system_.gpu()) return;
    for (const auto& f : pair_->frame) { // what became of the graph
        if (!f) continue;
        if (!f->graph_failure.empty()) system_.graph_why = f->graph_failure;
        system_.graph = system_.graph && f->graph_failure.empty();
    }
}

void Application::capture_window(const std::string& path, int width, int height) {
    try {
        io::write_png(path, width, height, 3, read_pixels(width, height), engine::picture_text(shown_scene()));
        announce("Saved " + path);
    } catch (const std::exception& e) {
        log(true, e.what());
    }
}

void Application::apply_full_screen() {
    full_screen_ = ui_.full_screen;
    auto* w = window_.handle();
    if (auto* monitor = glfwGetPrimaryMonitor(); full_screen_ && monitor) {
        glfwGetWindowPos(w, &windowed_[0], &windowed_[1]);
        glfwGetWindowSize(w, &windowed_[2], &windowed_[3]);
        const auto* mode = glfwGetVideoMode(monitor);
        glfwSetWindowMonitor(w, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
    } else if (windowed_[2] > 0) {
        glfwSetWindowMonitor(w, nullptr, windowed_[0], windowed_[1], windowed_[2], windowed_[3], 0);
    }
}

} // namespace unstuck::app
