#include "app/application.hpp"
#include "app/cli/options.hpp"
#include "core/engine/model_names.hpp"
#include "core/engine/scene_file.hpp"

#include <GLFW/glfw3.h>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace unstuck::app {

namespace {

bool is_scene_file(const std::string& path) { return std::filesystem::exists(path) && engine::read_scene_file(path); }

void check_models(const WindowOptions& o) {
    for (const auto& m : o.models)
        if (!engine::is_demo(m) && !std::filesystem::exists(m))
            throw std::invalid_argument(m + ": there is no such file");
}

void apply_options(const WindowOptions& o, engine::Scene& scene) {
    if (o.models.size() == 1) scene.model = {o.models[0], ""};
    if (o.models.size() == 2) scene.model = {o.models[0], o.models[1]};
    if (o.paused) scene.playing = false;
}

/// The scene or session to begin with, and whether a crash's session comes before it.
void set_start(WindowOptions o, ApplicationOptions& app) {
    if (o.models.size() == 1 && engine::is_session_file(o.models[0])) {
        if (!o.session.empty()) throw std::invalid_argument("--session: there is another one, " + o.models[0]);
        o.session = o.models[0];
        o.models.clear();
    }
    if (o.models.size() == 1 && o.scene.empty() && is_scene_file(o.models[0])) {
        o.scene = o.models[0];
        o.models.clear();
    }
    check_models(o);
    if (!o.session.empty() && !o.scene.empty()) throw std::invalid_argument("--session, --scene: give one of them");
    if (!o.session.empty()) {
        app.session = engine::read_session(o.session);
        apply_options(o, app.session->session.scene);
    }
    const auto found = o.scene.empty() ? engine::SceneFile{first_scene(), {}, {}, {}, {}} : engine::find_scene(o.scene);
    say_notes(found);
    app.scene = found.scene;
    app.motion = found.motion;
    app.ready = found.ready;
    apply_options(o, app.scene);
    for (auto* scene : {&app.scene, app.session ? &app.session->session.scene : &app.scene})
        for (auto& model : scene->model) model = engine::lasting_name(model);
    if (!o.session.empty() || !o.scene.empty())
        app.restore = Restore::never;
    else if (!o.models.empty())
        app.restore = Restore::if_same_models;
}

std::string config_folder(const WindowOptions& o) {
    if (!o.config.empty()) return o.config;
    return o.headless || !o.screenshot.empty() ? std::string() : settings_folder();
}

/// Waits for events, or does not, as the application says.
void wait_for_events(const Application& app, bool headless) {
    const double wait = app.wait_seconds();
    if (headless && wait != 0) { // GLFW's null platform has no events to wait for
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return;
    }
    if (wait == 0)
        glfwPollEvents();
    else if (wait < 0)
        glfwWaitEvents();
    else
        glfwWaitEventsTimeout(wait);
}

} // namespace

int run_window(const WindowOptions& o) {
    ApplicationOptions app_options;
    set_start(o, app_options);
    const auto folder = config_folder(o);
    const auto settings = load_settings(folder);
    GlWindowOptions window_options;
    window_options.width = o.width > 0 ? o.width : settings.width;
    window_options.height = o.height > 0 ? o.height : settings.height;
    window_options.headless = o.headless;
    GlWindow window(window_options);
    app_options.scale = o.ui_scale > 0 ? o.ui_scale : window.content_scale();
    app_options.config_folder = folder;
    if (!o.device.empty() || !o.precision.empty())
        app_options.device = parse_device(settings.device, o.device, o.precision);
    Application app(window, app_options);
    app.ui().bring_to_front = o.panel;
    auto last = std::chrono::steady_clock::now();
    int frames_since_ready = 0;
    bool was_ready = false;
    while (!app.quit_requested()) {
        if (window.should_close()) { // the application may have something to ask first
            glfwSetWindowShouldClose(window.handle(), GLFW_FALSE);
            app.ask({Command::Kind::quit, engine::Side::a, {}});
        }
        const auto now = std::chrono::steady_clock::now();
        app.advance(std::chrono::duration<double>(now - last).count());
        last = now;
        if (!o.screenshot.empty()) {
            was_ready = was_ready || app.both_pictures_there();
            if (was_ready && frames_since_ready++ >= o.after + Application::kSettleFrames) {
                app.save_window_to(o.screenshot);
                app.frame();
                if (!std::filesystem::exists(o.screenshot))
                    throw std::runtime_error(o.screenshot + ": cannot be written");
                return 0;
            }
        }
        app.frame();
        glfwSwapBuffers(window.handle());
        if (was_ready) app.touch();
        wait_for_events(app, o.headless);
    }
    return 0;
}

} // namespace unstuck::app
