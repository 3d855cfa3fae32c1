#include "core/engine/scene_file.hpp"

#include "core/engine/scene_text.hpp"
#include "core/io/crc32.hpp"
#include "core/io/error.hpp"
#include "core/io/film_comment.hpp"
#include "core/io/image_file.hpp"
#include "core/io/json_file.hpp"
#include "core/io/pasted_path.hpp"
#include "core/io/video.hpp"
#include "tests/support/random_scene.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace unstuck::engine {

namespace {

namespace fs = std::filesystem;

class SceneFiles : public ::testing::Test {
  protected:
    fs::path folder = fs::temp_directory_path() / ("unstuck-scenes-" + std::to_string(::getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
    std::string at(const char* name) const { return (folder / name).string(); }
    std::string written(const char* name, const std::string& bytes) const {
        std::ofstream(at(name), std::ios::binary) << bytes;
        return at(name);
    }
    std::string png(const char* name, const io::PngText& text) const {
        io::write_png(at(name), 2, 1, 3, {1, 2, 3, 4, 5, 6}, text);
        return at(name);
    }
    /// Three frames of 16 x 16 with that comment.
    std::string film(const char* name, const std::string& comment) const {
        io::VideoSettings settings;
        settings.path = at(name);
        settings.format = io::format_of_path(settings.path).value();
        settings.width = settings.height = 16;
        settings.comment = comment;
        const auto out = io::VideoWriter::open(settings);
        for (int i = 0; i < 3; ++i) out->write(std::vector<std::uint8_t>(16 * 16 * 3, 50));
        return out->finish();
    }
    static std::string refusal(const std::string& path) {
        try {
            return read_scene_file(path) ? "taken" : "no such file";
        } catch (const io::FileError& e) {
            return e.what();
        }
    }
};

Scene still(std::uint32_t seed) {
    auto scene = test::random_scene(seed);
    scene.playing = false;
    return scene;
}

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

TEST_F(SceneFiles, APictureBringsItsSceneBackStandingStill) {
    auto scene = still(11);
    scene.playing = true;
    const auto found = read_scene_file(png("x.png", picture_text(scene)));
    ASSERT_TRUE(found);
    scene.playing = false;
    EXPECT_EQ(found->scene, scene);
    EXPECT_FALSE(found->motion);
}

TEST_F(SceneFiles, AFilmBringsItBackByItsCommentAndBySidecarFirst) {
    for (const auto* name : {"x.mp4", "x.mkv"}) {
        const auto scene = still(12);
        const auto path = film(name, to_json(scene).dump());
        auto found = read_scene_file(path);
        ASSERT_TRUE(found) << name;
        EXPECT_EQ(found->scene, scene) << name;
        EXPECT_EQ(io::read_film_comment(path), to_json(scene).dump());
        written((std::string(name) + ".json").c_str(),
                R"({"scene": {"latent": {"x": 5}}, "motion": {"frames": 9, "tracks": []}})");
        found = read_scene_file(path);
        ASSERT_TRUE(found) << name;
        EXPECT_EQ(found->scene.latent.x, 5) << "the sidecar comes first";
        ASSERT_TRUE(found->motion);
        EXPECT_EQ(found->motion->frames, 9);
        fs::remove(path + ".json");
    }
}

TEST_F(SceneFiles, AGifHasOnlyItsSidecar) {
    const auto path = film("x.gif", "");
    EXPECT_NE(refusal(path).find("carries no scene, and there is no " + path + ".json"), std::string::npos);
    written("x.gif.json", R"({"scene": {"latent": {"x": 5}}})");
    EXPECT_EQ(read_scene_file(path)->scene.latent.x, 5);
}

TEST_F(SceneFiles, JsonIsASceneOrHasOne) {
    EXPECT_EQ(read_scene_file(written("a.json", R"(  {"latent": {"x": 3}})"))->scene.latent.x, 3);
    EXPECT_EQ(read_scene_file(written("b.json", R"({"scene": {"latent": {"x": 4}}, "other": 1})"))->scene.latent.x, 4);
    EXPECT_NE(refusal(written("c.json", R"({"frames": 4})")).find("has no scene"), std::string::npos);
    EXPECT_NE(refusal(written("d.json", R"({"latent": {"x": "three"}})")).find("latent.x"), std::string::npos);
    EXPECT_NE(refusal(written("e.json", R"({"latent": )")).find("is no JSON"), std::string::npos);
}

TEST_F(SceneFiles, OtherFilesAreLeftToOthersOrRefusedWithAReason) {
    EXPECT_FALSE(read_scene_file(written("m.pkl", "\x80\x04 a pickle")));
    // A safetensors file whose header happens to have as many bytes as a brace is a letter.
    EXPECT_FALSE(read_scene_file(written("m.safetensors", "{" + std::string(7, '\0') + "{\"w\":{}}")));
    EXPECT_FALSE(read_scene_file(folder.string()));
    EXPECT_NE(refusal(png("plain.png", {})).find("plain.png: carries no scene"), std::string::npos);
    EXPECT_NE(refusal(written("x.jpg", "\xff\xd8\xff\xe0 and so on")).find("JPEG"), std::string::npos);
    EXPECT_NE(refusal(at("none.png")).find("cannot be opened"), std::string::npos);
    EXPECT_NE(refusal(png("bad.png", {{io::kSceneKeyword, "{\"latent\": 3}"}})).find("latent"), std::string::npos);
    EXPECT_NE(refusal(png("worse.png", {{io::kSceneKeyword, "not JSON"}})).find("no JSON"), std::string::npos);
}

TEST_F(SceneFiles, AWrongChecksumOrAHugeTextIsAnError) {
    auto bytes = bytes_of(png("x.png", picture_text(still(1))));
    const auto at_text = bytes.find("\"latent\"");
    ASSERT_NE(at_text, bytes.npos);
    bytes[at_text + 1] = 'L';
    EXPECT_NE(refusal(written("y.png", bytes)).find("checksum"), std::string::npos);
    EXPECT_NE(refusal(png("huge.png", {{io::kSceneKeyword, std::string((16 << 20) + 1, ' ')}})).find("16 MiB"),
              std::string::npos);
}

TEST_F(SceneFiles, CutAndChangedFilesAreRefusedNotFollowed) {
    const auto scene = to_json(still(2)).dump();
    const std::vector<std::string> files = {png("x.png", {{io::kSceneKeyword, scene}}), film("x.mp4", scene),
                                            film("x.mkv", scene)};
    std::mt19937 random(1);
    int refused = 0;
    for (const auto& path : files) {
        const auto whole = bytes_of(path);
        for (int i = 0; i < 300; ++i) {
            auto bytes = whole;
            if (i % 2) bytes.resize(1 + random() % (bytes.size() - 1));
            for (int k = 0; k < i % 7; ++k) bytes[random() % bytes.size()] = static_cast<char>(random());
            const auto said = refusal(written("broken", bytes));
            refused += said != "taken" && said != "no such file";
        }
    }
    EXPECT_GT(refused, 300) << "of 900; others kept a scene that was whole, or are of no kind that is known";
}

TEST_F(SceneFiles, AModelBesideThePictureIsFound) {
    Scene scene;
    scene.model = {"/elsewhere/a.pkl", "/elsewhere/b.pkl"};
    written("b.pkl", "x");
    const auto found = read_scene_file(png("x.png", picture_text(scene)));
    EXPECT_EQ(found->scene.model[0], "/elsewhere/a.pkl");
    EXPECT_EQ(found->scene.model[1], at("b.pkl"));
}

TEST_F(SceneFiles, AnythingPastedIsUnderstood) {
    const auto scene = still(4);
    const auto text = scene_to_text(scene);
    EXPECT_EQ(find_scene("see: " + text + " :-)").scene, scene);
    EXPECT_EQ(find_scene("unstuck render --scene '" + text + "' --side b --out x").scene, scene);
    EXPECT_EQ(find_scene("unstuck render --scene " + text + " --side b --out x").scene, scene);
    EXPECT_EQ(find_scene(text.substr(0, 30) + "\n" + text.substr(30)).scene, scene);
    EXPECT_EQ(find_scene("\n" + to_json(scene).dump(2)).scene, scene);
    const auto path = png("a picture.png", picture_text(scene));
    EXPECT_EQ(find_scene(path).scene, scene);
    EXPECT_EQ(find_scene(" 'file://" + path + "'\n").scene, scene);
    EXPECT_EQ(io::pasted_path("\"/x y\" \n"), "/x y");
    EXPECT_EQ(io::pasted_path("file:///a%20b%25%c3%a4%"), "/a b%\xc3\xa4%");
    EXPECT_EQ(io::pasted_path("/a%20b"), "/a%20b") << "no URL";
    EXPECT_THROW(find_scene(""), std::invalid_argument);
    EXPECT_THROW(find_scene(std::string(5000, 'x')), std::invalid_argument);
    EXPECT_THROW(find_scene(at("none.png")), io::FileError);
    EXPECT_THROW(find_scene("{\"latent\": "), std::invalid_argument);
    EXPECT_THROW(find_scene(text.substr(0, text.size() - 8)), std::invalid_argument);
    EXPECT_THROW(find_scene(written("m.pkl", "\x80\x04")), io::FileError);
}

TEST_F(SceneFiles, FilesWithAWThatWereMovedWithThePictureAreFoundBesideIt) {
    auto scene = still(3);
    scene.latent.w = {"/nowhere/one.npz", "/nowhere/two.npz"};
    scene.latent.mix_point.w = {"/nowhere/one.npz", ""};
    written("one.npz", "x");
    const auto found = read_scene_file(png("x.png", picture_text(scene)));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->scene.latent.w[0], at("one.npz"));
    EXPECT_EQ(found->scene.latent.w[1], "/nowhere/two.npz") << "neither there nor beside";
    EXPECT_EQ(found->scene.latent.mix_point.w[0], at("one.npz"));
    EXPECT_EQ(found->scene.latent.mix_point.w[1], "");
}

TEST_F(SceneFiles, ASessionTellsHowItMovesAndHowItIsFilmed) {
    const auto found = read_scene_file(written("s.unstuck", R"({"session": 1, "scene": {"latent": {"x": 4}},
        "motion": {"frames": 9}, "ready": [{"kind": "turn"}], "film": {"layout": "b"}})"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->scene.latent.x, 4);
    ASSERT_EQ(found->ready.size(), 1u);
    EXPECT_EQ(found->ready[0].kind, "turn");
    ASSERT_TRUE(found->film);
    EXPECT_EQ(found->film->layout, FilmLayout::b);
    EXPECT_FALSE(read_scene_file(written("plain.json", R"({"latent": {"x": 3}})"))->film);
    EXPECT_NE(refusal(written("w.json", R"({"scene": {}, "ready": 1})")).find("'ready'"), std::string::npos);
    EXPECT_NE(refusal(written("v.json", R"({"scene": {}, "film": {"layout": 7}})")).find("'layout'"),
              std::string::npos);
}

TEST_F(SceneFiles, DeepNestingIsRefusedWhereverItComesFrom) {
    constexpr int kDepth = 300'000;
    std::string deep = "{\"scene\":", lists(kDepth, '[');
    for (int i = 0; i < kDepth; ++i) deep += "{\"a\":";
    deep += "1" + std::string(kDepth + 1, '}');
    for (const auto& text : {deep, "{\"latent\":" + lists, deep.substr(0, deep.size() / 2)}) {
        const auto in_json = refusal(written("x.json", text)),
                   in_png = refusal(png("x.png", {{io::kSceneKeyword, text}}));
        EXPECT_NE(in_json.find("deeper than 64 levels"), std::string::npos) << in_json;
        EXPECT_NE(in_png.find("deeper than 64 levels"), std::string::npos) << in_png;
        EXPECT_THROW((void)find_scene(text), std::invalid_argument);
    }
    EXPECT_EQ(io::parse_json("[[[3]]]", 3)[0][0][0], 3);
    EXPECT_THROW((void)io::parse_json("[[[[3]]]]", 3), io::FormatError);
    EXPECT_THROW((void)io::parse_json("{\"a\": 1e999}"), io::FormatError) << "no number that a double holds";
}

} // namespace unstuck::engine
