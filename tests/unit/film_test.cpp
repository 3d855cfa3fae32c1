#include "core/engine/record.hpp"

#include "core/engine/frame_renderer.hpp"
#include "core/engine/image.hpp"
#include "core/engine/recipe.hpp"
#include "core/figure/viridis.hpp"
#include "core/io/atomic_file.hpp"
#include "core/io/error.hpp"
#include "tests/support/film_probe.hpp"
#include "tests/support/golden.hpp"

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <thread>
#include <unistd.h>

namespace unstuck::engine {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

template <class Error = std::invalid_argument, class F>
std::string refusal_of(F f) {
    try {
        f();
    } catch (const Error& e) {
        return e.what();
    }
    return "accepted";
}

Rgb pixel(const std::vector<std::uint8_t>& rgb, int width, int x, int y) {
    const auto i = (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * 3;
    return {rgb[i], rgb[i + 1], rgb[i + 2]};
}

std::string bytes_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Films of the demo pair in a folder of their own.
class Film : public ::testing::Test {
  protected:
    fs::path folder = fs::temp_directory_path() / ("unstuck-film-" + std::to_string(::getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
    std::string at(const char* name) const { return (folder / name).string(); }

    FilmRequest request(const char* name, int frames = 3) const {
        FilmRequest r;
        r.motion = along_circle({25, frames}, 0.05);
        r.film.width = 128;
        r.film.height = 64;
        r.video.path = at(name);
        r.video.format = io::format_of_path(r.video.path).value();
        r.device.kind = DeviceChoice::Kind::cpu;
        return r;
    }
};

} // namespace

TEST(FilmCanvas, ColoursAreThoseOfSavedPictures) {
    Image image{3, 1, 3, {-1.5f, 0, std::nanf(""), 0.25f, 0.5f, 1, -0.1f, 0.9f, 7}};
    const auto saved = to_bytes(image);
    EXPECT_EQ(tone_mapped(image, {}).rgb, saved);
    const auto grey = tone_mapped({2, 1, 1, {-1, 0.5f}}, {});
    EXPECT_EQ(grey.rgb, (std::vector<std::uint8_t>{0, 0, 0, 191, 191, 191}));
    const auto two = tone_mapped({1, 1, 2, {0, 0.5f}}, {});
    EXPECT_EQ(two.rgb, (std::vector<std::uint8_t>{128, 191, 0}));
    // Gain on the signed value, a stop on the displayed one: (0.25 x 2 + 1) x 0.5 - 1 = -0.25.
    const auto toned = tone_mapped({1, 1, 1, {0.25f}}, {{2, 2, 2}, -1});
    EXPECT_EQ(toned.rgb[0], 96);
}

TEST(FilmCanvas, HeatMapsRunThroughViridis) {
    signal::LayerSpectrum s;
    s.width = 4;
    s.height = 1;
    s.plane_db = {-100, -60, 40, 100};
    const auto map = heat_map(s, -60, 40);
    const auto colour = [&](std::size_t i) {
        const auto& c = figure::kViridis[i];
        return Rgb{static_cast<std::uint8_t>(std::lround(c[0] * 255)),
                   static_cast<std::uint8_t>(std::lround(c[1] * 255)),
                   static_cast<std::uint8_t>(std::lround(c[2] * 255))};
    };
    EXPECT_EQ(pixel(map.rgb, 4, 0, 0), colour(0));
    EXPECT_EQ(pixel(map.rgb, 4, 1, 0), colour(0));
    EXPECT_EQ(pixel(map.rgb, 4, 2, 0), colour(10));
    EXPECT_EQ(pixel(map.rgb, 4, 3, 0), colour(10));
}

TEST(FilmCanvas, PicturesAreMagnifiedByWholeNumbersInTheMiddle) {
    EXPECT_EQ(placed(64, 64, {0, 0, 256, 256}), (Box{0, 0, 256, 256}));
    EXPECT_EQ(placed(84, 84, {256, 0, 256, 256}), (Box{256 + 2, 2, 252, 252}));
    EXPECT_EQ(placed(64, 64, {0, 0, 200, 128}), (Box{36, 0, 128, 128}));
    EXPECT_EQ(placed(84, 84, {0, 0, 64, 64}), (Box{11, 11, 42, 42})) << "halved";
    Canvas canvas(8, 4, {9, 9, 9});
    Raster two{2, 1, {255, 0, 0, 0, 0, 255}};
    canvas.draw(two, {1, 0, 6, 4});
    EXPECT_EQ(pixel(canvas.rgb(), 8, 0, 1), (Rgb{9, 9, 9}));
    EXPECT_EQ(pixel(canvas.rgb(), 8, 1, 0), (Rgb{255, 0, 0}));
    EXPECT_EQ(pixel(canvas.rgb(), 8, 3, 2), (Rgb{255, 0, 0}));
    EXPECT_EQ(pixel(canvas.rgb(), 8, 4, 2), (Rgb{0, 0, 255}));
    EXPECT_EQ(pixel(canvas.rgb(), 8, 4, 3), (Rgb{9, 9, 9}));
    canvas.draw(two, {0, 0, 1, 1});
    EXPECT_EQ(pixel(canvas.rgb(), 8, 0, 0), (Rgb{9, 9, 9})) << "half a pixel high: not at all";
    canvas.draw(Raster{2, 2, {0, 0, 0, 100, 0, 0, 100, 0, 0, 200, 0, 0}}, {0, 0, 1, 1});
    EXPECT_EQ(pixel(canvas.rgb(), 8, 0, 0), (Rgb{100, 0, 0})) << "averaged";
}

TEST(FilmCanvas, TextStaysInItsArea) {
    Canvas canvas(60, 40, {0, 0, 0});
    const Box area{5, 10, 30, 20};
    canvas.text("A wide line, m\xc3\xbc"
                "de \xff",
                area, {255, 255, 255});
    int inside = 0;
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 60; ++x) {
            const bool lit = pixel(canvas.rgb(), 60, x, y) != Rgb{0, 0, 0};
            const bool in = x >= 5 && x < 35 && y >= 10 && y < 30;
            EXPECT_TRUE(in || !lit) << x << "," << y;
            inside += lit;
        }
    EXPECT_GT(inside, 50);
    EXPECT_GT(Canvas::text_width("mm", 20), Canvas::text_width("m", 20));
    Canvas right(60, 20, {0, 0, 0});
    right.text("i", {0, 0, 60, 20}, {255, 255, 255}, true);
    for (int y = 0; y < 20; ++y)
        for (int x = 0; x < 50; ++x) EXPECT_EQ(pixel(right.rgb(), 60, x, y), (Rgb{0, 0, 0}));
}

TEST(FilmGrid, HasARoomForEverySideAndRow) {
    FilmSpec spec;
    const auto pair = film_grid(spec, {64, 64});
    EXPECT_EQ(pair.width(), 512);
    EXPECT_EQ(pair.height(), 256);
    EXPECT_EQ(pair.picture(1, 0), (Box{256, 0, 256, 256}));
    const auto unequal = film_grid(spec, {256, 300});
    EXPECT_EQ(unequal.width(), 600);
    EXPECT_EQ(placed(256, 256, unequal.picture(0, 0)), (Box{22, 22, 256, 256})) << "the smaller one centred";
    spec.layout = FilmLayout::spectra;
    spec.captions = true;
    const auto spectra = film_grid(spec, {64, 64});
    EXPECT_EQ(spectra.caption_height, 20);
    EXPECT_EQ(spectra.height(), 2 * 276);
    EXPECT_EQ(spectra.picture(0, 1), (Box{0, 276 + 20, 256, 256}));
    EXPECT_EQ(film_grid(spec, {0, 64}).sides, (std::vector{Side::b})) << "one column";
    spec = {};
    spec.layout = FilmLayout::b;
    spec.width = 640;
    spec.height = 360;
    EXPECT_EQ(film_grid(spec, {64, 64}).picture(0, 0), (Box{0, 0, 640, 360}));
}

TEST(FilmGrid, RefusesWhatDoesNotFit) {
    FilmSpec spec;
    EXPECT_NE(refusal_of([&] { (void)film_grid(spec, {64, 0}); }).find("there is no model B"), std::string::npos);
    spec.width = 127, spec.height = 64;
    EXPECT_NE(refusal_of([&] { (void)film_grid(spec, {64, 64}); }).find("at least 128x64"), std::string::npos);
    for (const auto& [text, field] : std::vector<std::pair<const char*, const char*>>{
             {R"({"layout": "c"})", "'layout': expected a, b, ab, spectra, view"},
             {R"({"width": -1})", "'width'"},
             {R"({"width": 5})", "'height'"},
             {R"({"captions": 1})", "'captions'"}})
        EXPECT_NE(refusal_of([&] { (void)film_spec_from_json(json::parse(text)); }).find(field), std::string::npos);
    FilmSpec all;
    all.layout = FilmLayout::cells;
    all.width = 640, all.height = 480, all.scale = 3, all.samples = 8;
    all.captions = all.legend = true;
    all.frame_numbers = false;
    all.slit = 0.25;
    all.cells = parse_film_rows("a, stabilised-b/difference,slit-scan-a,eq");
    EXPECT_EQ(film_spec_from_json(to_json(all)), all);
}

TEST(Recipes, AreAllSound) {
    const auto all = built_in_recipes();
    EXPECT_EQ(all.size(), 7u);
    for (const auto& recipe : all) {
        EXPECT_EQ(find_recipe(recipe.name).description, recipe.description);
        EXPECT_EQ(recipe.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string::npos);
        (void)scene_of(recipe, {});
    }
    Scene base;
    base.latent.x = 7;
    const auto scene = scene_of(find_recipe("texture-sticking"), base);
    EXPECT_TRUE(scene.transform.untransform);
    EXPECT_EQ(scene.latent.x, 7) << "what a recipe does not name stays";
}

TEST(Recipes, SayWhatIsWrongWithThem) {
    EXPECT_NE(refusal_of([] { (void)find_recipe("none"); }).find("full-turn"), std::string::npos) << "lists them";
    for (const auto& [text, part] : std::vector<std::pair<const char*, const char*>>{
             {"[]", "JSON object"},
             {R"({"name": 1})", "'name': expected text"},
             {R"({"name": "x", "description": "y"})", "'motion'"},
             {R"({"name": "x", "description": "y", "motion": {}})", "found neither"},
             {R"({"name": "x", "description": "y", "motion": {"ready": 1}})", "'ready'"},
             {R"({"name": "x", "description": "y", "motion": {"ready": [{"kind": "no"}]}})", "'kind'"},
             {R"({"name": "x", "description": "y", "film": {"layout": 1}, "motion": {}})", "'layout'"},
             {R"({"name": "x", "description": "y", "scene": {"latent": {"x": "y"}}, "motion": {}})", "latent.x"}})
        EXPECT_NE(refusal_of([&] { (void)recipe_from_json(json::parse(text)); }).find(part), std::string::npos) << text;
}

TEST_F(Film, EveryRecipeRendersAndPlays) {
    for (const auto& recipe : built_in_recipes()) {
        auto r = request((recipe.name + ".mp4").c_str());
        r.scene = scene_of(recipe, r.scene);
        r.film = recipe.film;
        r.film.width = 128;
        r.film.height = 230;
        r.film.samples = std::min(r.film.samples, 1);
        r.motion = resized(recipe.motion, 6);
        r.ready = recipe.ready;
        const auto result = record(r);
        EXPECT_EQ(result.file, r.video.path);
        EXPECT_EQ(result.frames, 6);
        EXPECT_FALSE(result.stopped);
        EXPECT_EQ(result.bytes, fs::file_size(result.file));
        const auto probe = test::probed(result.file);
        EXPECT_EQ(probe["nb_read_frames"], "6") << recipe.name;
        EXPECT_EQ(probe["width"], 128);
        const auto comment = json::parse(probe["format"]["tags"]["comment"].get<std::string>(), nullptr, false);
        ASSERT_TRUE(comment.is_object()) << recipe.name;
        EXPECT_EQ(scene_from_json(comment).model, r.scene.model);
    }
}

TEST_F(Film, ShowsBothModelsWhereTheyBelong) {
    auto r = request("both", 1);
    (void)record(r);
    r.film.layout = FilmLayout::b;
    r.film.width = r.film.height = 64;
    r.video.path = at("b");
    (void)record(r);
    const auto both = test::decoded(at("both/frame-000000.png")), b = test::decoded(at("b/frame-000000.png"));
    bool same = true, moved = false;
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 64; ++x) {
            same &= pixel(both, 128, 64 + x, y) == pixel(b, 64, x, y);
            moved |= pixel(both, 128, x, y) != pixel(b, 64, x, y);
        }
    EXPECT_TRUE(same);
    EXPECT_TRUE(moved) << "A is another picture";
}

TEST_F(Film, TheSameFilmIsTheSameBytesWhereverItBegins) {
    auto r = request("one.mkv", 4);
    const auto one = record(r);
    r.video.path = at("two.mkv");
    (void)record(r);
    EXPECT_TRUE(bytes_of(at("one.mkv")) == bytes_of(at("two.mkv")));
    // From its sidecar, too, and from the middle: a frame does not depend on those before it.
    auto again = film_request_from_json(json::parse(bytes_of(one.sidecar)));
    EXPECT_EQ(again.video.format, io::VideoFormat::ffv1);
    again.device = r.device;
    again.video.path = at("three.mkv");
    (void)record(again);
    EXPECT_TRUE(bytes_of(at("one.mkv")) == bytes_of(at("three.mkv")));
    r.video.path = at("pictures");
    r.video.format = io::VideoFormat::png;
    (void)record(r);
    const auto third = bytes_of(at("pictures/frame-000002.png"));
    fs::remove(at("pictures/frame-000002.png"));
    (void)record(r);
    EXPECT_TRUE(bytes_of(at("pictures/frame-000002.png")) == third);
}

TEST_F(Film, PicturesCarryTheirScene) {
    const auto r = request("pictures", 4);
    (void)record(r);
    for (int i = 0; i < 4; ++i) {
        const auto head = io::read_png_head(at(("pictures/frame-00000" + std::to_string(i) + ".png").c_str()));
        EXPECT_EQ(scene_from_json(json::parse(head.text.at(io::kSceneKeyword))), scene_at(r.scene, r.motion, i));
    }
    auto other = r;
    other.scene.latent.x = 5;
    EXPECT_NE(refusal_of<io::FileError>([&] { (void)record(other); }).find("another film's frame"), std::string::npos);
}

TEST_F(Film, AStopKeepsAPlayableFilm) {
    const auto r = request("x.mp4", 1000);
    std::stop_source stop;
    int last = 0;
    const auto result = record(
        r,
        [&](const FilmProgress& p) {
            EXPECT_EQ(p.done, ++last);
            EXPECT_EQ(p.of, 1000);
            EXPECT_GE(p.seconds_left, 0);
            if (p.done == 7) stop.request_stop();
        },
        stop.get_token());
    EXPECT_TRUE(result.stopped);
    EXPECT_EQ(result.frames, 7);
    EXPECT_EQ(test::frames_of(result.file), 7);
    EXPECT_EQ(json::parse(bytes_of(result.sidecar))["result"]["stopped"], true);
    stop.request_stop();
    const auto none = record(request("y.mp4"), {}, stop.get_token());
    EXPECT_EQ(none.file, "");
    EXPECT_FALSE(fs::exists(at("y.mp4")));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 2) << "x.mp4 and its sidecar";
}

