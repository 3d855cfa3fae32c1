// The seed plane's lattice, the history of places, and thumbnails against the engine's own pictures.
#include "core/engine/frame_renderer.hpp"
#include "core/engine/thumbnails.hpp"
#include "core/io/latent_file.hpp"
#include "core/latent/seed_grid.hpp"
#include "core/latent/visits.hpp"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>
#include <thread>
#include <unistd.h>

namespace unstuck::test {

using engine::Image;
using engine::Scene;
using engine::Side;
using engine::Thumbnails;
using latent::GridCell;
using latent::Visits;
using namespace std::chrono_literals;

namespace {

constexpr const char* kModel = "demo:alias-free-t";

std::shared_ptr<const engine::LoadedModel> demo(const char* name = kModel) {
    return std::make_shared<const engine::LoadedModel>(engine::load_model(name));
}

engine::ThumbnailRequest request(const std::shared_ptr<const engine::LoadedModel>& model, const Scene& scene,
                                 std::vector<GridCell> cells) {
    return {model, engine::look_of(scene, Side::b, *model), std::move(cells)};
}

/// Polls until `done`, for at most a minute.
template <class F>
bool eventually(F done) {
    for (int i = 0; i < 12000; ++i) {
        if (done()) return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

bool all_there(const Thumbnails& t) {
    const auto p = t.progress();
    return p.done == p.wanted && p.wanted > 0;
}

/// The bytes of the picture that the window would show of this scene.
std::vector<std::uint8_t> picture_bytes(const engine::LoadedModel& model, const Scene& scene) {
    engine::FrameRenderer renderer(model);
    const auto frame = renderer.render(engine::make_request(scene, Side::b, *model.info));
    EXPECT_EQ(frame->error, "");
    return engine::to_bytes(frame->image);
}

} // namespace

TEST(SeedGrid, StepsAreFineEnoughForTheZoomAndHalvesOfEachOther) {
    EXPECT_EQ(latent::grid_step(64, 64), 1);
    EXPECT_EQ(latent::grid_step(63.9, 64), 2);
    EXPECT_EQ(latent::grid_step(127, 64), 1);
    EXPECT_EQ(latent::grid_step(128, 64), 0.5);
    EXPECT_EQ(latent::grid_step(1e6, 64), 0.25); // no finer than a quarter
    EXPECT_EQ(latent::grid_step(1, 64), 64);
}

TEST(SeedGrid, CellsComeFromTheMiddleOutwardsAndCoverTheView) {
    const auto cells = latent::cells_from_middle({10, 20, 5, 3, 1}, 1000);
    // 5 wide about 10: 7.5 .. 12.5 is met by the cells of 8 .. 12 (7 and 13 only touch it).
    ASSERT_EQ(cells.size(), 15u);
    EXPECT_EQ(cells[0], (GridCell{40, 80}));
    EXPECT_EQ(cells[1], (GridCell{44, 80})); // clockwise on the screen, from the right
    EXPECT_EQ(cells[2], (GridCell{40, 84}));
    EXPECT_EQ(cells[3], (GridCell{36, 80}));
    EXPECT_EQ(cells[4], (GridCell{40, 76}));
    double before = 0;
    for (const auto& c : cells) {
        const double distance = std::hypot(c.x() - 10, c.y() - 20);
        EXPECT_GE(distance, before);
        before = distance;
    }
    EXPECT_EQ(std::set<GridCell>(cells.begin(), cells.end()).size(), 15u);
}

TEST(SeedGrid, ACoarserViewsCellsAreAmongTheFinerOnes) {
    const auto fine = latent::cells_from_middle({3.3, -1.2, 9, 9, 0.5}, 10000),
               coarse = latent::cells_from_middle({3.3, -1.2, 8, 8, 1}, 10000);
    const std::set<GridCell> all(fine.begin(), fine.end());
    for (const auto& c : coarse) EXPECT_TRUE(all.contains(c)) << c.x() << ", " << c.y();
    for (const auto& c : coarse) EXPECT_TRUE(c.is_seed());
}

TEST(SeedGrid, IsBoundedForAnyView) {
    EXPECT_EQ(latent::cells_from_middle({0, 0, 1e12, 1e12, 0.25}, 100).size(), 100u);
    EXPECT_TRUE(latent::cells_from_middle({5e9, 0, 10, 10, 1}, 100).empty()); // beyond the plane
    const auto one = latent::nearest_cell(1e300, std::nan(""), 1);
    EXPECT_EQ(one.x(), 1e9);
    EXPECT_EQ(one.y(), 0);
    EXPECT_EQ(latent::cell_of_seed(4294967295u), (GridCell{95 * 4, std::int64_t{42949672} * 4}));
    EXPECT_EQ(latent::nearest_cell(2.3, -0.9, 0.5), (GridCell{10, -4}));
}

TEST(Visits, GoBackAndForwardAndForgetWhatWasAhead) {
    Visits v;
    EXPECT_FALSE(v.back().has_value());
    for (double x : {0.0, 1.0, 2.0}) v.rest_at({x, 0, 0, 0});
    v.rest_at({2, 0, 0, 0}); // one is there already
    EXPECT_EQ(v.places().size(), 3u);
    EXPECT_FALSE(v.forward().has_value());
    EXPECT_EQ(v.back()->x, 1);
    v.rest_at({1, 0, 0, 0}); // arriving is no new place
    EXPECT_TRUE(v.can_go_forward());
    EXPECT_EQ(v.back()->x, 0);
    EXPECT_FALSE(v.can_go_back());
    EXPECT_EQ(v.forward()->x, 1);
    v.rest_at({7, 0, 0, 0});
    EXPECT_FALSE(v.can_go_forward());
    EXPECT_EQ(v.back()->x, 1);
    EXPECT_FALSE(v.go_to(17).has_value());
}

TEST(Visits, APlaceThatIsNotThereAnyMoreIsPassedThrough) {
    Visits v;
    v.rest_at({1, 0, 0, 0});
    v.rest_at({1, 0, 1, 0.5}); // on a walk, which is then removed
    v.rest_at({2, 0, 0, 0});
    ASSERT_EQ(v.back()->walk_position, 0.5);
    v.correct_present({1, 0, 0, 0}); // all that a scene without a walk can make of it
    v.rest_at({1, 0, 0, 0});
    EXPECT_TRUE(v.can_go_forward()) << "what is ahead stays";
    EXPECT_EQ(v.places().size(), 3u);
    EXPECT_TRUE(v.back().has_value());
    EXPECT_FALSE(v.can_go_back());
}

TEST(Visits, AreBounded) {
    Visits v;
    for (int i = 0; i < 1000; ++i) v.rest_at({static_cast<double>(i), 0, 0, 0});
    EXPECT_EQ(v.places().size(), Visits::kMost);
    EXPECT_EQ(v.places().back().x, 999);
    EXPECT_EQ(v.present(), Visits::kMost - 1);
}

TEST(Thumbnail, LargePicturesBecomeTheMeansOfTheirBlocks) {
    Image image{512, 512, 3, std::vector<float>(512 * 512 * 3)};
    // Blocks of 4 x 4 with half of their pixels at -1 and half at 1: bytes 0 and 255, mean 127.5.
    for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = i % 2 == 0 ? -1.0f : 1.0f;
    const auto small = engine::thumbnail(image);
    EXPECT_EQ(small.width, 128);
    EXPECT_EQ(small.height, 128);
    ASSERT_EQ(small.rgb.size(), 128u * 128 * 3);
    for (const auto byte : small.rgb) ASSERT_EQ(byte, 128);
}

TEST(Thumbnail, SmallPicturesAreKeptPixelByPixel) {
    Image image{2, 1, 1, {-1.0f, 0.5f}};
    const auto small = engine::thumbnail(image);
    EXPECT_EQ(small.rgb, (std::vector<std::uint8_t>{0, 0, 0, 191, 191, 191}));
}

TEST(Thumbnails, EqualTheEnginesOwnPictures) {
    const auto model = demo();
    Scene scene;
    scene.latent.psi = 0.7;
    scene.edits[1].layers["L3_84_40"].up.cutoff = 9;
    Thumbnails thumbnails;
    const std::vector<GridCell> cells = {{8, 4}, {9, 4}}; // a seed, and a quarter of the way to the next
    const auto wanted = request(model, scene, cells);
    thumbnails.want({wanted});
    ASSERT_TRUE(eventually([&] { return all_there(thumbnails); }));
    for (const auto& cell : cells) {
        auto there = scene;
        there.latent.x = cell.x();
        there.latent.y = cell.y();
        EXPECT_EQ(thumbnails.find(wanted.look, cell)->rgb, picture_bytes(*model, there));
    }
    EXPECT_NE(thumbnails.find(wanted.look, cells[0])->rgb, thumbnails.find(wanted.look, cells[1])->rgb);
    EXPECT_GT(thumbnails.progress().ms, 0);
}

TEST(Thumbnails, AreOfAnotherLookWhenAnythingThatMattersChanges) {
    const auto model = demo("demo:stylegan2"), again = demo("demo:stylegan2");
    const Scene standard;
    const auto look = engine::look_of(standard, Side::a, *model);
    const auto differs = [&](auto change) {
        auto scene = standard;
        change(scene);
        return engine::look_of(scene, Side::a, *model) != look;
    };
    EXPECT_TRUE(differs([](Scene& s) { s.latent.psi = 0.5; }));
    EXPECT_TRUE(differs([](Scene& s) { s.latent.cutoff = 3; }));
    EXPECT_TRUE(differs([](Scene& s) { s.latent.noise = model::NoiseMode::none; }));
    EXPECT_TRUE(differs([](Scene& s) { s.latent.noise_strength = 0.5; }));
    EXPECT_TRUE(differs([](Scene& s) { s.latent.mix = true, s.latent.mix_rows = 1; }));
    EXPECT_TRUE(differs([](Scene& s) { s.edits[0].layers["b8.conv0"].resample.cutoff = 2; }));
    EXPECT_NE(engine::look_of(standard, Side::a, *again), look); // another load, another model
    EXPECT_TRUE(differs([](Scene& s) { s.latent.directions = {{{}, 0, 0, -1, 2, ""}}; }));
    const auto mixing = [](Scene& s) {
        s.latent.mix = true, s.latent.mix_rows = 1;
        s.latent.mix_from = engine::MixFrom::point;
        s.latent.mix_point.w = {"no-a.npy", "no-b.npy"};
    };
    EXPECT_TRUE(differs(mixing));
    Scene mixed;
    mixing(mixed);
    const auto of_a = engine::look_of(mixed, Side::a, *model);
    EXPECT_EQ(of_a.latent.mix_point.w[0], "no-a.npy");
    EXPECT_EQ(engine::look_of(mixed, Side::b, *model).latent.mix_point.w[0], "no-b.npy") << "each side its own";
    mixed.latent.mix_seed = 5; // rows come from the point
    EXPECT_EQ(engine::look_of(mixed, Side::a, *model), of_a);
    // What a thumbnail does not show.
    EXPECT_FALSE(differs([](Scene& s) { s.latent.directions = {{{}, 3, 0, -1, 0, "smile"}}; }));  // a step of 0
    EXPECT_FALSE(differs([](Scene& s) { s.latent.mix_amount = 0.5, s.latent.mix_point.x = 4; })); // mixing is off
    EXPECT_FALSE(differs([](Scene& s) { s.latent.mix = true, s.latent.mix_rows = 1, s.latent.mix_amount = 0; }));
    EXPECT_FALSE(differs([](Scene& s) { s.latent.w_index = {1, 2}; }));
    EXPECT_FALSE(differs([](Scene& s) { s.latent.x = 3; }));
    EXPECT_FALSE(differs([](Scene& s) { s.latent.walk.seeds = {1, 2}; }));
    EXPECT_FALSE(differs([](Scene& s) { s.latent.animate = true, s.latent.speed = 2; }));
    EXPECT_FALSE(differs([](Scene& s) { s.transform.x = 0.25; }));
    EXPECT_FALSE(differs([](Scene& s) { s.latent.noise_seed = 4; }));  // the stored noise draws none
    EXPECT_FALSE(differs([](Scene& s) { s.latent.mix = true; }));      // no row is taken
    EXPECT_FALSE(differs([](Scene& s) { s.latent.class_index = 2; })); // no classes
    EXPECT_FALSE(differs([](Scene& s) { s.edits[1].layers["L3_84_40"].up.cutoff = 9; }));
}

TEST(Thumbnails, KeepNoMoreBytesThanTheyMayAndLetGoWhatNobodyLooksAt) {
    const auto model = demo();
    const Scene scene;
    constexpr std::size_t kOne = 64 * 64 * 3, kFour = std::size_t{engine::kThumbnailSide} * engine::kThumbnailSide * 3;
    static_assert(kFour == 4 * kOne);
    Thumbnails thumbnails({}, {}, 2 * kFour);
    const auto wait_for = [&](std::vector<GridCell> cells) {
        thumbnails.want({request(model, scene, std::move(cells))});
        return eventually([&] { return all_there(thumbnails); });
    };
    const auto look = engine::look_of(scene, Side::b, *model);
    for (std::int64_t i = 0; i < 8; ++i) ASSERT_TRUE(wait_for({{4 * i, 0}}));
    EXPECT_EQ(thumbnails.progress().bytes, 8 * kOne);
    EXPECT_TRUE(thumbnails.find(look, {0, 0})); // the oldest, but just looked at
    ASSERT_TRUE(wait_for({{32, 0}, {36, 0}}));
    EXPECT_EQ(thumbnails.progress().bytes, 8 * kOne);
    EXPECT_TRUE(thumbnails.find(look, {0, 0}));
    EXPECT_FALSE(thumbnails.find(look, {4, 0}));
    EXPECT_FALSE(thumbnails.find(look, {8, 0}));
    EXPECT_TRUE(thumbnails.find(look, {12, 0}));
}

TEST(Thumbnails, TakeTheNewestList) {
    const auto model = demo();
    Scene scene;
    Thumbnails thumbnails;
    std::vector<GridCell> many;
    for (std::int64_t i = 0; i < 500; ++i) many.push_back({4 * i, 0});
    thumbnails.want({request(model, scene, many)});
    const auto few = request(model, scene, {{4000, 400}, {4004, 400}});
    thumbnails.want({few});
    ASSERT_TRUE(eventually([&] { return all_there(thumbnails); }));
    EXPECT_EQ(thumbnails.progress().wanted, 2);
    const auto look = engine::look_of(scene, Side::b, *model);
    EXPECT_FALSE(thumbnails.find(look, many.back())); // nobody wants it any more
}

TEST(Thumbnails, AnotherVersionOfAMixedInFileIsAnotherLook) {
    const auto model = demo();
    const auto path = (std::filesystem::temp_directory_path() / ("unstuck-mix-" + std::to_string(::getpid()) + ".npy"));
    Scene scene;
    scene.latent.mix = true, scene.latent.mix_rows = 1;
    scene.latent.mix_from = engine::MixFrom::point;
    scene.latent.mix_point.w.fill(path.string());
    const auto none = engine::look_of(scene, Side::b, *model);
    io::write_latent_file(path.string(), {1, 1, 2, {1, 2}});
    const auto first = engine::look_of(scene, Side::b, *model);
    io::write_latent_file(path.string(), {1, 1, 3, {1, 2, 3}});
    EXPECT_NE(first, none);
    EXPECT_NE(engine::look_of(scene, Side::b, *model), first);
    EXPECT_EQ(engine::look_of(scene, Side::b, *model), engine::look_of(scene, Side::b, *model));
    std::filesystem::remove(path);
}

TEST(Thumbnails, OfOneModelGoOnWhereThoseOfAnotherCannotBeMade) {
    const auto model = demo();
    Scene bad;
    bad.latent.directions = {{{}, 90000, 0, -1, 1, ""}}; // which no model has
    const auto wanted = request(model, Scene{}, {{0, 0}, {4, 0}, {8, 0}});
    Thumbnails thumbnails;
    thumbnails.want({request(model, bad, {{0, 0}, {4, 0}}), wanted});
    ASSERT_TRUE(eventually([&] { return thumbnails.progress().done == 3; }));
    EXPECT_NE(thumbnails.progress().error.find("direction 90000"), std::string::npos) << thumbnails.progress().error;
    thumbnails.want({request(model, Scene{}, {{12, 0}})});
    EXPECT_EQ(thumbnails.progress().error, "") << "something else is wanted";
    ASSERT_TRUE(eventually([&] { return all_there(thumbnails); }));
}

} // namespace unstuck::test
