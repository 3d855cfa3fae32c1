#include "core/engine/session_file.hpp"
#include "core/engine/sides.hpp"

#include "core/io/base64.hpp"
#include "core/io/error.hpp"
#include "core/io/image_file.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace unstuck::engine {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::shared_ptr<const std::vector<std::uint8_t>> png(int side) {
    const auto text =
        io::encode_png(side, side, 3, std::vector<std::uint8_t>(static_cast<std::size_t>(side) * side * 3, 77));
    return std::make_shared<const std::vector<std::uint8_t>>(text.begin(), text.end());
}

Session full_session() {
    Session s;
    s.scene.latent.x = 1.0 / 3;
    s.scene.edits[1].layers["L3"].up.cutoff = 12.25;
    s.motion.frames = 77;
    s.motion.tracks = {{"/transform/x", {{0, 0.5, Ease::smooth}, {77, 1.5, Ease::hold}}}};
    ReadyMotion walk;
    walk.kind = "walk";
    walk.seeds = {1, 4294967295u};
    ReadyMotion sweep;
    sweep.kind = "sweep";
    sweep.path = "/latent/psi";
    sweep.from = 0.1;
    ReadyMotion ladder;
    ladder.kind = "ladder";
    ladder.side = "b";
    s.ready = {walk, sweep, ladder};
    s.film.layout = FilmLayout::spectra;
    s.film.captions = true;
    s.bookmarks = {{"here", s.scene, png(8)}, {"\xc3\xa4 there", {}, nullptr}};
    return s;
}

std::string refusal(const json& j) {
    try {
        (void)session_from_json(j);
        return "accepted";
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
}

/// Equal but for where thumbnails lie in memory.
void expect_same(const Session& a, const Session& b) {
    EXPECT_EQ(a.scene, b.scene);
    EXPECT_EQ(a.motion, b.motion);
    EXPECT_EQ(a.ready, b.ready);
    EXPECT_EQ(a.film, b.film);
    ASSERT_EQ(a.bookmarks.size(), b.bookmarks.size());
    for (std::size_t i = 0; i < a.bookmarks.size(); ++i) {
        EXPECT_EQ(a.bookmarks[i].name, b.bookmarks[i].name);
        EXPECT_EQ(a.bookmarks[i].scene, b.bookmarks[i].scene);
        ASSERT_EQ(a.bookmarks[i].thumbnail != nullptr, b.bookmarks[i].thumbnail != nullptr);
        if (a.bookmarks[i].thumbnail) EXPECT_EQ(*a.bookmarks[i].thumbnail, *b.bookmarks[i].thumbnail);
    }
}

} // namespace

TEST(Base64, HasTheVectorsOfItsRfc) {
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : vectors) {
        const std::string text = plain;
        const std::vector<std::uint8_t> bytes(text.begin(), text.end());
        EXPECT_EQ(io::to_base64(bytes), encoded);
        EXPECT_EQ(io::from_base64(encoded), bytes);
    }
    for (const auto* bad : {"Zg=", "Zg", "Zh==", "Z===", "====", "Zm8=Zm8=", "Zm9\n", "Zm9-", "=m9v"})
        EXPECT_EQ(io::from_base64(bad), std::nullopt) << bad;
}

TEST(SessionFile, SurvivesItsJsonAsTextBitByBit) {
    const auto s = full_session();
    std::vector<std::string> notes;
    expect_same(session_from_json(json::parse(to_json(s).dump()), &notes), s);
    EXPECT_TRUE(notes.empty());
}

TEST(SessionFile, ReadsAPlainSceneAndTheJsonBesideAFilm) {
    const auto scene =
        session_from_json(json::parse(R"({"latent": {"x": 3}, "motion": {"frames": 9, "ready": [{"kind": "turn"}]}})"));
    EXPECT_EQ(scene.scene.latent.x, 3);
    EXPECT_EQ(scene.motion.frames, 9);
    ASSERT_EQ(scene.ready.size(), 1u);
    EXPECT_EQ(scene.ready[0].kind, "turn");
    const auto film =
        session_from_json(json::parse(R"({"unstuck": "1", "scene": {"latent": {"y": 2}}, "film": {"layout": "b"},
        "video": {"crf": 3}, "result": {}})"));
    EXPECT_EQ(film.scene.latent.y, 2);
    EXPECT_EQ(film.film.layout, FilmLayout::b);
}