TEST_F(Film, SaysWhatIsWrongBeforeItBegins) {
    auto r = request("x.mp4");
    r.scene.model[1] = at("none.pkl");
    EXPECT_NE(refusal_of<io::FileError>([&] { (void)record(r); }).find("none.pkl"), std::string::npos);
    r = request("x.mp4");
    r.scene.model[1].clear();
    EXPECT_NE(refusal_of([&] { (void)record(r); }).find("no model B"), std::string::npos);
    r = request("x.mp4");
    r.motion.tracks.push_back({"/transform/q", {{0, 1.0, Ease::linear}}});
    EXPECT_NE(refusal_of([&] { (void)record(r); }).find("/transform/q"), std::string::npos);
    r = request("x.mp4");
    io::write_file(at("x.mp4.json"), "{}");
    EXPECT_NE(refusal_of<io::FileError>([&] { (void)record(r); }).find("x.mp4.json: exists"), std::string::npos);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
    for (const auto& [text, field] : std::vector<std::pair<const char*, const char*>>{
             {"[]", "JSON object"},
             {"{}", "'scene'"},
             {R"({"scene": {}, "motion": {}, "film": {}})", "'video'"},
             {R"({"scene": {}, "motion": {}, "film": {}, "video": {"format": "avi"}})", "'video.format'"},
             {R"({"scene": {}, "motion": {}, "film": {}, "video": {"crf": "x"}})", "'video.crf'"}})
        EXPECT_NE(refusal_of([&] { (void)film_request_from_json(json::parse(text)); }).find(field), std::string::npos);
}

