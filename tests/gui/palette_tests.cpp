// The command palette: opened, searched, run, left.
#include "tests/gui/harness.hpp"

#include <imgui_internal.h>

namespace unstuck::test {

using engine::Side;

namespace {

void open_palette(ImGuiTestContext* ctx) {
    ctx->KeyPress(ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_P);
    ctx->Yield(3);
}

/// Opens it and runs what is found first.
void run_first(ImGuiTestContext* ctx, const char* query) {
    open_palette(ctx);
    ctx->KeyChars(query);
    ctx->Yield(2);
    ctx->KeyPress(ImGuiKey_Enter);
    ctx->Yield(3);
}

void palette(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "palette", "opens_by_its_key_takes_letters_and_leaves_by_esc", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& palette = h.app->ui().palette;
        open_palette(ctx);
        IM_CHECK(palette.open);
        ctx->KeyChars("fe"); // no keys of the viewer: neither Fit nor Exposure
        ctx->Yield(2);
        IM_CHECK_STR_EQ(palette.query.c_str(), "fe");
        IM_CHECK_EQ(h.app->scene().view.exposure, 0.0);
        ctx->KeyPress(ImGuiKey_Escape);
        ctx->Yield(2);
        IM_CHECK(!palette.open);
        open_palette(ctx);
        IM_CHECK(palette.open && palette.query.empty());
        open_palette(ctx); // the same key closes it
        IM_CHECK(!palette.open);
    });
    add_test(e, h, "palette", "runs_actions_layers_models_panels_and_seeds", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& s = h.app->scene();
        run_first(ctx, "exposure up");
        IM_CHECK_EQ(s.view.exposure, 0.5);
        IM_CHECK(!h.app->ui().palette.open);
        run_first(ctx, "wipe");
        IM_CHECK(s.view.layout == engine::Layout::wipe);
        s.view.layout = engine::Layout::side_by_side;
        run_first(ctx, "b32.conv1");
        IM_CHECK_STR_EQ(s.layer.name[0].c_str(), "b32.conv1");
        IM_CHECK_STR_EQ(s.layer.name[1].c_str(), "output");
        run_first(ctx, "B look L3");
        IM_CHECK_STR_EQ(s.layer.name[1].c_str(), "L3_84_40");
        run_first(ctx, "1234");
        IM_CHECK_EQ(s.latent.x, 34.0);
        IM_CHECK_EQ(s.latent.y, 12.0);
        run_first(ctx, "go to seed 7");
        IM_CHECK_EQ(s.latent.x, 7.0);
        IM_CHECK_EQ(s.latent.y, 0.0);
        run_first(ctx, "show perf");
        IM_CHECK(ctx->GetWindowByRef("//Performance")->DockTabIsVisible);
        run_first(ctx, "alias-free r as b");
        h.wait(ctx, [&] { return s.model[1] == "demo:alias-free-r"; });
    });
    add_test(e, h, "palette", "is_walked_by_arrows_pages_and_the_mouse", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& palette = h.app->ui().palette;
        open_palette(ctx);
        IM_CHECK_EQ(palette.at, 0);
        ctx->KeyPress(ImGuiKey_DownArrow, 3);
        IM_CHECK_EQ(palette.at, 3);
        ctx->KeyPress(ImGuiKey_UpArrow);
        IM_CHECK_EQ(palette.at, 2);
        ctx->KeyPress(ImGuiKey_PageDown);
        IM_CHECK_EQ(palette.at, 13);
        ctx->KeyPress(ImGuiKey_PageUp, 2);
        IM_CHECK_EQ(palette.at, 0);
        ctx->KeyPress(ImGuiKey_UpArrow); // round to the end
        IM_CHECK(palette.at > 60);
        IM_CHECK_EQ(h.app->scene().view.pan_y, 0.0); // arrows did not move the picture
        ctx->KeyChars("light theme");
        ctx->Yield(2);
        IM_CHECK_EQ(palette.at, 0);
        const bool light = h.app->settings().light;
        const auto* list = ctx->GetWindowByRef("//Palette");
        ctx->MouseMoveToPos({list->Pos.x + list->Size.x / 2, list->Pos.y + list->Size.y - ImGui::GetFontSize() * 1.4f});
        ctx->MouseClick();
        ctx->Yield(3);
        IM_CHECK(!palette.open);
        IM_CHECK_NE(h.app->settings().light, light);
        run_first(ctx, "light theme");
        IM_CHECK_EQ(h.app->settings().light, light);
    });
    add_test(e, h, "palette", "keeps_open_on_what_cannot_be_run_and_closes_by_a_click_elsewhere",
             [](ImGuiTestContext* ctx) {
                 auto& h = harness(ctx);
                 h.reset(ctx);
                 auto& palette = h.app->ui().palette;
                 run_first(ctx, "exposure back");
                 IM_CHECK(palette.open); // it is 0 already
                 ctx->MouseMoveToPos({3, 700});
                 ctx->MouseClick();
                 ctx->Yield(3);
                 IM_CHECK(!palette.open);
             });
    add_test(e, h, "palette", "offers_what_was_used_last_first", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        run_first(ctx, "offset up");
        run_first(ctx, "zebra");
        IM_CHECK(h.app->scene().view.zebra);
        IM_CHECK_STR_EQ(h.app->ui().palette.recent[0].c_str(), "view.zebra");
        run_first(ctx, ""); // the newest: off again
        IM_CHECK(!h.app->scene().view.zebra);
    });
}

} // namespace

void register_palette_tests(ImGuiTestEngine* e, Harness& h) { palette(e, h); }

} // namespace unstuck::test
