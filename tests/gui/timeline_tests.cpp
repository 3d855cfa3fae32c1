// The timeline and the recipes, driven in the window.
#include "tests/gui/harness.hpp"
#include "tests/gui/scripted_dialog.hpp"

#include "core/engine/recipe_session.hpp"

#include <cmath>
#include <filesystem>
#include <imgui_internal.h>

namespace unstuck::test {

using engine::Ease;
using engine::Keyframe;
using engine::Side;

namespace {

app::TimelineState& timeline(Harness& h) { return h.app->ui().timeline; }
engine::Motion& motion(Harness& h) { return h.app->session().motion; }
const engine::Track& track(Harness& h, std::size_t i = 0) { return motion(h).tracks.at(i); }

/// x goes from 0 to 0.2 in 20 frames, psi stays; nothing plays.
void open_timeline(ImGuiTestContext* ctx) {
    auto& h = harness(ctx);
    h.reset(ctx);
    auto& t = timeline(h);
    t.playback = {};
    t.selected.clear();
    t.copied.clear();
    t.track.clear();
    t.frame_px = 0;
    h.app->session().ready.clear();
    h.app->session().film = {};
    motion(h) = {20, 40, true, {}};
    motion(h).tracks = {{"/transform/x", {{0, 0.0, Ease::linear}, {20, 0.2, Ease::linear}}},
                        {"/latent/psi", {{0, 1.0, Ease::linear}}}};
    ctx->WindowFocus("//Timeline");
    ctx->Yield(3);
    h.settle(ctx);
}

void close_timeline(ImGuiTestContext* ctx) {
    auto& h = harness(ctx);
    timeline(h).playback = {};
    h.app->session().ready.clear();
    motion(h) = {};
    ctx->WindowFocus("//Spectrum");
    h.reset(ctx);
}

/// Where a frame of the i-th row is on the screen.
ImVec2 at(Harness& h, std::size_t row, double frame) {
    const auto& l = timeline(h).lanes;
    return {l[0] + static_cast<float>(frame) * l[2], l[1] + l[3] * (static_cast<float>(row) + 0.5f)};
}

void drag_key(ImGuiTestContext* ctx, std::size_t row, double from, double to) {
    auto& h = harness(ctx);
    const auto a = at(h, row, from), b = at(h, row, to);
    ctx->MouseMoveToPos(a);
    ctx->MouseDown();
    ctx->MouseMoveToPos({std::floor((a.x + b.x) / 2), a.y});
    ctx->MouseMoveToPos(b);
    ctx->MouseUp();
    ctx->Yield(2);
}

void click(ImGuiTestContext* ctx, ImVec2 where, ImGuiMouseButton button = ImGuiMouseButton_Left) {
    ctx->MouseMoveToPos(where);
    ctx->MouseClick(button);
    ctx->Yield(2);
}

double number(const Keyframe& key) { return std::get<double>(key.value); }

void editing(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "timeline", "a_dragged_keyframe_snaps_to_whole_frames", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        drag_key(ctx, 0, 20, 30.3);
        IM_CHECK_EQ(track(h).keys.size(), std::size_t{2});
        IM_CHECK_EQ(track(h).keys[1].frame, 30);
        IM_CHECK_EQ(number(track(h).keys[1]), 0.2);
        // The scene at the playhead does not change by it at frame 0.
        IM_CHECK_EQ(h.app->scene().transform.x, 0.0);
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "a_drag_across_another_keyframe_and_back_loses_nothing", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        const auto before = motion(h);
        ctx->MouseMoveToPos(at(h, 0, 20));
        ctx->MouseDown();
        ctx->MouseMoveToPos(at(h, 0, 10));
        ctx->MouseMoveToPos(at(h, 0, 0));
        IM_CHECK_EQ(track(h).keys.size(), std::size_t{1});
        ctx->MouseMoveToPos(at(h, 0, 20));
        ctx->MouseUp();
        ctx->Yield(2);
        IM_CHECK(motion(h) == before);
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "dragging_with_ctrl_copies", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        ctx->KeyDown(ImGuiMod_Ctrl);
        drag_key(ctx, 0, 20, 35);
        ctx->KeyUp(ImGuiMod_Ctrl);
        IM_CHECK_EQ(track(h).keys.size(), std::size_t{3});
        IM_CHECK_EQ(track(h).keys[1].frame, 20);
        IM_CHECK_EQ(track(h).keys[2].frame, 35);
        IM_CHECK_EQ(number(track(h).keys[2]), 0.2);
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "double_click_adds_a_keyframe_that_changes_nothing", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        const auto before = motion(h);
        ctx->MouseMoveToPos(at(h, 0, 10));
        ctx->MouseDoubleClick();
        ctx->Yield(2);
        IM_CHECK_EQ(track(h).keys.size(), std::size_t{3});
        IM_CHECK_EQ(track(h).keys[1].frame, 10);
        IM_CHECK_EQ(timeline(h).playback.frame(), 10);
        for (int frame = 0; frame < 40; ++frame)
            IM_CHECK_LT(std::abs(engine::scene_at({}, motion(h), frame).transform.x -
                                 engine::scene_at({}, before, frame).transform.x),
                        1e-15);
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "k_keys_the_scene_as_it_is_and_delete_takes_it_out", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        ctx->ItemClick("//Timeline/##end");
        IM_CHECK_EQ(timeline(h).playback.frame(), 39);
        IM_CHECK_EQ(h.app->scene().transform.x, 0.2);
        h.app->scene().transform.x = 0.7;
        h.app->scene().latent.psi = 0.5;
        click(ctx, at(h, 0, 30)); // selects the track
        IM_CHECK_EQ(h.app->scene().transform.x, 0.7);
        ctx->KeyPress(ImGuiKey_K);
        ctx->Yield(2);
        IM_CHECK_EQ(track(h).keys.size(), std::size_t{3});
        IM_CHECK_EQ(number(track(h).keys[2]), 0.7);
        IM_CHECK_EQ(track(h, 1).keys.size(), std::size_t{1}); // only the selected track
        IM_CHECK_EQ(h.app->scene().latent.psi, 0.5);          // and what is not keyed yet is not lost
        click(ctx, at(h, 0, 39));
        ctx->KeyPress(ImGuiKey_Delete);
        ctx->Yield(2);
        IM_CHECK_EQ(track(h).keys.size(), std::size_t{2});
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "the_context_menu_sets_ease_of_all_selected", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        click(ctx, at(h, 0, 0));
        ctx->KeyDown(ImGuiMod_Shift);
        click(ctx, at(h, 0, 20));
        ctx->KeyUp(ImGuiMod_Shift);
        IM_CHECK_EQ(timeline(h).selected.size(), std::size_t{2});
        click(ctx, at(h, 0, 20), ImGuiMouseButton_Right);
        ctx->ItemClick("//$FOCUSED/Smooth");
        ctx->Yield(2);
        IM_CHECK(track(h).keys[0].ease == Ease::smooth && track(h).keys[1].ease == Ease::smooth);
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "a_box_selects_and_paste_keeps_distances", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        ctx->MouseMoveToPos(at(h, 0, 24));
        ctx->MouseDown();
        ctx->MouseMoveToPos(at(h, 1, 12));
        ctx->MouseMoveToPos({at(h, 1, 0).x - 1, at(h, 1, 0).y});
        ctx->MouseUp();
        ctx->Yield(2);
        IM_CHECK_EQ(timeline(h).selected.size(), std::size_t{3});
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_C);
        timeline(h).playback.position = 15;
        ctx->Yield(2);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_V);
        ctx->Yield(2);
        IM_CHECK_EQ(track(h).keys.size(), std::size_t{4});
        IM_CHECK_EQ(track(h).keys[1].frame, 15);
        IM_CHECK_EQ(track(h).keys[3].frame, 35);
        IM_CHECK_EQ(track(h, 1).keys[1].frame, 15);
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "a_value_typed_in_the_row_is_a_keyframe_at_the_playhead", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        timeline(h).playback.position = 12;
        ctx->Yield(3);
        ctx->SetRef(ctx->WindowInfo("//Timeline/rows").ID);
        ctx->ItemInputValue("latent psi/##value", 0.25f);
        ctx->Yield(2);
        IM_CHECK_EQ(track(h, 1).keys.size(), std::size_t{2});
        IM_CHECK_EQ(track(h, 1).keys[1].frame, 12);
        IM_CHECK_EQ(number(track(h, 1).keys[1]), 0.25);
        IM_CHECK_EQ(h.app->scene().latent.psi, 0.25);
        ctx->ItemClick("transform x/mute");
        ctx->Yield(2);
        IM_CHECK(track(h).muted);
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "key_changes_keys_what_differs_and_clear_gives_it_back", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        motion(h).tracks.clear();
        ctx->Yield(2);
        h.app->scene().transform.scale = 1.25;
        timeline(h).playback.position = 0;
        ctx->Yield(2);
        ctx->ItemClick("//Timeline/Add");
        ctx->ItemInputValue("//$FOCUSED/##search", "latent PSI");
        ctx->Yield(2);
        IM_CHECK(app::matches("latent psi", timeline(h).search) && !app::matches("latent x", timeline(h).search));
        timeline(h).search.clear();
        ctx->PopupCloseAll();
        motion(h).tracks = {{"/transform/x", {{0, 0.0, Ease::linear}}}};
        ctx->Yield(2);
        timeline(h).playback.position = 20;
        ctx->Yield(2);
        h.app->scene().transform.scale = 2;
        h.app->scene().transform.x = 0.5;
        ctx->Yield(2);
        ctx->ItemClick("//Timeline/Key");
        ctx->Yield(2);
        IM_CHECK_EQ(motion(h).tracks.size(), std::size_t{2});
        const auto* scale = app::find_track(motion(h), "/transform/scale");
        IM_CHECK(scale != nullptr);
        IM_CHECK_EQ(number(scale->keys[0]), 1.25); // what it was, at the start
        IM_CHECK_EQ(number(scale->keys[1]), 2.0);
        IM_CHECK_EQ(number(track(h).keys[1]), 0.5);
        ctx->ItemClick("//Timeline/Clear");
        ctx->Yield(2);
        IM_CHECK(motion(h).tracks.empty());
        IM_CHECK_EQ(h.app->scene().transform.x, 0.0);
        close_timeline(ctx);
    });
}

