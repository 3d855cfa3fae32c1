// The Recorder tab: films made while the window goes on, and everything that can stop them.
#include "app/film_setup.hpp"
#include "core/engine/recipe.hpp"
#include "core/engine/record.hpp"
#include "core/io/image_file.hpp"
#include "tests/gui/harness.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace unstuck::test {

namespace fs = std::filesystem;
using app::Recorder;
using engine::Side;
using nlohmann::json;
using Phase = Recorder::Phase;

namespace {

const fs::path kFolder = "captures/films";
constexpr int kPatience = 180; ///< Seconds: a film is work of the lowest priority, and other programs run, too.

std::string bytes_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

int files() { return static_cast<int>(std::distance(fs::directory_iterator(kFolder), {})); }

/// Names of items count from the tab's right half, which is a window of its own.
void look_right(ImGuiTestContext* ctx) {
    const auto half = ctx->WindowInfo("//Recorder/film");
    IM_CHECK(half.ID != 0);
    ctx->SetRef(half.ID);
}

void press(ImGuiTestContext* ctx, const char* control) {
    look_right(ctx);
    ctx->ItemClick(control);
}

bool can_press(ImGuiTestContext* ctx, const char* control) {
    look_right(ctx);
    const auto info = ctx->ItemInfo(control, ImGuiTestOpFlags_NoError);
    return info.ID != 0 && (info.ItemFlags & ImGuiItemFlags_Disabled) == 0;
}

/// The tab on screen, a still demo pair, an empty folder for films, and what is recorded by default.
void begin(ImGuiTestContext* ctx) {
    auto& h = harness(ctx);
    h.reset(ctx);
    fs::remove_all(kFolder);
    fs::create_directories(kFolder);
    h.app->session() = {};
    h.app->session().scene.model = {"demo:stylegan2", "demo:alias-free-t"};
    h.app->ui().recorder = {};
    h.app->ui().recorder.choices.folder = kFolder.string();
    ctx->WindowFocus("//Recorder");
    h.wait(ctx, [&] { return h.app->ui().recorder.target.path.rfind(kFolder.string(), 0) == 0; });
}

/// A session with a recipe's scene, motion and look, of a few frames.
void take_recipe(app::Application& app, const char* name, int frames) {
    const auto recipe = engine::find_recipe(name);
    auto& session = app.session();
    session.scene = engine::scene_of(recipe, session.scene);
    session.motion = engine::resized(recipe.motion, frames);
    session.ready = recipe.ready;
    session.film = recipe.film;
}

void choose(app::Application& app, io::VideoFormat format) { app.ui().recorder.choices.format = format; }

/// Until the film is over; its status.
Recorder::Status finished(ImGuiTestContext* ctx) {
    auto& h = harness(ctx);
    h.wait(
        ctx, [&] { return !h.app->recorder().busy(); }, kPatience);
    ctx->Yield(3); // it is told
    return h.app->recorder().status();
}

/// Presses Record, once its film can be made.
void record(ImGuiTestContext* ctx) {
    auto& h = harness(ctx);
    const int before = h.app->recorder().status().number;
    h.wait(ctx, [&] { return can_press(ctx, "Record"); }); // the disk is looked at now and then
    press(ctx, "Record");
    h.wait(
        ctx, [&] { return h.app->recorder().status().number > before; }, kPatience);
}

/// A long film of the demo pair's own animation, some frames into it.
void record_long(ImGuiTestContext* ctx, io::VideoFormat format) {
    auto& h = harness(ctx);
    h.app->scene().transform.animate_orbit = true;
    h.app->ui().recorder.choices.clock = {30, 100000};
    choose(*h.app, format);
    record(ctx);
    h.wait(
        ctx, [&] { return h.app->recorder().status().progress.done > 1; }, kPatience);
}

} // namespace

