#include "tests/cli/cli_fixture.hpp"
#include "tests/support/film_probe.hpp"

#include <sstream>

namespace unstuck::test {

namespace {

class Record : public Cli {
  protected:
    /// Of the demo pair at its own size.
    Result record(const std::string& arguments, const std::string& environment = "") const {
        return run("record --device cpu " + arguments, environment);
    }
    std::string small(const std::string& recipe) const { return "--recipe " + recipe + " --size 128x220 --frames 4 "; }
};

std::vector<json> lines_of(const std::string& text) {
    std::vector<json> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) out.push_back(json::parse(line, nullptr, false));
    return out;
}

} // namespace

TEST_F(Record, MakesAFilmWithItsSidecar) {
    const auto film = at("x.mp4");
    const auto r = record(small("texture-sticking") + "--out " + film);
    EXPECT_EQ(r.code, 0) << r.err;
    EXPECT_EQ(r.err, "") << "no progress bar where there is no terminal";
    EXPECT_NE(r.out.find("4 frames of 128x220"), std::string::npos) << r.out;
    EXPECT_EQ(frames_of(film), 4);
    const auto sidecar = json::parse(text_of(film + ".json"));
    EXPECT_EQ(sidecar["film"]["captions"], true) << "as the recipe has it";
    EXPECT_EQ(sidecar["models"]["b"]["source"], "demo:alias-free-t");
    EXPECT_EQ(sidecar["scene"]["transform"]["untransform"], true);
    EXPECT_EQ(record(small("full-turn") + "--out " + film).code, 2) << "replaces nothing";
    EXPECT_EQ(record(small("full-turn") + "--overwrite --out " + film).code, 0);
    EXPECT_EQ(json::parse(text_of(film + ".json"))["scene"]["transform"]["untransform"], false);
}

TEST_F(Record, PrintsALineOfJsonPerFrame) {
    const auto r = record(small("layer-tour") + "--no-captions --json --out " + at("x.mkv"));
    ASSERT_EQ(r.code, 0) << r.err;
    const auto lines = lines_of(r.out);
    ASSERT_EQ(lines.size(), 5u) << r.out;
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(lines[static_cast<std::size_t>(i)]["frame"], i + 1);
        EXPECT_EQ(lines[static_cast<std::size_t>(i)]["frames"], 4);
    }
    EXPECT_EQ(lines[4]["file"], at("x.mkv"));
    EXPECT_EQ(lines[4]["bytes"], fs::file_size(at("x.mkv")));
    EXPECT_EQ(lines[4]["stopped"], false);
}

TEST_F(Record, ASidecarMakesTheFilmAgain) {
    ASSERT_EQ(record(small("latent-loop") + "--fps 12 --out " + at("x.mkv")).code, 0);
    const auto r = record("--from " + at("x.mkv.json") + " --out " + at("y.mkv"));
    ASSERT_EQ(r.code, 0) << r.err;
    EXPECT_TRUE(text_of(at("x.mkv")) == text_of(at("y.mkv")));
    EXPECT_EQ(probed(at("y.mkv"))["r_frame_rate"], "12/1");
}

TEST_F(Record, LengthIsInFramesOrSeconds) {
    ASSERT_EQ(
        record("--recipe full-turn --no-captions --layout a --size 64x64 --seconds 0.5 --fps 10 --out " + at("x.gif"))
            .code,
        0);
    EXPECT_EQ(frames_of(at("x.gif")), 5);
    EXPECT_EQ(record("--recipe full-turn --frames 3 --seconds 3 --out " + at("y.gif")).code, 2);
}

TEST_F(Record, OneModelIsAPictureAlone) {
    const auto r = record("demo:alias-free-t --recipe full-turn --no-captions --frames 2 --out " + at("x.mp4"));
    ASSERT_EQ(r.code, 0) << r.err;
    EXPECT_EQ(probed(at("x.mp4"))["width"], 256);
}

