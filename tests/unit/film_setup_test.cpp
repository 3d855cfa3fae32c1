#include "app/film_setup.hpp"

#include "app/recorder.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace unstuck::app {

namespace {

namespace fs = std::filesystem;

engine::Session moving_session() {
    engine::Session session;
    session.motion = {30, 120, true, {{"/latent/psi", {{0, 1.0, {}}, {120, 0.5, {}}}}}};
    return session;
}

class FilmFolder : public ::testing::Test {
  protected:
    fs::path folder = fs::temp_directory_path() / ("unstuck-setup-" + std::to_string(::getpid()));
    RecorderState state;
    void SetUp() override {
        fs::create_directories(folder);
        state.choices.folder = folder.string();
    }
    void TearDown() override { fs::remove_all(folder); }
    std::string next() const { return fs::path(film_target(state, "elsewhere").path).filename(); }
};

} // namespace

TEST(FilmSetup, FilmsWhatMoves) {
    engine::Session session;
    RecorderChoices choices;
    EXPECT_NE(why_nothing_moves(session), "");
    session.scene.transform.animate_orbit = true;
    EXPECT_EQ(why_nothing_moves(session), "");
    EXPECT_EQ(film_of(session, choices), FilmOf::animation) << "there is nothing else";
    session = moving_session();
    choices.of = FilmOf::animation;
    EXPECT_EQ(film_of(session, choices), FilmOf::timeline) << "there is nothing else";
    session.scene.transform.animate_orbit = true;
    EXPECT_EQ(film_of(session, choices), FilmOf::animation) << "as chosen";
}

TEST(FilmSetup, LengthAndPaceAreTheTimelinesOwn) {
    auto session = moving_session();
    RecorderState state;
    const auto& clock = state.choices.clock;
    set_film_fps(session, state, 60);
    EXPECT_EQ(session.motion.frames, 240) << "the seconds stay";
    EXPECT_EQ(session.motion.fps, 60);
    EXPECT_EQ(session.motion.tracks[0].keys[1].frame, 240);
    set_film_frames(session, state, 0);
    EXPECT_EQ(session.motion.frames, 1) << "a film has a frame";
    set_film_frames(session, state, 240);
    set_film_fps(session, state, 0.01);
    set_film_fps(session, state, 30);
    EXPECT_EQ(session.motion, moving_session().motion) << "nothing is lost on the way";
    EXPECT_EQ(clock.frames, 240);
    session = {};
    set_film_fps(session, state, 0.01);
    EXPECT_EQ(clock.frames, 1);
    set_film_fps(session, state, 15);
    EXPECT_EQ(clock.frames, 120);
    EXPECT_EQ(clock.fps, 15);
    EXPECT_EQ(session.motion, engine::Motion{}) << "the animation's film has its own";
}

TEST(FilmSetup, LeavesReadyMadeMotionsToWhoKnowsTheNetworks) {
    auto session = moving_session();
    engine::ReadyMotion tour;
    tour.kind = "layers";
    session.ready = {tour};
    RecorderState state;
    state.name = "x";
    state.replace = true;
    state.choices.format = io::VideoFormat::ffv1;
    state.target.path = "films/x.mkv";
    const auto r = film_request(session, state);
    EXPECT_EQ(r.ready, session.ready);
    EXPECT_EQ(r.motion, session.motion);
    EXPECT_EQ(r.video.path, "films/x.mkv");
    EXPECT_TRUE(r.video.overwrite);
    state.name.clear();
    EXPECT_FALSE(film_request(session, state).video.overwrite) << "a numbered one is always new";
    session.scene.transform.animate_orbit = true;
    state.choices.of = FilmOf::animation;
    EXPECT_TRUE(film_request(session, state).ready.empty()) << "the animation alone";
}

