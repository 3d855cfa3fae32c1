// Directions, files with a w, and style mixing with a whole latent.
#include "tests/gui/harness.hpp"

#include "app/palette.hpp"
#include "core/engine/latent_tools.hpp"
#include "core/io/latent_file.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

namespace unstuck::test {

using engine::Side;
using Kind = engine::LatentDirection::Kind;
using Pixels = std::array<std::vector<float>, 2>;

namespace {

constexpr int kPatience = 200; ///< Seconds: work of the lowest priority gets little of a busy machine.

Pixels pictures(ImGuiTestContext* ctx) {
    auto& h = harness(ctx);
    h.settle(ctx);
    return {h.frame(Side::a).image.pixels, h.frame(Side::b).image.pixels};
}

void open_directions(ImGuiTestContext* ctx) {
    harness(ctx).reset(ctx);
    ctx->WindowFocus("//Directions");
    ctx->Yield(2);
}

/// The table lies in a child window.
void refer_to_table(ImGuiTestContext* ctx) {
    ctx->Yield(2);
    ctx->SetRef(ctx->WindowInfo("//Directions/##directions").ID);
    const auto table = ctx->WindowInfo("//Directions/##directions").Window;
    IM_CHECK(table != nullptr);
}

/// A file with the w of that side's picture as it is, `count` times: the k-th at psi 1 - k / 4.
std::string written_w(Harness& h, Side side, int count) {
    const std::string path = "captures/several.npy";
    std::filesystem::create_directories("captures");
    io::LatentFile all;
    for (int k = 0; k < count; ++k) {
        engine::LatentState latent;
        latent.x = 5;
        latent.psi = 1 - k / 4.0;
        engine::save_w(*h.app->engine().loaded(side), latent, path);
        auto one = io::read_latent_file(path);
        one.w.insert(one.w.begin(), all.w.begin(), all.w.end());
        all = one;
    }
    all.count = count;
    io::write_latent_file(path, all);
    return path;
}

/// As a drop on that side's picture does.
void open_w(ImGuiTestContext* ctx, Side side, const std::string& path) {
    auto& h = harness(ctx);
    h.on_main(ctx, [&] { h.app->open(side, path); });
}

void files_and_moves(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "latent", "a_w_is_shown_whatever_walk_was_on", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& latent = h.app->scene().latent;
        latent.x = 5;
        const auto wanted = pictures(ctx);
        const auto path = written_w(h, Side::b, 1);
        latent = {};
        latent.walk = {{1, 2, 3}, 0.5, 1};
        latent.lock_pose = true;
        IM_CHECK(pictures(ctx)[1] != wanted[1]);
        open_w(ctx, Side::b, path);
        IM_CHECK(pictures(ctx)[1] == wanted[1]);
        IM_CHECK_EQ(latent.walk.seeds.size(), std::size_t{3}); // kept
        IM_CHECK(h.app->ui().toast.find("walk's reach is 0, the pose is not locked") != std::string::npos);
        std::filesystem::remove(path);
    });
    add_test(e, h, "latent", "each_side_browses_its_file", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& latent = h.app->scene().latent;
        latent.x = 5;
        latent.psi = 0.5;
        const auto wanted = pictures(ctx);
        latent = {};
        const auto path = written_w(h, Side::b, 3);
        open_w(ctx, Side::b, path);
        h.settle(ctx);
        IM_CHECK_EQ(h.frame(Side::b).w_count, 3);
        ctx->ItemInputValue("//Latent/$$1/number/##value", 2);
        IM_CHECK_EQ(latent.w_index[1], 2);
        IM_CHECK(pictures(ctx)[1] == wanted[1]);
        open_w(ctx, Side::a, path);
        IM_CHECK_EQ(latent.w_index[1], 2); // B's own
        IM_CHECK_EQ(latent.w_index[0], 0);
        latent.w = {};
        h.settle(ctx);
        std::filesystem::remove(path);
    });
    add_test(e, h, "latent", "going_somewhere_lets_a_file_go_and_a_drag_says_why_nothing_moves",
             [](ImGuiTestContext* ctx) {
                 auto& h = harness(ctx);
                 h.reset(ctx);
                 auto& latent = h.app->scene().latent;
                 const auto path = written_w(h, Side::a, 1);
                 open_w(ctx, Side::a, path);
                 h.settle(ctx);
                 h.app->ui().toast.clear();
                 ctx->MouseMoveToPos(h.canvas_centre(Side::a));
                 ctx->MouseDown();
                 const auto centre = h.canvas_centre(Side::a);
                 ctx->MouseMoveToPos({centre.x + 40, centre.y});
                 ctx->MouseUp();
                 ctx->Yield(2);
                 IM_CHECK(h.app->ui().toast.find("A shows the w of a file") != std::string::npos);
                 IM_CHECK(!latent.w[0].empty());
                 ctx->ItemClick("//Latent/Random");
                 ctx->Yield(2);
                 IM_CHECK(latent.w[0].empty());
                 IM_CHECK(h.app->ui().toast.find("The seed plane is shown again") != std::string::npos);
                 h.settle(ctx);
                 ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_Z);
                 ctx->Yield(3);
                 IM_CHECK(!latent.w[0].empty()); // undone
                 latent.w = {};
                 h.settle(ctx);
                 std::filesystem::remove(path);
             });
    add_test(e, h, "latent", "mixing_takes_a_file_that_is_there_and_no_other", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& latent = h.app->scene().latent;
        const auto path = written_w(h, Side::a, 1);
        latent.mix = true;
        latent.mix_from = engine::MixFrom::point;
        latent.mix_point.x = 9;
        const auto type = [&](const std::string& text) {
            ctx->ItemClick("//Latent/##mixfile");
            ctx->KeyCharsReplaceEnter(text.c_str());
            ctx->Yield(3);
        };
        type("");
        IM_CHECK_EQ(latent.mix_point.x, 9.0); // nothing was asked for
        type("captures/none.npy");
        IM_CHECK_EQ(latent.mix_point.x, 9.0);
        IM_CHECK(h.app->ui().toast.find("no such file") != std::string::npos);
        type("\"" + path + "\"");
        IM_CHECK_STR_EQ(latent.mix_point.w[0].c_str(), std::filesystem::absolute(path).c_str());
        latent = {};
        std::filesystem::remove(path);
    });
    add_test(e, h, "latent", "a_seed_from_the_palette_keeps_the_walk", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& latent = h.app->scene().latent;
        latent.walk = {{1, 2, 3}, 0.5, 1};
        h.on_main(ctx, [&] {
            auto c = h.app->context();
            app::palette_entries(c, "seed 207").front().run(c);
        });
        IM_CHECK_EQ(latent.walk.seeds.size(), std::size_t{3});
        IM_CHECK_EQ(latent.walk.reach, 0.0); // at the seed
        IM_CHECK_EQ(latent.x, 7.0);
        IM_CHECK_EQ(latent.y, 2.0);
    });
}

