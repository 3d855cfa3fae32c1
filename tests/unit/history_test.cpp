#include "core/engine/history.hpp"

#include <gtest/gtest.h>
#include <utility>

namespace unstuck::engine {

namespace {

Session at_x(double x) {
    Session s;
    s.scene.latent.x = x;
    return s;
}

/// As the program does it: an edit, then the end of the gesture.
template <class Edit>
Session edited(History& history, Session now, Edit edit) {
    edit(now);
    history.commit(now);
    return now;
}

} // namespace

TEST(History, UndoAndRedoGiveBackTheVeryValues) {
    History history(at_x(1));
    auto now = edited(history, at_x(1), [](auto& s) { s.scene.latent.x = 2; });
    now = edited(history, now, [](auto& s) {
        s.film.width = 640, s.film.height = 480;
        s.scene.edits[0].layers["L3"].up.cutoff = 12.5;
    });
    const auto last = now;
    ASSERT_EQ(history.steps(), 2u);
    now = history.undo(now);
    EXPECT_EQ(now, at_x(2));
    now = history.undo(now);
    EXPECT_EQ(now, at_x(1));
    EXPECT_FALSE(history.can_undo());
    EXPECT_EQ(history.undo(now), at_x(1)) << "nothing more to undo";
    now = history.redo(now);
    EXPECT_EQ(now, at_x(2));
    EXPECT_EQ(history.redo(now), last);
    EXPECT_FALSE(history.can_redo());
}

TEST(History, ASameValueIsNoStepAndABranchDropsWhatWasUndone) {
    History history(at_x(0));
    EXPECT_FALSE(history.commit(at_x(0)));
    history.commit(at_x(1));
    history.commit(at_x(2));
    EXPECT_EQ(history.undo(at_x(2)), at_x(1));
    EXPECT_FALSE(history.commit(at_x(1))) << "undoing is no step";
    EXPECT_TRUE(history.can_redo());
    EXPECT_TRUE(history.commit(at_x(7)));
    EXPECT_FALSE(history.can_redo());
    EXPECT_EQ(history.undo(at_x(7)), at_x(1));
}

TEST(History, WhatMovesByItselfIsNoStepAndGoesOnThroughUndo) {
    Session now = at_x(0);
    now.scene.playing = now.scene.latent.animate = now.scene.transform.animate_orbit = true;
    History history(now);
    const auto tick = [&](double seconds) {
        const auto before = now.scene;
        now.scene = advanced(now.scene, seconds);
        history.absorb(before, now.scene);
    };
    tick(2); // x = 0.5
    EXPECT_FALSE(history.commit(now));
    now.scene.latent.psi = 0.5; // a gesture, during which the clock goes on
    tick(2);
    now.scene.transform.scale = 2;
    EXPECT_TRUE(history.commit(now));
    EXPECT_EQ(history.undo_label(), "2 fields");
    tick(4);
    const auto then = now;
    now = history.undo(now);
    EXPECT_EQ(now.scene.latent.psi, 1);
    EXPECT_EQ(now.scene.transform.scale, 1);
    EXPECT_DOUBLE_EQ(now.scene.latent.x, 2) << "8 seconds at 0.25 seeds";
    EXPECT_EQ(now.scene.time, 8);
    EXPECT_EQ(now.scene.transform.orbit_phase, then.scene.transform.orbit_phase);
    tick(1);
    now = history.redo(now);
    EXPECT_EQ(now.scene.latent.psi, 0.5);
    EXPECT_EQ(now.scene.time, 9);
}

TEST(History, ZoomPanPlayingAndKeyedFieldsMakeNoSteps) {
    Session now;
    now.motion.tracks = {{"/transform/x", {{0, 0.0, Ease::linear}, {10, 1.0, Ease::linear}}},
                         {"/no/such/field", {{0, 0.0, Ease::linear}}}};
    History history(now);
    now.scene.view.zoom = 4;
    now.scene.view.pan_x = 0.25;
    now.scene.playing = true;
    now.scene.time = 3;
    now.scene.transform.x = 0.6;
    EXPECT_FALSE(history.commit(now));
    now.scene.view.layout = Layout::wipe;
    EXPECT_TRUE(history.commit(now));
    now.scene.view.zoom = 8;
    now = history.undo(now);
    EXPECT_EQ(now.scene.view.zoom, 8) << "where one looks stays";
    EXPECT_EQ(now.scene.transform.x, 0.6);
    EXPECT_EQ(now.scene.view.layout, Layout::side_by_side);
}

TEST(History, AMutedTrackKeysNothingAndAWrongPathIsPassedOver) {
    Session now;
    now.motion.tracks = {{"/latent/psi", {{0, 1.0, Ease::linear}}, true},
                         {"no pointer", {{0, 0.0, Ease::linear}}},
                         {"/latent/directions/99999999999999999999/amount", {{0, 0.0, Ease::linear}}},
                         {"/latent/x/deeper", {{0, 0.0, Ease::linear}}}};
    History history(now);
    now.scene.latent.psi = 0.5;
    EXPECT_TRUE(history.commit(now));
    EXPECT_FALSE(history.saved());
    EXPECT_EQ(history.undo(now).scene.latent.psi, 1);
}

TEST(History, AThumbnailThatArrivesLaterIsNoStepAndIsNotLost) {
    Session now;
    History history(now);
    now.bookmarks = {{"one", {}, nullptr}};
    EXPECT_TRUE(history.commit(now));
    EXPECT_EQ(history.undo_label(), "new bookmark one");
    now.bookmarks[0].thumbnail = std::make_shared<const std::vector<std::uint8_t>>(3);
    EXPECT_FALSE(history.commit(now));
    now.scene.latent.y = 1;
    history.commit(now);
    now = history.undo(now);
    EXPECT_TRUE(now.bookmarks[0].thumbnail);
    EXPECT_TRUE(history.undo(now).bookmarks.empty());
}

TEST(History, KeepsTheNewestTwoHundredSteps) {
    History history(at_x(0));
    for (int i = 1; i <= 250; ++i) history.commit(at_x(i));
    EXPECT_EQ(history.steps(), History::kMostSteps);
    EXPECT_FALSE(history.saved());
    auto now = at_x(250);
    while (history.can_undo()) now = history.undo(now);
    EXPECT_EQ(now, at_x(50));
    EXPECT_FALSE(history.saved()) << "the start that was saved is out of reach";
}

TEST(History, KnowsWhetherWhatIsShownIsWhatWasSaved) {
    History history(at_x(0));
    EXPECT_TRUE(history.saved());
    history.commit(at_x(1));
    EXPECT_FALSE(history.saved());
    history.mark_saved("a.unstuck");
    EXPECT_TRUE(history.saved());
    history.commit(at_x(2));
    history.undo(at_x(2));
    EXPECT_TRUE(history.saved()) << "undone back to it";
    history.undo(at_x(1));
    EXPECT_FALSE(history.saved());
    history.commit(at_x(5));
    history.undo(at_x(5));
    EXPECT_FALSE(history.saved()) << "the way to what was saved is gone";
}

TEST(History, UndoingTheOpeningOfAFileBringsTheEarlierNameBack) {
    History history(at_x(0));
    history.commit(at_x(1));
    history.mark_saved("a.unstuck");
    history.commit_file(at_x(9), "b.unstuck", "opening b");
    EXPECT_EQ(history.file(), "b.unstuck");
    EXPECT_EQ(history.undo_label(), "opening b");
    auto later = at_x(9);
    later.scene.time = 3; // what has moved since belongs to the other session
    later.scene.view.zoom = 2;
    history.commit(later);
    EXPECT_EQ(history.undo(later), at_x(1));
    EXPECT_EQ(history.file(), "a.unstuck");
    EXPECT_EQ(history.redo(at_x(1)), at_x(9));
    EXPECT_EQ(history.file(), "b.unstuck");
}

TEST(ChangeLabel, NamesWhatChanged) {
    const auto label = [](auto edit) {
        Session from, to;
        from.scene.edits[1].layers["L5"].up.cutoff = 3;
        to = from;
        edit(to);
        return change_label(from, to);
    };
    EXPECT_EQ(label([](auto&) {}), "");
    EXPECT_EQ(label([](auto& s) { s.scene.latent.x = 1; }), "latent x");
    EXPECT_EQ(label([](auto& s) { s.scene.latent.x = s.scene.latent.y = 1; }), "latent x, y");
    EXPECT_EQ(label([](auto& s) { s.scene.view.layout = Layout::grid; }), "layout");
    EXPECT_EQ(label([](auto& s) { s.scene.layer.gain_db = 3; }), "layer gain db");
    EXPECT_EQ(label([](auto& s) { s.scene.model[1] = "x.pkl", s.scene.layer.name[1] = "L1"; }), "model B");
    EXPECT_EQ(label([](auto& s) { std::swap(s.scene.model[0], s.scene.model[1]); }), "models");
    EXPECT_EQ(label([](auto& s) { s.scene.edits[0].layers["b64.conv1"].up.cutoff = 3; }), "edits of b64.conv1");
    EXPECT_EQ(label([](auto& s) { s.scene.edits[1].layers["L5"].up.cutoff = 4; }), "edits of L5");
    EXPECT_EQ(label([](auto& s) { s.scene.edits[1] = {}, s.scene.edits[0].layers["L4"].up.cutoff = 1; }),
              "edits of 2 layers");
    EXPECT_EQ(label([](auto& s) { s.scene.latent.x = s.scene.transform.x = s.scene.latent.psi = 0.5; }), "3 fields");
    EXPECT_EQ(label([](auto& s) { s.motion.frames = 10; }), "timeline");
    EXPECT_EQ(label([](auto& s) { s.motion.frames = 10, s.film.captions = true; }), "timeline, film settings");
}

} // namespace unstuck::engine
