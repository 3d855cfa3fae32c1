// usage: window_tests [--display] [--guide FOLDER] [FILTER]
//   --display: on the display of $DISPLAY instead of without one
//   --guide: no tests, but the pictures of the guide from the scenes in FOLDER
#include "tests/gui/harness.hpp"

#include "core/engine/allocator.hpp"

#include <GLFW/glfw3.h>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <glad/gl.h>
#include <imgui_te_exporters.h>
#include <thread>

namespace unstuck::test {

using engine::Side;

bool Harness::wait(ImGuiTestContext* ctx, const std::function<bool()>& done, int seconds) {
    const auto start = std::chrono::steady_clock::now();
    while (!done()) {
        if (ctx->IsError()) return false;
        if (std::chrono::steady_clock::now() - start > std::chrono::seconds(seconds)) {
            ctx->LogError("waited for %d seconds", seconds);
            IM_CHECK_NO_RET(false && "waited in vain");
            return false;
        }
        ctx->Yield();
    }
    ctx->Yield(2);
    return true;
}

bool Harness::settle(ImGuiTestContext* ctx) {
    ctx->Yield(2);
    return wait(ctx, [this] {
        return app->both_pictures_there() && engine::same_render(app->shown()->scene, [&] {
                   auto scene = app->scene();
                   scene.model = app->shown()->scene.model;
                   return scene;
               }());
    });
}

void Harness::on_main(ImGuiTestContext* ctx, std::function<void()> what) {
    pending = std::move(what);
    while (pending && !ctx->IsError()) ctx->Yield();
    ctx->Yield(2);
}

std::array<int, 3> Harness::pixel(ImGuiTestContext* ctx, float x, float y) {
    keep_pixels = true;
    ctx->Yield(2);
    keep_pixels = false;
    const auto at = (static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)) * 3;
    if (at + 2 >= pixels.size()) return {-1, -1, -1};
    return {pixels[at], pixels[at + 1], pixels[at + 2]};
}

void Harness::reset(ImGuiTestContext* ctx) {
    for (auto side : engine::kSides) {
        const std::string wanted = side == Side::a ? "demo:stylegan2" : "demo:alias-free-t";
        app->engine().dismiss_error(side);
        const auto m = app->engine().model(side);
        if (!m || m->source != wanted) app->open(side, wanted);
    }
    wait(ctx, [this] {
        const auto a = app->engine().model(Side::a), b = app->engine().model(Side::b);
        return a && b && a->source == "demo:stylegan2" && b->source == "demo:alias-free-t";
    });
    ctx->Yield(2);
    engine::Scene still;
    still.model = app->scene().model;
    keep_pixels = false; // reading them takes longer than drawing
    app->session() = {};
    app->scene() = still;
    app->ui().timeline = {};
    app->ui().toast.clear(); // it lies over the pictures
    app->ui().tool = app::Tool::latent;
    app->ui().show_left = app->ui().show_bottom = true;
    app->ui().show_help = false;
    app->jobs().cancel_all();
    app->ui().selection.reset();
    app->ui().watched.clear();
    app->ui().palette = {};
    app->ui().statistics = {};
    app->ui().instruments = {};
    app->ui().ladder = {};
    ctx->PopupCloseAll();
    ctx->MouseMoveToPos({3, 3});
    settle(ctx);
    app->forget_steps();
}