TEST_F(FilmFolder, LeaveToReplaceIsForOneFilm) {
    const auto session = moving_session();
    const auto replaces = [&] {
        look_at_target(state, "elsewhere");
        return film_request(session, state).video.overwrite;
    };
    state.name = "mine";
    EXPECT_FALSE(replaces());
    state.replace = true;
    EXPECT_TRUE(replaces());
    state.choices.format = io::VideoFormat::png; // a folder of that name was not asked about
    EXPECT_FALSE(replaces());
    state.replace = true;
    EXPECT_FALSE(replaces()) << "pictures are gone on with";
    state.choices.format = io::VideoFormat::gif;
    EXPECT_FALSE(replaces());
    state.replace = true;
    EXPECT_TRUE(replaces());
    state.choices.folder = (folder / "other").string();
    EXPECT_FALSE(replaces());
}

TEST_F(FilmFolder, NamesAreNumberedAndNeverTaken) {
    EXPECT_EQ(next(), "film-00000.mp4");
    std::ofstream(folder / "film-00000.mp4") << "x";
    std::ofstream(folder / "film-00001.mp4.json") << "{}"; // a sidecar alone is worth keeping, too
    EXPECT_EQ(next(), "film-00002.mp4");
    state.choices.format = io::VideoFormat::png;
    EXPECT_EQ(next(), "film-00000") << "a folder";
    state.name = "film-00000";
    state.choices.format = io::VideoFormat::h264;
    EXPECT_TRUE(film_target(state, "").taken);
    state.choices.format = io::VideoFormat::gif;
    EXPECT_FALSE(film_target(state, "").taken);
    EXPECT_GT(film_target(state, "").free_mb, 0u);
}

TEST_F(FilmFolder, TellsOfAFolderThatIsNotThere) {
    EXPECT_TRUE(film_target(state, "").folder_there);
    state.choices.folder = (folder / "none").string();
    EXPECT_FALSE(film_target(state, "").folder_there);
    EXPECT_GT(film_target(state, "").free_mb, 0u) << "of the folder above";
    state.choices.folder.clear();
    EXPECT_TRUE(film_target(state, (folder / "captures").string()).folder_there) << "it will be made";
}

TEST(FilmSetup, CommandsSurviveAShell) {
    const auto device = engine::with_device({}, "cpu");
    EXPECT_EQ(film_command("/a b/x.json", "/it's.mp4", device),
              "unstuck record --from '/a b/x.json' --out '/it'\\''s.mp4' --device cpu");
    EXPECT_EQ(film_command("x.json", "y.mkv", {}), "unstuck record --from x.json --out y.mkv");
}

TEST(FilmSetup, TextsAreShort) {
    EXPECT_EQ(bytes_text(312'000), "312 kB");
    EXPECT_EQ(bytes_text(4'520'000), "4.5 MB");
    EXPECT_EQ(bytes_text(1'230'000'000), "1.2 GB");
    EXPECT_EQ(duration_text(6.2), "0:07");
    EXPECT_EQ(duration_text(760), "12:40");
    EXPECT_EQ(duration_text(3723), "1:02:03");
    EXPECT_EQ(duration_text(-1), "0:00");
}

TEST_F(FilmFolder, AProgramThatEndsLeavesAPlayableFilm) {
    engine::FilmRequest r;
    r.scene.transform.animate_rotation = true;
    r.motion.frames = 1000000;
    r.film.layout = engine::FilmLayout::b;
    r.film.width = r.film.height = 64;
    r.device.kind = engine::DeviceChoice::Kind::cpu;
    r.video.path = (folder / "x.mkv").string();
    r.video.format = io::VideoFormat::ffv1;
    {
        Recorder recorder;
        recorder.start(r);
        EXPECT_THROW(recorder.start(r), std::logic_error) << "one at a time";
        while (recorder.busy() && recorder.status().progress.done < 3) ::usleep(1000);
        recorder.pause(true); // also while it is paused
    }
    EXPECT_GT(fs::file_size(folder / "x.mkv"), 0u);
    EXPECT_TRUE(fs::exists(folder / "x.mkv.json"));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 2);
}

} // namespace unstuck::app