void waiting_for_components(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "latent", "what_lacks_directions_is_not_saved_and_they_are_found_after_a_cancel",
             [](ImGuiTestContext* ctx) {
                 auto& h = harness(ctx);
                 open_directions(ctx);
                 auto& session = h.app->session();
                 const auto known = h.app->engine().loaded(Side::b);
                 h.on_main(ctx, [&] { h.app->open(Side::b, "demo:alias-free-t"); }); // anew: nothing is known of it
                 h.wait(ctx, [&] {
                     const auto now = h.app->engine().loaded(Side::b);
                     return now && now != known;
                 });
                 h.settle(ctx);
                 // Until this is cancelled, nothing is found.
                 h.app->jobs().submit("in the way", "In the way", [](engine::JobControl& control) {
                     for (;; std::this_thread::sleep_for(std::chrono::milliseconds(1))) control.progress(0);
                 });
                 session.scene.latent.directions = {{Kind::pca, 0, 0, -1, 2, ""}};
                 h.wait(ctx, [&] { return h.frame(Side::b).lacks_directions; });
                 h.app->jobs().cancel_all(); // as Esc does
                 h.wait(
                     ctx, [&] { return h.app->jobs().idle(); }, kPatience);
                 IM_CHECK(h.frame(Side::b).lacks_directions);
                 for (const auto kind : {app::Command::Kind::save_picture, app::Command::Kind::add_bookmark}) {
                     h.app->ui().toast.clear();
                     h.app->ask({kind, Side::a, {}});
                     ctx->Yield(3);
                     IM_CHECK(h.app->ui().toast.find("lacks 1 direction") != std::string::npos);
                 }
                 IM_CHECK(session.bookmarks.empty());
                 ctx->ItemClick("//Directions/$$1/Find components");
                 h.wait(
                     ctx, [&] { return !h.frame(Side::b).lacks_directions; }, kPatience);
                 h.wait(
                     ctx, [&] { return !h.frame(Side::a).lacks_directions || h.app->jobs().idle(); }, kPatience);
             });
}

} // namespace