namespace {

void register_all_tests(ImGuiTestEngine* engine, Harness& harness) {
    register_window_tests(engine, harness);
    register_action_tests(engine, harness);
    register_palette_tests(engine, harness);
    register_viewer_tests(engine, harness);
    register_picture_tests(engine, harness);
    register_bookmark_tests(engine, harness);
    register_compare_tests(engine, harness);
    register_difference_tests(engine, harness);
    register_filter_tests(engine, harness);
    register_system_tests(engine, harness);
    register_instrument_tests(engine, harness);
    register_ladder_tests(engine, harness);
    register_latent_map_tests(engine, harness);
    register_latent_tests(engine, harness);
    register_spectra_tests(engine, harness);
    register_timeline_tests(engine, harness);
    register_session_tests(engine, harness);
    register_recorder_tests(engine, harness); // last: one of them asks to quit
}

int run(bool display, const char* guide, const char* filter) {
    app::GlWindowOptions options;
    options.headless = !display;
    if (guide) options.width = 1600, options.height = 1200; // without a display, a window never grows beyond this
    app::GlWindow window(options);
    app::ApplicationOptions app_options;
    app_options.capture_folder = "captures";
    app_options.scene.playing = false;
    app::Application app(window, app_options);
    Harness harness;
    harness.window = &window;
    harness.app = &app;

    auto* engine = ImGuiTestEngine_CreateContext();
    auto& io = ImGuiTestEngine_GetIO(engine);
    io.ConfigVerboseLevel = ImGuiTestVerboseLevel_Info;
    io.ConfigVerboseLevelOnError = ImGuiTestVerboseLevel_Info;
    io.ConfigLogToTTY = true;
    io.ConfigSavedSettings = false;
    io.ConfigNoThrottle = true;
    io.ConfigFixedDeltaTime = 1.0f / 60;
    io.ConfigRunSpeed = ImGuiTestRunSpeed_Fast;
    // Its seconds are frames' sixtieths, and how many of these a measurement takes depends on the machine; waits have
    // limits of their own, in true seconds.
    io.ConfigWatchdogKillTest = 3600;
    if (guide) {
        io.ConfigMouseDrawCursor = false;
    } else {
        io.ExportResultsFormat = ImGuiTestEngineExportFormat_JUnitXml;
        io.ExportResultsFilename = display ? "window_tests_display.xml" : "window_tests.xml";
    }
    ImGuiTestEngine_Start(engine, ImGui::GetCurrentContext());
    if (guide)
        register_guide_pictures(engine, harness, guide);
    else
        register_all_tests(engine, harness);
    ImGuiTestEngine_QueueTests(engine, ImGuiTestGroup_Tests, filter, ImGuiTestRunFlags_RunFromCommandLine);

    while (!ImGuiTestEngine_IsTestQueueEmpty(engine)) {
        glfwPollEvents();
        if (harness.pending) std::exchange(harness.pending, nullptr)();
        const auto begin = std::chrono::steady_clock::now();
        app.advance(1.0 / 60);
        app.frame();
        ImGuiTestEngine_PreSwap(engine);
        if (harness.keep_pixels) {
            window.framebuffer_size(harness.width, harness.height);
            if (harness.width > 0 && harness.height > 0)
                harness.pixels = app::read_pixels(harness.width, harness.height);
        }
        if (glGetError() != GL_NO_ERROR) ++harness.gl_errors;
        glfwSwapBuffers(window.handle());
        ImGuiTestEngine_PostSwap(engine);
        if (app.engine().busy()) std::this_thread::sleep_for(std::chrono::milliseconds(5)); // two cores: one for it
        if (app.jobs().idle()) continue;
        // Jobs give way to everything, and drawing in software takes all cores: half of the time is theirs.
        std::this_thread::sleep_for(std::max<std::chrono::steady_clock::duration>(
            std::chrono::milliseconds(guide ? 200 : 5), std::chrono::steady_clock::now() - begin));
    }
    ImGuiTestEngineResultSummary summary;
    ImGuiTestEngine_GetResultSummary(engine, &summary);
    ImGuiTestEngine_Stop(engine);
    std::printf("%d of %d window tests passed, %d OpenGL errors\n", summary.CountSuccess, summary.CountTested,
                harness.gl_errors);
    const bool ok = summary.CountTested > 0 && summary.CountSuccess == summary.CountTested && harness.gl_errors == 0;
    // The engine's context has to outlive Dear ImGui's, which the application owns: leave both to the process's end.
    std::fflush(stdout);
    std::_Exit(ok ? 0 : 1);
}

} // namespace

} // namespace unstuck::test

int main(int argc, char** argv) {
    unstuck::engine::keep_large_blocks();
    bool display = false;
    const char *guide = nullptr, *filter = nullptr;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--display") == 0)
            display = true;
        else if (std::strcmp(argv[i], "--guide") == 0 && i + 1 < argc)
            guide = argv[++i];
        else
            filter = argv[i];
    }
    return unstuck::test::run(display, guide, filter);
}
