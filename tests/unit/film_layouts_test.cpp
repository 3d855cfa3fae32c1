// Films of cells: every layout's frames depend on their number alone, and instruments show what they say.
#include "core/engine/film_camera.hpp"
#include "core/engine/film_painter.hpp"
#include "core/engine/ladder_tour.hpp"
#include "core/engine/measure_model.hpp"
#include "core/engine/recipe.hpp"
#include "core/io/error.hpp"
#include "core/measure/equivariance.hpp"
#include "core/model/matrix.hpp"
#include "tests/support/film_probe.hpp"
#include "tests/support/refusal.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <unistd.h>

namespace unstuck::engine {

namespace {

using test::refusal_of;

bool never() { return false; } // nobody stops these films

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kLayouts[] = {
    "a",    "b",           "ab",          "spectra",         "view",   "2x2",        "difference",
    "wipe", "slit-scan-a", "average-a,b", "error-a,error-b", "a,b/eq", "b,ladder-b",
};

FilmSpec spec_of(const std::string& layout) {
    FilmSpec spec;
    const auto named = parse_film_layout(layout);
    spec.layout = named.value_or(FilmLayout::cells);
    if (!named) spec.cells = parse_film_rows(layout);
    spec.width = 192;
    spec.height = 211; // odd, and no multiple of anything
    spec.captions = spec.legend = true;
    return spec;
}

FilmRequest request_of(const FilmSpec& spec, int frames = 4) {
    FilmRequest r;
    r.film = spec;
    r.motion = along_circle({25, frames}, 0.05);
    r.device.kind = DeviceChoice::Kind::cpu;
    return r;
}

std::vector<std::uint8_t> row_of(const std::vector<std::uint8_t>& rgb, int width, const Box& box, int y) {
    const auto from = rgb.begin() + (static_cast<std::ptrdiff_t>(y) * width + box.x) * 3;
    return {from, from + static_cast<std::ptrdiff_t>(box.width) * 3};
}

} // namespace

TEST(FilmLayouts, AFrameDependsOnItsNumberAlone) {
    for (const auto* layout : kLayouts) {
        const auto r = request_of(spec_of(layout));
        FilmCast cast(r);
        FilmCamera whole(r, cast);
        std::vector<std::vector<std::uint8_t>> frames;
        for (int i = 0; i < 4; ++i) frames.push_back(whole.frame(i, never).value());
        EXPECT_EQ(frames[0].size(), 192u * 211 * 3) << layout;
        FilmCamera alone(r, cast);
        EXPECT_TRUE(alone.frame(3, never).value() == frames[3]) << layout << ": not in order";
        EXPECT_TRUE(alone.frame(1, never).value() == frames[1]) << layout << ": backwards";
        EXPECT_TRUE(frames[0] != frames[1]) << layout << " moves";
    }
}

TEST(FilmLayouts, ASlitScansRowsAreTheFramesLines) {
    auto spec = spec_of("a/slit-scan-a");
    spec.width = 64, spec.height = 128;
    spec.captions = spec.legend = false;
    spec.slit = 0.25;
    const auto r = request_of(spec, 64);
    FilmCast cast(r);
    FilmCamera camera(r, cast);
    const auto picture = camera.grid().picture(0, 0), scan = camera.grid().picture(0, 1);
    ASSERT_EQ(picture, (Box{0, 0, 64, 64}));
    std::vector<std::vector<std::uint8_t>> lines;
    for (int i = 0; i < 5; ++i) {
        const auto frame = camera.frame(i, never).value();
        lines.push_back(row_of(frame, 64, picture, 16));
        for (int row = 0; row <= i; ++row)
            EXPECT_TRUE(row_of(frame, 64, scan, scan.y + row) == lines[static_cast<std::size_t>(row)])
                << i << " " << row;
        EXPECT_EQ(row_of(frame, 64, scan, scan.y + i + 1)[0], kFilmRoom[0]) << "still to come";
    }
}

TEST(FilmLayouts, ASlitScanOfMoreFramesThanRowsShowsTheLast) {
    EXPECT_EQ(slit_rows(10, 105).thickness, 10);
    EXPECT_EQ(slit_rows(10, 105).shown, 10);
    EXPECT_EQ(slit_rows(500, 105).thickness, 1);
    EXPECT_EQ(slit_rows(500, 105).shown, 105);
    auto spec = spec_of("slit-scan-a");
    spec.width = spec.height = 64;
    spec.captions = spec.legend = false;
    const auto r = request_of(spec, 70);
    FilmCast cast(r);
    FilmCamera camera(r, cast);
    const auto before = camera.frame(65, never).value(), after = camera.frame(66, never).value();
    for (int row = 0; row < 63; ++row)
        EXPECT_TRUE(row_of(before, 64, {0, 0, 64, 64}, row + 1) == row_of(after, 64, {0, 0, 64, 64}, row)) << row;
}

TEST(FilmLayouts, AnErrorIsThatOfTheMetrics) {
    TransformState t;
    t.x = 0.05;
    t.y = -0.02;
    auto inverse = model::inverse(forward_matrix(t, 64));
    auto same = measure::inverse_transform(measure::EqKind::fractional, {0.05, -0.02, 0});
    for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(inverse[i], same[i], 1e-12);
    TransformState turn;
    turn.turns = 0.1;
    inverse = model::inverse(forward_matrix(turn, 64));
    same = measure::inverse_transform(measure::EqKind::rotation, {0, 0, 0.2 * std::numbers::pi});
    for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(inverse[i], same[i], 1e-12);

    Image flat{32, 32, 1, std::vector<float>(32 * 32, 0.5f)}, off = flat;
    for (auto& v : off.pixels) v += 0.1f;
    // A constant error of 0.1: 20 log10(2) - 20 log10(0.1) = 26.02 dB, whatever the move.
    for (const auto& [move, metric] : {std::pair{t, "EQ-T frac"}}) {
        const auto e = error_of_move(move, off, flat);
        EXPECT_EQ(e.metric, metric);
        EXPECT_NEAR(e.db, 26.02, 0.05);
        EXPECT_NEAR(e.image.at(0, 16, 16), 0.1, 1e-5);
    }
    EXPECT_EQ(error_of_move(turn, off, flat).metric, "EQ-R");
    t.scale = 2;
    EXPECT_EQ(error_of_move(t, off, flat).metric, "EQ");
    const auto none = error_of_move({}, flat, flat);
    EXPECT_TRUE(std::isnan(none.db)) << "not moved: nothing to measure";
    EXPECT_EQ(none.image.at(0, 3, 3), 0);
}

TEST(FilmLayouts, NumbersAreThoseOfMeasure) {
    auto spec = spec_of("ab");
    spec.samples = 2;
    auto r = request_of(spec, 12);
    FilmCast cast(r);
    r.motion = ladder_tour({25, 12}, cast.sampling());
    FilmCamera camera(r, cast);
    camera.measure({}, never);
    EXPECT_EQ(camera.numbers()[0].size(), 1u);
    ASSERT_EQ(camera.numbers()[1].size(), 6u) << "each step of the ladder";
    const auto& step = camera.numbers()[1][2];
    EXPECT_EQ(step.edits, model::aliasing_ladder(cast.infos[1]->sampling)[2].edits);
    const auto measured = [&](Quantity quantity, int samples) {
        MeasureRequest m;
        m.model = r.scene.model[1];
        m.quantity = quantity;
        m.samples = samples;
        m.views = 2;
        m.edits = step.edits;
        m.device.kind = DeviceChoice::Kind::cpu;
        return measure_model(m).values.at(0).value.value();
    };
    EXPECT_EQ(step.eqt_fractional_db.value(), measured(Quantity::eqt_fractional, 2));
    EXPECT_EQ(step.eqr_db.value(), measured(Quantity::eqr, 2));
    EXPECT_EQ(step.sticking.value(), measured(Quantity::sticking, 1));
    EXPECT_GT(camera.numbers()[1][0].eqt_fractional_db.value(), camera.numbers()[1][5].eqt_fractional_db.value() + 6);
}

TEST(FilmLayouts, WithoutAModelTheyAreLessOrSayWhatIsMissing) {
    const auto grid = [](const char* layout) { return film_grid(spec_of(layout), {64, 0}); };
    for (const auto* layout : {"b", "ab", "difference", "wipe", "a,b/eq", "stabilised-b"})
        EXPECT_NE(refusal_of([&] { (void)grid(layout); }).find("there is no model B"), std::string::npos) << layout;
    EXPECT_EQ(film_rows_text(grid("2x2").rows), "a/stabilised-a");
    EXPECT_EQ(film_rows_text(grid("a,eq").rows), "a,eq") << "of those there are";
    EXPECT_EQ(film_rows_text(of_one_side(spec_of("a,b/difference,eq"), Side::a).cells), "a/eq");
    EXPECT_EQ(film_rows_text(of_one_side(spec_of("b,ladder-b/error-b"), Side::a).cells), "a,ladder-a/error-a");
    EXPECT_NE(refusal_of([] { (void)of_one_side(spec_of("difference"), Side::a); }).find("need model B"),
              std::string::npos);
}

TEST(FilmLayouts, CellsAreReadAndWritten) {
    for (const auto* text :
         {"a,b/stabilised-a,spectrum-b/difference", "wipe,slit-scan-b,average-a,error-b,eq,ladder-a"})
        EXPECT_EQ(film_rows_text(parse_film_rows(text)), text);
    const auto refusal = refusal_of([] { (void)parse_film_rows("a,c"); });
    EXPECT_NE(refusal.find("film cell 'c'"), std::string::npos) << refusal;
    EXPECT_NE(refusal.find("slit-scan-b"), std::string::npos) << "lists them";
    for (const auto& [text, field] :
         std::vector<std::pair<const char*, const char*>>{{R"({"cells": []})", "'cells'"},
                                                          {R"({"cells": [["x"]]})", "'x'"},
                                                          {R"({"layout": "cells"})", "'cells'"},
                                                          {R"({"scale": 65})", "'scale'"},
                                                          {R"({"samples": -1})", "'samples'"},
                                                          {R"({"slit": 2})", "'slit'"},
                                                          {R"({"legend": 1})", "'legend'"},
                                                          {R"({"frame_numbers": "yes"})", "'frame_numbers'"}})
        EXPECT_NE(refusal_of([&] { (void)film_spec_from_json(json::parse(text)); }).find(field), std::string::npos);
}

TEST(FilmLayouts, AScaleMagnifiesByThatMuch) {
    FilmSpec spec;
    spec.scale = 3;
    EXPECT_EQ(film_grid(spec, {64, 64}).width(), 2 * 192);
    EXPECT_EQ(film_grid(spec, {64, 64}).height(), 192);
    spec.width = spec.height = 500;
    EXPECT_EQ(placed(64, 64, film_grid(spec, {64, 64}).picture(0, 0), 3), (Box{29, 154, 192, 192}));
    spec.scale = 4;
    EXPECT_NE(refusal_of([&] { (void)film_grid(spec, {64, 64}); }).find("at least 512x256"), std::string::npos);
}

TEST(FilmLayouts, TheViewportsLayoutMayBeKeyed) {
    auto r = request_of(spec_of("view"), 6);
    r.scene.view.layout = Layout::only_a;
    r.motion.tracks.push_back(
        {"/view/layout", {{0, std::string("only_a"), Ease::hold}, {3, std::string("wipe"), Ease::hold}}});
    FilmCast cast(r);
    FilmCamera camera(r, cast);
    const auto only = camera.frame(2, never).value(), wipe = camera.frame(3, never).value();
    EXPECT_EQ(only.size(), wipe.size());
    auto plain = request_of(spec_of("wipe"), 6);
    FilmCast other(plain);
    EXPECT_TRUE(FilmCamera(plain, other).frame(3, never).value() == wipe);
}

TEST(FilmCanvas, ViewsZoomAndPan) {
    Raster picture{2, 2, {10, 0, 0, 20, 0, 0, 30, 0, 0, 40, 0, 0}};
    const auto red = [](const Raster& r, int x, int y) { return r.rgb[static_cast<std::size_t>(y * r.width + x) * 3]; };
    const auto twice = viewed(picture, {2, 0, 0, false}, 6, 4, {1, 1, 1});
    EXPECT_EQ(red(twice, 0, 0), 1) << "beyond the picture";
    EXPECT_EQ(red(twice, 1, 0), 10);
    EXPECT_EQ(red(twice, 3, 3), 40);
    const auto panned = viewed(picture, {2, 0.5, 0.5, false}, 2, 2, {1, 1, 1});
    EXPECT_EQ(red(panned, 0, 0), 40) << "its lower right corner is in the middle";
    EXPECT_EQ(red(panned, 1, 1), 1);
    EXPECT_EQ(red(viewed(picture, {1, 0, 0, true}, 1, 1, {}), 0, 0), 25) << "between all four";
}

TEST(FilmCanvas, LinesAndFillsStayOnTheCanvas) {
    Canvas canvas(10, 10, {0, 0, 0});
    canvas.fill({-5, -5, 7, 7}, {9, 9, 9});
    canvas.line(-20, 5.5, 30, 5.5, 1, {200, 0, 0});
    const auto red = [&](int x, int y) { return canvas.rgb()[static_cast<std::size_t>(y * 10 + x) * 3]; };
    EXPECT_EQ(red(1, 1), 9);
    EXPECT_EQ(red(2, 2), 0);
    for (int x = 0; x < 10; ++x) {
        EXPECT_EQ(red(x, 5), 200) << x;
        EXPECT_EQ(red(x, 3), 0);
    }
}

TEST(FilmRecipes, MakeFilmsThatPlayOfTheRightSizeAndColours) {
    const auto folder = fs::temp_directory_path() / ("unstuck-layouts-" + std::to_string(::getpid()));
    fs::create_directories(folder);
    for (const auto& recipe : built_in_recipes()) {
        FilmRequest r;
        r.scene = scene_of(recipe, r.scene);
        r.film = recipe.film;
        r.film.width = 257, r.film.height = 255; // odd sides are padded
        r.film.samples = std::min(r.film.samples, 1);
        r.motion = resized(recipe.motion, 6);
        r.ready = recipe.ready;
        r.device.kind = DeviceChoice::Kind::cpu;
        r.video.path = (folder / (recipe.name + ".mp4")).string();
        r.video.format = io::VideoFormat::h264;
        const auto result = record(r);
        const auto probe = test::probed(result.file);
        EXPECT_EQ(probe["nb_read_frames"], "6") << recipe.name;
        EXPECT_EQ(probe["width"], 258) << recipe.name;
        EXPECT_EQ(probe["height"], 256) << recipe.name;
        EXPECT_EQ(probe["pix_fmt"], "yuv420p") << recipe.name;
        for (const auto* tag : {"color_space", "color_primaries", "color_transfer"})
            EXPECT_EQ(probe[tag], "bt709") << recipe.name << " " << tag;
        std::ifstream in(result.sidecar);
        const auto sidecar = json::parse(in);
        const auto again = film_request_from_json(sidecar);
        EXPECT_EQ(again.film.cells, r.film.cells) << recipe.name;
        EXPECT_EQ(again.motion.frames, 6);
        EXPECT_EQ(sidecar["models"]["b"].contains("numbers"), r.film.samples > 0) << recipe.name;
    }
    fs::remove_all(folder);
}

} // namespace unstuck::engine