TEST_F(Film, OnlyAFilmsOwnSidecarIsReplaced) {
    const std::string mine = R"({"frames": 3, "tracks": []})";
    auto r = request("dance", 2);
    io::write_file(at("dance.json"), mine);
    const auto refusal = [&] { return refusal_of<io::FileError>([&] { (void)record(r); }); };
    EXPECT_NE(refusal().find("dance.json: exists already and is of no film"), std::string::npos) << refusal();
    fs::create_directory(at("dance"));
    EXPECT_NE(refusal().find("is of no film"), std::string::npos) << "with a folder";
    r.video.overwrite = true;
    EXPECT_NE(refusal().find("is of no film"), std::string::npos) << "when told to overwrite a film";
    EXPECT_EQ(bytes_of(at("dance.json")), mine);
    EXPECT_TRUE(fs::is_empty(at("dance")));
    r.video.overwrite = false;
    fs::remove(at("dance.json"));
    (void)record(r);
    const auto sidecar = bytes_of(at("dance.json"));
    (void)record(r);
    EXPECT_EQ(bytes_of(at("dance.json")), sidecar) << "its own";
    fs::remove_all(at("dance"));
    EXPECT_NE(refusal().find("exists already; choose"), std::string::npos) << "of pictures that went elsewhere";
    // A film that takes the next name takes none of the sidecars there, either.
    r = request("x.mkv", 1);
    const auto moved = record(r, [&](const FilmProgress&) {
        io::write_file(at("x.mkv"), "precious");
        io::write_file(at("x-2.mkv.json"), mine);
    });
    EXPECT_EQ(moved.file, at("x-2.mkv"));
    EXPECT_EQ(moved.sidecar, at("x-2.mkv-2.json"));
    EXPECT_EQ(bytes_of(at("x-2.mkv.json")), mine);
}