TEST_F(Record, ASceneAndAMotionFromFiles) {
    std::ofstream(at("scene.json")) << R"({"latent": {"x": 3}, "model_b": ""})";
    std::ofstream(at("motion.json")) << R"({"frames": 3, "fps": 10, "tracks": [{"path": "/latent/psi", "keys": [
        {"frame": 0, "value": 1}, {"frame": 2, "value": 0}]}]})";
    const auto arguments = "--scene " + at("scene.json") + " --layout a --out ";
    const auto r = record(arguments + at("folder") + " --motion " + at("motion.json"));
    ASSERT_EQ(r.code, 0) << r.err;
    for (const auto* name : {"folder/frame-000000.png", "folder/frame-000002.png", "folder.json"})
        EXPECT_TRUE(fs::exists(at(name))) << name;
    EXPECT_FALSE(fs::exists(at("folder/frame-000003.png")));
    EXPECT_NE(record(arguments + at("other")).err.find("nothing moves"), std::string::npos);
    std::ofstream(at("scene.json")) << R"({"model_b": "", "transform": {"animate_rotation": true}})";
    EXPECT_EQ(record(arguments + at("turning") + " --frames 2").code, 0) << "the scene's own animation";
    EXPECT_TRUE(fs::exists(at("turning/frame-000001.png")));
}

TEST_F(Record, ListsItsRecipes) {
    const auto r = record("--list-recipes --json");
    ASSERT_EQ(r.code, 0) << r.err;
    EXPECT_EQ(json::parse(r.out).size(), 7u);
    EXPECT_NE(record("--list-recipes").out.find("texture-sticking"), std::string::npos);
}

TEST_F(Record, SaysWhatIsWrongWithExitCodeTwo) {
    const auto expect = [&](const std::string& arguments, const char* part, const std::string& environment = "") {
        const auto r = record(arguments, environment);
        EXPECT_EQ(r.code, 2) << arguments;
        EXPECT_NE(r.err.find(part), std::string::npos) << arguments << "\n" << r.err;
    };
    const auto to = [&](const char* name) { return " --out " + at(name); };
    expect("--recipe none" + to("x.mp4"), "there are full-turn");
    expect("--recipe full-turn", "--out");
    expect("--recipe full-turn" + to("x.avi"), ".mp4, .mkv");
    expect("--recipe full-turn" + to("none/x.mp4"), "No such file");
    expect("--recipe full-turn --size 100x100" + to("x.mp4"), "at least");
    expect("--recipe full-turn --size 100" + to("x.mp4"), "WIDTHxHEIGHT");
    expect("--recipe full-turn --frames 0" + to("x.mp4"), "10000000 frames");
    expect("--recipe full-turn --fps 0" + to("x.mp4"), "--fps");
    expect("--recipe full-turn --crf 99" + to("x.mp4"), "--crf");
    expect("--recipe full-turn " + at("none.pkl") + to("x.mp4"), "none.pkl");
    expect("--scene " + at("none.json") + to("x.mp4"), "none.json");
    expect("--from " + at("none.json") + " --recipe full-turn" + to("x.mp4"), "--from");
    // The model reads no program; only the film needs one.
    fs::create_directory(at("empty"));
    expect("--recipe full-turn" + to("x.mp4"), "install ffmpeg", "PATH=" + at("empty"));
    EXPECT_EQ(record(small("full-turn") + to("pictures"), "PATH=" + at("empty")).code, 0) << "pictures need none";
    EXPECT_FALSE(fs::exists(at("x.mp4")));
}

TEST_F(Record, FilmsASessionWithItsReadyMotionsAndItsLook) {
    std::ofstream(at("s.unstuck")) << R"({"session": 1, "scene": {"latent": {"x": 2}}, "motion": {"frames": 4},
        "ready": [{"kind": "layers"}], "film": {"layout": "b", "width": 128, "height": 128, "captions": true}})";
    const auto r = record("--scene " + at("s.unstuck") + " --out " + at("pictures"));
    ASSERT_EQ(r.code, 0) << r.err;
    const auto sidecar = json::parse(text_of(at("pictures.json")));
    EXPECT_EQ(sidecar["film"]["layout"], "b");
    EXPECT_EQ(sidecar["film"]["width"], 128);
    EXPECT_EQ(sidecar["film"]["captions"], true);
    ASSERT_EQ(sidecar["motion"]["tracks"].size(), 1u) << "B's layers; A is not seen";
    EXPECT_EQ(sidecar["motion"]["tracks"][0]["path"], "/layer/b");
    std::ofstream(at("still.unstuck")) << R"({"session": 1, "scene": {}, "motion": {"frames": 4}})";
    EXPECT_NE(record("--scene " + at("still.unstuck") + " --out " + at("x")).err.find("nothing moves"),
              std::string::npos);
}

