// Scenes that come back: bookmarks, pasted texts, dropped pictures.
#include "tests/gui/pictures.hpp"

#include "core/engine/scene_file.hpp"
#include "core/engine/scene_text.hpp"
#include "core/io/atomic_file.hpp"
#include "core/io/image_file.hpp"

#include <filesystem>

namespace unstuck::test {

using app::Command;
using engine::Side;

namespace {

/// An empty list of bookmarks, its tab in front.
engine::Session& begin(ImGuiTestContext* ctx) {
    auto& h = harness(ctx);
    h.reset(ctx);
    h.app->session().bookmarks.clear();
    h.app->ui().bookmarks = {};
    h.app->ui().bring_to_front = "Bookmarks";
    ctx->Yield(3);
    return h.app->session();
}

void key(ImGuiTestContext* ctx, ImGuiKeyChord chord) {
    ctx->KeyPress(chord);
    ctx->Yield(2);
}

std::string card(int i, const char* item) { return "//Bookmarks/**/$$" + std::to_string(i) + "/" + item; }

void keep(ImGuiTestContext* ctx, double x) {
    auto& h = harness(ctx);
    h.app->scene().latent.x = x;
    h.settle(ctx);
    key(ctx, ImGuiMod_Ctrl | ImGuiKey_B);
}

void bookmarks(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "bookmarks", "a_key_keeps_the_scene_and_a_click_comes_back", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        const auto& session = begin(ctx);
        h.app->scene().latent.psi = 0.7;
        keep(ctx, 7);
        IM_CHECK_EQ(session.bookmarks.size(), 1u);
        IM_CHECK_STR_EQ(session.bookmarks[0].name.c_str(), "seed 7, psi 0.7");
        const auto thumbnail = io::decode_image(*session.bookmarks[0].thumbnail, 1024);
        IM_CHECK_EQ(thumbnail.width, 260); // 64 px, twice as large, A | B
        IM_CHECK_EQ(thumbnail.height, 128);
        const auto bytes = engine::to_bytes(h.frame(Side::b).image);
        for (std::size_t i = 0; i < 3; ++i) // B's first pixel
            IM_CHECK_EQ(thumbnail.bytes[132 * 3 + i], bytes[i]);
        const auto a = h.frame(Side::a).image.host_pixels();
        h.app->scene().latent.x = 9;
        h.app->scene().view.zoom = 3;
        h.settle(ctx);
        ctx->ItemClick(card(0, "go").c_str());
        h.settle(ctx);
        IM_CHECK_EQ(h.app->scene().latent.x, 7.0);
        IM_CHECK_EQ(h.app->scene().view.zoom, 3.0);
        IM_CHECK(h.frame(Side::a).image.host_pixels() == a);
    });
    add_test(e, h, "bookmarks", "keys_go_to_the_first_eight", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        begin(ctx);
        for (int x : {4, 5}) keep(ctx, x);
        key(ctx, ImGuiMod_Ctrl | ImGuiKey_1);
        IM_CHECK_EQ(h.app->scene().latent.x, 4.0);
        key(ctx, ImGuiMod_Ctrl | ImGuiKey_2);
        IM_CHECK_EQ(h.app->scene().latent.x, 5.0);
        key(ctx, ImGuiMod_Ctrl | ImGuiKey_3); // there is none
        IM_CHECK_EQ(h.app->scene().latent.x, 5.0);
    });
    add_test(e, h, "bookmarks", "names_are_typed_in_place", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        const auto& session = begin(ctx);
        keep(ctx, 4);
        ctx->ItemDoubleClick(card(0, "name").c_str());
        ctx->Yield(2);
        ctx->KeyCharsReplaceEnter("the one with hair");
        ctx->Yield(2);
        IM_CHECK_STR_EQ(session.bookmarks[0].name.c_str(), "the one with hair");
        IM_CHECK(!h.app->ui().bookmarks.renaming);
        ctx->ItemDoubleClick(card(0, "name").c_str());
        ctx->Yield(2);
        ctx->KeyChars("other");
        ctx->KeyPress(ImGuiKey_Escape);
        ctx->Yield(2);
        IM_CHECK_STR_EQ(session.bookmarks[0].name.c_str(), "the one with hair");
    });
    add_test(e, h, "bookmarks", "the_menu_updates_copies_and_deletes", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        const auto& session = begin(ctx);
        keep(ctx, 4);
        h.app->scene().latent.x = 8;
        h.settle(ctx);
        const auto pick = [&](int i, const char* item) {
            ctx->ItemClick(card(i, "go").c_str(), ImGuiMouseButton_Right);
            ctx->ItemClick((std::string("//$FOCUSED/") + item).c_str());
            ctx->Yield(2);
        };
        const auto before = session.bookmarks[0].thumbnail;
        pick(0, "Update to the present scene");
        IM_CHECK_EQ(session.bookmarks[0].scene.latent.x, 8.0);
        IM_CHECK_STR_EQ(session.bookmarks[0].name.c_str(), "seed 4");
        IM_CHECK(*session.bookmarks[0].thumbnail != *before);
        pick(0, "Duplicate");
        IM_CHECK_EQ(session.bookmarks.size(), 2u);
        IM_CHECK_STR_EQ(session.bookmarks[1].name.c_str(), "seed 4 copy");
        pick(0, "Delete");
        IM_CHECK_EQ(session.bookmarks.size(), 1u);
        IM_CHECK_STR_EQ(session.bookmarks[0].name.c_str(), "seed 4 copy");
    });
    add_test(e, h, "bookmarks", "dragging_reorders", [](ImGuiTestContext* ctx) {
        const auto& session = begin(ctx);
        for (int x : {1, 2, 3}) keep(ctx, x);
        ctx->ItemDragAndDrop(card(0, "go").c_str(), card(2, "go").c_str());
        ctx->Yield(2);
        IM_CHECK_EQ(session.bookmarks[0].scene.latent.x, 2.0);
        IM_CHECK_EQ(session.bookmarks[1].scene.latent.x, 3.0);
        IM_CHECK_EQ(session.bookmarks[2].scene.latent.x, 1.0);
    });
    add_test(e, h, "bookmarks", "a_model_that_is_gone_leaves_the_present_one", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        auto& session = begin(ctx);
        keep(ctx, 4);
        session.bookmarks[0].scene.model[1] = "/nowhere/x.pkl";
        h.app->scene().latent.x = 5;
        key(ctx, ImGuiMod_Ctrl | ImGuiKey_1);
        h.settle(ctx);
        IM_CHECK_EQ(h.app->scene().latent.x, 4.0);
        IM_CHECK_STR_EQ(h.app->scene().model[1].c_str(), "demo:alias-free-t");
        IM_CHECK(h.app->ui().log.back().text.find("there is no /nowhere/x.pkl: B keeps its model") !=
                 std::string::npos);
    });
}

