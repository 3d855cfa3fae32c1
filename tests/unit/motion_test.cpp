#include "core/engine/motion.hpp"

#include "core/engine/ready_motions.hpp"
#include "core/latent/walk.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/refusal.hpp"

#include <cmath>
#include <numeric>
#include <stdexcept>

namespace unstuck::engine {

namespace {

using test::refusal_of;

using nlohmann::json;

/// x goes 1 -> 5 -> -1; psi jumps; the channel counts up.
Motion example() {
    Motion m;
    m.fps = 25;
    m.frames = 20;
    m.loop = false;
    m.tracks = {
        {"/transform/x", {{0, 1.0, Ease::linear}, {8, 5.0, Ease::smooth}, {16, -1.0, Ease::linear}}},
        {"/latent/psi", {{4, 0.5, Ease::hold}, {10, 1.0, Ease::hold}}},
        {"/layer/base_channel", {{0, 0.0, Ease::linear}, {10, 4.0, Ease::linear}}},
        {"/layer/a", {{0, std::string("L0"), Ease::linear}, {5, std::string("L1"), Ease::linear}}},
        {"/transform/untransform", {{0, false, Ease::hold}, {3, true, Ease::hold}}},
        {"/latent/walk/seeds", {{0, std::vector<double>{3, 4294967295.0}, Ease::hold}}},
    };
    return m;
}

constexpr Clock kClock{30, 48};
const std::array<std::vector<std::string>, 2> kLayers = {{{"b4.conv1", "b8.conv0", "output"}, {"input", "L0", "L1"}}};

std::vector<std::pair<const char*, Motion>> ready_motions() {
    TransformState start;
    start.x = 0.1;
    start.turns = 0.25;
    return {{"line", along_line(kClock, start, 0.05, -0.02)},
            {"circle", along_circle(kClock, 0.05)},
            {"turn", full_turn(kClock, start)},
            {"walk", latent_walk(kClock, {1, 2, 3})},
            {"cinemagraph", cinemagraph(kClock, {1, 2, 3, 4}, 0.2)},
            {"truncation", truncation_sweep(kClock, 0, 1)},
            {"sweep", field_sweep(kClock, "/transform/scale", 1, 2)},
            {"layers", layer_tour(kClock, kLayers)}};
}

} // namespace

TEST(Walk, IsTheOfficialInterpolation) {
    const auto doc = test::golden_json("video.json");
    int cases = 0;
    for (const auto& c : doc["cases"]) {
        if (c["kind"] != "cubic") continue; // the other kinds are no part of the program
        ++cases;
        const auto keys = c["keyframe_w"].get<std::vector<std::vector<double>>>();
        const auto in_walk = c["num_keyframes_used"].get<std::size_t>();
        for (const auto& f : c["frames"]) {
            const auto cell = f.contains("cell") ? f["cell"].get<std::size_t>() : 0;
            const auto frame = f.contains("frame") ? f["frame"].get<int>() : 0;
            const auto weights = latent::walk_weights(in_walk, frame / c["w_frames"].get<double>(), c["wraps_used"]);
            const auto golden = f["w"].get<std::vector<double>>();
            for (std::size_t i = 0; i < golden.size(); ++i) {
                double w = 0;
                for (std::size_t k = 0; k < in_walk; ++k) w += weights[k] * keys[cell * in_walk + k][i];
                EXPECT_NEAR(w, golden[i], 1e-9) << c["seeds"] << " frame " << frame;
            }
        }
    }
    EXPECT_EQ(cases, 7);
}

TEST(Walk, GoesThroughItsKeysClosesAndWeighsOne) {
    for (const std::size_t keys : {1, 2, 3, 7, 200})
        for (double t = 0; t < static_cast<double>(keys); t += 0.25) {
            const auto w = latent::walk_weights(keys, t);
            ASSERT_EQ(w.size(), keys);
            EXPECT_NEAR(std::accumulate(w.begin(), w.end(), 0.0), 1, 1e-12) << keys << " at " << t;
            if (t == std::floor(t)) EXPECT_EQ(w[static_cast<std::size_t>(t)], 1) << keys << " at " << t;
            EXPECT_EQ(latent::walk_weights(keys, t + static_cast<double>(keys)), w);
        }
    // Closes smoothly, too: just before the end it is as near to the first key as just after the start.
    const auto before = latent::walk_weights(4, 4 - 1e-3), after = latent::walk_weights(4, 1e-3);
    EXPECT_NEAR(before[3], after[1], 1e-6);
    EXPECT_NEAR(before[0], after[0], 1e-6);
    EXPECT_EQ(latent::walk_weights(5, std::nan("")), latent::walk_weights(5, 0));
    EXPECT_THROW(latent::walk_weights(0, 0), std::invalid_argument);
}

TEST(Motion, InterpolatesAsEachKeyframeSays) {
    const auto m = example();
    const auto x = [&](int frame) { return std::get<double>(value_at(m.tracks[0], frame)); };
    EXPECT_EQ(x(-3), 1);
    EXPECT_EQ(x(0), 1);
    EXPECT_EQ(x(2), 2);
    EXPECT_EQ(x(8), 5);
    EXPECT_EQ(x(10), 5 - 6 * (0.0625 * (3 - 0.5))); // u = 1/4
    EXPECT_EQ(x(12), 2);
    EXPECT_EQ(x(16), -1);
    EXPECT_EQ(x(99), -1);
}

TEST(Motion, SetsTheFieldsOfTheSceneByTheirPath) {
    Scene start;
    start.latent.x = 7;
    const auto m = example();
    const auto s3 = scene_at(start, m, 3), s12 = scene_at(start, m, 12);
    EXPECT_EQ(s3.latent.x, 7);
    EXPECT_EQ(s3.transform.x, 2.5);
    EXPECT_EQ(s3.latent.psi, 0.5);
    EXPECT_EQ(s3.layer.base_channel, 1) << "1.2, rounded";
    EXPECT_EQ(s3.layer.name[0], "L0");
    EXPECT_TRUE(s3.transform.untransform);
    EXPECT_EQ(s3.latent.walk.seeds, (std::vector<std::uint32_t>{3, 4294967295u}));
    EXPECT_EQ(s12.transform.x, 2);
    EXPECT_EQ(s12.latent.psi, 1);
    EXPECT_EQ(s12.layer.base_channel, 4);
    EXPECT_EQ(s12.layer.name[0], "L1");
    EXPECT_EQ(scene_at(start, m, 100), scene_at(start, m, 19)) << "no loop: the last frame stays";
}

TEST(Motion, AFrameDependsOnItsNumberAlone) {
    Scene start;
    start.playing = start.transform.animate_rotation = start.latent.animate = true;
    const auto m = example();
    const auto once = scene_at(start, m, 11);
    for (int frame = 0; frame < 20; ++frame) (void)scene_at(start, m, frame);
    EXPECT_EQ(scene_at(start, m, 11), once);
    EXPECT_EQ(once.transform.turns, start.transform.turns) << "the animation's own clock stands still";
}

TEST(Motion, AnIntegerOf64BitsMayBeKeyed) {
    Motion m;
    m.tracks = {{"/latent/mix_rows", {{0, 12.0, Ease::hold}}}};
    EXPECT_EQ(scene_at({}, m, 0).latent.mix_rows, 12u);
    m.tracks = {{"/latent/mix_rows", {{0, -1e300, Ease::hold}}}, {"/layer/base_channel", {{0, 1e300, Ease::hold}}}};
    EXPECT_EQ(scene_at({}, m, 0).latent.mix_rows, 0u);
    EXPECT_EQ(scene_at({}, m, 0).layer.base_channel, 1'000'000) << "the field's own limit";
}

TEST(Motion, NamesTheTrackThatDoesNotFit) {
    const auto refusal = [](const char* path, KeyValue value) {
        Motion m;
        m.tracks = {{path, {{0, std::move(value), Ease::hold}}}};
        return refusal_of([&] { (void)scene_at({}, m, 0); });
    };
    EXPECT_NE(refusal("/transform/q", 1.0).find("'/transform/q': the scene has no such field"), std::string::npos);
    EXPECT_NE(refusal("transform", 1.0).find("'transform': expected a path"), std::string::npos);
    EXPECT_NE(refusal("", 1.0).find("no such field"), std::string::npos);
    EXPECT_NE(refusal("/transform", 1.0).find("a group of fields"), std::string::npos);
    EXPECT_NE(refusal("/transform/x", true).find("transform.x"), std::string::npos);
    EXPECT_NE(refusal("/layer/a", 3.0).find("layer.a"), std::string::npos);
    Motion empty;
    empty.tracks = {{"/transform/x", {}}};
    EXPECT_NE(refusal_of([&] { (void)scene_at({}, empty, 0); }).find("no keyframes"), std::string::npos);
}

TEST(Motion, EveryReadyMotionLoops) {
    for (const auto& [name, looped] : ready_motions()) {
        auto open = looped; // without folding the frame's number
        open.loop = false;
        open.frames = looped.frames + 1;
        Scene start;
        start.transform.x = 0.1;
        const auto first = scene_at(start, open, 0), last = scene_at(start, open, looped.frames);
        EXPECT_EQ(scene_at(start, looped, looped.frames), first) << name;
        if (std::string(name) == "layers") continue; // jumps: its last picture is that of the last layer
        const auto m0 = forward_matrix(first.transform, 64), m1 = forward_matrix(last.transform, 64);
        for (std::size_t i = 0; i < m0.size(); ++i) EXPECT_NEAR(m0[i], m1[i], 1e-15) << name;
        EXPECT_EQ(first.latent.psi, last.latent.psi) << name;
        const auto& walk = first.latent.walk;
        if (!walk.seeds.empty())
            EXPECT_EQ(latent::walk_weights(walk.seeds.size(), walk.position),
                      latent::walk_weights(walk.seeds.size(), last.latent.walk.position));
        const auto half = scene_at(start, looped, looped.frames / 2);
        EXPECT_NE(half, first) << name << " moves";
    }
}

TEST(Motion, ATourStaysAsLongAtEveryLayer) {
    const auto tour = layer_tour({30, 48}, kLayers);
    std::map<std::string, int> frames;
    for (int f = 0; f < 48; ++f) {
        const auto s = scene_at({}, tour, f);
        ++frames[s.layer.name[0]];
        ++frames[s.layer.name[1]];
    }
    for (const auto& side : kLayers)
        for (const auto& name : side) EXPECT_EQ(frames[name], 16) << name;
}

TEST(Motion, ReadyMotionsHaveNamesAndParameters) {
    const Scene start;
    const auto made = [&](const json& j) { return make_motion(ready_motion_from_json(j), kClock, start, kLayers); };
    EXPECT_EQ(made({{"kind", "circle"}, {"radius", 0.125}}), along_circle(kClock, 0.125));
    EXPECT_EQ(made({{"kind", "line"}, {"dx", 0.5}, {"dy", 0.25}}), along_line(kClock, start.transform, 0.5, 0.25));
    EXPECT_EQ(made({{"kind", "turn"}}), full_turn(kClock, start.transform));
    EXPECT_EQ(made({{"kind", "walk"}, {"seeds", {4, 5}}}), latent_walk(kClock, {4, 5}));
    EXPECT_EQ(made({{"kind", "cinemagraph"}, {"seeds", {4, 5}}, {"reach", 0.5}}), cinemagraph(kClock, {4, 5}, 0.5));
    EXPECT_EQ(made({{"kind", "truncation"}, {"from", 1}, {"to", 0.25}}), truncation_sweep(kClock, 1, 0.25));
    EXPECT_EQ(made({{"kind", "sweep"}, {"path", "/latent/x"}, {"from", 2}, {"to", 3}}),
              field_sweep(kClock, "/latent/x", 2, 3));
    EXPECT_EQ(made({{"kind", "layers"}}), layer_tour(kClock, kLayers));
    EXPECT_NE(refusal_of([&] { made({{"kind", "spiral"}}); }).find("cinemagraph"), std::string::npos) << "lists them";
    EXPECT_NE(refusal_of([&] { made({{"kind", "circle"}, {"radius", "wide"}}); }).find("'radius'"), std::string::npos);
    EXPECT_NE(refusal_of([&] { made({{"kind", "walk"}, {"seeds", {-1}}}); }).find("'seeds'"), std::string::npos);
    EXPECT_NE(refusal_of([&] { made({{"kind", "walk"}}); }).find("1 to 4096 seeds"), std::string::npos);
    EXPECT_NE(refusal_of([&] { made({{"kind", "sweep"}}); }).find("'path'"), std::string::npos);
}

TEST(Motion, RoundTripsThroughJson) {
    for (const auto& m : {Motion{}, example(), latent_walk(kClock, {1, 2})})
        EXPECT_EQ(motion_from_json(json::parse(to_json(m).dump())), m) << to_json(m);
    EXPECT_EQ(motion_from_json({{"frames", 7}, {"from the future", 1}}).frames, 7);
}

TEST(Motion, NamesTheFieldThatIsWrong) {
    const auto refusal = [](const char* text) {
        return refusal_of([&] { (void)motion_from_json(json::parse(text)); });
    };
    for (const auto& [text, field] : std::vector<std::pair<const char*, const char*>>{
             {"[]", "JSON object"},
             {R"({"fps": 0})", "'fps': expected a number from"},
             {R"({"fps": "fast"})", "'fps'"},
             {R"({"frames": 0})", "'frames'"},
             {R"({"frames": 1.5})", "'frames'"},
             {R"({"frames": 1e99})", "'frames'"},
             {R"({"loop": 1})", "'loop': expected true or false"},
             {R"({"tracks": 1})", "'tracks': expected a list"},
             {R"({"tracks": [{"keys": []}]})", "'tracks[0].path'"},
             {R"({"tracks": [{"path": "transform/x", "keys": [{"value": 1}]}]})", "'tracks[0].path'"},
             {R"({"tracks": [{"path": "", "keys": [{"value": 1}]}]})", "'tracks[0].path'"},
             {R"({"tracks": [{"path": "/time", "keys": []}]})", "'tracks[0].keys': expected at least one"},
             {R"({"tracks": [{"path": "/time", "keys": [{"frame": 0}]}]})", "'tracks[0].keys[0].value'"},
             {R"({"tracks": [{"path": "/time", "keys": [{"value": {}}]}]})", "'tracks[0].keys[0].value'"},
             {R"({"tracks": [{"path": "/time", "keys": [{"value": 1, "frame": "x"}]}]})", "'tracks[0].keys[0].frame'"},
             {R"({"tracks": [{"path": "/time", "keys": [{"value": 1, "ease": "bouncy"}]}]})",
              "linear, smooth or hold"}})
        EXPECT_NE(refusal(text).find(field), std::string::npos) << text << ": " << refusal(text);
}

TEST(Motion, AWayThroughWhatIsNoGroupIsNoField) {
    for (const auto* path :
         {"/latent/x/deeper", "/latent/directions/99999999999999999999/amount", "/latent/walk/seeds/x"}) {
        Motion motion;
        motion.tracks = {{path, {{0, 1.0, Ease::linear}}}};
        const auto refusal = refusal_of([&] { (void)scene_at({}, motion, 0); });
        EXPECT_NE(refusal.find(path), std::string::npos) << refusal;
    }
}

TEST(Motion, KeyframesAreReadInAnyOrderAndTheLastAtAFrameCounts) {
    auto keys = json::array();
    for (int i = 100'000; i > 0; --i) keys.push_back({{"frame", i / 2}, {"value", i}}); // each frame twice
    const auto motion = motion_from_json({{"tracks", {{{"path", "/time"}, {"keys", keys}}}}});
    const auto& read = motion.tracks.at(0).keys;
    ASSERT_EQ(read.size(), 50'001u);
    for (std::size_t i = 1; i < read.size(); ++i) ASSERT_EQ(read[i].frame, read[i - 1].frame + 1);
    EXPECT_EQ(std::get<double>(read[7].value), 14);
}

TEST(Motion, KeyframesAreAddedMovedCopiedAndDeleted) {
    const auto frames = [](const Track& t) {
        std::vector<int> out;
        for (const auto& k : t.keys) out.push_back(k.frame);
        return out;
    };
    const auto value = [](const Track& t, int frame) { return std::get<double>(value_at(t, frame)); };
    const Track t = example().tracks[0]; // 0, 8, 16
    const auto added = with_key(t, {4, 9.0, Ease::hold});
    EXPECT_EQ(frames(added), (std::vector{0, 4, 8, 16}));
    EXPECT_EQ(value(added, 7), 9);
    EXPECT_EQ(value(with_key(t, {8, 6.0, Ease::linear}), 8), 6) << "replaces";
    EXPECT_EQ(frames(with_key(t, {8, 6.0, Ease::linear})), frames(t));
    EXPECT_EQ(frames(without_key(t, 8)), (std::vector{0, 16}));
    const auto moved = with_key_moved(t, 0, 12);
    EXPECT_EQ(frames(moved), (std::vector{8, 12, 16}));
    EXPECT_EQ(value(moved, 12), 1);
    EXPECT_EQ(with_key_moved(t, 8, 8), t);
    EXPECT_EQ(frames(with_key_moved(t, 8, 16)), (std::vector{0, 16})) << "takes the place of the other";
    const auto copied = with_key_copied(t, 16, 20);
    EXPECT_EQ(frames(copied), (std::vector{0, 8, 16, 20}));
    EXPECT_EQ(value(copied, 20), -1);
    EXPECT_EQ(frames(t), (std::vector{0, 8, 16})) << "the original is as it was";
    EXPECT_NE(refusal_of([&] { (void)without_key(t, 5); }).find("no keyframe at frame 5"), std::string::npos);
    EXPECT_THROW((void)with_key_moved(t, 5, 6), std::invalid_argument);
    EXPECT_THROW((void)with_key_copied(t, 5, 6), std::invalid_argument);
}

TEST(Motion, AnotherLengthKeepsItsEnds) {
    const auto m = resized(full_turn({30, 120}, {}), 30);
    EXPECT_EQ(m, full_turn({30, 30}, {}));
    EXPECT_THROW((void)resized(m, 0), std::invalid_argument);
    EXPECT_THROW((void)resized(m, kMostFrames + 1), std::invalid_argument);
}

} // namespace unstuck::engine