TEST_F(Film, ASidecarThatCannotBeWrittenIsANote) {
    auto r = request("x", 2);
    r.video.format = io::VideoFormat::png;
    r.video.path =
        at((std::string(244, 'n')).c_str()); // a folder may have that name, but with .json.XXXXXX.part no file
    const auto result = record(r);
    EXPECT_EQ(result.file, r.video.path);
    EXPECT_EQ(result.frames, 2);
    EXPECT_TRUE(fs::exists(fs::path(r.video.path) / "frame-000001.png"));
    EXPECT_EQ(result.sidecar, "");
    EXPECT_NE(result.notes.find("n.json: cannot be created: File name too long"), std::string::npos) << result.notes;
}

TEST_F(Film, AnEarlyEndReplacesNoFilm) {
    auto r = request("x.mkv", 4);
    (void)record(r);
    const auto film = bytes_of(at("x.mkv")), sidecar = bytes_of(at("x.mkv.json"));
    r.video.overwrite = true;
    std::stop_source stop;
    const auto result = record(
        r, [&](const FilmProgress& p) { p.done == 2 && stop.request_stop(); }, stop.get_token());
    EXPECT_TRUE(result.stopped);
    EXPECT_EQ(result.file, at("x-2.mkv"));
    EXPECT_EQ(result.sidecar, at("x-2.mkv.json"));
    EXPECT_TRUE(bytes_of(at("x.mkv")) == film);
    EXPECT_EQ(bytes_of(at("x.mkv.json")), sidecar);
}

