#include "app/timeline.hpp"

#include "core/engine/recipe_session.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::app {

namespace {

using engine::Ease;
using engine::Motion;

/// 10 frames at 20 per second; x goes from 0 to 1, scale jumps.
Motion example() {
    return {20,
            10,
            true,
            {{"/transform/x", {{0, 0.0, Ease::linear}, {10, 1.0, Ease::linear}}},
             {"/transform/scale", {{4, 2.0, Ease::hold}}}}};
}

double number(const engine::Keyframe& key) { return std::get<double>(key.value); }

} // namespace

TEST(Playback, KeepsRealTimeAndLeavesFramesOut) {
    const auto m = example();
    Playback p;
    EXPECT_EQ(advanced(p, m, 1, true), p) << "paused";
    p.playing = true;
    p = advanced(p, m, 0.125, false);
    EXPECT_EQ(p.position, 2.5);
    EXPECT_EQ(advanced(p, m, 0.375, true).position, 0) << "a loop goes on at its start";
    EXPECT_NEAR(seconds_to_next_frame(p, m), 0.025, 1e-12);
    p.speed = 3;
    EXPECT_EQ(advanced(p, m, 0.125, true).position, 2.75);
    EXPECT_NEAR(seconds_to_next_frame(p, m), 0.25, 1e-12);
}

TEST(Playback, EveryFrameWaitsForItsPicture) {
    const auto m = example();
    Playback p{true, 3, 4};
    EXPECT_EQ(advanced(p, m, 9, false).position, 3);
    EXPECT_EQ(advanced(p, m, 9, true).position, 4);
    EXPECT_EQ(seconds_to_next_frame(p, m), 0);
}

TEST(Playback, StopsAtTheEndOfWhatIsNoLoop) {
    auto m = example();
    m.loop = false;
    const auto end = advanced({true, 9.5, 0}, m, 0.5, true);
    EXPECT_EQ(end, (Playback{false, 9, 0}));
    EXPECT_EQ(started(end, m), (Playback{true, 0, 0}));
    EXPECT_EQ(stepped(end, m, 1).frame(), 9);
    m.loop = true;
    EXPECT_EQ(stepped(end, m, 1).frame(), 0);
    EXPECT_EQ(stepped({}, m, -1).frame(), 9);
    EXPECT_EQ(at_frame({}, m, 1e9).frame(), 9);
}

TEST(MotionFollower, LeavesEditsAloneWhileThePlayheadRests) {
    engine::Session session;
    session.motion = example();
    MotionFollower follower;
    follower.follow(session, 5, {});
    EXPECT_EQ(session.scene.transform.x, 0.5);
    session.scene.transform.x = 0.9;
    session.scene.latent.psi = 0.3;
    follower.follow(session, 5, {});
    EXPECT_EQ(session.scene.transform.x, 0.9);
    // Another track changes: this one is set anew, no other.
    session.motion.tracks[1].keys[0].value = 3.0;
    follower.follow(session, 5, {});
    EXPECT_EQ(session.scene.transform.scale, 3);
    EXPECT_EQ(session.scene.transform.x, 0.9);
    EXPECT_EQ(follower.arrived().transform.x, 0.5);
    follower.follow(session, 6, {});
    EXPECT_EQ(session.scene.transform.x, 0.6) << "what a track keys comes from it";
    EXPECT_EQ(session.scene.latent.psi, 0.3) << "what none keys stays";
}

TEST(MotionFollower, GivesFieldsBackAsTheyWereBeforeTheyWereKeyed) {
    engine::Session session;
    session.scene.transform.scale = 1.5;
    MotionFollower follower;
    follower.follow(session, 0, {});
    session.scene.transform.x = 0.25; // edited before it is keyed
    session.motion = example();
    follower.follow(session, 0, {});
    follower.follow(session, 7, {});
    EXPECT_EQ(session.scene.transform.scale, 2);
    const auto released = follower.released(session.scene, {"/transform/x", "/transform/scale"});
    EXPECT_EQ(released.transform.x, 0.25);
    EXPECT_EQ(released.transform.scale, 1.5);
}

TEST(MotionFollower, SaysWhyItCannotAndChangesNothing) {
    engine::Session session;
    session.motion.tracks = {{"/no/such", {{0, 1.0, Ease::linear}}}};
    MotionFollower follower;
    follower.follow(session, 0, {});
    EXPECT_NE(follower.error().find("/no/such"), std::string::npos);
    EXPECT_EQ(session.scene, engine::Scene{});
    session.motion.tracks.clear();
    follower.follow(session, 0, {});
    EXPECT_TRUE(follower.error().empty());
}

TEST(TimelineEdits, DragsStopAtTheEndsAndKeepEachOther) {
    const auto m = example();
    std::vector<KeyPlace> keys;
    const KeyDrag both{m, {{"/transform/x", 0}, {"/transform/scale", 4}}, 0, true};
    const auto right = dragged(both, 100, false, keys);
    EXPECT_EQ(right.tracks[0].path, "/transform/x");
    EXPECT_EQ(keys, (std::vector<KeyPlace>{{"/transform/x", 6}, {"/transform/scale", 10}}));
    EXPECT_EQ(right.tracks[1].keys[0].frame, 10);
    EXPECT_EQ(dragged(both, -3, false, keys), m) << "no keyframe lies before the start";
    const auto copy = dragged({m, {{"/transform/scale", 4}}, 4, true}, 2, true, keys);
    EXPECT_EQ(copy.tracks[1].keys.size(), 2u);
    EXPECT_EQ(number(copy.tracks[1].keys[1]), 2);
}

