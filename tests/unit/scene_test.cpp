#include "core/engine/scene.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

namespace {

Scene unusual() {
    Scene s;
    s.model = {"a \"quoted\" name.pkl", "\xf0\x9f\x90\xa8.pkl"};
    s.latent = {1.5, -2.25, 0.7,  3,    4, true, 77, 0xf0000000000000fful, true, model::NoiseMode::random,
                0.5, 9,     true, -1.25};
    s.transform.x = 0.125;
    s.transform.turns = 0.3;
    s.transform.scale = 2;
    s.transform.untransform = s.transform.animate_orbit = true;
    s.transform.edge = model::ConstantEdge::clamp;
    s.layer = {{"L3_52_512", "b8.conv0"}, 12, 1, -6.5, true};
    s.spectrum.beta = 3;
    s.view.layout = Layout::only_b;
    s.view.zoom = 4;
    s.playing = true;
    s.time = 12.5;
    return s;
}

} // namespace

TEST(Scene, RoundTripsThroughJson) {
    for (const auto& scene : {Scene{}, unusual()}) {
        const auto text = to_json(scene).dump();
        EXPECT_EQ(scene_from_json(nlohmann::json::parse(text)), scene) << text;
    }
}

TEST(Scene, KeepsDefaultsForWhatIsMissingAndIgnoresTheUnknown) {
    const auto s = scene_from_json({{"latent", {{"x", 3}}}, {"from the future", 1}});
    EXPECT_EQ(s.latent.x, 3);
    EXPECT_EQ(s.transform, TransformState{});
}

TEST(Scene, ClampsWhatIsOutOfRange) {
    EXPECT_EQ(scene_from_json({{"layer", {{"channels", 99}}}}).layer.channels, 3);
    EXPECT_EQ(scene_from_json({{"transform", {{"scale", 0}}}}).transform.scale, 0.01);
}

TEST(Scene, NamesTheFieldOfTheWrongType) {
    for (const auto& [json, field] :
         std::vector<std::pair<nlohmann::json, std::string>>{{{{"latent", {{"x", "three"}}}}, "latent.x"},
                                                             {{{"latent", 3}}, "latent"},
                                                             {{{"view", {{"layout", "sideways"}}}}, "view.layout"},
                                                             {{{"latent", {{"mix_rows", -1}}}}, "latent.mix_rows"}}) {
        try {
            scene_from_json(json);
            FAIL() << json;
        } catch (const std::invalid_argument& e) {
            EXPECT_NE(std::string(e.what()).find(field), std::string::npos) << e.what();
        }
    }
}

TEST(Scene, TheIdentityTransformIsExactlyTheIdentity) {
    EXPECT_EQ(forward_matrix({}, 64), model::kIdentity3);
    TransformState quarter;
    quarter.turns = 0.25;
    EXPECT_EQ(forward_matrix(quarter, 64), (model::Matrix3{0, 1, 0, -1, 0, 0, 0, 0, 1}));
}

TEST(Scene, RoundingSnapsToOutputPixels) {
    TransformState t;
    t.x = 10.4 / 64;
    t.y = -0.6 / 64;
    t.round_px = true;
    EXPECT_EQ(effective_translation(t, 64), (std::array<double, 2>{10.0 / 64, -1.0 / 64}));
}

TEST(Scene, AnimationIsAFunctionOfTime) {
    Scene s = unusual();
    s.transform.animate_rotation = true;
    EXPECT_EQ(advanced(s, 0), s);
    const auto once = advanced(s, 0.5), twice = advanced(advanced(s, 0.25), 0.25);
    EXPECT_NEAR(once.latent.x, twice.latent.x, 1e-12);
    EXPECT_NEAR(once.transform.orbit_phase, twice.transform.orbit_phase, 1e-12);
    EXPECT_DOUBLE_EQ(once.latent.x, s.latent.x - 0.625);
    s.playing = false;
    EXPECT_EQ(advanced(s, 10), s);
}

TEST(Scene, ViewChangesNeedNoRender) {
    Scene a, b;
    b.view.zoom = 3;
    b.layer.gain_db = 6;
    b.spectrum.low_db = -10;
    b.time = 5;
    EXPECT_TRUE(same_render(a, b));
    b.spectrum.beta = 1;
    EXPECT_FALSE(same_render(a, b));
}

} // namespace unstuck::engine
