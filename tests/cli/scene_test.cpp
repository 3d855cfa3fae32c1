#include "core/engine/command_line.hpp"
#include "core/engine/latent_ws.hpp"
#include "core/engine/scene_file.hpp"
#include "core/engine/scene_render.hpp"
#include "core/engine/scene_text.hpp"
#include "core/io/image_file.hpp"
#include "core/io/latent_file.hpp"
#include "tests/cli/cli_fixture.hpp"

namespace unstuck::test {

using engine::Scene;
using engine::Side;

namespace {

class SceneCommand : public Cli {
  protected:
    /// Runs a copied command and returns the picture that it says it wrote.
    std::string picture_of(std::string command) const {
        EXPECT_EQ(command.rfind("unstuck ", 0), 0u) << command;
        const auto r = run(command.substr(8) + " --device cpu");
        EXPECT_EQ(r.code, 0) << command << "\n" << r.err;
        return r.out.substr(0, r.out.find('\n'));
    }
};

std::vector<std::uint8_t> engine_bytes(const Scene& scene, Side side) {
    engine::DeviceChoice cpu;
    cpu.kind = engine::DeviceChoice::Kind::cpu;
    return engine::to_bytes(engine::render_picture({scene, side, cpu, 0}));
}

/// The w of two seeds, for that side's demo model.
io::LatentFile two_w(Side side) {
    const auto model = engine::load_model(Scene{}.model[index(side)]);
    engine::LatentState latent;
    const auto first = engine::latent_ws(model, latent);
    latent.x = 7;
    const auto both = at::cat({first, engine::latent_ws(model, latent)}).contiguous();
    const auto* data = both.const_data_ptr<float>();
    return {2, both.size(1), both.size(2), {data, data + both.numel()}};
}

std::vector<Scene> scenes(const std::string& w_file) {
    std::vector<Scene> out(8);
    out[1].latent.x = -3;
    out[1].latent.psi = 0.7;
    out[1].transform.x = -1.0 / 3;
    out[1].transform.turns = 0.1;
    out[2].latent.x = 2.5;
    out[2].latent.mix = true;
    out[2].latent.mix_rows = 0xf0;
    out[3].latent.walk = {{1, 2, 3, 4}, 0.5, 1};
    out[3].transform.animate_orbit = out[3].transform.untransform = true;
    out[3].edits[1].layers["input"].moved_pixels = true;
    out[4].transform.scale = 1.5;
    out[4].transform.edge = model::ConstantEdge::clamp;
    out[5].latent.w = {w_file, ""};
    out[5].latent.w_index = {1, 0};
    out[6].latent.directions = {{engine::LatentDirection::Kind::affine, 1, 0, -1, 6, "age"}};
    out[7].latent.class_index = 3; // the demo models have no classes
    return out;
}

} // namespace

TEST_F(SceneCommand, TheCopiedCommandMakesTheSamePicture) {
    io::write_latent_file(at("two.npy"), two_w(Side::a));
    for (const auto& scene : scenes(at("two.npy")))
        for (const auto side : engine::kSides) {
            const auto command = engine::render_command(scene, side, at("a folder"));
            const auto written = picture_of(command);
            EXPECT_EQ(io::read_image(written).bytes, engine_bytes(scene, side)) << command;
            const auto carried = engine::read_scene_file(written);
            ASSERT_TRUE(carried) << command;
            // Its own scene shows the same: seeds rendered by options stand as model A.
            const bool whole = command.find("--scene") != command.npos;
            EXPECT_EQ(engine_bytes(carried->scene, whole ? side : Side::a), engine_bytes(scene, side)) << command;
        }
}

TEST_F(SceneCommand, TakesFilesAndTextsAndWritesToAFile) {
    Scene scene;
    scene.latent.x = 1.25;
    io::write_png(at("in.png"), 1, 1, 1, {7}, engine::picture_text(scene));
    for (const auto& given : {at("in.png"), engine::scene_to_text(scene)}) {
        ASSERT_EQ(run("render --device cpu --scene " + given + " --side b --out " + at("b.png")).code, 0);
        EXPECT_EQ(io::read_image(at("b.png")).bytes, engine_bytes(scene, Side::b));
    }
    ASSERT_EQ(run("render demo:alias-free-t --device cpu --scene " + at("in.png") + " --out " + at("a.png")).code, 0);
    EXPECT_EQ(io::read_image(at("a.png")).bytes, engine_bytes(scene, Side::b)) << "another model in A's place";
}

TEST_F(SceneCommand, AFilmGoesOnFromAPicture) {
    Scene scene;
    scene.latent.x = 1.25;
    io::write_png(at("in.png"), 1, 1, 1, {7}, engine::picture_text(scene));
    const auto r = run("record --device cpu --scene " + at("in.png") +
                       " --recipe full-turn --frames 2 --size 128x220 --out " + at("film.mp4"));
    ASSERT_EQ(r.code, 0) << r.err;
    EXPECT_EQ(engine::read_scene_file(at("film.mp4"))->scene.latent.x, 1.25);
    fs::remove(at("film.mp4.json"));
    EXPECT_EQ(engine::read_scene_file(at("film.mp4"))->scene.latent.x, 1.25) << "by the film's own comment";
}

TEST_F(SceneCommand, SaysWhatIsWrong) {
    const auto expect = [&](const std::string& arguments, const char* part) {
        const auto r = run("render " + arguments + " --out " + at("o"));
        EXPECT_EQ(r.code, 2) << arguments;
        EXPECT_NE(r.err.find(part), std::string::npos) << arguments << "\n" << r.err;
    };
    expect("", "--scene");
    expect("--scene unstuck1:abc", "cut short");
    expect("--scene " + at("none.png"), "nor a file that is there");
    for (const char* option : {"--seeds 3", "--w x.npy", "--w-index 1", "--direction pca:0:2", "--save-w x.npy"}) {
        const std::string text = option;
        expect("--scene unstuck1:abc " + text, text.substr(0, text.find(' ')).c_str());
    }
    expect("demo:stylegan2 --direction affine:0:1:20", "rows 0 to ");
    expect("demo:stylegan2 --direction affine:0:1:900-1000", "rows 0 to ");
    expect("demo:stylegan2 --save-w " + at("x.txt"), ".npz");
    EXPECT_NE(run("render demo:stylegan2 --save-w " + at("no/x.npz") + " --out " + at("none")).code, 0);
    EXPECT_FALSE(fs::exists(at("none") + "/seed0000.png")) << "said before the first picture";
    expect("demo:stylegan2 --side b", "--scene");
    Scene alone;
    alone.model[1].clear();
    expect("--side b --scene " + engine::scene_to_text(alone), "no model B");
}

TEST_F(SceneCommand, FilesWithAWAndDirectionsRenderAsTheEngineHasThem) {
    const auto two = two_w(Side::b);
    io::write_latent_file(at("two.npz"), two);
    const auto r = run("render demo:alias-free-t --device cpu --w " + at("two.npz") + " --save-w " + at("back.npy") +
                       " --direction affine:1:4:2-3 --out " + at("o"));
    ASSERT_EQ(r.code, 0) << r.err;
    Scene scene;
    scene.latent.w.fill(at("two.npz"));
    scene.latent.directions = {{engine::LatentDirection::Kind::affine, 1, 2, 3, 4, ""}};
    for (const int i : {0, 1}) {
        scene.latent.w_index.fill(i);
        const auto name = at("o") + "/w000" + std::to_string(i) + ".png";
        EXPECT_EQ(io::read_image(name).bytes, engine_bytes(scene, Side::b)) << i;
        EXPECT_EQ(engine::read_scene_file(name)->scene.latent.w[0], at("two.npz"));
    }
    const auto back = io::read_latent_file(at("back.npy"), 1);
    EXPECT_EQ(back.count, 2);
    const auto want = engine::latent_ws(engine::load_model("demo:alias-free-t"), latent_of(scene.latent, Side::b));
    EXPECT_TRUE(at::equal(at::tensor(back.w), want.flatten()));
    const auto only =
        run("render demo:alias-free-t --device cpu --w " + at("two.npz") + " --w-index 1 --out " + at("p"));
    ASSERT_EQ(only.code, 0) << only.err;
    EXPECT_FALSE(fs::exists(at("p") + "/w0000.png"));
    EXPECT_TRUE(fs::exists(at("p") + "/w0001.png"));
}

TEST_F(SceneCommand, AnOddNameOfAFolderIsNoReasonToFailAfterAllWork) {
    const auto r = run("render demo:stylegan2 --device cpu --json --out " + at("o\xff"));
    ASSERT_EQ(r.code, 0) << r.err;
    EXPECT_EQ(json::parse(r.out)["files"].size(), 1u);
}

} // namespace unstuck::test