void scenes(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "scenes", "copied_text_pastes_the_scene_with_its_models", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        begin(ctx);
        h.app->scene().latent.x = 3;
        h.app->scene().view.layout = engine::Layout::wipe;
        h.settle(ctx);
        key(ctx, ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_C);
        const auto scene = h.app->scene();
        const std::string text = ImGui::GetClipboardText();
        IM_CHECK(engine::scene_from_text(text) == scene);
        h.app->open(Side::b, "demo:alias-free-r");
        h.wait(ctx, [&] { return h.app->scene().model[1] == "demo:alias-free-r"; });
        h.app->scene().latent.x = 6;
        h.app->scene().view.layout = engine::Layout::only_a;
        key(ctx, ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_V);
        h.wait(ctx, [&] { return h.app->scene().model[1] == "demo:alias-free-t"; });
        IM_CHECK(h.app->scene() == scene);
    });
    add_test(e, h, "scenes", "a_clipboard_without_a_scene_changes_nothing", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        begin(ctx);
        const auto scene = h.app->scene();
        for (const auto* text : {"hello", "", "unstuck1:abcd", "{\"frames\": 3}"}) {
            ImGui::SetClipboardText(text);
            const auto lines = h.app->ui().log.size();
            key(ctx, ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_V);
            IM_CHECK(h.app->scene() == scene);
            IM_CHECK(h.app->ui().log.size() == lines + 1 && h.app->ui().log.back().error);
        }
    });
    add_test(e, h, "scenes", "a_dropped_picture_brings_its_scene_back", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        begin(ctx);
        std::filesystem::remove_all("captures");
        h.app->scene().latent.x = 3;
        h.app->scene().transform.x = 0.25;
        h.settle(ctx);
        const auto scene = h.app->scene();
        key(ctx, ImGuiKey_P);
        key(ctx, ImGuiMod_Ctrl | ImGuiKey_P);
        for (const auto* name : {"picture-A-00000.png", "picture-B-00000.png", "window-00000.png"}) {
            h.app->scene().latent.x = 8;
            h.settle(ctx);
            h.on_main(ctx, [&] { h.app->open_dropped({std::string("captures/") + name}); });
            IM_CHECK(h.app->scene() == scene);
        }
        h.settle(ctx);
        IM_CHECK(io::read_image("captures/picture-B-00000.png").bytes == engine::to_bytes(h.frame(Side::b).image));
    });
    add_test(e, h, "scenes", "a_picture_without_a_scene_says_so", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        begin(ctx);
        const auto scene = h.app->scene();
        io::write_png("plain.png", 1, 1, 1, {7});
        h.on_main(ctx, [&] { h.app->open_dropped({"plain.png"}); });
        IM_CHECK(h.app->scene() == scene);
        IM_CHECK(h.app->ui().log.back().text.find("plain.png: carries no scene") != std::string::npos);
        IM_CHECK_STR_EQ(h.app->engine().model(Side::a)->source.c_str(), "demo:stylegan2");
    });
    add_test(e, h, "scenes", "a_films_sidecar_brings_scene_and_motion", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        auto& session = begin(ctx);
        io::write_file("film.gif", "GIF89a");
        io::write_file("film.gif.json", R"({"scene": {"latent": {"x": 2}}, "motion": {"frames": 33, "tracks": [
            {"path": "/latent/x", "keys": [{"frame": 0, "value": 2}]}]}})");
        h.on_main(ctx, [&] { h.app->open_dropped({"film.gif"}); });
        IM_CHECK_EQ(h.app->scene().latent.x, 2.0);
        IM_CHECK_EQ(session.motion.frames, 33);
        session.motion = {};
    });
    add_test(e, h, "scenes", "the_command_line_is_copied_for_both_models", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        begin(ctx);
        h.app->scene().latent.x = 3;
        h.settle(ctx);
        ctx->MenuClick("//##MainMenuBar/Edit/Copy as command line");
        ctx->Yield(2);
        IM_CHECK_STR_EQ(ImGui::GetClipboardText(), "unstuck render demo:stylegan2 --seeds 3 --out captures\n"
                                                   "unstuck render demo:alias-free-t --seeds 3 --out captures");
    });
}

} // namespace

void register_bookmark_tests(ImGuiTestEngine* engine, Harness& harness) {
    bookmarks(engine, harness);
    scenes(engine, harness);
}

} // namespace unstuck::test