TEST(TimelineEdits, ATrackWithoutKeyframesGoes) {
    const auto m = without_keys(example(), {{"/transform/scale", 4}, {"/transform/x", 3}, {"/none", 0}});
    ASSERT_EQ(m.tracks.size(), 1u);
    EXPECT_EQ(m.tracks[0].keys.size(), 2u);
    EXPECT_TRUE(without_track(m, "/transform/x").tracks.empty());
}

TEST(TimelineEdits, PastedKeyframesKeepTheirDistances) {
    const auto m = example();
    const auto copied = copied_keys(m, {{"/transform/scale", 4}, {"/transform/x", 0}, {"/none", 1}});
    ASSERT_EQ(copied.size(), 2u);
    std::vector<KeyPlace> keys;
    const auto pasted = with_pasted({}, copied, 3, keys);
    EXPECT_EQ(find_track(pasted, "/transform/x")->keys[0].frame, 3);
    EXPECT_EQ(find_track(pasted, "/transform/scale")->keys[0].frame, 7);
}

TEST(TimelineEdits, ChangesBecomeKeyframes) {
    engine::Scene before, after;
    after.transform.x = 0.5;
    after.latent.psi = 0.25;
    const auto m = with_changes_keyed(example(), before, after, 5, {});
    ASSERT_EQ(m.tracks.size(), 3u);
    EXPECT_EQ(number(m.tracks[0].keys[1]), 0.5) << "keyed before: at the playhead alone";
    const auto* psi = find_track(m, "/latent/psi");
    ASSERT_TRUE(psi);
    EXPECT_EQ(number(psi->keys[0]), 1) << "new: from what it was at the start";
    EXPECT_EQ(psi->keys[0].frame, 0);
    EXPECT_EQ(number(psi->keys[1]), 0.25);
    EXPECT_EQ(psi->keys[1].frame, 5);
}

TEST(TimelineEdits, ANewKeyframeEasesAsTheOneBeforeIt) {
    auto m = with_ease(example(), {{"/transform/x", 0}}, Ease::smooth);
    m = with_key_at(m, "/transform/x", 5, 0.75);
    EXPECT_EQ(m.tracks[0].keys[1].ease, Ease::smooth);
    EXPECT_EQ(with_key_at({}, "/transform/round_px", 0, true).tracks[0].keys[0].ease, Ease::hold);
}

TEST(LengthChange, LosesNoKeyframesOnTheWay) {
    const auto m = example();
    LengthChange change;
    auto now = m;
    for (const int frames : {7, 3, 2, 1, 2, 4, 10}) now = change.resized(now, frames); // as a drag does
    EXPECT_EQ(now, m);
    EXPECT_EQ(change.resized(now, 100), engine::resized(m, 100));
    now = m;
    for (const double fps : {19.0, 7.0, 0.01, 3.0, 40.0}) now = change.repaced(now, fps);
    EXPECT_EQ(now.frames, 20) << "half a second";
    EXPECT_EQ(now.fps, 40);
    EXPECT_EQ(now.tracks, engine::resized(m, 20).tracks);
    now = change.resized(now, 40);
    EXPECT_EQ(change.repaced(now, 20).frames, 20) << "a second";
    // Another edit in between is kept.
    now = change.resized(m, 2);
    now.tracks[1].muted = true;
    now = change.resized(now, 10);
    EXPECT_TRUE(now.tracks[1].muted);
    EXPECT_EQ(now.tracks[1].keys[0].frame, 5) << "from where it was then";
}

TEST(RecipeOfASession, MakesTheSameFilmAgain) {
    engine::Session session;
    session.scene.latent.psi = 0.5;
    session.scene.transform.x = 0.125; // keyed: no part of the scene
    session.scene.edits[1].layers["L1"].slope = 0.5;
    session.scene.latent.directions = {{engine::LatentDirection::Kind::affine, 3, 2, 5, 1.5, "smile"}};
    session.scene.latent.mix_point.directions = {{engine::LatentDirection::Kind::pca, 1, 0, -1, -2.0, {}}};
    session.scene.model[0] = "mine.pkl";
    session.film.captions = true;
    session.motion = example();
    engine::ReadyMotion turn;
    turn.kind = "turn";
    turn.turns = 0.5;
    session.ready = {turn};
    const auto recipe = engine::recipe_of(session, "mine", "What is to be seen.");
    const auto read = engine::recipe_from_json(engine::to_json(recipe));
    EXPECT_EQ(read.name, "mine");
    EXPECT_EQ(read.motion, session.motion);
    EXPECT_EQ(read.ready, session.ready);
    EXPECT_EQ(read.film, session.film);
    const auto again = engine::with_recipe({}, read);
    EXPECT_EQ(again.scene.latent.psi, 0.5);
    EXPECT_EQ(again.scene.edits, session.scene.edits);
    EXPECT_EQ(again.scene.latent.directions, session.scene.latent.directions);
    EXPECT_EQ(again.scene.latent.mix_point.directions, session.scene.latent.mix_point.directions);
    EXPECT_EQ(again.scene.model, engine::Scene{}.model) << "whatever models are open";
    EXPECT_EQ(again.scene.transform.x, 0);
    EXPECT_EQ(again.ready, session.ready);
    EXPECT_THROW(engine::recipe_of({}, "still", ""), std::invalid_argument);
    EXPECT_THROW(engine::recipe_of(session, "", ""), std::invalid_argument);
}

} // namespace unstuck::app
