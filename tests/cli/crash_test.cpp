// What is left of a session when the program does not end in order.
#include "tests/cli/cli_fixture.hpp"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <functional>
#include <thread>

namespace unstuck::test {

namespace {

class Crash : public Cli {
  protected:
    std::string config = at("config");
    std::string autosave = config + "/autosave.json";
    std::vector<pid_t> running;

    void TearDown() override {
        for (auto pid : std::vector(running)) kill_now(pid);
        Cli::TearDown();
    }

    /// The window without a display, in the background.
    pid_t start(const std::vector<std::string>& more) {
        std::vector<std::string> arguments = {UNSTUCK_PROGRAM, "--headless", "--device", "cpu",
                                              "--size",        "640x480",    "--config", config};
        arguments.insert(arguments.end(), more.begin(), more.end());
        std::vector<char*> argv;
        for (auto& a : arguments) argv.push_back(a.data());
        argv.push_back(nullptr);
        const pid_t pid = ::fork();
        if (pid == 0) {
            const int null = ::open("/dev/null", O_WRONLY);
            ::dup2(null, 1);
            ::dup2(null, 2);
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
        running.push_back(pid);
        return pid;
    }
    void kill_now(pid_t pid) {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        std::erase(running, pid);
    }

    /// Whether it becomes true within 30 seconds: what a running program does next is never there at once.
    static bool soon(const std::function<bool()>& wanted) {
        for (int i = 0; i < 600; ++i) {
            if (wanted()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return false;
    }
    /// The file's scene once it is as wanted; null when it never is.
    static json scene_when(const std::string& path, const std::function<bool(const json&)>& wanted) {
        json scene;
        const bool came = soon([&] {
            std::ifstream in(path); // open, it stays what it was, also when a program gives the name to another file
            if (!in) return false;
            scene = json::parse(in)["scene"]; // whole at any time, or this throws
            return wanted(scene);
        });
        return came ? scene : json();
    }
    static json scene_in(const std::string& path) {
        return scene_when(path, [](const json&) { return true; });
    }
    std::string scene_file(const char* name, const char* text) const {
        std::ofstream(at(name)) << text;
        return at(name);
    }
    Result look(const std::string& more = "") const {
        return run("--headless --device cpu --size 640x480 --config " + config + " --screenshot " + at("x.png") + " " +
                   more);
    }
};

constexpr const char* kScene = R"({"latent": {"x": 12.5, "psi": 0.7}, "view": {"layout": "wipe"}})";

} // namespace

TEST_F(Crash, AKilledRunsSessionIsBackAtTheNextStart) {
    const auto pid = start({"--scene", scene_file("scene.json", kScene)});
    const auto saved = scene_in(autosave);
    ASSERT_EQ(saved["latent"]["x"], 12.5);
    kill_now(pid);
    ASSERT_EQ(look().code, 0); // ends in order, so what it showed is the last session
    const auto back = scene_in(config + "/last-session.json");
    EXPECT_EQ(back, saved);
    for (const auto* name : {"/autosave.json", "/recovered.json"}) EXPECT_FALSE(fs::exists(config + name)) << name;
    // The next start is an ordinary one.
    fs::remove(config + "/last-session.json");
    ASSERT_EQ(look("--paused").code, 0);
    EXPECT_FALSE(fs::exists(config + "/last-session.json"));
}

TEST_F(Crash, AMovingSceneGoesOnFromWhereItWasAndALivingRunIsLeftAlone) {
    const auto first = start({"--scene", scene_file("moving.json", R"({"playing": true, "time": 100,
        "latent": {"animate": true, "speed": 1}})")});
    const auto saved = scene_when(autosave, [](const json& scene) { return scene["time"] > 100.5; });
    ASSERT_FALSE(saved.is_null());
    // A second program has a place of its own and takes nothing.
    const auto second = start({"--scene", scene_file("scene.json", kScene)});
    EXPECT_EQ(scene_in(config + "/autosave-2.json")["latent"]["x"], 12.5);
    EXPECT_TRUE(fs::exists(autosave));
    kill_now(first);
    const double left = scene_in(autosave)["time"];
    // A place where something was left comes first, and nothing asked for it to stay away.
    start({});
    const auto after = scene_when(autosave, [&](const json& scene) { return scene["time"] > left; });
    ASSERT_FALSE(after.is_null());
    EXPECT_GT(after["latent"]["x"], saved["latent"]["x"]);
    // What was taken over has a copy again, and goes a frame after that was written.
    EXPECT_TRUE(soon([&] { return !fs::exists(config + "/recovered.json"); }));
    kill_now(second);
    EXPECT_TRUE(fs::exists(config + "/autosave-2.json"));
}

TEST_F(Crash, EverySessionThatWasNotSavedKeepsAFileOfItsOwn) {
    fs::create_directories(config);
    for (const double x : {1.0, 2.0}) { // left by a crash, shown, and left again
        std::ofstream(autosave) << json{{"session", 1}, {"scene", {{"latent", {{"x", x}}}}}};
        ASSERT_EQ(look("--paused").code, 0);
    }
    EXPECT_EQ(scene_in(config + "/last-session.json")["latent"]["x"], 1.0);
    EXPECT_EQ(scene_in(config + "/last-session-2.json")["latent"]["x"], 2.0);
    // Opened, it is no file of the user's that saving or ending would write to.
    ASSERT_EQ(look("--session " + config + "/last-session.json").code, 0);
    EXPECT_EQ(scene_in(config + "/last-session.json")["latent"]["x"], 1.0);
    // The newest ten stay.
    for (int i = 3; i <= 14; ++i) {
        const auto path = config + "/last-session-" + std::to_string(i) + ".json";
        std::ofstream(path) << "{}";
        fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(100 - i));
    }
    std::ofstream(autosave) << json{{"session", 1}, {"scene", {{"latent", {{"x", 3}}}}}};
    ASSERT_EQ(look("--paused").code, 0);
    int kept = 0;
    for (const auto& entry : fs::directory_iterator(config))
        kept += entry.path().filename().string().rfind("last-session", 0) == 0 ? 1 : 0;
    EXPECT_EQ(kept, 10);
    EXPECT_TRUE(fs::exists(config + "/last-session.json"));
    EXPECT_FALSE(fs::exists(config + "/last-session-3.json"));
}

TEST_F(Crash, WhatIsAskedForComesFirstAndTheCrashedSessionIsKept) {
    const auto pid = start({"--scene", scene_file("scene.json", kScene)});
    ASSERT_FALSE(scene_in(autosave).is_null());
    kill_now(pid);
    ASSERT_EQ(look("--scene " + scene_file("other.json", R"({"latent": {"x": 1}})")).code, 0);
    EXPECT_EQ(scene_in(config + "/recovered.json")["latent"]["x"], 12.5);
    const auto settings = json::parse(text_of(config + "/settings.json"));
    EXPECT_EQ(settings["recent_sessions"][0], config + "/recovered.json");
}

TEST_F(Crash, ABrokenAutosaveIsKeptAsideAndTheProgramStarts) {
    for (const std::string junk : {"", "{\"session\": 1, \"scene\": {\"latent\": {\"x", "\xff\xfe\x01 no text at all",
                                   R"({"session": 1, "scene": {"latent": {"x": "east"}}})"}) {
        fs::create_directories(config);
        std::ofstream(autosave) << junk;
        std::ofstream(config + "/autosave.json.abcdef.part") << "torn";
        const auto r = look();
        EXPECT_EQ(r.code, 0) << r.err;
        EXPECT_EQ(text_of(config + "/autosave-broken.json"), junk);
        EXPECT_FALSE(fs::exists(autosave));
        EXPECT_FALSE(fs::exists(config + "/autosave.json.abcdef.part"));
        EXPECT_NE((r.out + r.err).find("autosave-broken.json"), std::string::npos) << "and says so";
        fs::remove_all(config);
    }
}

TEST_F(Crash, ASavedSessionOpensFromTheCommandLine) {
    const auto file = scene_file("work.unstuck", R"({"session": 1, "scene": {"latent": {"x": 2}},
        "bookmarks": [{"name": "far", "scene": {"latent": {"x": 50}}}]})");
    start({file});
    ASSERT_EQ(scene_in(autosave)["latent"]["x"], 2);
    EXPECT_EQ(json::parse(text_of(autosave))["bookmarks"][0]["name"], "far");
    const auto refused = [&](const std::string& arguments, const char* part) {
        const auto r = run("--headless --screenshot " + at("y.png") + " " + arguments);
        EXPECT_EQ(r.code, 2) << arguments;
        EXPECT_NE(r.err.find(part), std::string::npos) << r.err;
    };
    refused("--session " + at("none.unstuck"), "none.unstuck");
    refused("--session " + file + " --scene " + file, "--scene");
    refused(scene_file("bad.json", R"({"session": 1, "scene": {"latent": {"x": true}}})"), "latent.x");
    refused(scene_file("late.json", R"({"session": 99, "scene": {}})"), "later Unstuck");
}

} // namespace unstuck::test