/// What is seen of the frames, and where the playhead is put.
void moving_along(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "timeline", "its_keys_move_the_playhead_and_nothing_else", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        h.app->scene().view.zoom = 20; // there is something to pan
        h.app->scene().transform.y = 0.125;
        ctx->Yield(2);
        const auto view = h.app->scene().view;
        const auto press = [&](ImGuiKey key) {
            ctx->KeyPress(key);
            ctx->Yield(2);
            return timeline(h).playback.frame();
        };
        IM_CHECK_EQ(press(ImGuiKey_End), 39);
        IM_CHECK_EQ(press(ImGuiKey_LeftArrow), 38);
        IM_CHECK_EQ(press(ImGuiKey_Home), 0);
        IM_CHECK_EQ(press(ImGuiKey_RightArrow), 1);
        IM_CHECK(h.app->scene().view == view);
        IM_CHECK_EQ(h.app->scene().transform.y, 0.125);
        ctx->WindowFocus("//Spectrum"); // elsewhere they are the window's
        ctx->Yield(2);
        IM_CHECK_EQ(press(ImGuiKey_LeftArrow), 1);
        IM_CHECK(h.app->scene().view != view);
        ctx->KeyPress(ImGuiKey_Home);
        ctx->Yield(2);
        IM_CHECK_EQ(h.app->scene().transform.y, 0.0);
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "all_frames_are_seen_and_a_scroll_bar_moves_along_when_not", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        const auto& lanes = timeline(h).lanes;
        const auto* rows = ctx->WindowInfo("//Timeline/rows").Window;
        IM_CHECK(rows != nullptr);
        const float right = rows->Pos.x + rows->Size.x;
        IM_CHECK_LT(at(h, 0, 40).x + ImGui::GetFontSize() * 0.36f, right); // half of a keyframe at the end
        IM_CHECK(!ctx->ItemExists("//Timeline/along"));
        timeline(h).frame_px = 60;
        ctx->Yield(2);
        IM_CHECK_EQ(lanes[2], 60.0f);
        const float start = lanes[0];
        const auto bar = ctx->ItemInfo("//Timeline/along").RectFull;
        ctx->MouseMoveToPos({bar.Min.x + bar.GetWidth() * 0.1f, bar.GetCenter().y});
        ctx->MouseDown();
        ctx->MouseMoveToPos({bar.Max.x - 2, bar.GetCenter().y});
        ctx->MouseUp();
        ctx->Yield(2);
        IM_CHECK_LT(lanes[0], start);
        IM_CHECK_LT(at(h, 0, 40).x + ImGui::GetFontSize() * 0.36f, right);
        IM_CHECK_GT(at(h, 0, 40).x, right - ImGui::GetFontSize() * 3);
        close_timeline(ctx);
    });
}

