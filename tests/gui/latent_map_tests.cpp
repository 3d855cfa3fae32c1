// The map of the seed plane, random seeds, back and forward, and the walk's rows.
#include "tests/gui/pictures.hpp"

#include "app/latent_moves.hpp"

#include <fmt/format.h>

namespace unstuck::test {

using app::MapShows;
using engine::Side;

namespace {

/// The tab in front, as it starts, filled.
bool filled(Harness& h) {
    const auto p = h.app->thumbnails().progress();
    const int sides = h.app->ui().map.shows == MapShows::halves ? 2 : 1;
    return p.wanted > 0 && p.done == p.wanted &&
           h.app->latent_map().pictures_drawn() == sides * static_cast<int>(h.app->latent_map().cells().size());
}

void fill(ImGuiTestContext* ctx) {
    constexpr int kSeconds = 240; // the lowest priority, on a machine that may be busy with other things
    auto& h = harness(ctx);
    h.wait(
        ctx, [&] { return filled(h); }, kSeconds);
}

void open_map(ImGuiTestContext* ctx) {
    auto& h = harness(ctx);
    h.reset(ctx);
    h.app->ui().map = {};
    h.app->ui().visits = {};
    h.app->ui().walk_text = {};
    ctx->WindowFocus("//Latent map");
    ctx->Yield(3);
    fill(ctx);
}

ImVec2 at_cell(Harness& h, double x, double y) {
    const auto [sx, sy] = h.app->latent_map().placement().to_screen(x, y);
    return {static_cast<float>(std::round(sx)), static_cast<float>(std::round(sy))};
}

void click(ImGuiTestContext* ctx, ImVec2 at, ImGuiMouseButton button = ImGuiMouseButton_Left) {
    ctx->MouseMoveToPos(at);
    ctx->MouseClick(button);
    ctx->Yield(2);
}

void leave(ImGuiTestContext* ctx) { ctx->WindowFocus("//Spectrum"); }

void the_map(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "map", "fills_with_the_pictures_of_its_seeds", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_map(ctx);
        h.app->ui().map.shows = MapShows::a;
        fill(ctx);
        IM_CHECK(h.app->latent_map().cells().size() > 8);
        const auto model = h.app->engine().loaded(Side::a);
        const auto look = engine::look_of(h.app->scene(), Side::a, *model);
        const auto there = h.app->thumbnails().find(look, {4, 0});
        IM_CHECK(there != nullptr);
        h.app->scene().latent.x = 1; // the main picture of that seed is the thumbnail, pixel by pixel
        h.settle(ctx);
        IM_CHECK(there->rgb == engine::to_bytes(h.frame(Side::a).image));
        // What is on the screen in the cell's middle third is its picture, not the placeholder: as bright on average.
        double seen = 0, expected = 0;
        const auto p = at_cell(h, 1, 0);
        const auto cell = static_cast<int>(h.app->latent_map().placement().points);
        const int reach = cell / 6;
        int count = 0;
        h.app->scene().latent.x = -2; // the marker elsewhere
        h.settle(ctx);
        (void)h.pixel(ctx, p.x, p.y);
        for (int dy = -reach; dy <= reach; ++dy)
            for (int dx = -reach; dx <= reach; ++dx, ++count) {
                const auto px = static_cast<std::size_t>(p.x) + dx, py = static_cast<std::size_t>(p.y) + dy;
                for (std::size_t c = 0; c < 3; ++c) {
                    seen += h.pixels[(py * h.width + px) * 3 + c];
                    const auto tx = 32 + dx * 64 / cell, ty = 32 + dy * 64 / cell;
                    expected += there->rgb[(static_cast<std::size_t>(ty) * 64 + tx) * 3 + c];
                }
            }
        IM_CHECK(std::abs(seen - expected) / (3 * count) < 3);
        leave(ctx);
    });
    add_test(e, h, "map", "a_click_goes_exactly_to_the_seed", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_map(ctx);
        auto at = at_cell(h, 2, 1);
        at.x += 9; // anywhere in the cell
        click(ctx, at);
        IM_CHECK_EQ(h.app->scene().latent.x, 2.0);
        IM_CHECK_EQ(h.app->scene().latent.y, 1.0);
        h.settle(ctx);
        const auto shown = h.frame(Side::b).image.host_pixels();
        h.app->scene().latent.x = 102; // the same seed, by another way
        h.app->scene().latent.y = 0;
        h.settle(ctx);
        IM_CHECK(h.frame(Side::b).image.host_pixels() == shown);
        leave(ctx);
    });
    add_test(e, h, "map", "dragging_pans_and_the_wheel_zooms_at_the_mouse", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_map(ctx);
        const double points = h.app->latent_map().placement().points;
        drag(ctx, at_cell(h, 1, 0), {40, 20});
        ctx->Yield(2);
        IM_CHECK(std::abs(h.app->ui().map.x + 40 / points) < 1e-6);
        IM_CHECK(std::abs(h.app->ui().map.y + 20 / points) < 1e-6);
        IM_CHECK_EQ(h.app->scene().latent.x, 0.0); // a pan goes nowhere
        const auto mouse = at_cell(h, 1, 0.25);
        const auto before = h.app->latent_map().placement().to_plane(mouse.x, mouse.y);
        ctx->MouseMoveToPos(mouse);
        ctx->MouseWheelY(9);
        ctx->Yield(2);
        const auto after = h.app->latent_map().placement();
        IM_CHECK(after.points > points * 4);
        IM_CHECK(std::abs(after.to_plane(mouse.x, mouse.y)[0] - before[0]) < 1e-6);
        IM_CHECK(std::abs(after.to_plane(mouse.x, mouse.y)[1] - before[1]) < 1e-6);
        bool fraction = false; // blends of seeds between them
        for (const auto& cell : h.app->latent_map().cells()) fraction = fraction || !cell.is_seed();
        IM_CHECK(fraction);
        fill(ctx);
        ctx->MouseWheelY(-40);
        ctx->Yield(2);
        for (const auto& cell : h.app->latent_map().cells()) IM_CHECK_EQ(cell.x4 % 8, 0); // every second at most
        IM_CHECK(h.app->latent_map().cells().size() < 1000);
        leave(ctx);
    });
    add_test(e, h, "map", "another_truncation_renders_the_visible_ones_anew", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_map(ctx);
        const auto model = h.app->engine().loaded(Side::b);
        const auto find = [&] {
            return h.app->thumbnails().find(engine::look_of(h.app->scene(), Side::b, *model), {4, 0});
        };
        const auto full = find();
        h.app->scene().latent.psi = 0.4;
        IM_CHECK(find() == nullptr);
        ctx->Yield(3); // they are asked for when they are drawn
        fill(ctx);
        IM_CHECK(find() != nullptr && find()->rgb != full->rgb);
        h.app->scene().latent.psi = 1;
        IM_CHECK(find() == full); // still there
        leave(ctx);
    });
    add_test(e, h, "map", "arrow_keys_step_by_a_seed_and_the_map_follows", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_map(ctx);
        h.app->scene().view.zoom = 20; // elsewhere these keys pan
        ctx->Yield(2);
        const auto view = h.app->scene().view;
        click(ctx, at_cell(h, 1, 0));
        ctx->KeyPress(ImGuiKey_RightArrow);
        ctx->KeyPress(ImGuiKey_DownArrow);
        ctx->KeyPress(ImGuiKey_DownArrow);
        ctx->KeyPress(ImGuiKey_LeftArrow);
        ctx->KeyPress(ImGuiKey_LeftArrow);
        IM_CHECK_EQ(h.app->scene().latent.x, 0.0);
        IM_CHECK_EQ(h.app->scene().latent.y, 2.0);
        IM_CHECK(h.app->scene().view == view);
        for (int i = 0; i < 12; ++i) ctx->KeyPress(ImGuiKey_UpArrow);
        ctx->Yield(2);
        const auto& p = h.app->latent_map().placement();
        const auto at = at_cell(h, 0, -10);
        IM_CHECK(at.y > p.area[1] && at.y < p.area[1] + p.area[3]);
        leave(ctx);
    });
    add_test(e, h, "map", "a_double_click_and_drag_steers_and_escape_takes_it_back", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_map(ctx);
        const auto from = at_cell(h, 1, 0);
        const double points = h.app->latent_map().placement().points;
        click(ctx, from);
        ctx->MouseDown();
        ctx->MouseMoveToPos({from.x + 20, from.y + 10});
        ctx->Yield(2);
        // The window stays usable: a picture of the drag arrives before it ends.
        h.wait(ctx, [&] { return h.app->shown()->scene.latent.x == h.app->scene().latent.x; });
        IM_CHECK(std::abs(h.app->scene().latent.x - 1 - 20 / points) < 1.0 / points);
        IM_CHECK(std::abs(h.app->scene().latent.y - 10 / points) < 1.0 / points);
        ctx->KeyPress(ImGuiKey_Escape);
        IM_CHECK_EQ(h.app->scene().latent.x, 1.0);
        ctx->MouseMoveToPos({from.x + 30, from.y});
        IM_CHECK_EQ(h.app->scene().latent.x, 1.0); // the rest of the drag does nothing
        ctx->MouseUp();
        IM_CHECK_EQ(h.app->scene().latent.x, 1.0);
        leave(ctx);
    });
    add_test(e, h, "map", "the_window_stays_responsive_while_it_fills", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_map(ctx);
        h.app->ui().map.ems = app::kLeastCellEms; // as many cells as there can be
        h.app->ui().map.x = h.app->ui().map.y = 5000;
        h.app->ui().map.follow = false;
        ctx->Yield(2);
        h.app->scene().latent.x = 0.1;
        h.settle(ctx); // pictures go first
        const auto p = h.app->thumbnails().progress();
        IM_CHECK(p.done < p.wanted);
        for (int i = 2; i <= 5; ++i) {
            h.app->scene().latent.x = i * 0.1;
            h.settle(ctx);
            IM_CHECK_EQ(h.app->shown()->scene.latent.x, i * 0.1);
        }
        fill(ctx);
        leave(ctx);
    });
    add_test(e, h, "map", "the_menu_mixes_copies_and_adds_to_the_walk", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_map(ctx);
        click(ctx, at_cell(h, 2, 0), ImGuiMouseButton_Right);
        ctx->ItemClick("//$FOCUSED/###mix");
        IM_CHECK(h.app->scene().latent.mix);
        IM_CHECK_EQ(h.app->scene().latent.mix_seed, 2);
        click(ctx, at_cell(h, 1, 1), ImGuiMouseButton_Right);
        ctx->ItemClick("//$FOCUSED/###copy");
        IM_CHECK_STR_EQ(ImGui::GetClipboardText(), "101");
        for (const double x : {2.0, 1.0}) {
            click(ctx, at_cell(h, x, 1), ImGuiMouseButton_Right);
            ctx->ItemClick("//$FOCUSED/###walk");
        }
        IM_CHECK(h.app->scene().latent.walk.seeds == (std::vector<std::uint32_t>{102, 101}));
        IM_CHECK_EQ(h.app->scene().latent.walk.reach, 0.0); // the picture stayed
        click(ctx, at_cell(h, 1, 1), ImGuiMouseButton_Right);
        ctx->ItemClick("//$FOCUSED/Go there");
        IM_CHECK_EQ(h.app->scene().latent.y, 1.0);
        leave(ctx);
    });
    add_test(e, h, "map", "a_hidden_map_asks_for_nothing_and_keeps_no_textures", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_map(ctx);
        IM_CHECK(h.app->latent_map().texture_pages() > 0);
        leave(ctx);
        ctx->Yield(3);
        IM_CHECK_EQ(h.app->latent_map().texture_pages(), std::size_t{0});
        IM_CHECK_EQ(h.app->thumbnails().progress().wanted, 0);
    });
}

