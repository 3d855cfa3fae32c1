#include "core/engine/scene.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

namespace {

Scene unusual() {
    Scene s;
    s.model = {"a \"quoted\" name.pkl", "\xf0\x9f\x90\xa8.pkl"};
    s.latent.x = 1.5;
    s.latent.y = -2.25;
    s.latent.psi = 0.7;
    s.latent.cutoff = 3;
    s.latent.class_index = 4;
    s.latent.mix = s.latent.lock_pose = s.latent.animate = true;
    s.latent.mix_seed = 77;
    s.latent.mix_rows = 0xf0000000000000fful;
    s.latent.noise = model::NoiseMode::random;
    s.latent.noise_strength = 0.5;
    s.latent.noise_seed = 9;
    s.latent.speed = -1.25;
    s.latent.walk = {{3, 4294967295u}, 0.75, 0.25};
    s.latent.w = {"a/w.npz", "b.npy"};
    s.latent.w_index = {5, 2};
    s.latent.directions = {{LatentDirection::Kind::affine, 3, 4, 7, -2.5, "smile"}, {}};
    s.latent.mix_from = MixFrom::point;
    s.latent.mix_amount = 0.25;
    s.latent.mix_point.x = 12;
    s.latent.mix_point.directions = {{LatentDirection::Kind::pca, 9, 0, -1, 1, ""}};
    s.latent.mix_point.walk.seeds = {8};
    s.transform.x = 0.125;
    s.transform.turns = 0.3;
    s.transform.scale = 2;
    s.transform.untransform = s.transform.animate_orbit = true;
    s.transform.edge = model::ConstantEdge::clamp;
    s.layer = {{"L3_52_512", "b8.conv0"}, 12, 1, -6.5, true};
    s.spectrum.beta = 3;
    auto& layer = s.edits[1].layers["L3_52_512"];
    layer.up = {model::FilterFamily::bilinear, 12.5, 3.25, 24, model::FilterWindow::blackman, 6.5, true};
    layer.down.family = model::FilterFamily::ideal;
    layer.resample.taps = 4;
    layer.oversampling = 8;
    layer.slope = 0.5;
    layer.clamp = 12;
    layer.noise = 0.25;
    layer.zero_margin = layer.critical = true;
    s.edits[1].layers["input"].moved_pixels = false; // not the same as unset
    s.edits[0].layers["b8.conv0"].resample.family = model::FilterFamily::nearest;
    s.view.layout = Layout::only_b;
    s.view.zoom = 4;
    s.view.pose = true;
    s.view.wipe = 0.125;
    s.view.difference_gain_db = 17.5;
    s.view.difference_of = DifferenceOf::largest;
    s.playing = true;
    s.time = 12.5;
    return s;
}

} // namespace

TEST(Scene, DirectionsAreCheckedOneByOne) {
    const auto refusal = [](const char* directions) -> std::string {
        try {
            scene_from_json({{"latent", {{"directions", nlohmann::json::parse(directions)}}}});
        } catch (const std::invalid_argument& e) {
            return e.what();
        }
        return "accepted";
    };
    EXPECT_EQ(refusal("[{}, {\"amount\": \"far\"}]"), "scene field 'latent.directions.1.amount': expected a number");
    EXPECT_EQ(refusal("[{\"kind\": \"smile\"}]"), "scene field 'latent.directions.0.kind': expected one of its names");
    EXPECT_EQ(refusal("[3]"), "scene field 'latent.directions.0': expected an object");
    EXPECT_EQ(refusal("{}"), "scene field 'latent.directions': expected a list of at most 64 objects");
    EXPECT_EQ(refusal(nlohmann::json(std::vector<nlohmann::json>(65, nlohmann::json::object())).dump().c_str()),
              "scene field 'latent.directions': expected a list of at most 64 objects");
    EXPECT_EQ(refusal("[{\"kind\": \"affine\"}]"), "accepted");
}

TEST(Scene, RoundTripsThroughJson) {
    for (const auto& scene : {Scene{}, unusual()}) {
        const auto text = to_json(scene).dump();
        EXPECT_EQ(scene_from_json(nlohmann::json::parse(text)), scene) << text;
    }
}