void playing(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "timeline", "scrubbing_shows_the_pictures_that_the_film_has", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        const auto start = h.app->scene();
        const auto ruler = ctx->ItemInfo("//Timeline/ruler").RectFull;
        ctx->MouseMoveToPos({at(h, 0, 4).x, ruler.GetCenter().y});
        ctx->MouseDown();
        ctx->MouseMoveToPos({at(h, 0, 13).x, ruler.GetCenter().y});
        IM_CHECK_EQ(timeline(h).playback.frame(), 13);
        ctx->MouseUp();
        h.settle(ctx);
        const auto seen = h.frame(Side::b).image.host_pixels();
        IM_CHECK(h.app->scene() == engine::scene_at(start, motion(h), 13));
        // The same scene without a timeline.
        const auto there = engine::scene_at(start, motion(h), 13);
        motion(h).tracks.clear();
        h.app->scene() = start;
        h.settle(ctx);
        IM_CHECK(h.frame(Side::b).image.host_pixels() != seen);
        h.app->scene() = there;
        h.settle(ctx);
        IM_CHECK(h.frame(Side::b).image.host_pixels() == seen);
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "every_frame_is_shown_in_order_and_the_loop_wraps", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        motion(h) = {20, 6, true, {{"/transform/x", {{0, 0.0, Ease::linear}, {6, 0.6, Ease::linear}}}}};
        timeline(h).playback.speed = 4; // every frame
        ctx->Yield(2);
        h.settle(ctx);
        ctx->ItemClick("//Timeline/##play");
        std::vector<int> seen;
        h.wait(ctx, [&] {
            const int frame = static_cast<int>(std::lround(h.app->shown()->scene.transform.x * 10));
            if (seen.empty() || seen.back() != frame) seen.push_back(frame);
            return seen.size() >= 9;
        });
        for (std::size_t i = 1; i < seen.size(); ++i) IM_CHECK_EQ(seen[i], (seen[i - 1] + 1) % 6);
        // Fields without a track can be edited meanwhile, and stay so.
        h.app->scene().latent.psi = 0.5;
        ctx->Yield(10);
        ctx->KeyPress(ImGuiKey_Space);
        IM_CHECK(!timeline(h).playback.playing);
        IM_CHECK_EQ(h.app->scene().latent.psi, 0.5);
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "at_a_tenth_of_the_speed_no_frame_is_left_out", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        timeline(h).playback.speed = 3;
        timeline(h).playback.playing = true;
        std::vector<int> asked;
        h.wait(ctx, [&] {
            const int frame = static_cast<int>(std::lround(h.app->scene().transform.x * 100));
            if (asked.empty() || asked.back() != frame) asked.push_back(frame);
            return asked.size() >= 4;
        });
        for (std::size_t i = 0; i < asked.size(); ++i) IM_CHECK_EQ(asked[i], static_cast<int>(i));
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "without_a_loop_it_stops_at_the_last_frame", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        ctx->ItemClick("//Timeline/##loop");
        IM_CHECK(!motion(h).loop);
        timeline(h).playback = {true, 37, 0};
        h.wait(ctx, [&] { return !timeline(h).playback.playing; });
        IM_CHECK_EQ(timeline(h).playback.frame(), 39);
        ctx->ItemClick("//Timeline/##next");
        IM_CHECK_EQ(timeline(h).playback.frame(), 39);
        ctx->ItemClick("//Timeline/##previous");
        IM_CHECK_EQ(timeline(h).playback.frame(), 38);
        close_timeline(ctx);
    });
}