TEST_F(Record, ReplacesNoMotionOrSceneOfTheUsersWithItsSidecar) {
    const std::string motion =
        R"({"frames": 2, "tracks": [{"path": "/latent/psi", "keys": [{"frame": 0, "value": 1}]}]})";
    std::ofstream(at("dance.json")) << motion;
    for (const auto* more : {"", " --overwrite"}) {
        const auto r =
            record("--motion " + at("dance.json") + " --scene '{\"latent\": {}}' --out " + at("dance") + more);
        EXPECT_EQ(r.code, 2);
        EXPECT_NE(r.err.find("dance.json: exists already"), std::string::npos) << r.err;
        EXPECT_EQ(text_of(at("dance.json")), motion);
        EXPECT_FALSE(fs::exists(at("dance")));
    }
}

TEST_F(Record, DeeplyNestedJsonIsRefused) {
    constexpr int kDepth = 300'000;
    std::string deep;
    for (int i = 0; i < kDepth; ++i) deep += "{\"a\":";
    deep += "1" + std::string(kDepth, '}');
    std::ofstream(at("motion.json")) << deep;
    for (const auto* field : {"scene", "motion"})
        std::ofstream(at((std::string(field) + "-in.json").c_str())) << "{\"" << field << "\":" << deep << "}";
    for (const auto& arguments :
         {"--recipe full-turn --motion " + at("motion.json"), "--recipe " + at("motion.json"),
          "--scene " + at("scene-in.json"), "--scene " + at("motion-in.json"), "--from " + at("scene-in.json")}) {
        const auto r = record(arguments + " --out " + at("x.mp4"));
        EXPECT_EQ(r.code, 2) << arguments;
        EXPECT_NE(r.err.find("nested deeper than 64 levels"), std::string::npos) << arguments << "\n" << r.err;
    }
}

TEST_F(Record, CtrlCLeavesAPlayableFilm) {
    for (const auto* signal : {"INT", "TERM", "HUP"}) {
        const auto film = at((std::string(signal) + ".mp4").c_str());
        const auto command =
            std::string(UNSTUCK_PROGRAM) + " record --device cpu --recipe full-turn --frames 1000000 --json --out " +
            film + " >" + at("lines") + " & p=$!; for i in $(seq 600); do grep -q frame " + at("lines") +
            " && break; sleep 0.1; done; sleep 0.5; kill -" + signal + " -$p; wait $p; echo $? >" + at("code");
        // Its own group, as in a terminal.
        ASSERT_EQ(std::system(("bash -c 'set -m; " + command + "'").c_str()), 0);
        EXPECT_EQ(text_of(at("code")), "130\n") << signal;
        const auto lines = lines_of(text_of(at("lines")));
        ASSERT_FALSE(lines.empty());
        EXPECT_EQ(lines.back()["stopped"], true);
        EXPECT_EQ(frames_of(film), lines.back()["frames"]);
        for (const auto& file : fs::directory_iterator(folder)) EXPECT_NE(file.path().extension(), ".part") << signal;
    }
}

TEST_F(Record, CtrlCIsHeardWhileEarlierFramesAreMadeUpFor) {
    const auto arguments =
        "--recipe full-turn --frames 400 --no-captions --layout average-a --size 64x64 --out " + at("p");
    ASSERT_EQ(record(arguments).code, 0);
    fs::remove(at("p/frame-000399.png"));
    // Those that are there are passed over at once; the 399 that come before the last take seconds.
    const auto command = std::string(UNSTUCK_PROGRAM) + " record --device cpu " + arguments + " --json >" +
                         at("lines") + " & p=$!; for i in $(seq 600); do grep -q 399 " + at("lines") +
                         " && break; sleep 0.05; done; kill -INT $p; wait $p; echo $? >" + at("code");
    ASSERT_EQ(std::system(("bash -c 'set -m; " + command + "'").c_str()), 0);
    EXPECT_EQ(text_of(at("code")), "130\n");
    EXPECT_EQ(lines_of(text_of(at("lines"))).back()["stopped"], true);
    EXPECT_FALSE(fs::exists(at("p/frame-000399.png")));
}

} // namespace unstuck::test
