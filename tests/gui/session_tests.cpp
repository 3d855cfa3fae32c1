// Undo, saved sessions, and what is asked before a file is replaced.
#include "core/engine/session_file.hpp"
#include "tests/gui/harness.hpp"
#include "tests/gui/scripted_dialog.hpp"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace unstuck::test {

using app::Command;
using engine::Side;

namespace {

namespace fs = std::filesystem;

/// Steps to undo since it was made.
struct Steps {
    explicit Steps(Harness& h) : harness(h), before(h.app->history().steps()) {}
    int made() const { return static_cast<int>(harness.app->history().steps()) - static_cast<int>(before); }
    Harness& harness;
    std::size_t before;
};

void drag_over(ImGuiTestContext* ctx, ImVec2 from, ImVec2 by) {
    ctx->MouseMoveToPos(from);
    ctx->MouseDown();
    for (int i = 1; i <= 5; ++i) ctx->MouseMoveToPos({from.x + by.x * i / 5, from.y + by.y * i / 5});
    ctx->MouseUp();
    ctx->Yield(3);
}

void undo_key(ImGuiTestContext* ctx, ImGuiKeyChord more = 0) {
    ctx->MouseMoveToPos(harness(ctx).canvas_centre(Side::a));
    ctx->KeyPress(ImGuiMod_Ctrl | more | ImGuiKey_Z);
    ctx->Yield(3);
}

/// A file in a folder of its own, which is empty at first.
std::string in_empty_folder(const char* name) {
    fs::remove_all("sessions");
    fs::create_directories("sessions");
    return std::string("sessions/") + name;
}

void gestures(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "session", "a_drag_on_the_picture_is_one_step_and_undo_brings_the_very_picture_back",
             [](ImGuiTestContext* ctx) {
                 auto& h = harness(ctx);
                 h.reset(ctx);
                 const auto a = h.frame(Side::a).image.host_pixels(), b = h.frame(Side::b).image.host_pixels();
                 const Steps steps(h);
                 drag_over(ctx, h.canvas_centre(Side::a), {120, 60});
                 IM_CHECK_EQ(steps.made(), 1);
                 IM_CHECK_EQ(h.app->history().undo_label(), std::string("latent x, y"));
                 h.settle(ctx);
                 const auto moved = h.frame(Side::b).image.host_pixels();
                 IM_CHECK(moved != b);
                 undo_key(ctx);
                 h.settle(ctx);
                 IM_CHECK(h.frame(Side::a).image.host_pixels() == a);
                 IM_CHECK(h.frame(Side::b).image.host_pixels() == b);
                 undo_key(ctx, ImGuiMod_Shift);
                 h.settle(ctx);
                 IM_CHECK(h.frame(Side::b).image.host_pixels() == moved);
                 undo_key(ctx);
                 ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_Y);
                 ctx->Yield(3);
                 h.settle(ctx);
                 IM_CHECK(h.frame(Side::b).image.host_pixels() == moved);
             });
    add_test(e, h, "session", "a_slider_drag_is_one_step_and_a_new_change_drops_what_was_undone",
             [](ImGuiTestContext* ctx) {
                 auto& h = harness(ctx);
                 h.reset(ctx);
                 const Steps steps(h);
                 const auto rect = ctx->ItemInfo("//Latent/psi/##value").RectFull;
                 drag_over(ctx, rect.GetCenter(), {30, 0});
                 IM_CHECK_EQ(steps.made(), 1);
                 IM_CHECK_EQ(h.app->history().undo_label(), std::string("latent psi"));
                 const double psi = h.app->scene().latent.psi;
                 IM_CHECK_NE(psi, 1.0);
                 ctx->MenuClick("//##MainMenuBar/Edit/###undo");
                 ctx->Yield(3);
                 IM_CHECK_EQ(h.app->scene().latent.psi, 1.0);
                 IM_CHECK_EQ(h.app->history().redo_label(), std::string("latent psi"));
                 ctx->ItemInputValue("//Transform/x/##value", 4);
                 ctx->Yield(3);
                 IM_CHECK(!h.app->history().can_redo());
                 IM_CHECK_EQ(h.app->history().undo_label(), std::string("transform x"));
                 IM_CHECK_EQ(steps.made(), 1);
             });
    add_test(e, h, "session", "zooming_panning_and_playing_make_no_steps", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const Steps steps(h);
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        ctx->MouseWheelY(2);
        ctx->Yield(3);
        IM_CHECK_GT(h.app->scene().view.zoom, 0.0);
        ctx->KeyPress(ImGuiKey_Space);
        ctx->Yield(3);
        ctx->KeyPress(ImGuiKey_Space);
        ctx->Yield(3);
        IM_CHECK_EQ(steps.made(), 0);
        ctx->KeyPress(ImGuiKey_3);
        ctx->Yield(3);
        IM_CHECK_EQ(steps.made(), 1);
        IM_CHECK_EQ(h.app->history().undo_label(), std::string("layout"));
        const double zoom = h.app->scene().view.zoom;
        undo_key(ctx);
        IM_CHECK(h.app->scene().view.layout == engine::Layout::side_by_side);
        IM_CHECK_EQ(h.app->scene().view.zoom, zoom);
    });
    add_test(e, h, "session", "an_animation_makes_no_steps_and_goes_on_through_undo", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& s = h.app->scene();
        s.transform.animate_orbit = s.latent.animate = true;
        ctx->Yield(3);
        const Steps steps(h);
        s.playing = true;
        h.wait(ctx, [&] { return h.app->scene().time > 0.1; });
        ctx->ItemInputValue("//Latent/psi/##value", 0.5f);
        h.wait(ctx, [&, then = s.time] { return h.app->scene().time > then + 0.1; });
        IM_CHECK_EQ(steps.made(), 1);
        const double x = s.latent.x, phase = s.transform.orbit_phase, time = s.time;
        undo_key(ctx);
        IM_CHECK_EQ(h.app->scene().latent.psi, 1.0);
        IM_CHECK(h.app->scene().playing);
        IM_CHECK(h.app->scene().latent.x >= x && h.app->scene().time >= time);
        IM_CHECK(h.app->scene().transform.orbit_phase >= phase);
        IM_CHECK_EQ(h.app->history().undo_label() == "latent psi", false);
    });
    add_test(e, h, "session", "another_model_is_a_step_and_undo_loads_the_old_one", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->scene().layer.name[1] = "L3_84_40";
        ctx->Yield(3);
        h.settle(ctx);
        const auto b = h.frame(Side::b).image.host_pixels();
        const Steps steps(h);
        h.on_main(ctx, [&] { h.app->open(Side::b, "demo:stylegan2"); });
        h.wait(ctx, [&] { return h.app->scene().model[1] == "demo:stylegan2" && h.app->both_pictures_there(); });
        ctx->Yield(3);
        IM_CHECK_EQ(steps.made(), 1);
        IM_CHECK_EQ(h.app->history().undo_label(), std::string("model B"));
        IM_CHECK_EQ(h.app->scene().layer.name[1], std::string("output"));
        undo_key(ctx);
        h.wait(ctx, [&] { return h.app->engine().model(Side::b)->source == "demo:alias-free-t"; });
        h.settle(ctx);
        IM_CHECK(h.frame(Side::b).image.host_pixels() == b);
        IM_CHECK_EQ(h.app->ui().path[1], std::string("demo:alias-free-t"));
        IM_CHECK_EQ(steps.made(), 1);
        undo_key(ctx, ImGuiMod_Shift);
        h.wait(ctx, [&] { return h.app->engine().model(Side::b)->source == "demo:stylegan2"; });
        undo_key(ctx);
        ctx->MenuClick("//##MainMenuBar/File/Swap A and B");
        ctx->Yield(3);
        IM_CHECK_EQ(h.app->history().undo_label(), std::string("models"));
        undo_key(ctx);
        h.settle(ctx);
        IM_CHECK_EQ(h.app->engine().model(Side::a)->source, std::string("demo:stylegan2"));
        IM_CHECK(h.frame(Side::b).image.host_pixels() == b);
    });
}