void register_recorder_tests(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "recorder", "the same bytes as without the window", [](ImGuiTestContext* ctx) {
        begin(ctx);
        auto& app = *harness(ctx).app;
        take_recipe(app, "texture-sticking", 6);
        choose(app, io::VideoFormat::ffv1);
        const auto session = app.session();
        record(ctx);
        app.scene().latent.x += 5; // the film is of the scene as it was
        const auto film = finished(ctx);
        IM_CHECK_STR_EQ(film.error.c_str(), "");
        IM_CHECK_EQ(film.result.frames, 6);
        IM_CHECK_STR_EQ(film.result.file.c_str(), (kFolder / "film-00000.mkv").c_str());

        // Alone, with networks loaded anew and all cores.
        engine::FilmRequest alone;
        alone.scene = session.scene;
        alone.motion = session.motion;
        alone.ready = session.ready;
        alone.film = session.film;
        alone.device.kind = engine::DeviceChoice::Kind::cpu;
        alone.threads = 3;
        alone.video.path = (kFolder / "alone.mkv").string();
        alone.video.format = io::VideoFormat::ffv1;
        (void)engine::record(alone);
        IM_CHECK(bytes_of(film.result.file) == bytes_of(alone.video.path));
        IM_CHECK(film.progress.picture != nullptr);
        IM_CHECK_EQ(film.progress.picture->width, film.result.width);
    });

    add_test(e, h, "recorder", "the copied command makes the same film", [](ImGuiTestContext* ctx) {
        begin(ctx);
        auto& app = *harness(ctx).app;
        take_recipe(app, "layer-tour", 4);
        app.session().film.width = 640, app.session().film.height = 400;
        choose(app, io::VideoFormat::ffv1);
        press(ctx, "Copy as command line");
        ctx->Yield(3);
        const std::string command = ImGui::GetClipboardText();
        const auto told = fs::absolute(kFolder / "film-00000.film.json").string();
        IM_CHECK(command.rfind("unstuck record --from " + told + " --out ", 0) == 0);
        record(ctx);
        const auto film = finished(ctx);
        auto again = engine::film_request_from_json(json::parse(bytes_of(told)));
        again.device.kind = engine::DeviceChoice::Kind::cpu;
        again.video.path = (kFolder / "again.mkv").string();
        const auto result = engine::record(again);
        IM_CHECK_EQ(result.width, 640);
        IM_CHECK(bytes_of(film.result.file) == bytes_of(again.video.path));
    });

    add_test(e, h, "recorder", "records every recipe", [](ImGuiTestContext* ctx) {
        constexpr int kFrames = 6; // as many as the ladder has steps
        for (const auto& recipe : engine::built_in_recipes()) {
            begin(ctx);
            auto& app = *harness(ctx).app;
            take_recipe(app, recipe.name.c_str(), kFrames);
            app.session().film.samples = 0; // measuring takes long, and is the same without a window
            choose(app, io::VideoFormat::png);
            ctx->LogInfo("%s", recipe.name.c_str());
            record(ctx);
            const auto film = finished(ctx);
            IM_CHECK_STR_EQ(film.error.c_str(), "");
            IM_CHECK_EQ(film.result.frames, kFrames);
            const auto told = json::parse(bytes_of(film.result.sidecar));
            IM_CHECK(!told["motion"]["tracks"].empty());
        }
    });

    add_test(e, h, "recorder", "films the scene's own animation", [](ImGuiTestContext* ctx) {
        begin(ctx);
        auto& app = *harness(ctx).app;
        app.scene().transform.animate_rotation = true;
        app.ui().recorder.choices.clock = {10, 3};
        choose(app, io::VideoFormat::png);
        record(ctx);
        const auto film = finished(ctx);
        IM_CHECK_STR_EQ(film.error.c_str(), "");
        IM_CHECK_EQ(film.result.frames, 3);
        auto running = app.scene();
        running.playing = true;
        const auto head = io::read_png_head((kFolder / "film-00000/frame-000002.png").string());
        const auto scene = engine::scene_from_json(json::parse(head.text.at(io::kSceneKeyword)));
        IM_CHECK_EQ(scene.transform.turns, engine::advanced(running, 0.2).transform.turns);
        IM_CHECK(scene.transform.turns > 0);
    });

    add_test(e, h, "recorder", "pauses, goes on, ends early", [](ImGuiTestContext* ctx) {
        begin(ctx);
        auto& h = harness(ctx);
        record_long(ctx, io::VideoFormat::ffv1);
        press(ctx, "Pause");
        h.wait(ctx, [&] { return h.app->recorder().status().paused; });
        // Whatever the machine does besides, no more than the frame under way can still be told of.
        const int paused_at = h.app->recorder().status().progress.done + 1;
        // The window lives on meanwhile.
        h.app->scene().latent.x += 1;
        IM_CHECK(h.settle(ctx));
        const auto later = std::chrono::steady_clock::now() + std::chrono::seconds(1);
        h.wait(ctx, [&] { return std::chrono::steady_clock::now() >= later; });
        IM_CHECK_LE(h.app->recorder().status().progress.done, paused_at);
        press(ctx, "Resume");
        h.wait(
            ctx, [&] { return h.app->recorder().status().progress.done > paused_at; }, kPatience);
        press(ctx, "End here");
        const auto film = finished(ctx);
        IM_CHECK(film.result.stopped);
        IM_CHECK_EQ(film.result.frames, film.progress.done);
        IM_CHECK(fs::file_size(film.result.file) > 0);
        IM_CHECK_EQ(files(), 2); // with its sidecar
    });

    add_test(e, h, "recorder", "a discarded film leaves nothing", [](ImGuiTestContext* ctx) {
        for (const auto format : {io::VideoFormat::h264, io::VideoFormat::png}) {
            begin(ctx);
            record_long(ctx, format);
            press(ctx, "Discard");
            const auto film = finished(ctx);
            IM_CHECK_STR_EQ(film.error.c_str(), "");
            IM_CHECK_STR_EQ(film.result.file.c_str(), "");
            IM_CHECK_EQ(files(), 0);
        }
    });

    add_test(e, h, "recorder", "asks before it replaces", [](ImGuiTestContext* ctx) {
        begin(ctx);
        auto& h = harness(ctx);
        auto& app = *h.app;
        take_recipe(app, "full-turn", 2);
        std::ofstream(kFolder / "mine.mp4") << "precious";
        app.ui().recorder.name = "mine";
        h.wait(ctx, [&] { return app.ui().recorder.target.taken; });
        ctx->Yield(2);
        IM_CHECK(!can_press(ctx, "Record"));
        const int before = app.recorder().status().number;
        app.ask({app::Command::Kind::record_film, Side::a, {}}); // by its key: refused all the same
        h.wait(
            ctx, [&] { return app.recorder().status().number > before; }, kPatience);
        const auto refused = finished(ctx);
        IM_CHECK(refused.error.find("exists already") != std::string::npos);
        IM_CHECK_STR_EQ(bytes_of(kFolder / "mine.mp4").c_str(), "precious");
        press(ctx, "replace it");
        record(ctx);
        IM_CHECK_EQ(finished(ctx).result.frames, 2);
        IM_CHECK(bytes_of(kFolder / "mine.mp4").size() > 1000);
        IM_CHECK(!app.ui().recorder.replace);
    });

    add_test(e, h, "recorder", "says why there is no film", [](ImGuiTestContext* ctx) {
        begin(ctx);
        auto& h = harness(ctx);
        auto& app = *h.app;
        // Nothing moves.
        IM_CHECK(!can_press(ctx, "Record"));
        take_recipe(app, "full-turn", 30);
        // No ffmpeg.
        const std::string path = std::getenv("PATH");
        ::setenv("PATH", "/nowhere", 1);
        record(ctx);
        auto film = finished(ctx);
        ::setenv("PATH", path.c_str(), 1);
        IM_CHECK(film.phase == Phase::failed);
        IM_CHECK(film.error.find("install ffmpeg") != std::string::npos);
        // A folder that takes no files: not even root may.
        app.ui().recorder.choices.folder = "/proc";
        record(ctx);
        film = finished(ctx);
        IM_CHECK(film.error.find("cannot be created") != std::string::npos);
        // An encoder that dies.
        fs::create_directories(kFolder / "bin");
        std::ofstream(kFolder / "bin/ffmpeg")
            << "#!/bin/sh\nPATH='" << path << "'\ncase \"$*\" in *-encoders*) exec ffmpeg \"$@\";; esac\n"
            << "head -c 100000 >/dev/null\nkill -9 $$\n";
        fs::permissions(kFolder / "bin/ffmpeg", fs::perms::owner_all);
        app.ui().recorder.choices.folder = kFolder.string();
        ::setenv("PATH", fs::absolute(kFolder / "bin").c_str(), 1);
        record(ctx);
        film = finished(ctx);
        ::setenv("PATH", path.c_str(), 1);
        IM_CHECK(film.error.find("Killed") != std::string::npos);
        IM_CHECK_EQ(files(), 1); // the program: nothing of a film
        // A picture that does not fit: said where the button is.
        app.session().film.width = 10, app.session().film.height = 10;
        ctx->Yield(2);
        IM_CHECK(!can_press(ctx, "Record"));
        // All is well again.
        app.session().film = {};
        app.session().motion = engine::resized(app.session().motion, 2);
        record(ctx);
        IM_CHECK_EQ(finished(ctx).result.frames, 2);
    });

    add_test(e, h, "recorder", "Ctrl+R shows the tab, then records", [](ImGuiTestContext* ctx) {
        begin(ctx);
        auto& h = harness(ctx);
        take_recipe(*h.app, "full-turn", 2);
        ctx->WindowFocus("//Spectrum");
        ctx->Yield(2);
        const int before = h.app->recorder().status().number;
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_R);
        ctx->Yield(4);
        IM_CHECK(h.app->ui().recorder.on_screen);
        IM_CHECK_EQ(h.app->recorder().status().number, before);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_R);
        h.wait(ctx, [&] { return h.app->recorder().status().number == before + 1; });
        IM_CHECK_EQ(finished(ctx).result.frames, 2);
    });

    add_test(e, h, "recorder", "quitting asks what becomes of the film", [](ImGuiTestContext* ctx) {
        begin(ctx);
        auto& h = harness(ctx);
        record_long(ctx, io::VideoFormat::ffv1);
        h.app->ask({app::Command::Kind::quit, Side::a, {}});
        ctx->Yield(4);
        IM_CHECK(!h.app->quit_requested());
        ctx->ItemClick("//A film is being recorded/Go on recording");
        ctx->Yield(2);
        IM_CHECK(h.app->recorder().busy());
        IM_CHECK(!h.app->ui().recorder.closing);
        h.app->ask({app::Command::Kind::quit, Side::a, {}});
        ctx->Yield(4);
        ctx->ItemClick("//A film is being recorded/Keep what there is, and quit");
        h.wait(ctx, [&] { return h.app->quit_requested(); });
        const auto film = h.app->recorder().status();
        IM_CHECK(film.result.stopped);
        IM_CHECK(fs::file_size(film.result.file) > 0);
    });
}

} // namespace unstuck::test