void moving_about(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "latent", "random_seeds_follow_their_generator_and_history_goes_back", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->ui().visits = {};
        ctx->Yield(2);
        auto& l = h.app->scene().latent;
        h.app->ui().random = latent::NumpyRandom(7);
        latent::NumpyRandom same(7);
        const auto first = latent::cell_of_seed(same.randint(app::kRandomSeeds)),
                   second = latent::cell_of_seed(same.randint(app::kRandomSeeds));
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_Space);
        ctx->Yield(2);
        IM_CHECK_EQ(l.x, first.x());
        IM_CHECK_EQ(l.y, first.y());
        ctx->ItemClick("//Latent/Random");
        ctx->MouseMoveToPos({3, 3});
        ctx->Yield(2);
        IM_CHECK_EQ(l.x, second.x());
        IM_CHECK_EQ(h.app->ui().visits.places().size(), std::size_t{3});
        ctx->KeyPress(ImGuiMod_Alt | ImGuiKey_LeftArrow);
        ctx->Yield(2);
        IM_CHECK_EQ(l.x, first.x());
        ctx->ItemClick("//Latent/##back");
        ctx->Yield(2);
        IM_CHECK_EQ(l.x, 0.0);
        ctx->KeyPress(ImGuiMod_Alt | ImGuiKey_RightArrow);
        ctx->Yield(2);
        IM_CHECK_EQ(l.x, first.x());
        ctx->ItemClick("//Latent/##places");
        const auto label =
            fmt::format("seed {}  ({:g}, {:g})", app::nearest_seed(second.x(), second.y()), second.x(), second.y());
        ctx->ItemClick(("//$FOCUSED/$$2/" + label).c_str()); // the third place that was visited
        ctx->Yield(2);
        IM_CHECK_EQ(l.x, second.x());
    });
    add_test(e, h, "latent", "back_and_forward_pass_places_of_a_walk_that_is_gone", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& l = h.app->scene().latent;
        auto& visits = h.app->ui().visits;
        visits = {};
        const auto rest = [&] {
            ctx->MouseMoveToPos({3, 3});
            ctx->Yield(3);
        };
        rest();
        l.x = 1;
        rest();
        l.walk = {{4, 5}, 0.5, 1};
        rest();
        l.walk = {};
        l.x = 2;
        rest();
        const auto count = visits.places().size();
        for (std::size_t k = 1; k < count; ++k) {
            ctx->KeyPress(ImGuiMod_Alt | ImGuiKey_LeftArrow);
            rest();
        }
        IM_CHECK(!visits.can_go_back());
        IM_CHECK_EQ(l.x, 0.0);
        for (std::size_t k = 1; k < count; ++k) {
            ctx->KeyPress(ImGuiMod_Alt | ImGuiKey_RightArrow);
            rest();
        }
        IM_CHECK_EQ(l.x, 2.0);
        IM_CHECK_EQ(visits.places().size(), count);
    });
    add_test(e, h, "latent", "a_playing_timeline_is_no_history", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& session = h.app->session();
        auto& playback = h.app->ui().timeline.playback;
        session.motion.frames = 60;
        session.motion.tracks = {{"/latent/x", {{0, 0.0, engine::Ease::linear}, {60, 30.0, engine::Ease::linear}}}};
        ctx->MouseMoveToPos({3, 3});
        ctx->Yield(3);
        h.app->ui().visits = {};
        ctx->Yield(2);
        playback.playing = true;
        h.wait(ctx, [&] { return playback.frame() > 5; });
        IM_CHECK_EQ(h.app->ui().visits.places().size(), std::size_t{1});
        playback.playing = false;
        ctx->Yield(3);
        IM_CHECK_EQ(h.app->ui().visits.places().size(), std::size_t{2}); // where it stopped
    });
    add_test(e, h, "latent", "a_drag_is_one_place_of_the_history", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->ui().visits = {};
        ctx->Yield(2);
        drag(ctx, h.canvas_centre(Side::a), {200, 0});
        ctx->Yield(3);
        IM_CHECK_EQ(h.app->ui().visits.places().size(), std::size_t{2});
        IM_CHECK(std::abs(h.app->ui().visits.places().back().x - 0.5) < 1e-9);
        h.settle(ctx);
    });
    add_test(e, h, "latent", "the_walk_is_typed_and_walked", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& walk = h.app->scene().latent.walk;
        ctx->ItemInputValue("//Latent/##walk", "3-5, 9");
        h.settle(ctx);
        IM_CHECK(walk.seeds == (std::vector<std::uint32_t>{3, 4, 5, 9}));
        const auto on_walk = h.frame(Side::b).image.host_pixels();
        ctx->ItemInputValue("//Latent/##walk", "3-,");
        IM_CHECK(h.app->ui().walk_text.error.find("seeds") != std::string::npos);
        IM_CHECK_EQ(walk.seeds.size(), std::size_t{4}); // a slip loses nothing
        ctx->ItemInputValue("//Latent/##walk", "3-5,9");
        IM_CHECK(h.app->ui().walk_text.error.empty());
        ctx->ItemInputValue("//Latent/position/##value", 3.0f);
        h.settle(ctx);
        IM_CHECK(h.frame(Side::b).image.host_pixels() != on_walk);
        ctx->ItemClick("//Latent/###add");
        IM_CHECK_EQ(walk.seeds.size(), std::size_t{5});
        IM_CHECK_EQ(walk.seeds.back(), 0u);
        IM_CHECK_STR_EQ(h.app->ui().walk_text.text.c_str(), "3-5,9,0");
        ctx->ItemInputValue("//Latent/reach/##value", 0.0f);
        h.settle(ctx);
        const auto at_seed = h.frame(Side::b).image.host_pixels();
        ctx->ItemClick("//Latent/walk/##reset");
        h.settle(ctx);
        IM_CHECK(walk.seeds.empty());
        IM_CHECK(h.frame(Side::b).image.host_pixels() == at_seed);
    });
}

} // namespace

void register_latent_map_tests(ImGuiTestEngine* engine, Harness& harness) {
    the_map(engine, harness);
    moving_about(engine, harness);
}

} // namespace unstuck::test
