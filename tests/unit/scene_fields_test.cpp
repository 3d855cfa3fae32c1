#include "core/engine/scene_fields.hpp"

#include "core/engine/filter_sweep.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/refusal.hpp"

#include <algorithm>
#include <stdexcept>

namespace unstuck::engine {

namespace {

using test::refusal_of;

using nlohmann::json;

/// A network of two layers, the second critically sampled at twice the rate.
std::vector<model::LayerSampling> two_layers() {
    model::LayerSampling a, b;
    a.name = "L0";
    a.has_nonlinearity = a.has_margin = true;
    a.up.cutoff = a.down.cutoff = 8;
    a.up.taps = 12;
    b = a;
    b.name = "L1";
    b.up.cutoff = 16;
    b.has_margin = false;
    return {a, b};
}

const SceneField* find(const std::vector<SceneField>& fields, const std::string& path) {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.path == path; });
    return found == fields.end() ? nullptr : &*found;
}

} // namespace

TEST(SceneFields, EachOfThemCanBeKeyedWithItsPresentValue) {
    Scene scene;
    scene.latent.walk.seeds = {3, 4294967295u};
    scene.edits[1].layers["L1"].slope = 0.5;
    const auto fields = scene_fields();
    EXPECT_GT(fields.size(), 50u);
    Motion motion;
    for (const auto& field : fields) {
        const auto value = field_value(scene, field.path);
        ASSERT_TRUE(value) << field.path;
        motion.tracks.push_back({field.path, {{0, *value, Ease::hold}}});
    }
    auto elsewhere = Scene{};
    elsewhere.transform.x = 7;
    elsewhere.latent.psi = 0.25;
    elsewhere.view.layout = Layout::wipe;
    EXPECT_EQ(scene_at(elsewhere, motion, 0), scene);
    EXPECT_FALSE(find(fields, "/model_a")) << "another model is another film";
    EXPECT_FALSE(find(fields, "/time"));
}

TEST(SceneFields, SayWhatTheyTake) {
    const auto fields = scene_fields();
    const auto* psi = find(fields, "/latent/psi");
    ASSERT_TRUE(psi);
    EXPECT_EQ(psi->low, -10);
    EXPECT_EQ(psi->high, 10);
    const auto* edge = find(fields, "/transform/edge");
    ASSERT_TRUE(edge);
    EXPECT_EQ(edge->choices, (std::vector<std::string>{"periodic", "clamp"}));
    EXPECT_EQ(find(fields, "/latent/walk/position")->kind, SceneField::Kind::number);
    EXPECT_EQ(find(fields, "/layer/base_channel")->kind, SceneField::Kind::integer);
    EXPECT_EQ(find(fields, "/edits_b")->kind, SceneField::Kind::edits);
}

TEST(SceneFields, EditsAreThoseThatALayerTakesAtWhatTheModelHas) {
    const auto fields = edit_fields(Side::b, two_layers());
    const auto* cutoff = find(fields, "/edits_b/L1/up/cutoff");
    ASSERT_TRUE(cutoff);
    EXPECT_EQ(std::get<double>(*cutoff->stock), 16);
    EXPECT_TRUE(find(fields, "/edits_b/L0/zero_margin"));
    EXPECT_FALSE(find(fields, "/edits_b/L1/zero_margin"));
    EXPECT_FALSE(find(fields, "/edits_b/L0/noise"));
    EXPECT_EQ(find(fields, "/edits_b/L0/up/family")->choices.size(), 5u);
    EXPECT_TRUE(edit_fields(Side::a, {}).empty());
}

TEST(SceneFields, HaveReadableNames) {
    EXPECT_EQ(field_title("/transform/x"), "transform x");
    EXPECT_EQ(field_title("/layer/base_channel"), "layer base channel");
    EXPECT_EQ(field_title("/layer/b"), "layer B");
    EXPECT_EQ(field_title("/edits_a/L3_52_512/up/half_width"), "A L3_52_512 up half width");
    EXPECT_EQ(field_title("/edits_b"), "B edits");
}

TEST(SceneFields, OfAnotherSceneCanBeTakenOver) {
    Scene scene, from;
    scene.transform.x = 1;
    scene.latent.psi = 0.5;
    scene.edits[0].layers["L0"].slope = 0.1;
    scene.edits[0].layers["L1"].slope = 0.1;
    from.edits[0].layers["L1"].slope = 0.7;
    const auto out =
        with_fields_of(scene, from, {"/transform/x", "/edits_a/L0/slope", "/edits_a/L1/slope", "/nothing", "bad"});
    EXPECT_EQ(out.transform.x, 0);
    EXPECT_EQ(out.latent.psi, 0.5);
    EXPECT_FALSE(out.edits[0].find("L0"));
    EXPECT_EQ(out.edits[0].find("L1")->slope, 0.7);
}

TEST(SceneFields, ThatChangedAreNamed) {
    Scene a, b;
    b.transform.x = 1;
    b.model[0] = "other";
    b.playing = true;
    b.edits[1].layers["L0"].up.cutoff = 5;
    EXPECT_EQ(changed_fields(a, b), (std::vector<std::string>{"/edits_b/L0/up/cutoff", "/transform/x"}));
    EXPECT_EQ(changed_fields(b, a), (std::vector<std::string>{"/edits_b", "/transform/x"}))
        << "an edit taken out is a change of the side's edits";
    EXPECT_TRUE(changed_fields(a, a).empty());
}

