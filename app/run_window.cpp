#include "app/application.hpp"
#include "app/cli/options.hpp"
#include "core/io/json_file.hpp"

#include <GLFW/glfw3.h>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

namespace unstuck::app {

namespace {

engine::Scene start_scene(const WindowOptions& o) {
    engine::Scene scene;
    if (!o.scene.empty()) {
        scene = engine::scene_from_json(io::read_json(o.scene));
    } else {
        // The first thing to be seen is the difference: the content moves on a small circle.
        scene.playing = true;
        scene.transform.animate_orbit = true;
    }
    if (o.models.size() == 1) scene.model = {o.models[0], ""};
    if (o.models.size() == 2) scene.model = {o.models[0], o.models[1]};
    for (const auto& m : o.models)
        if (m.rfind("demo:", 0) != 0 && !std::filesystem::exists(m))
            throw std::invalid_argument(m + ": there is no such file");
    if (o.paused) scene.playing = false;
    return scene;
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
    const auto scene = start_scene(o);
    const auto folder = o.headless || !o.screenshot.empty() ? std::string() : settings_folder();
    const auto settings = load_settings(folder);
    GlWindowOptions window_options;
    window_options.width = o.width > 0 ? o.width : settings.width;
    window_options.height = o.height > 0 ? o.height : settings.height;
    window_options.headless = o.headless;
    GlWindow window(window_options);
    ApplicationOptions app_options;
    app_options.scale = o.ui_scale > 0 ? o.ui_scale : window.content_scale();
    app_options.config_folder = folder;
    app_options.scene = scene;
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