TEST_F(Film, PicturesGoOnOnlyWithTheVeryFilm) {
    // In a slit-scan frame 2 shows frame 1, whose scene it does not carry.
    auto r = request("pictures", 4);
    r.scene.model = {at("a.pkl"), at("b.pkl")};
    fs::copy_file(test::golden_path("models/sg3t-64.pkl"), r.scene.model[0]);
    fs::copy_file(test::golden_path("models/sg3r-64.pkl"), r.scene.model[1]);
    r.motion = {25, 4, false, {{"/transform/x", {{0, 0.0, Ease::hold}, {1, 0.1, Ease::hold}, {2, 0.2, Ease::hold}}}}};
    r.film.layout = FilmLayout::cells;
    r.film.cells = parse_film_rows("slit-scan-a,slit-scan-b");
    (void)record(r);
    fs::remove(at("pictures/frame-000003.png"));
    const auto refusal = [&](const FilmRequest& other) {
        const auto why = refusal_of<io::FileError>([&] { (void)record(other); });
        EXPECT_FALSE(fs::exists(at("pictures/frame-000003.png"))) << "before the first is written";
        return why;
    };
    auto other = r;
    other.motion.tracks[0].keys[1].value = 0.05;
    EXPECT_NE(refusal(other).find("another film's frame"), std::string::npos) << refusal(other);
    other = r;
    other.motion.tracks[0].keys.push_back({3, 0.3, Ease::hold});
    EXPECT_NE(refusal(other).find("another film's frame"), std::string::npos);
    other = r;
    other.device.precision = model::Precision::float32;
    EXPECT_NE(refusal(other).find("another film's frame"), std::string::npos);
    fs::remove(r.scene.model[1]); // another network under the same name
    fs::copy_file(test::golden_path("models/sg3t-64.pkl"), r.scene.model[1]);
    EXPECT_NE(refusal(r).find("another film's frame"), std::string::npos);
}

