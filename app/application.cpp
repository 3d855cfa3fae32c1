#include "app/application.hpp"

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
#include <spdlog/spdlog.h>

namespace unstuck::app {

using engine::Side;
using Clock = std::chrono::steady_clock;

namespace {

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

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
      engine_([] { glfwPostEmptyEvent(); }), scene_(options.scene), defaults_(default_scene(options.scene)),
      dialog_(make_native_dialog()) {
    if (!options.capture_folder.empty()) settings_.capture_folder = options.capture_folder;
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
    viewport_ = std::make_unique<Viewport>();
    ui_.gl_renderer = window.renderer();
    window_.on_drop = [this](const std::vector<std::string>& paths) {
        open_dropped(paths);
        touch();
    };
    window_.on_event = [this] { touch(); };
    for (auto side : engine::kSides)
        if (const auto path = scene_.model[index(side)]; !path.empty()) open(side, path);
}

Application::~Application() {
    window_.on_drop = nullptr;
    window_.on_event = nullptr;
    if (!config_folder_.empty()) {
        int width = 0, height = 0;
        glfwGetWindowSize(window_.handle(), &width, &height);
        if (width > 0 && height > 0 && !full_screen_) settings_.width = width, settings_.height = height;
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
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplGlfw_Shutdown();
    ImPlot::DestroyContext();
    ImGui::DestroyContext();
}

void Application::log(bool error, const std::string& text) {
    constexpr std::size_t kKept = 1000;
    ui_.log.push_back({seconds_since(start_), error, text});
    if (ui_.log.size() > kKept) ui_.log.erase(ui_.log.begin());
    if (error) spdlog::error("{}", text);
}

void Application::toast(const std::string& text) {
    constexpr double kShown = 4;
    ui_.toast = text;
    ui_.toast_until = seconds_since(start_) + kShown;
    log(false, text);
}

void Application::open(Side side, const std::string& path) {
    // What is pasted into a path field may carry quotes, a file:// and line ends.
    std::string clean = path;
    const auto trim = [&] {
        while (!clean.empty() &&
               (std::isspace(static_cast<unsigned char>(clean.back())) || clean.back() == '"' || clean.back() == '\''))
            clean.pop_back();
        std::size_t begin = 0;
        while (begin < clean.size() &&
               (std::isspace(static_cast<unsigned char>(clean[begin])) || clean[begin] == '"' || clean[begin] == '\''))
            ++begin;
        clean.erase(0, begin);
    };
    trim();
    if (clean.rfind("file://", 0) == 0) clean.erase(0, 7);
    if (clean.empty()) return;
    constexpr std::size_t kLongestPath = 4096;
    if (clean.size() > kLongestPath || clean.find('\n') != std::string::npos) {
        ui_.path[index(side)].clear();
        log(true, "That is no path: " + clean.substr(0, std::min<std::size_t>(clean.find('\n'), 80)) + " ...");
        ui_.toast = "That is no path";
        ui_.toast_until = seconds_since(start_) + 4;
        return;
    }
    logged_error_[index(side)].clear();
    ui_.path[index(side)] = clean;
    engine_.load(side, clean);
    touch();
}

void Application::open_dropped(const std::vector<std::string>& paths) {
    if (paths.empty()) return;
    if (paths.size() == 1) {
        // One file goes to the picture it is dropped on.
        Side side = Side::a;
        const auto mouse = ImGui::GetIO().MousePos;
        if (const auto& b = viewport_->canvases()[1]; b && mouse.x >= (*b)[0] && mouse.x < (*b)[0] + (*b)[2])
            side = Side::b;
        open(side, paths[0]);
        return;
    }
    open(Side::a, paths[0]);
    open(Side::b, paths[1]);
    if (paths.size() > 2) toast(fmt::format("Opened the first two of {} files", paths.size()));
}

bool Application::moving() const {
    const auto& t = scene_.transform;
    const bool animated = (scene_.latent.animate && scene_.latent.speed != 0) ||
                          (t.animate_orbit && t.orbit_speed != 0 && t.orbit_radius != 0) ||
                          (t.animate_rotation && t.rotation_speed != 0) || (t.animate_scale && t.scale_speed != 0);
    return scene_.playing && animated && !window_.minimised() && (engine_.model(Side::a) || engine_.model(Side::b));
}

void Application::advance(double seconds) {
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
    }
    return true;
}

double Application::wait_seconds() const {
    if (!commands_.empty()) return 0;
    if (dialog_->is_open()) return 0.1;
    if (window_.minimised()) return -1;
    const auto& context = *ImGui::GetCurrentContext();
    // Dear ImGui spreads a press and a release that came together over two frames.
    if (frames_due_ > 0 || context.InputEventsQueue.Size > 0) return 0;
    if (moving() && !engine_.rendering()) return 0;
    if (ImGui::GetIO().WantTextInput) return 0.4;                                     // the cursor blinks
    if (context.HoverItemDelayId != 0 && context.HoverItemDelayTimer < 1) return 0.1; // a tooltip is on its way
    if (!ui_.toast.empty()) return 0.25;
    return -1;
}

void Application::poll_engine() {
    const auto latest = engine_.latest();
    if (latest && latest != pair_) {
        pair_ = latest;
        double ms = 0;
        for (const auto& f : pair_->frame)
            if (f) ms += f->total_ms;
        push_history(ui_.pair_ms, ms);
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
        scene_.model[i] = source;
        defaults_.model[i] = source;
        if (source.empty()) continue;
        remember_model(settings_, source);
        log(false, fmt::format("{}: {} loaded, {} parameters", side_name(side), m->title, grouped(m->parameters)));
        // A layer that the new model does not have would silently show the output.
        auto& layer = scene_.layer.name[i];
        if (std::none_of(m->layers.begin(), m->layers.end(), [&](const auto& l) { return l.name == layer; }))
            layer = "output";
        scene_.latent.cutoff = std::min(scene_.latent.cutoff, m->num_ws);
    }
}

void Application::poll_dialog() {
    const auto chosen = dialog_->poll();
    if (!chosen || chosen->second.empty()) return;
    open(chosen->first, chosen->second[0]);
    if (chosen->second.size() > 1) open(chosen->first == Side::a ? Side::b : Side::a, chosen->second[1]);
}

void Application::step_layer(int by) {
    for (auto side : engine::kSides) {
        const auto m = engine_.model(side);
        if (!m) continue;
        auto& name = scene_.layer.name[index(side)];
        const int count = static_cast<int>(m->layers.size());
        int at = count - 1;
        for (int i = 0; i < count; ++i)
            if (m->layers[static_cast<std::size_t>(i)].name == name) at = i;
        name = m->layers[static_cast<std::size_t>(std::clamp(at + by, 0, count - 1))].name;
    }
}

void Application::handle_keys(PanelContext& c) {
    const auto& io = ImGui::GetIO();
    if (ImGui::IsKeyPressed(ImGuiKey_Escape, false) && ui_.drag.active) {
        scene_.latent = ui_.drag.latent;
        scene_.transform = ui_.drag.transform;
        scene_.view = ui_.drag.view;
        ui_.drag.active = false;
        return;
    }
    if (io.WantTextInput || ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) return;
    if (ImGui::IsKeyPressed(ImGuiKey_Escape, false))
        for (auto side : engine::kSides)
            if (c.load[index(side)].loading) c.ask(Command::Kind::cancel_load, side);
    const auto pressed = [](ImGuiKey key, bool repeat = false) { return ImGui::IsKeyPressed(key, repeat); };
    auto& view = scene_.view;
    if (io.KeyCtrl) {
        if (pressed(ImGuiKey_O)) c.ask(Command::Kind::open_dialog, io.KeyShift ? Side::b : Side::a);
        if (pressed(ImGuiKey_P) && !io.KeyShift) c.ask(Command::Kind::save_window);
        if (pressed(ImGuiKey_Q)) c.ask(Command::Kind::quit);
        if (pressed(ImGuiKey_0)) view.zoom = 1;
        return;
    }
    if (io.KeyAlt) return;
    if (pressed(ImGuiKey_L)) ui_.tool = Tool::latent;
    if (pressed(ImGuiKey_T)) ui_.tool = Tool::translate;
    if (pressed(ImGuiKey_R)) ui_.tool = Tool::rotate;
    if (pressed(ImGuiKey_Space)) scene_.playing = !scene_.playing;
    if (pressed(ImGuiKey_1)) view.layout = engine::Layout::side_by_side;
    if (pressed(ImGuiKey_A)) view.layout = engine::Layout::only_a;
    if (pressed(ImGuiKey_B)) view.layout = engine::Layout::only_b;
    if (pressed(ImGuiKey_F)) view.zoom = view.pan_x = view.pan_y = 0;
    if (pressed(ImGuiKey_E, true)) view.exposure += io.KeyShift ? -0.5 : 0.5;
    if (pressed(ImGuiKey_N)) scene_.layer.normalize = !scene_.layer.normalize;
    if (pressed(ImGuiKey_Comma, true)) step_layer(-1);
    if (pressed(ImGuiKey_Period, true)) step_layer(1);
    if (pressed(ImGuiKey_LeftBracket, true))
        scene_.layer.base_channel = std::max(0, scene_.layer.base_channel - scene_.layer.channels);
    if (pressed(ImGuiKey_RightBracket, true)) {
        int most = 0;
        for (auto side : engine::kSides)
            if (const auto* f = c.frame(side)) most = std::max(most, f->layer_channels);
        scene_.layer.base_channel =
            std::clamp(scene_.layer.base_channel + scene_.layer.channels, 0, std::max(most - scene_.layer.channels, 0));
    }
    if (pressed(ImGuiKey_Home)) scene_.transform = defaults_.transform;
    if (pressed(ImGuiKey_P)) c.ask(Command::Kind::save_picture);
    if (pressed(ImGuiKey_F1)) ui_.show_help = !ui_.show_help;
    if (pressed(ImGuiKey_F11)) ui_.full_screen = !ui_.full_screen;
    if (pressed(ImGuiKey_Tab)) ui_.show_left = ui_.show_bottom = !(ui_.show_left || ui_.show_bottom);
}

std::string Application::next_capture(const std::string& stem) {
    io::make_folder(settings_.capture_folder);
    for (int i = 0; i < 100000; ++i) {
        const auto path = fmt::format("{}/{}-{:05d}.png", settings_.capture_folder, stem, i);
        if (!std::filesystem::exists(path)) return path;
    }
    throw std::runtime_error(settings_.capture_folder + " holds 100000 pictures: choose another folder");
}

void Application::save_picture() {
    if (!pair_) return;
    std::string saved;
    for (auto side : engine::kSides) {
        const auto& f = pair_->frame[index(side)];
        if (!f || f->image.empty()) continue;
        const auto path = next_capture(fmt::format("picture-{}", side_name(side)));
        io::write_png(path, f->image.width, f->image.height, f->image.channels, engine::to_bytes(f->image));
        saved += (saved.empty() ? "" : ", ") + path;
    }
    if (!saved.empty()) toast("Saved " + saved);
}

void Application::run(const Command& command) {
    using Kind = Command::Kind;
    switch (command.kind) {
    case Kind::open_path: open(command.side, command.text); break;
    case Kind::open_dialog:
        if (dialog_->available())
            dialog_->open(command.side);
        else
            toast("No file dialog on this machine (zenity or kdialog): type a path, or drop files on the window");
        break;
    case Kind::cancel_load: engine_.cancel_load(command.side); break;
    case Kind::unload:
        engine_.unload(command.side);
        ui_.path[index(command.side)].clear();
        break;
    case Kind::swap_models:
        engine_.swap();
        std::swap(scene_.model[0], scene_.model[1]);
        std::swap(defaults_.model[0], defaults_.model[1]);
        std::swap(scene_.layer.name[0], scene_.layer.name[1]);
        std::swap(ui_.path[0], ui_.path[1]);
        std::swap(logged_model_[0], logged_model_[1]);
        std::swap(logged_error_[0], logged_error_[1]);
        break;
    case Kind::dismiss_error: engine_.dismiss_error(command.side); break;
    case Kind::save_picture: save_picture(); break;
    case Kind::save_window: window_capture_ = next_capture("window"); break;
    case Kind::reset_layout: rebuild_layout_ = true; break;
    case Kind::toggle_theme:
        settings_.light = !settings_.light;
        apply_theme(settings_.light, scale_);
        break;
    case Kind::quit: quit_ = true; break;
    }
}

void Application::save_window_to(const std::string& path) { window_capture_ = path; }

void Application::frame() {
    int width = 0, height = 0;
    window_.framebuffer_size(width, height);
    poll_engine();
    poll_dialog();
    for (const auto& command : std::exchange(commands_, {})) {
        try {
            run(command);
        } catch (const std::exception& e) {
            log(true, e.what());
            ui_.toast = e.what();
            ui_.toast_until = seconds_since(start_) + 8;
        }
    }
    engine_.request(scene_);
    if (width <= 0 || height <= 0 || window_.minimised()) {
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
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    ImGui::NewFrame();
    const auto start = Clock::now();
    PanelContext c{scene_,
                   defaults_,
                   ui_,
                   settings_,
                   pair_,
                   {engine_.model(Side::a), engine_.model(Side::b)},
                   {engine_.load_status(Side::a), engine_.load_status(Side::b)},
                   engine_.busy(),
                   commands_};
    const auto before = scene_;
    ui_.drawing_ms = 0;
    handle_keys(c);
    draw_windows(c);
    ImGui::Render();
    push_history(ui_.ui_ms, seconds_since(start) * 1000 - ui_.drawing_ms);
    push_history(ui_.drawing_history, ui_.drawing_ms);
    if (scene_ != before) touch(); // asked for at the start of the next frame, which is at once
    glViewport(0, 0, width, height);
    glClearColor(0.1f, 0.11f, 0.12f, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    engine_.request(scene_);
    if (!window_capture_.empty()) {
        const auto path = std::exchange(window_capture_, {});
        try {
            io::write_png(path, width, height, 3, read_pixels(width, height));
            toast("Saved " + path);
        } catch (const std::exception& e) {
            log(true, e.what());
        }
    }
    if (ui_.full_screen != full_screen_) {
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
}

} // namespace unstuck::app
