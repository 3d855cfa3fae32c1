#include "app/autosave.hpp"

#include "core/io/error.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>

namespace unstuck::app {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class AutosaveOnDisk : public ::testing::Test {
  protected:
    std::string folder = (fs::temp_directory_path() / ("unstuck-autosave-" + std::to_string(::getpid()))).string();
    std::string file = folder + "/autosave.json";
    Autosave::Clock::time_point start{};
    engine::Session session;

    void SetUp() override { fs::remove_all(folder); }
    void TearDown() override { fs::remove_all(folder); }

    /// At `time` after the start, and until what that begins is done.
    void watch(Autosave& autosave, std::chrono::milliseconds time, bool moving = false) {
        autosave.watch(session, moving, start + time);
        for (int i = 0; i < 15000 && autosave.seconds_to_next(start + time) == 0.1; ++i) {
            std::this_thread::sleep_for(2ms);
            autosave.watch(session, moving, start + time);
        }
    }
    double saved_x() const { return engine::read_session(file).session.scene.latent.x; }
};

} // namespace

TEST_F(AutosaveOnDisk, WritesASecondAfterAChangeAndOnlyThen) {
    Autosave autosave(folder);
    EXPECT_FALSE(autosave.left());
    session.scene.latent.x = 1;
    watch(autosave, 0ms);
    EXPECT_EQ(autosave.seconds_to_next(start), 1.0);
    watch(autosave, 999ms);
    EXPECT_FALSE(fs::exists(file));
    watch(autosave, 1000ms);
    EXPECT_EQ(saved_x(), 1);
    EXPECT_EQ(autosave.seconds_to_next(start + 1000ms), std::nullopt) << "nothing to wake up for";
    fs::remove(file);
    watch(autosave, 1h);
    EXPECT_FALSE(fs::exists(file)) << "nothing changed";
    // Many changes, one write, with the last of them.
    for (int i = 0; i < 60; ++i) {
        session.scene.latent.x = 2 + i;
        watch(autosave, 1h + i * 16ms);
    }
    EXPECT_FALSE(fs::exists(file));
    watch(autosave, 1h + 1001ms);
    EXPECT_EQ(saved_x(), 61);
}

TEST_F(AutosaveOnDisk, AnAnimationWritesEveryTwoSeconds) {
    Autosave autosave(folder);
    int writes = 0;
    for (int i = 0; i < 600; ++i) { // ten seconds
        session.scene.time = i;
        watch(autosave, i * 17ms, true);
        if (fs::exists(file)) ++writes, fs::remove(file);
    }
    EXPECT_GE(writes, 4);
    EXPECT_LE(writes, 5);
}

TEST_F(AutosaveOnDisk, WhatACrashLeftIsFoundOnceAndGoesWithTheNextCopy) {
    {
        Autosave autosave(folder);
        session.scene.latent.x = 5;
        watch(autosave, 0ms);
        watch(autosave, 1s);
    } // not ended in order
    Autosave next(folder);
    ASSERT_TRUE(next.left() && next.left()->session);
    EXPECT_EQ(next.left()->session->session.scene.latent.x, 5);
    const auto kept = next.left()->file;
    EXPECT_TRUE(fs::exists(kept));
    EXPECT_FALSE(fs::exists(file)) << "a session that crashes the program does so once";
    EXPECT_EQ(sessions_in(folder, kRecovered), std::vector{kept});
    next.take_over_left();
    watch(next, 0ms);
    EXPECT_TRUE(fs::exists(kept)) << "not before there is a copy again";
    watch(next, 1s);
    EXPECT_FALSE(fs::exists(kept));
    EXPECT_EQ(saved_x(), 5);
    next.end();
    EXPECT_FALSE(fs::exists(file));
}

TEST_F(AutosaveOnDisk, EachRunningProgramHasItsOwnPlace) {
    Autosave first(folder);
    watch(first, 0ms);
    watch(first, 1s);
    Autosave second(folder);
    EXPECT_FALSE(second.left()) << "the first one lives";
    EXPECT_NE(first.file(), second.file());
    { Autosave third(folder); }
    std::ofstream(folder + "/autosave-3.json") << "junk";
    const Autosave fourth(folder);
    ASSERT_TRUE(fourth.left());
    EXPECT_EQ(fourth.left()->file, folder + "/autosave-broken.json");
    EXPECT_NE(fourth.left()->error.find("is no JSON"), std::string::npos);
    EXPECT_TRUE(fs::exists(first.file()));
}

TEST_F(AutosaveOnDisk, AFolderThatCannotBeWrittenIsAnErrorAndALaterFailureIsSaidOnce) {
    EXPECT_THROW(Autosave("/proc/unstuck"), io::FileError);
    Autosave autosave(folder);
    fs::remove_all(folder);
    watch(autosave, 0ms);
    watch(autosave, 1s);
    const auto error = autosave.take_error();
    ASSERT_TRUE(error);
    EXPECT_NE(error->find("autosave.json"), std::string::npos) << *error;
    EXPECT_FALSE(autosave.take_error());
    // Tried again, though nothing changed, and not told again.
    watch(autosave, 11s);
    watch(autosave, 12s);
    EXPECT_FALSE(autosave.take_error());
    fs::create_directories(folder);
    watch(autosave, 22s);
    watch(autosave, 23s);
    EXPECT_TRUE(fs::exists(file));
    EXPECT_FALSE(autosave.take_error());
}

TEST_F(AutosaveOnDisk, TakesOneLockAndLeavesNoOthersAbout) {
    const Autosave first(folder), second(folder);
    int locks = 0;
    for (const auto& entry : fs::directory_iterator(folder)) locks += entry.path().extension() == ".lock" ? 1 : 0;
    EXPECT_EQ(locks, 2);
    EXPECT_NE(first.file(), second.file());
}

} // namespace unstuck::app
