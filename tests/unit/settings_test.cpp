#include "app/settings.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace unstuck::app {

namespace {

namespace fs = std::filesystem;

class SettingsOnDisk : public ::testing::Test {
  protected:
    std::string folder = (fs::temp_directory_path() / ("unstuck-settings-" + std::to_string(::getpid()))).string();
    void TearDown() override { fs::remove_all(folder); }
};

} // namespace

TEST_F(SettingsOnDisk, SurviveARoundTrip) {
    Settings s;
    remember_model(s, "/models/a.pkl");
    remember_model(s, "/models/\xf0\x9f\x90\xa8.pkl");
    remember_model(s, "demo:stylegan2");
    s.width = 1600;
    s.light = true;
    s.cache_mb = 300;
    s.device = engine::with_device({}, "cuda:2");
    s.device.precision = model::Precision::float16;
    s.recorder = {FilmOf::animation, {24, 77}, io::VideoFormat::gif, 9, true, "/films"};
    s.film.layout = engine::FilmLayout::spectra;
    s.film.width = 640;
    s.film.height = 480;
    s.film.captions = true;
    ASSERT_TRUE(save_settings(folder, s));
    const auto back = load_settings(folder);
    EXPECT_EQ(back.recorder.of, FilmOf::animation);
    EXPECT_EQ(back.recorder.clock.frames, 77);
    EXPECT_EQ(back.recorder.clock.fps, 24);
    EXPECT_EQ(back.recorder.format, io::VideoFormat::gif);
    EXPECT_EQ(back.recorder.crf, 9);
    EXPECT_TRUE(back.recorder.full_chroma);
    EXPECT_EQ(back.recorder.folder, "/films");
    EXPECT_EQ(back.film, s.film);
    EXPECT_EQ(back.recent, (std::vector<std::string>{"/models/\xf0\x9f\x90\xa8.pkl", "/models/a.pkl"}));
    EXPECT_EQ(back.width, 1600);
    EXPECT_TRUE(back.light);
    EXPECT_EQ(back.cache_mb, 300);
    EXPECT_EQ(back.device, s.device);
}

TEST_F(SettingsOnDisk, ADeviceOfALaterVersionLosesNothingElse) {
    fs::create_directories(folder);
    std::ofstream(folder + "/settings.json") << R"({"width": 1500, "device": "quantum:0", "precision": "float8"})";
    EXPECT_EQ(load_settings(folder).width, 1500);
    EXPECT_EQ(load_settings(folder).device, engine::DeviceChoice{});
}

TEST_F(SettingsOnDisk, JunkIsNoReasonNotToStart) {
    fs::create_directories(folder);
    for (const auto* junk : {"", "{", "[1,2]", "{\"width\": \"wide\"}", "{\"recent\": 3}", "\xff\xfe\x00"}) {
        std::ofstream(folder + "/settings.json") << junk;
        EXPECT_EQ(load_settings(folder).width, Settings{}.width) << junk;
    }
    std::ofstream(folder + "/settings.json") << "{\"width\": 1000000}";
    EXPECT_EQ(load_settings(folder).width, 16384);
}

TEST_F(SettingsOnDisk, AFolderThatCannotBeWrittenLosesNothingElse) {
    EXPECT_FALSE(save_settings("/proc/unstuck", {}));
    EXPECT_FALSE(save_settings("", {}));
}

TEST_F(SettingsOnDisk, TheRecentListIsShortAndHoldsEachModelOnce) {
    Settings s;
    for (int i = 0; i < 50; ++i) remember_model(s, "/m/" + std::to_string(i % 30));
    EXPECT_EQ(s.recent.size(), 20u);
    EXPECT_EQ(s.recent.front(), "/m/19");
    EXPECT_EQ(std::count(s.recent.begin(), s.recent.end(), "/m/19"), 1);
}

} // namespace unstuck::app
