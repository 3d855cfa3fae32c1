#include "core/engine/scene_render.hpp"

#include "core/engine/batch_render.hpp"
#include "core/engine/command_line.hpp"
#include "core/engine/frame_renderer.hpp"

#include <gtest/gtest.h>

namespace unstuck::engine {

namespace {

const DeviceChoice kCpu{DeviceChoice::Kind::cpu, 0, model::Precision::as_marked};

} // namespace

TEST(PictureOfAScene, IsTheWindowsPicture) {
    Scene scene;
    scene.latent.x = 2.25;
    scene.latent.walk = {{3, 5, 8, 1}, 1.5, 0.5};
    scene.transform.x = 0.03;
    scene.transform.untransform = true;
    scene.edits[1].layers["L3_36_24"].slope = 0.5;
    for (const auto side : kSides) {
        auto loaded = load_model(scene.model[index(side)]);
        const auto info = loaded.info;
        FrameRenderer renderer(std::move(loaded));
        const auto frame = renderer.render(make_request(scene, side, *info));
        ASSERT_TRUE(frame && frame->error.empty());
        EXPECT_EQ(render_picture({scene, side, kCpu, 0}).pixels, frame->image.pixels);
    }
    scene.model[1].clear();
    EXPECT_THROW(render_picture({scene, Side::b, kCpu, 0}), std::invalid_argument);
}

TEST(PictureOfAScene, ARenderedSeedsSceneShowsTheSamePicture) {
    BatchRequest request;
    request.model = "demo:alias-free-t";
    request.seeds = {7, 1234, 4294967295u};
    request.psi = 0.7;
    request.transform.x = 0.1;
    request.transform.turns = 30.0 / 360;
    request.device = kCpu;
    request.edits.layers["all"].slope = 0.5;
    int count = 0;
    render_seeds(request, [&](const BatchPicture& p) {
        ASSERT_TRUE(p.scene);
        EXPECT_EQ(render_picture({*p.scene, Side::a, kCpu, 0}).pixels, p.image.pixels) << p.seed;
        ++count;
    });
    EXPECT_EQ(count, 3);
    request.seeds = {1};
    request.inverse_matrix = model::kIdentity3;
    render_seeds(request, [&](const BatchPicture& p) { EXPECT_FALSE(p.scene) << "no scene says a matrix"; });
}

TEST(CommandLine, QuotesForTheShell) {
    EXPECT_EQ(shell_word("a/b-1.pkl"), "a/b-1.pkl");
    EXPECT_EQ(shell_word("a b"), "'a b'");
    EXPECT_EQ(shell_word("it's $HOME"), "'it'\\''s $HOME'");
    EXPECT_EQ(shell_word(""), "''");
}

TEST(CommandLine, SaysPlainScenesByOptions) {
    Scene scene;
    scene.latent.x = 7;
    EXPECT_EQ(render_command(scene, Side::a, "out"), "unstuck render demo:stylegan2 --seeds 7 --out out");
    scene.latent.y = 2;
    scene.latent.psi = 0.7;
    scene.transform.x = -0.125;
    scene.transform.turns = 0.25;
    scene.model[1] = "my model.pkl";
    EXPECT_EQ(render_command(scene, Side::b, "out"),
              "unstuck render 'my model.pkl' --seeds 207 --trunc=0.7 --translate=-0.125,0 --rotate=90 --out out");
    scene.latent.x = 7.5; // between seeds
    EXPECT_EQ(render_command(scene, Side::b, "out").rfind("unstuck render --scene unstuck1:", 0), 0u);
    EXPECT_NE(render_command(scene, Side::b, "out").find(" --side b --out out"), std::string::npos);
    scene.model[1].clear();
    EXPECT_EQ(render_command(scene, Side::b, "out"), "");
}

} // namespace unstuck::engine