TEST(SceneFields, OneEditOfALayerCanBeKeyed) {
    Motion m;
    m.frames = 10;
    m.tracks = {{"/edits_b/L0/up/cutoff", {{0, 4.0, Ease::linear}, {10, 8.0, Ease::linear}}},
                {"/edits_b/L0/zero_margin", {{0, true, Ease::hold}}}};
    const auto scene = scene_at({}, m, 5);
    EXPECT_EQ(scene.edits[1].find("L0")->up.cutoff, 6);
    EXPECT_EQ(scene.edits[1].find("L0")->zero_margin, true);
    m.tracks = {{"/edits_c/L0/slope", {{0, 4.0, Ease::linear}}}};
    EXPECT_NE(refusal_of([&] { return scene_at({}, m, 0); }).find("no such field"), std::string::npos);
    m.tracks = {{"/edits_b/L0/slope", {{0, std::string("x"), Ease::linear}}}};
    EXPECT_NE(refusal_of([&] { return scene_at({}, m, 0); }).find("edits_b.L0.slope"), std::string::npos);
}

TEST(Motion, AMutedTrackLeavesItsFieldAlone) {
    Motion m;
    m.tracks = {{"/transform/x", {{0, 3.0, Ease::linear}}, true}};
    EXPECT_EQ(scene_at({}, m, 0).transform.x, 0);
    EXPECT_EQ(motion_from_json(to_json(m)), m);
    EXPECT_TRUE(resized(m, 60).tracks[0].muted);
}

TEST(FilterSweep, GoesThereAndBackInEveryLayerThatTakesIt) {
    const Clock clock{30, 40};
    const auto m = filter_sweep(clock, "/edits_b/all/up/cutoff", 1, 0.5, true, {{{}, two_layers()}});
    ASSERT_EQ(m.tracks.size(), 2u);
    EXPECT_EQ(m.tracks[0].path, "/edits_b/L0/up/cutoff");
    const auto at = [&](int frame) { return scene_at({}, m, frame).edits[1]; };
    EXPECT_EQ(at(0).find("L0")->up.cutoff, 8);
    EXPECT_EQ(at(0).find("L1")->up.cutoff, 16);
    EXPECT_EQ(at(20).find("L0")->up.cutoff, 4);
    EXPECT_EQ(at(20).find("L1")->up.cutoff, 8);
    EXPECT_EQ(at(40), at(0));
    const auto margin = filter_sweep(clock, "/edits_b/L1/slope", 0.1, 0.4, false, {{{}, two_layers()}});
    ASSERT_EQ(margin.tracks.size(), 1u);
    EXPECT_EQ(scene_at({}, margin, 20).edits[1].find("L1")->slope, 0.4);
}

TEST(FilterSweep, SaysWhatNoLayerTakes) {
    const MotionModels models{{{}, two_layers()}};
    const auto refusal = [&](const char* path) {
        return refusal_of([&] { return filter_sweep({}, path, 0, 1, false, models); });
    };
    EXPECT_NE(refusal("/edits_a/all/up/cutoff").find("model A is not there"), std::string::npos);
    EXPECT_NE(refusal("/edits_b/L1/zero_margin").find("no layer that takes it"), std::string::npos);
    EXPECT_NE(refusal("/edits_b/L0/zero_margin").find("is no number"), std::string::npos);
    EXPECT_NE(refusal("/transform/x").find("such as /edits_b/all/up/cutoff"), std::string::npos);
}

TEST(ReadyMotion, SurvivesJsonWhateverItsKind) {
    for (const auto* text :
         {R"({"kind": "line", "dx": 0.25, "dy": 0.5, "x": 0.125})", R"({"kind": "circle", "radius": 2})",
          R"({"kind": "turn", "turns": 0.5})", R"({"kind": "walk", "seeds": [1, 2]})",
          R"({"kind": "cinemagraph", "seeds": [7], "reach": 0.5})", R"({"kind": "truncation", "from": 0.25, "to": 2})",
          R"({"kind": "sweep", "path": "/transform/scale", "from": 3, "to": 2})",
          R"({"kind": "filter", "path": "/edits_b/all/slope", "relative": true, "to": 0.5})",
          R"({"kind": "ladder", "side": "b"})", R"({"kind": "layers"})"}) {
        const auto ready = ready_motion_from_json(json::parse(text));
        EXPECT_EQ(ready_motion_from_json(to_json(ready)), ready) << text;
    }
}

TEST(ReadyMotion, AnchoredItNoLongerDependsOnWhereTheSceneStands) {
    Scene start, later;
    start.transform.x = 0.25;
    start.transform.turns = 0.5;
    later.transform.x = 9;
    for (const auto* kind : {"line", "turn"}) {
        ReadyMotion ready;
        ready.kind = kind;
        const auto from_start = make_motion(ready, {30, 20}, start, {});
        EXPECT_NE(make_motion(ready, {30, 20}, later, {}), from_start);
        EXPECT_EQ(make_motion(anchored(ready, start.transform), {30, 20}, later, {}), from_start);
    }
}

} // namespace unstuck::engine