void files(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "session", "saves_through_the_dialog_and_opens_again", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const auto file = in_empty_folder("one");
        h.app->set_dialog(std::make_unique<ScriptedDialog>(std::vector{file}));
        h.app->scene().latent.x = 3.25;
        h.app->session().bookmarks = {{"here", h.app->scene(), nullptr}};
        ctx->Yield(3);
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_S);
        const auto path = file + ".unstuck";
        h.wait(ctx, [&] { return fs::exists(path); });
        IM_CHECK(!h.app->ui().session_file.shown.unsaved);
        IM_CHECK_EQ(h.app->history().file(), path);
        h.settle(ctx);
        const auto saved = h.app->session();
        const auto b = h.frame(Side::b).image.host_pixels();
        h.app->scene().latent.x = 7;
        h.app->session().bookmarks.clear();
        ctx->Yield(3);
        IM_CHECK(h.app->ui().session_file.shown.unsaved);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_S); // under the name it has
        ctx->Yield(3);
        IM_CHECK_EQ(engine::read_session(path).session.scene.latent.x, 7.0);
        engine::write_session(path, saved);
        h.app->set_dialog(std::make_unique<ScriptedDialog>(std::vector{path}));
        ctx->MenuClick("//##MainMenuBar/File/Open session...");
        h.wait(ctx, [&] { return h.app->scene().latent.x == 3.25; });
        IM_CHECK_EQ(h.app->session().bookmarks.size(), 1u);
        h.settle(ctx);
        IM_CHECK(h.frame(Side::b).image.host_pixels() == b);
        // Opening is a step, too.
        undo_key(ctx);
        IM_CHECK_EQ(h.app->scene().latent.x, 7.0);
        h.app->set_dialog(app::make_native_dialog());
        h.app->session().bookmarks.clear();
        fs::remove_all("sessions");
    });
    add_test(e, h, "session", "nothing_is_replaced_unasked", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const auto path = in_empty_folder("taken.unstuck");
        std::ofstream(path) << "precious";
        h.app->ask({Command::Kind::save_session_as, Side::a, path});
        ctx->Yield(5);
        IM_CHECK_EQ(fs::file_size(path), 8u);
        ctx->ItemClick("//Replace the file?/Cancel");
        ctx->Yield(3);
        IM_CHECK_EQ(fs::file_size(path), 8u);
        IM_CHECK(h.app->ui().session_file.question == app::SessionFileState::Question::none);
        h.app->ask({Command::Kind::save_session_as, Side::a, path});
        ctx->Yield(5);
        ctx->ItemClick("//Replace the file?/Replace");
        ctx->Yield(3);
        IM_CHECK(engine::read_session(path).session == h.app->session());
        fs::remove_all("sessions");
    });
    add_test(e, h, "session", "without_a_dialog_program_a_window_asks_for_the_path", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const auto path = in_empty_folder("typed.json");
        h.app->set_dialog(std::make_unique<NoDialog>());
        ctx->MenuClick("//##MainMenuBar/File/Save session as...");
        ctx->Yield(5);
        ctx->ItemInputValue("//Save session as/##path", path.c_str());
        h.wait(ctx, [&] { return fs::exists(path); });
        ctx->Yield(5);
        IM_CHECK(h.app->ui().session_file.question == app::SessionFileState::Question::none);
        const double x = h.app->scene().latent.x;
        h.app->scene().latent.x = x + 2;
        ctx->Yield(3);
        ctx->MenuClick("//##MainMenuBar/File/Open session...");
        ctx->Yield(5);
        ctx->ItemInputValue("//Open session/##path", path.c_str());
        h.wait(ctx, [&] { return h.app->scene().latent.x == x; });
        h.app->set_dialog(app::make_native_dialog());
        fs::remove_all("sessions");
    });
    add_test(e, h, "session", "a_dropped_scene_opens_and_a_missing_model_is_named", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->session().bookmarks = {{"stays", h.app->scene(), nullptr}};
        const auto path = in_empty_folder("scene.json");
        std::ofstream(path) << R"({"model_a": "demo:stylegan2", "model_b": "/none/gone.pkl", "latent": {"x": 5}})";
        h.on_main(ctx, [&] { h.window->on_drop({path}); });
        IM_CHECK_EQ(h.app->scene().latent.x, 5.0);
        IM_CHECK(h.app->ui().toast.find("there is no /none/gone.pkl: B keeps its model") != std::string::npos);
        IM_CHECK_EQ(h.app->scene().model[1], std::string("demo:alias-free-t"));
        IM_CHECK_EQ(h.app->session().bookmarks.size(), 1u); // a scene is no session
        IM_CHECK_EQ(h.app->history().file(), std::string());
        undo_key(ctx);
        IM_CHECK_EQ(h.app->scene().latent.x, 0.0);
        // A session opens also without the model that it names, which it keeps for when that is back.
        std::ofstream(path) << R"({"session": 1, "scene": {"model_b": "/none/gone.pkl", "latent": {"x": 6}}})";
        h.on_main(ctx, [&] { h.window->on_drop({path}); });
        h.wait(ctx, [&] { return !h.app->engine().load_status(Side::b).error.empty(); });
        IM_CHECK_EQ(h.app->scene().latent.x, 6.0);
        IM_CHECK(h.app->engine().load_status(Side::b).error.find("/none/gone.pkl") != std::string::npos);
        IM_CHECK(h.app->engine().model(Side::b) == nullptr);
        h.app->ask({Command::Kind::add_bookmark, Side::a, {}});
        ctx->Yield(3);
        IM_CHECK_EQ(h.app->session().bookmarks.back().scene.model[1], std::string("/none/gone.pkl"));
        undo_key(ctx);
        undo_key(ctx);
        h.wait(ctx, [&] { return h.app->engine().model(Side::b) && h.app->both_pictures_there(); });
        IM_CHECK(h.app->engine().load_status(Side::b).error.empty());
        // A recipe plays.
        std::ofstream(path) << R"({"name": "r", "description": "d", "motion": {"frames": 7, "tracks":
            [{"path": "/transform/x", "keys": [{"frame": 0, "value": 0.5}]}]}})";
        h.on_main(ctx, [&] { h.window->on_drop({path}); });
        ctx->Yield(3);
        IM_CHECK_EQ(h.app->session().motion.frames, 7);
        IM_CHECK_EQ(h.app->session().bookmarks.size(), 1u);
        undo_key(ctx);
        // What cannot be read changes nothing.
        std::ofstream(path) << R"({"session": 1, "scene": {"latent": {"x": "east"}}})";
        const auto before = h.app->session();
        h.on_main(ctx, [&] { h.window->on_drop({path}); });
        ctx->Yield(3);
        IM_CHECK(h.app->session() == before);
        IM_CHECK(h.app->ui().toast.find("latent.x") != std::string::npos);
        fs::remove_all("sessions");
    });
    add_test(e, h, "session", "what_only_changes_how_pictures_are_shown_is_in_a_bookmark", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& s = h.app->scene();
        s.layer.gain_db = 12;
        s.layer.normalize = true;
        s.spectrum.low_db = -77;
        h.settle(ctx);
        h.app->ask({Command::Kind::add_bookmark, Side::a, {}});
        ctx->Yield(3);
        const auto& kept = h.app->session().bookmarks.back().scene;
        IM_CHECK_EQ(kept.layer.gain_db, 12.0);
        IM_CHECK(kept.layer.normalize);
        IM_CHECK_EQ(kept.spectrum.low_db, -77.0);
        h.app->session().bookmarks.clear();
    });
    add_test(e, h, "session", "a_typed_number_stays_a_number_in_its_range", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->ItemInputValue("//Latent/psi/##value", "nan");
        IM_CHECK_EQ(h.app->scene().latent.psi, 1.0);
        ctx->ItemInputValue("//Latent/psi/##value", "50");
        IM_CHECK_EQ(h.app->scene().latent.psi, 2.0);
        ctx->ItemInputValue("//Latent/psi/##value", "-inf");
        IM_CHECK_EQ(h.app->scene().latent.psi, -1.0);
        ctx->ItemInputValue("//Transform/x/##value", "nan");
        IM_CHECK_EQ(h.app->scene().transform.x, 0.0);
        ctx->Yield(3);
        (void)engine::session_from_json(nlohmann::json::parse(engine::to_json(h.app->session()).dump()));
    });
    add_test(e, h, "session", "a_new_session_keeps_the_models_and_can_be_undone", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->scene().latent.x = 9;
        ctx->Yield(3);
        const auto before = h.app->session();
        ctx->MenuClick("//##MainMenuBar/File/New session");
        ctx->Yield(3);
        IM_CHECK_EQ(h.app->scene().latent.x, 0.0);
        IM_CHECK(h.app->scene().playing);
        IM_CHECK_EQ(h.app->scene().model[1], std::string("demo:alias-free-t"));
        h.app->scene().playing = false;
        undo_key(ctx);
        IM_CHECK_EQ(h.app->scene().latent.x, 9.0);
        IM_CHECK(h.app->scene().transform == before.scene.transform);
    });
}

} // namespace

void register_session_tests(ImGuiTestEngine* e, Harness& h) {
    gestures(e, h);
    files(e, h);
}

} // namespace unstuck::test