void register_latent_tests(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "latent", "a_component_moves_both_pictures_and_reset_brings_them_back", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_directions(ctx);
        const auto before = pictures(ctx);
        ctx->ItemClick("//Directions/+ Component");
        auto& directions = h.app->scene().latent.directions;
        IM_CHECK_EQ(directions.size(), 1u);
        IM_CHECK(pictures(ctx) == before); // a step of 0
        directions[0].amount = 3;
        h.wait(
            ctx,
            [&] {
                return !h.app->engine().busy() && h.app->shown()->scene.latent.directions.size() == 1 &&
                       h.app->shown()->scene.latent.directions[0].amount == 3 && !h.frame(Side::a).lacks_directions &&
                       !h.frame(Side::b).lacks_directions;
            },
            kPatience);
        const auto moved = pictures(ctx);
        for (auto side : engine::kSides) {
            IM_CHECK(moved[engine::index(side)] != before[engine::index(side)]);
            IM_CHECK(engine::known_principal_components(h.app->engine().loaded(side).get()) != nullptr);
        }
        ctx->ItemClick("//Directions/All to 0");
        IM_CHECK_EQ(directions[0].amount, 0.0);
        IM_CHECK(pictures(ctx) == before);
    });
    add_test(e, h, "latent", "a_directions_slider_is_dragged_and_its_row_removed", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_directions(ctx);
        const auto before = pictures(ctx);
        ctx->ItemClick("//Directions/+ Affine");
        ctx->ItemClick("//Directions/+ Affine");
        auto& directions = h.app->scene().latent.directions;
        IM_CHECK_EQ(directions.size(), 2u);
        IM_CHECK_EQ(directions[1].index, 1); // the next one
        IM_CHECK(directions[1].kind == Kind::affine);
        refer_to_table(ctx);
        ctx->ItemInputValue("**/$$1/##amount", 6.0f);
        IM_CHECK_EQ(directions[1].amount, 6.0);
        IM_CHECK_EQ(directions[0].amount, 0.0);
        IM_CHECK(pictures(ctx) != before);
        ctx->ItemClick("**/$$1/x");
        IM_CHECK_EQ(directions.size(), 1u);
        IM_CHECK(pictures(ctx) == before);
    });
    add_test(e, h, "latent", "layers_before_a_directions_rows_are_not_run_again", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_directions(ctx);
        pictures(ctx);
        engine::LatentDirection d;
        d.kind = Kind::affine;
        d.first = d.last = h.app->engine().model(Side::b)->num_ws - 1;
        d.amount = 5;
        h.app->scene().latent.directions = {d};
        pictures(ctx);
        const auto& times = h.frame(Side::b).times;
        IM_CHECK(times.front().cached);
        IM_CHECK_LE(h.frame(Side::b).layers_run, 2); // the last layer and the scaled output
        IM_CHECK_GE(h.frame(Side::b).layers_run, 1);
    });
    add_test(e, h, "latent", "a_saved_w_dropped_on_the_window_gives_the_same_picture", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->scene().latent.x = 5.25;
        h.app->scene().latent.psi = 0.6;
        const auto saved = pictures(ctx);
        const auto folder = h.app->settings().capture_folder;
        std::filesystem::create_directories(folder);
        h.app->ask({app::Command::Kind::save_w, Side::b, "npz"});
        const auto newest = [&]() -> std::string {
            std::string last;
            for (const auto& entry : std::filesystem::directory_iterator(folder))
                if (entry.path().filename().string().starts_with("w-B")) last = std::max(last, entry.path().string());
            return last;
        };
        h.wait(ctx, [&] { return !newest().empty() && h.app->ui().toast.find("w-B") != std::string::npos; });
        const auto path = newest();
        IM_CHECK_EQ(io::read_latent_file(path).rows, static_cast<std::int64_t>(h.app->engine().model(Side::b)->num_ws));
        h.app->scene().latent.x = 0;
        IM_CHECK(pictures(ctx)[1] != saved[1]);
        h.on_main(ctx, [&] { h.app->open(Side::b, path); }); // as a drop does
        IM_CHECK(!h.app->scene().latent.w[1].empty());
        const auto loaded = pictures(ctx);
        IM_CHECK(loaded[1] == saved[1]);
        IM_CHECK(loaded[0] != saved[0]); // A has no file: seed 0
        IM_CHECK(h.app->engine().load_status(Side::b).error.empty());
        std::filesystem::remove(path);
    });
    add_test(e, h, "latent", "a_w_of_another_size_is_an_error_at_its_side_alone", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const std::string path = "captures/other.npy";
        std::filesystem::create_directories("captures");
        io::write_latent_file(path, {1, 1, 3, {1, 2, 3}});
        h.on_main(ctx, [&] { h.app->open(Side::a, path); });
        h.settle(ctx);
        IM_CHECK(h.frame(Side::a).error.find("has 3 numbers per row") != std::string::npos);
        IM_CHECK(h.frame(Side::b).error.empty() && !h.frame(Side::b).image.empty());
        h.app->scene().latent.w = {};
        h.settle(ctx);
        IM_CHECK(h.frame(Side::a).error.empty());
        std::filesystem::remove(path);
    });
    add_test(e, h, "latent", "rows_are_mixed_in_from_a_bookmark", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& session = h.app->session();
        const auto kept = session.bookmarks;
        engine::Bookmark there;
        there.name = "there";
        there.scene = h.app->scene();
        there.scene.latent.x = 42;
        there.scene.latent.psi = 0.5;
        session.bookmarks = {there};
        h.app->scene().latent.x = 42;
        h.app->scene().latent.psi = 0.5;
        const auto wanted = pictures(ctx);
        h.app->scene().latent = {};
        h.app->scene().latent.mix = true;
        h.app->scene().latent.mix_from = engine::MixFrom::point;
        IM_CHECK(pictures(ctx) != wanted);
        ctx->ItemClick("//Latent/##bookmark");
        ctx->ItemClick("//$FOCUSED/$$0/there");
        IM_CHECK_EQ(h.app->scene().latent.mix_point.x, 42.0);
        h.app->scene().latent.mix_rows = ~std::uint64_t{0};
        IM_CHECK(pictures(ctx) == wanted); // all rows
        ctx->ItemClick("//Latent/none");
        IM_CHECK_EQ(h.app->scene().latent.mix_rows, std::uint64_t{0});
        ctx->ItemClick("//Latent/coarse");
        IM_CHECK_EQ(h.app->scene().latent.mix_rows & 1, std::uint64_t{1});
        session.bookmarks = kept;
    });
    files_and_moves(e, h);
    waiting_for_components(e, h);
}

} // namespace unstuck::test