TEST(Scene, EveryLayoutKeepsItsName) {
    const std::vector<std::pair<Layout, std::string>> names = {{Layout::side_by_side, "side_by_side"},
                                                               {Layout::only_a, "only_a"},
                                                               {Layout::only_b, "only_b"},
                                                               {Layout::wipe, "wipe"},
                                                               {Layout::difference, "difference"},
                                                               {Layout::grid, "grid"}};
    for (const auto& [layout, name] : names) {
        Scene s;
        s.view.layout = layout;
        const auto json = to_json(s);
        EXPECT_EQ(json["view"]["layout"], name);
        EXPECT_EQ(scene_from_json(json).view.layout, layout);
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
    EXPECT_EQ(scene_from_json({{"view", {{"wipe", 1.5}}}}).view.wipe, 1);
    EXPECT_EQ(scene_from_json({{"view", {{"wipe", -1}}}}).view.wipe, 0);
    EXPECT_EQ(scene_from_json({{"view", {{"difference_gain_db", 200}}}}).view.difference_gain_db, 80);
}

TEST(Scene, NamesTheFieldOfTheWrongType) {
    for (const auto& [json, field] : std::vector<std::pair<nlohmann::json, std::string>>{
             {{{"latent", {{"x", "three"}}}}, "latent.x"},
             {{{"latent", 3}}, "latent"},
             {{{"view", {{"layout", "sideways"}}}}, "view.layout"},
             {{{"latent", {{"mix_rows", -1}}}}, "latent.mix_rows"},
             {{{"latent", {{"walk", {{"seeds", {1, -1}}}}}}}, "latent.walk.seeds"}}) {
        try {
            scene_from_json(json);
            FAIL() << json;
        } catch (const std::invalid_argument& e) {
            EXPECT_NE(std::string(e.what()).find(field), std::string::npos) << e.what();
        }
    }
}

TEST(Scene, EditsAreSmallAndNameTheirFields) {
    Scene s;
    s.edits[1].layers["L3_52_512"].down.window = model::FilterWindow::hann;
    const auto json = to_json(s);
    EXPECT_EQ(json["edits_b"].dump(), R"({"L3_52_512":{"down":{"window":"hann"}}})");
    EXPECT_EQ(json["edits_a"].dump(), "{}");
    EXPECT_TRUE(scene_from_json(nlohmann::json::parse(R"({"edits_b": {"L3": {}}})")).edits[1].empty());
    for (const auto& [text, field] : std::vector<std::pair<std::string, std::string>>{
             {R"({"edits_a": {"L3": {"up": {"family": "round"}}}})", "edits_a.L3.up.family"},
             {R"({"edits_b": {"L3": {"slope": "steep"}}})", "edits_b.L3.slope"}}) {
        try {
            scene_from_json(nlohmann::json::parse(text));
            FAIL() << text;
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
    b.view.layout = Layout::difference;
    b.view.wipe = 0.1;
    b.layer.gain_db = 6;
    b.spectrum.low_db = -10;
    b.time = 5;
    EXPECT_TRUE(same_render(a, b));
    b.spectrum.beta = 1;
    EXPECT_FALSE(same_render(a, b));
}

TEST(Scene, OneNumberOfAnOlderSceneIsForTheFilesOfBothSides) {
    const auto old = scene_from_json({{"latent", {{"w_index", 7}, {"mix_point", {{"w_index", 3}}}}}});
    EXPECT_EQ(old.latent.w_index, (std::array{7, 7}));
    EXPECT_EQ(old.latent.mix_point.w_index, (std::array{3, 3}));
    const auto mixed = scene_from_json({{"latent", {{"w_index", 7}, {"w_index_b", 2}}}});
    EXPECT_EQ(mixed.latent.w_index, (std::array{7, 2}));
    EXPECT_EQ(latent_of(mixed.latent, Side::b).w_index, (std::array{2, 2}));
    EXPECT_THROW(scene_from_json({{"latent", {{"w_index", "x"}}}}), std::invalid_argument);
}

} // namespace unstuck::engine
