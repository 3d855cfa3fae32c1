#pragma once
#include "app/application.hpp"

#include <functional>
#include <imgui.h>
#include <imgui_te_context.h>
#include <imgui_te_engine.h>

namespace unstuck::test {

/// The real application in a real window, driven by Dear ImGui's test engine. Tests run interleaved with the frames of
/// the main loop; what touches the window or OpenGL goes through on_main.
struct Harness {
    app::GlWindow* window = nullptr;
    app::Application* app = nullptr;
    std::function<void()> pending;    ///< Run by the main loop before its next frame.
    std::vector<std::uint8_t> pixels; ///< Of the last frame, RGB, top row first.
    int width = 0, height = 0;
    bool keep_pixels = false;
    int gl_errors = 0;

    /// Lets frames pass until `done`, for at most half a minute (work of the lowest priority may need more on a busy
    /// machine). Fails the test when it never is.
    bool wait(ImGuiTestContext* ctx, const std::function<bool()>& done, int seconds = 30);
    /// Until the pictures answer the scene as it is now.
    bool settle(ImGuiTestContext* ctx);
    void on_main(ImGuiTestContext* ctx, std::function<void()> what);
    /// A pixel of the window as it is shown, 0 .. 255.
    std::array<int, 3> pixel(ImGuiTestContext* ctx, float x, float y);
    /// Puts everything back to a still scene of the demo pair.
    void reset(ImGuiTestContext* ctx);

    const engine::Frame& frame(engine::Side side) const { return *app->shown()->frame[engine::index(side)]; }
    std::array<float, 4> canvas(engine::Side side) const { return *app->viewport().canvases()[engine::index(side)]; }
    ImVec2 canvas_centre(engine::Side side) const {
        const auto c = canvas(side);
        return {c[0] + c[2] / 2, c[1] + c[3] / 2};
    }
};

/// The harness of the test that runs.
inline Harness& harness(ImGuiTestContext* ctx) { return *static_cast<Harness*>(ctx->Test->UserData); }

inline ImGuiTest* add_test(ImGuiTestEngine* engine, Harness& h, const char* category, const char* name,
                           ImGuiTestTestFunc* run) {
    auto* test = ImGuiTestEngine_RegisterTest(engine, category, name, __FILE__, __LINE__);
    test->UserData = &h;
    test->TestFunc = run;
    return test;
}

void register_window_tests(ImGuiTestEngine* engine, Harness& harness);
void register_bookmark_tests(ImGuiTestEngine* engine, Harness& harness);
void register_action_tests(ImGuiTestEngine* engine, Harness& harness);
void register_filter_tests(ImGuiTestEngine* engine, Harness& harness);
void register_spectra_tests(ImGuiTestEngine* engine, Harness& harness);
void register_system_tests(ImGuiTestEngine* engine, Harness& harness);
void register_compare_tests(ImGuiTestEngine* engine, Harness& harness);
void register_difference_tests(ImGuiTestEngine* engine, Harness& harness);
void register_ladder_tests(ImGuiTestEngine* engine, Harness& harness);
void register_instrument_tests(ImGuiTestEngine* engine, Harness& harness);
void register_latent_map_tests(ImGuiTestEngine* engine, Harness& harness);
void register_picture_tests(ImGuiTestEngine* engine, Harness& harness);
void register_session_tests(ImGuiTestEngine* engine, Harness& harness);
/// Not a test: saves a picture beside every scene (FOLDER/NAME.json) of the guide.
void register_guide_pictures(ImGuiTestEngine* engine, Harness& harness, const std::string& folder);

} // namespace unstuck::test
