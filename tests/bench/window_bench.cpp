// How fluid the window is: the demo pair animated, an edit every 150 ms, drawn on demand as the program does.
// usage: window_bench [--display] [--measuring] [SECONDS]
// --measuring: an instrument measures in the background all the while.
// Prints pairs per second, time from an edit to the swap of the frame that shows the control's new value (median and
// 95th percentile), and the interface's own time per frame.
#include "app/application.hpp"
#include "core/engine/allocator.hpp"
#include "core/engine/instruments.hpp"

#include <GLFW/glfw3.h>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <glad/gl.h>

namespace {

using namespace unstuck;
using Clock = std::chrono::steady_clock;

double seconds_between(Clock::time_point a, Clock::time_point b) {
    return std::chrono::duration<double>(b - a).count();
}

double quantile(std::vector<double> v, double q) {
    if (v.empty()) return 0;
    std::sort(v.begin(), v.end());
    return v[std::min(v.size() - 1, static_cast<std::size_t>(q * static_cast<double>(v.size())))];
}

void wait_as_the_program_does(const app::Application& a, double at_most) {
    const double wait = a.wait_seconds();
    if (wait == 0)
        glfwPollEvents();
    else
        glfwWaitEventsTimeout(wait < 0 ? at_most : std::min(wait, at_most));
}

} // namespace

int main(int argc, char** argv) {
    engine::keep_large_blocks();
    app::GlWindowOptions options;
    options.headless = true;
    double seconds = 10;
    bool measuring = false;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--display") == 0)
            options.headless = false;
        else if (std::strcmp(argv[i], "--measuring") == 0)
            measuring = true;
        else
            seconds = std::atof(argv[i]);
    }
    app::GlWindow window(options);
    app::ApplicationOptions app_options;
    app_options.scene.playing = true;
    app_options.scene.transform.animate_orbit = true;
    app::Application application(window, app_options);
    while (!application.both_pictures_there()) {
        application.frame();
        glfwSwapBuffers(window.handle());
        glfwWaitEventsTimeout(0.01);
    }
    engine::Run<engine::MapSettings> run{};
    if (measuring) {
        run.settings.cells = 257;
        const std::array models = {application.engine().loaded(engine::Side::a),
                                   application.engine().loaded(engine::Side::b)};
        run = engine::start(application.jobs(), engine::subjects_of(application.scene(), models), run.settings);
    }
    const auto start = Clock::now();
    const auto first_pair = application.shown()->serial;
    auto last = start, next_edit = start + std::chrono::milliseconds(150);
    std::vector<double> latency, ui_ms;
    while (seconds_between(start, Clock::now()) < seconds) {
        const auto now = Clock::now();
        application.advance(seconds_between(last, now));
        last = now;
        const bool edit = now >= next_edit;
        if (edit) {
            next_edit = now + std::chrono::milliseconds(150);
            application.scene().latent.psi = application.scene().latent.psi > 0.9 ? 0.8 : 1.0;
            application.touch();
        }
        application.frame();
        glfwSwapBuffers(window.handle());
        glFinish();
        ui_ms.push_back(application.ui().ui_ms.back());
        if (edit) latency.push_back(seconds_between(now, Clock::now()) * 1000);
        wait_as_the_program_does(application, std::max(seconds_between(Clock::now(), next_edit), 0.001));
    }
    const double pairs = static_cast<double>(application.shown()->serial - first_pair) / seconds;
    std::printf("%s\npairs/s %.1f\nedit to swap ms: median %.1f, p95 %.1f (%zu edits)\ninterface ms per frame: median "
                "%.2f, p95 %.2f\n",
                window.renderer().c_str(), pairs, quantile(latency, 0.5), quantile(latency, 0.95), latency.size(),
                quantile(ui_ms, 0.5), quantile(ui_ms, 0.95));
    if (const auto map = run.result(engine::Side::b)) std::printf("cells measured meanwhile: %d\n", map->done);
    application.jobs().cancel_all();
    return 0;
}