TEST(SessionFile, NamesTheFieldThatIsWrong) {
    const auto expect = [](const char* text, const char* part) {
        const auto message = refusal(json::parse(text));
        EXPECT_NE(message.find(part), std::string::npos) << message;
    };
    expect("[]", "expected a JSON object");
    expect(R"({"session": "one", "scene": {}})", "'session'");
    expect(R"({"session": 2, "scene": {}})", "later Unstuck");
    expect(R"({"session": 1, "scene": 3})", "scene: expected");
    expect(R"({"session": 1, "scene": {"latent": {"x": "east"}}})", "latent.x");
    expect(R"({"session": 1, "scene": {}, "motion": {"fps": -1}})", "'fps'");
    expect(R"({"session": 1, "scene": {}, "ready": {}})", "'ready'");
    expect(R"({"session": 1, "scene": {}, "ready": [{"kind": "dance"}]})", "'kind'");
    expect(R"({"session": 1, "scene": {}, "film": {"layout": 3}})", "'layout'");
    expect(R"({"session": 1, "scene": {}, "bookmarks": [{"name": 3}]})", "'bookmarks[0].name'");
    expect(R"({"session": 1, "scene": {}, "bookmarks": [{"scene": {}}, {"name": "x"}]})", "'bookmarks[1].scene'");
    expect(R"({"session": 1, "scene": {}, "bookmarks": [{"scene": {"view": {"zoom": "in"}}}]})", "bookmarks[0]");
    EXPECT_EQ(refusal(json::parse(R"({"session": 1, "scene": {"new_field": 1}, "more": [1]})")), "accepted");
}

TEST(SessionFile, ABrokenThumbnailIsLeftOutWithANote) {
    const auto with = [](const json& thumbnail) {
        const json j = {{"session", 1},
                        {"scene", json::object()},
                        {"bookmarks", {{{"name", "m"}, {"scene", json::object()}, {"thumbnail", thumbnail}}}}};
        std::vector<std::string> notes;
        const auto s = session_from_json(j, &notes);
        EXPECT_EQ(s.bookmarks.size(), 1u);
        EXPECT_EQ(notes.empty(), s.bookmarks.at(0).thumbnail != nullptr);
        return notes.empty() ? std::string() : notes[0];
    };
    auto cut = *png(64);
    cut.resize(cut.size() / 2);
    EXPECT_EQ(with(io::to_base64(*png(64))), "");
    EXPECT_NE(with(3).find("'m' was left out"), std::string::npos);
    EXPECT_NE(with("???").find("no base64"), std::string::npos);
    EXPECT_NE(with(io::to_base64(cut)).find("broken"), std::string::npos);
    EXPECT_NE(with(io::to_base64({1, 2, 3})).find("no PNG"), std::string::npos);
    EXPECT_NE(with(io::to_base64(*png(1025))).find("at most 1024"), std::string::npos);
    EXPECT_NE(with(std::string(1'500'000, 'A')).find("larger than 1 MiB"), std::string::npos);
}

TEST(SessionFile, IsWrittenWholeAndReadBackAndErrorsNameTheFile) {
    const auto folder = fs::temp_directory_path() / ("unstuck-session-" + std::to_string(::getpid()));
    fs::create_directories(folder);
    const auto path = (folder / "a.unstuck").string();
    auto s = full_session();
    write_session(path, s);
    const auto back = read_session(path);
    expect_same(back.session, s);
    EXPECT_TRUE(back.own_format);
    s.scene.model[0] = "/m/\xff\xfe.pkl"; // no UTF-8: replaced, not fatal
    write_session(path, s);
    EXPECT_EQ(read_session(path).session.scene.latent.x, s.scene.latent.x);
    std::ofstream(path) << R"({"latent": {"psi": 0.5}})";
    EXPECT_FALSE(read_session(path).own_format);
    std::ofstream(path) << R"({"foo": 1})";
    EXPECT_THROW((void)read_session(path), io::FileError) << "nothing of it is known";
    std::ofstream(path) << R"({"latent": {"psi": null}})";
    try {
        (void)read_session(path);
        FAIL();
    } catch (const io::FileError& e) {
        EXPECT_EQ(e.path(), path);
        EXPECT_NE(e.reason().find("latent.psi"), std::string::npos);
    }
    EXPECT_THROW((void)read_session(path + "none"), io::FileError);
    EXPECT_THROW(write_session((folder / "none/a.unstuck").string(), s), io::FileError);
    fs::remove_all(folder);
}