TEST_F(Film, WhatKeyframesAskForIsTriedBeforeTheFirstFrame) {
    auto r = request("x.mkv", 100);
    int frames = 0;
    const auto refused = [&]<class Error>(Error*) {
        return refusal_of<Error>([&] { (void)record(r, [&](const FilmProgress&) { ++frames; }); });
    };
    r.motion.tracks.push_back({"/transform/edge", {{0, std::string("periodic"), {}}, {50, std::string("bogus"), {}}}});
    EXPECT_NE(refused(static_cast<std::invalid_argument*>(nullptr)).find("edge"), std::string::npos);
    r.motion.tracks.back() = {"/latent/w_a", {{0, std::string(), {}}, {30, at("none.npy"), {}}}};
    EXPECT_NE(refused(static_cast<io::FileError*>(nullptr)).find("none.npy"), std::string::npos);
    EXPECT_EQ(frames, 0);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 0);
    r.motion.tracks.back().keys[1].frame = 200; // beyond the film
    r.motion.loop = false;
    std::stop_source stop;
    (void)record(
        r, [&](const FilmProgress& p) { p.done == 2 && stop.request_stop(); }, stop.get_token());
    EXPECT_TRUE(fs::exists(at("x.mkv")));
}

TEST_F(Film, EarlierFramesThatAreMadeUpForAreToldOfAndCanBeStopped) {
    auto r = request("pictures", 6);
    r.film.layout = FilmLayout::cells;
    r.film.cells = parse_film_rows("average-a,average-b");
    (void)record(r);
    fs::remove(at("pictures/frame-000005.png"));
    std::stop_source stop;
    std::vector<std::string> stages;
    const auto result = record(
        r,
        [&](const FilmProgress& p) {
            if (p.stage.empty()) return;
            EXPECT_EQ(p.done, 5);
            stages.push_back(p.stage);
            if (stages.size() == 2) stop.request_stop();
        },
        stop.get_token());
    EXPECT_EQ(stages, (std::vector<std::string>{"frame 1 of 5 that come before", "frame 2 of 5 that come before"}));
    EXPECT_TRUE(result.stopped);
    EXPECT_EQ(result.frames, 5);
    EXPECT_FALSE(fs::exists(at("pictures/frame-000005.png")));
}