/// Opens the form and gives it that name. Returns the file to save in, which is not there.
std::string ask_to_save_recipe(ImGuiTestContext* ctx, const std::string& name) {
    const auto path = "captures/" + name + ".json";
    std::filesystem::remove(path);
    ctx->MenuClick("//##MainMenuBar/Recipes/Save as recipe...");
    ctx->Yield(2);
    ctx->SetRef("//Save as recipe");
    ctx->ItemInputValue("Name", name.c_str());
    return path;
}

void recipes(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "timeline", "a_recipe_plays_and_clearing_gives_the_scene_back", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        motion(h).tracks.clear();
        h.app->scene().transform.turns = 0.125;
        ctx->Yield(2);
        ctx->MenuClick("//##MainMenuBar/Recipes/full-turn");
        ctx->Yield(3);
        IM_CHECK(timeline(h).playback.playing);
        IM_CHECK_EQ(motion(h).frames, 180);
        IM_CHECK_EQ(h.app->session().ready.size(), std::size_t{1});
        ctx->ItemClick("//Timeline/##play");
        timeline(h).playback.position = 45;
        ctx->Yield(2);
        IM_CHECK_EQ(h.app->scene().transform.turns, 0.375);
        ctx->ItemClick("//Timeline/Clear");
        ctx->Yield(2);
        IM_CHECK(app::is_empty(h.app->session()));
        IM_CHECK_EQ(h.app->scene().transform.turns, 0.125);
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "a_saved_recipe_is_the_same_motion_again", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        const auto path = ask_to_save_recipe(ctx, "of-a-test");
        const auto before = motion(h);
        ctx->ItemInputValue("File", path.c_str());
        ctx->ItemClick("Save");
        ctx->Yield(3);
        IM_CHECK(std::filesystem::exists(path));
        const auto recipe = engine::find_recipe(path);
        IM_CHECK(recipe.motion == before);
        IM_CHECK_EQ(recipe.name, std::string("of-a-test"));
        // Once more: nothing is overwritten unasked.
        ctx->MenuClick("//##MainMenuBar/Recipes/Save as recipe...");
        ctx->Yield(2);
        ctx->ItemInputValue("File", path.c_str());
        ctx->ItemClick("Save");
        ctx->Yield(3);
        IM_CHECK(h.app->ui().recipes.error.find("exists already") != std::string::npos);
        ctx->ItemClick("Cancel");
        motion(h) = {};
        h.app->set_dialog(std::make_unique<NoDialog>());
        ctx->Yield(2);
        ctx->MenuClick("//##MainMenuBar/Recipes/Open recipe file...");
        ctx->Yield(2);
        ctx->SetRef("//Open recipe");
        ctx->ItemInputValue("File", path.c_str());
        ctx->ItemClick("Open and play");
        ctx->Yield(3);
        IM_CHECK(motion(h) == before);
        IM_CHECK(timeline(h).playback.playing);
        h.app->set_dialog(app::make_native_dialog());
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "recipes_are_saved_and_opened_through_the_dialog", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        const auto path = ask_to_save_recipe(ctx, "chosen");
        h.app->set_dialog(std::make_unique<ScriptedDialog>(std::vector{path}));
        const auto before = motion(h);
        ctx->ItemClick("...");
        ctx->Yield(3);
        IM_CHECK_EQ(h.app->ui().recipes.path, path);
        ctx->ItemClick("Save");
        ctx->Yield(3);
        IM_CHECK(std::filesystem::exists(path));
        motion(h) = {};
        ctx->Yield(2);
        ctx->MenuClick("//##MainMenuBar/Recipes/Open recipe file...");
        ctx->Yield(3);
        IM_CHECK(motion(h) == before);
        IM_CHECK(timeline(h).playback.playing);
        h.app->set_dialog(app::make_native_dialog());
        close_timeline(ctx);
    });
    add_test(e, h, "timeline", "a_ready_made_motion_is_written_out_as_the_same_keyframes", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_timeline(ctx);
        motion(h).tracks.clear();
        ctx->ItemClick("//Timeline/Add");
        ctx->ItemClick("//$FOCUSED/Circle");
        ctx->Yield(3);
        IM_CHECK_EQ(h.app->session().ready.size(), std::size_t{1});
        ctx->ItemInputValue("//$FOCUSED/radius/##value", 0.125f);
        IM_CHECK_EQ(h.app->session().ready[0].radius, 0.125);
        timeline(h).playback.position = 10;
        ctx->Yield(3);
        const auto scene = h.app->scene();
        IM_CHECK_EQ(scene.transform.orbit_radius, 0.125);
        IM_CHECK_EQ(scene.transform.orbit_phase, 0.25);
        ctx->ItemClick("//$FOCUSED/Write out as keyframes");
        ctx->Yield(3);
        IM_CHECK(h.app->session().ready.empty());
        IM_CHECK_EQ(motion(h).tracks.size(), std::size_t{3});
        IM_CHECK(h.app->scene() == scene);
        close_timeline(ctx);
    });
}

} // namespace

void register_timeline_tests(ImGuiTestEngine* e, Harness& h) {
    editing(e, h);
    moving_along(e, h);
    playing(e, h);
    recipes(e, h);
}

} // namespace unstuck::test