TEST(SessionFile, NamesFieldsThatItDoesNotKnow) {
    auto j = to_json(full_session());
    std::vector<std::string> notes;
    (void)session_from_json(j, &notes);
    EXPECT_TRUE(notes.empty()) << notes.front();
    j["scene"]["latent"]["pssi"] = 0.3;
    j["scene"]["edits_b"]["L3"]["up"]["cutof"] = 1;
    j["bookmarks"][0]["scene"]["newknob"] = {{"x", 1}};
    (void)session_from_json(j, &notes);
    ASSERT_EQ(notes.size(), 2u);
    EXPECT_NE(notes[0].find("scene.edits_b.L3.up.cutof, scene.latent.pssi"), std::string::npos) << notes[0];
    EXPECT_NE(notes[1].find("bookmarks[0].scene.newknob.x"), std::string::npos) << notes[1];
}

TEST(SessionFile, IsKnownByWhatItHolds) {
    const auto folder = fs::temp_directory_path() / ("unstuck-kinds-" + std::to_string(::getpid()));
    fs::create_directories(folder);
    const auto file = [&](const char* name, const std::string& text) {
        const auto path = (folder / name).string();
        std::ofstream(path) << text;
        return path;
    };
    EXPECT_TRUE(is_session_file("/a/b.UNSTUCK"));
    EXPECT_TRUE(is_session_file(file("any.txt", R"( {"session": 1, "scene": {}})")));
    EXPECT_FALSE(is_session_file(file("scene.json", R"({"latent": {"x": 1}})")));
    EXPECT_FALSE(is_session_file(file("torn.json", R"({"session": 1,)")));
    EXPECT_FALSE(is_session_file(file("model.pkl", std::string("{\0\0\0\"session\"", 13))));
    EXPECT_FALSE(is_session_file(folder.string()) || is_session_file("") || is_session_file("json"));
    EXPECT_TRUE(is_recipe_file(file("recipe.json", R"({"name": "a", "description": "b", "motion": {}})")));
    EXPECT_FALSE(is_recipe_file(file("film.json", R"({"name": "a", "video": {}, "motion": {}})")));
    Session s;
    s.scene.latent.x = 7;
    const auto path = (folder / "s.json").string();
    EXPECT_EQ(write_session_to_free_name(path, {}), path);
    EXPECT_EQ(write_session_to_free_name(path, s), (folder / "s-2.json").string());
    EXPECT_EQ(read_session(path).session.scene.latent.x, 0);
    // A link stays one.
    fs::create_symlink("s-2.json", folder / "link.json");
    s.scene.latent.x = 8;
    write_session((folder / "link.json").string(), s);
    EXPECT_TRUE(fs::is_symlink(folder / "link.json"));
    EXPECT_EQ(read_session((folder / "s-2.json").string()).session.scene.latent.x, 8);
    fs::remove_all(folder);
}

TEST(Sides, ChangePlacesWithAllThatIsOfOneSide) {
    Session s;
    s.scene.model = {"a.pkl", "b.pkl"};
    s.scene.layer.name = {"one", "two"};
    s.scene.edits[0].layers["one"].up.cutoff = 3;
    s.scene.latent.w = {"a.npy", ""};
    s.scene.latent.w_index = {3, 0};
    s.scene.latent.mix_point.w = {"", "mixed.npy"};
    s.motion.tracks = {{"/edits_a/one/up/cutoff", {{0, 1.0, Ease::linear}}},
                       {"/layer/b", {{0, std::string("two"), Ease::hold}}},
                       {"/latent/psi", {{0, 1.0, Ease::linear}}}};
    ReadyMotion ladder;
    ladder.kind = "ladder";
    ladder.side = "a";
    s.ready = {ladder};
    const auto t = with_sides_swapped(s);
    EXPECT_EQ(t.scene.model[0], "b.pkl");
    EXPECT_EQ(t.scene.latent.w[1], "a.npy");
    EXPECT_EQ(t.scene.latent.w_index[1], 3);
    EXPECT_EQ(t.scene.latent.mix_point.w[0], "mixed.npy");
    EXPECT_EQ(t.scene.edits[1], s.scene.edits[0]);
    EXPECT_EQ(t.motion.tracks[0].path, "/edits_b/one/up/cutoff");
    EXPECT_EQ(t.motion.tracks[1].path, "/layer/a");
    EXPECT_EQ(t.motion.tracks[2].path, "/latent/psi");
    EXPECT_EQ(t.ready[0].side, "b");
    EXPECT_EQ(with_sides_swapped(t), s);
}

} // namespace unstuck::engine