TEST_F(Film, ReadyMadeMotionsGoThroughTheJsonBesideAFilm) {
    auto r = request("x.mkv", 3);
    r.ready = find_recipe("ladder").ready;
    ASSERT_FALSE(r.ready.empty());
    EXPECT_EQ(film_request_from_json(to_json(r)).ready, r.ready);
}

TEST_F(Film, BytesDoNotDependOnThreadsOrOnWhoLoadedTheModels) {
    auto r = request("one.mkv", 3);
    r.film.layout = FilmLayout::spectra;
    r.film.width = 128;
    r.film.height = 180;
    r.film.captions = true;
    r.threads = 1;
    (void)record(r);
    r.threads = 3;
    for (const auto side : kSides)
        r.loaded[index(side)] = std::make_shared<const LoadedModel>(
            load_model(r.scene.model[index(side)], {}, {model::Arithmetic::fast, compute_target(r.device)}));
    r.video.path = at("three.mkv");
    (void)record(r);
    EXPECT_TRUE(bytes_of(at("one.mkv")) == bytes_of(at("three.mkv")));
    r.scene.model = {"demo:alias-free-t", "demo:stylegan2"}; // what is there is of other names: loaded after all
    r.video.path = at("swapped.mkv");
    (void)record(r);
    EXPECT_FALSE(bytes_of(at("one.mkv")) == bytes_of(at("swapped.mkv")));
}

TEST_F(Film, OfNothingKeyedIsTheScenesOwnAnimation) {
    auto r = request("x", 4);
    r.video.format = io::VideoFormat::png;
    r.motion.tracks.clear();
    EXPECT_NE(refusal_of([&] { (void)record(r); }).find("nothing moves"), std::string::npos);
    r.scene.transform.animate_orbit = true;
    r.scene.latent.animate = true;
    const auto scene = film_scene(r, 3); // 25 frames per second
    auto running = r.scene;
    running.playing = true;
    EXPECT_EQ(scene.transform, advanced(running, 0.12).transform);
    EXPECT_EQ(scene.latent, advanced(running, 0.12).latent);
    EXPECT_FALSE(scene.playing) << "as it was";
    EXPECT_EQ(record(r).frames, 4);
    EXPECT_NE(bytes_of(at("x/frame-000000.png")), bytes_of(at("x/frame-000003.png")));
    r.motion = along_circle({25, 4}, 0.05);
    EXPECT_EQ(film_scene(r, 3).latent, r.scene.latent) << "stands still where something is keyed";
}

