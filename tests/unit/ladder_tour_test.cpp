#include "core/engine/ladder_tour.hpp"

#include "core/model/config.hpp"
#include "tests/support/refusal.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::engine {

namespace {

using test::refusal_of;

using nlohmann::json;

std::vector<model::LayerSampling> alias_free() {
    model::GeneratorConfig config;
    config.img_resolution = 256;
    model::LayerSampling input;
    input.name = "input";
    input.is_fourier_input = true;
    std::vector<model::LayerSampling> out{input};
    for (const auto& plan : model::plan_alias_free(config).layers) out.push_back(model::sampling_of(plan, config));
    return out;
}

std::vector<model::LayerSampling> stylegan2() {
    model::GeneratorConfig config;
    config.family = model::Family::stylegan2;
    config.img_resolution = 64;
    return {model::stylegan2_sampling("b64.conv1", 64, config)};
}

} // namespace

TEST(LadderTour, HoldsEachStepAsLongAndEndsWhereItBegan) {
    const MotionModels models = {stylegan2(), alias_free()};
    const auto ladder = model::aliasing_ladder(models[1]);
    ASSERT_EQ(ladder.size(), 6u);
    const auto tour = ladder_tour({30, 60}, models);
    ASSERT_EQ(tour.tracks.size(), 1u) << "a StyleGAN2 has no ladder and stays";
    for (int frame = 0; frame < 60; ++frame) {
        const auto scene = scene_at({}, tour, frame);
        EXPECT_TRUE(scene.edits[0].empty());
        EXPECT_EQ(scene.edits[1], ladder[static_cast<std::size_t>(frame / 10)].edits) << frame;
        const auto place = ladder_place(models[1], scene.edits[1]);
        ASSERT_TRUE(place) << frame;
        EXPECT_EQ(place->step, frame / 10);
        EXPECT_EQ(place->steps, 6);
        EXPECT_EQ(place->of.name, ladder[static_cast<std::size_t>(frame / 10)].name);
    }
    EXPECT_EQ(scene_at({}, tour, 60), scene_at({}, tour, 0));
    Scene other;
    other.edits[1].layers["L3_52_512"].noise = 7;
    EXPECT_FALSE(ladder_place(models[1], other.edits[1])) << "no step of the ladder";
    EXPECT_FALSE(ladder_place(models[0], {}));
}

TEST(LadderTour, IsAReadyMotionOfOneSideOrBoth) {
    const MotionModels both = {alias_free(), alias_free()};
    const auto paths = [&](const json& j) {
        std::string out;
        for (const auto& t : make_motion(ready_motion_from_json(j), {30, 60}, {}, {}, both).tracks) out += t.path;
        return out;
    };
    EXPECT_EQ(paths({{"kind", "ladder"}}), "/edits_a/edits_b");
    EXPECT_EQ(paths({{"kind", "ladder"}, {"side", "a"}}), "/edits_a");
    EXPECT_EQ(paths({{"kind", "ladder"}, {"side", "b"}}), "/edits_b");
    EXPECT_NE(refusal_of([&] {
                  paths({{"kind", "ladder"}, {"side", "c"}});
              }).find("'side': expected a or b"),
              std::string::npos);
    EXPECT_NE(refusal_of([&] {
                  (void)ladder_tour({30, 60}, {stylegan2(), {}});
              }).find("no model has any"),
              std::string::npos);
    EXPECT_NE(refusal_of([&] {
                  (void)ladder_tour({30, 5}, both);
              }).find("6 steps need as many frames"),
              std::string::npos);
}

TEST(LadderTour, IsWrittenAndReadAsEditsByLayer) {
    const auto tour = ladder_tour({30, 60}, {{{}, alias_free()}});
    const auto written = to_json(tour);
    EXPECT_EQ(written["tracks"][0]["path"], "/edits_b");
    EXPECT_EQ(written["tracks"][0]["keys"][0]["value"], json::object()) << "as it is";
    EXPECT_EQ(written["tracks"][0]["keys"][1]["value"]["input"]["moved_pixels"], true);
    EXPECT_EQ(motion_from_json(json::parse(written.dump())), tour);
}

TEST(LadderTour, EditsFitTheirOwnTracksOnly) {
    const auto read = [](const char* text) { return refusal_of([&] { (void)motion_from_json(json::parse(text)); }); };
    EXPECT_NE(read(R"({"tracks": [{"path": "/edits_a", "keys": [{"value": 1}]}]})").find("edits by layer"),
              std::string::npos);
    EXPECT_NE(
        read(R"({"tracks": [{"path": "/edits_a", "keys": [{"value": {"L0": {"clamp": "x"}}}]}]})").find("L0.clamp"),
        std::string::npos);
    const auto applied = [](const char* path, KeyValue value) {
        Motion m;
        m.tracks = {{path, {{0, std::move(value), Ease::hold}}}};
        return refusal_of([&] { (void)scene_at({}, m, 0); });
    };
    EXPECT_NE(applied("/edits_b", 1.0).find("'/edits_b': expected an object of edits"), std::string::npos);
    EXPECT_NE(applied("/transform/x", model::Edits{}).find("takes no edits"), std::string::npos);
}

} // namespace unstuck::engine