TEST_F(Film, PausesBetweenTwoLayersAndGoesOn) {
    auto r = request("x.mkv", 6);
    (void)record(r);
    r.video.path = at("paused.mkv");
    FilmControl control;
    std::atomic<int> done = 0;
    std::jthread film([&] {
        (void)record(
            r,
            [&](const FilmProgress& p) {
                done = p.done;
                if (p.done == 2) control.pause(true);
                ASSERT_TRUE(p.picture);
                EXPECT_EQ(p.picture->width, 128);
                EXPECT_EQ(p.picture->rgb.size(), 128u * 64 * 3);
            },
            {}, &control);
    });
    while (done < 2) ::usleep(1000);
    ::usleep(200000);
    EXPECT_EQ(done, 2);
    EXPECT_TRUE(control.paused());
    control.pause(false);
    film.join();
    EXPECT_EQ(done, 6);
    EXPECT_TRUE(bytes_of(at("x.mkv")) == bytes_of(at("paused.mkv")));
}

TEST_F(Film, DiscardedLeavesNothingButWhatWasThere) {
    for (const auto* name : {"x.mp4", "x"}) {
        std::stop_source stop;
        FilmControl control;
        const auto after = [&](int frames) {
            return [&, frames](const FilmProgress& p) {
                if (p.done == frames) control.discard(), stop.request_stop();
            };
        };
        auto r = request(name, 9);
        const auto result = record(r, after(4), stop.get_token(), &control);
        EXPECT_TRUE(result.stopped);
        EXPECT_EQ(result.file, "");
        EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 0) << name;
    }
    // Pictures of an earlier run are not ours to remove.
    auto r = request("x", 9);
    std::stop_source early;
    (void)record(
        r, [&](const FilmProgress& p) { p.done == 3 && early.request_stop(); }, early.get_token());
    const auto kept = bytes_of(at("x/frame-000002.png"));
    std::stop_source stop;
    FilmControl control;
    control.discard();
    (void)record(
        r, [&](const FilmProgress& p) { p.done == 6 && stop.request_stop(); }, stop.get_token(), &control);
    EXPECT_TRUE(bytes_of(at("x/frame-000002.png")) == kept);
    EXPECT_FALSE(fs::exists(at("x/frame-000003.png")));
}

TEST_F(Film, MemoryStaysFlat) {
    auto r = request("x.mkv", 60);
    r.film.width = 1920, r.film.height = 1080;
    r.video.format = io::VideoFormat::ffv1;
    r.motion = along_circle({25, 60}, 0.05);
    std::size_t at_20 = 0, at_60 = 0;
    const auto resident = [] {
        std::size_t pages = 0, all = 0;
        std::ifstream("/proc/self/statm") >> all >> pages;
        return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    };
    (void)record(r, [&](const FilmProgress& p) {
        if (p.done == 20) at_20 = resident();
        if (p.done == 60) at_60 = resident();
    });
    EXPECT_GT(at_20, std::size_t{50} << 20);
    EXPECT_LE(static_cast<double>(at_60), 1.05 * static_cast<double>(at_20));
}

TEST_F(Film, ChecksTheFileBeforeTheModelsAreRead) {
    auto r = request("x.mp4");
    r.scene.model[0] = at("none.pkl"); // would fail, too, but later
    r.video.program = at("no-ffmpeg");
    EXPECT_NE(refusal_of<io::FileError>([&] { (void)record(r); }).find("install ffmpeg"), std::string::npos);
    r.video.path = at("none/x.mp4");
    EXPECT_NE(refusal_of<io::FileError>([&] { (void)record(r); }).find("No such file"), std::string::npos);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 0);
}

} // namespace unstuck::engine
