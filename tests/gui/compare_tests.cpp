// Views that compare A with B: what is drawn where, and that the mouse and the probe know it.
#include "tests/gui/pictures.hpp"

#include <GLFW/glfw3.h>
#include <algorithm>
#include <imgui_internal.h>

namespace unstuck::test {

using engine::Layout;
using engine::Side;

namespace {

void wipe(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "compare", "a_wipe_shows_a_left_of_the_bar_and_b_right_of_it", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        show(ctx, Layout::wipe);
        const auto canvas = wipe_canvas(h);
        IM_CHECK(std::abs(h.canvas(Side::a)[2] - canvas[2] / 2) <= 1); // the middle at first
        const auto &a = h.frame(Side::a).image, &b = h.frame(Side::b).image;
        for (const auto& [x, y] : {std::pair{3, 5}, {20, 31}, {29, 60}}) expect_pixel(ctx, canvas, a, x, y);
        for (const auto& [x, y] : {std::pair{34, 5}, {47, 31}, {63, 60}}) expect_pixel(ctx, canvas, b, x, y);
        h.app->scene().view.wipe = 0; // all of B
        ctx->Yield(2);
        expect_pixel(ctx, canvas, b, 3, 5);
        h.app->scene().view.wipe = 1;
        ctx->Yield(2);
        expect_pixel(ctx, canvas, a, 60, 5);
    });
    add_test(e, h, "compare", "the_bar_of_a_wipe_is_dragged_and_double_clicked_back", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        show(ctx, Layout::wipe);
        const auto canvas = wipe_canvas(h);
        const auto& view = h.app->scene().view;
        const auto bar = [&] { return ImVec2{h.canvas(Side::b)[0], canvas[1] + canvas[3] / 2}; };
        drag(ctx, bar(), {120, 30});
        IM_CHECK(std::abs(view.wipe - (0.5 + 120 / canvas[2])) < 1e-6);
        IM_CHECK_EQ(h.app->scene().latent.x, 0.0);                   // the picture below was not dragged
        const auto x = std::floor(120 / fitted(h, canvas).zoom) - 1; // pixels that are A's now
        expect_pixel(ctx, canvas, h.frame(Side::a).image, 32 + static_cast<int>(x), 20);
        ctx->KeyDown(ImGuiMod_Shift); // a tenth
        drag(ctx, bar(), {-100, 0});
        ctx->KeyUp(ImGuiMod_Shift);
        IM_CHECK(std::abs(view.wipe - (0.5 + 110 / canvas[2])) < 1e-6);
        // Esc takes a drag back.
        ctx->MouseMoveToPos(bar());
        ctx->MouseDown();
        ctx->MouseMoveToPos({bar().x + 60, bar().y});
        ctx->KeyPress(ImGuiKey_Escape);
        ctx->MouseMoveToPos({bar().x + 40, bar().y}); // the rest of the drag does nothing
        IM_CHECK(std::abs(view.wipe - (0.5 + 110 / canvas[2])) < 1e-6);
        ctx->MouseUp();
        // It stops at the canvas's edge, and can be taken hold of there.
        drag(ctx, bar(), {canvas[2], 0});
        IM_CHECK_EQ(view.wipe, 1.0);
        drag(ctx, {canvas[0] + canvas[2] - 2, bar().y}, {-50, 0});
        IM_CHECK(std::abs(view.wipe - (1 - 50 / canvas[2])) < 1e-6);
        ctx->MouseMoveToPos(bar());
        ctx->MouseDoubleClick();
        ctx->Yield(2);
        IM_CHECK_EQ(view.wipe, 0.5);
    });
    add_test(e, h, "compare", "a_wipe_drags_zooms_and_probes_the_picture_under_the_mouse", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        show(ctx, Layout::wipe);
        const auto canvas = wipe_canvas(h);
        for (const auto& [side, x] : {std::pair{Side::a, 12}, {Side::b, 50}}) {
            ctx->MouseMoveToPos(on_canvas(canvas, fitted(h, canvas), x, 23));
            ctx->Yield(2);
            IM_CHECK(h.app->ui().probe.has_value());
            IM_CHECK(h.app->ui().probe->side == side);
            IM_CHECK_EQ(h.app->ui().probe->x, x);
            IM_CHECK_EQ(h.app->ui().probe->value[1], h.frame(side).image.at(1, x, 23));
        }
        const auto right = on_canvas(canvas, fitted(h, canvas), 50, 23);
        const double zoom = fitted(h, canvas).zoom;
        ctx->KeyDown(ImGuiMod_Ctrl);
        drag(ctx, right, {-63, 21}); // to the other side of the bar and on
        ctx->KeyUp(ImGuiMod_Ctrl);
        IM_CHECK(std::abs(h.app->scene().transform.x * 64 * zoom + 63) < 1e-6);
        h.app->scene().transform = {};
        h.settle(ctx);
        ctx->MouseMoveToPos(right);
        ctx->MouseWheelY(2);
        ctx->Yield(2);
        IM_CHECK(h.app->scene().view.zoom > zoom * 1.3);
        IM_CHECK(std::abs(h.app->ui().probe->x - 50) <= 1); // still under the mouse
    });
    add_test(e, h, "compare", "a_wipe_without_a_model_says_which", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        show(ctx, Layout::wipe);
        ctx->MenuClick("//##MainMenuBar/File/Close model B");
        h.wait(ctx, [&] { return !h.app->shown()->frame[1] && !h.app->engine().busy(); });
        IM_CHECK(h.app->viewport().message().find("B: Drop a .pkl here") != std::string::npos);
        IM_CHECK(!ctx->ItemExists("//Viewport/wipe/bar"));
        IM_CHECK(!h.app->viewport().canvases()[0].has_value()); // what is dropped here becomes B
        IM_CHECK(h.app->viewport().canvases()[1].has_value());
    });
}

void grid(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "compare", "a_grid_has_pictures_above_their_spectra", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const float whole = h.canvas(Side::a)[3];
        show(ctx, Layout::grid);
        for (auto side : engine::kSides) {
            const auto c = h.canvas(side);
            IM_CHECK(c[3] < whole / 2 && c[3] > whole / 2 - 40);
            expect_pixel(ctx, c, h.frame(side).image, 20, 31);
            // Below is a heat map, brightest (by viridis: most yellow) at frequency 0, and dark at its corner.
            const auto plane = h.app->viewport().spectrum_canvases()[index(side)];
            IM_CHECK(plane.has_value());
            IM_CHECK((*plane)[1] > c[1] + c[3]);
            IM_CHECK((*plane)[0] >= c[0] && (*plane)[0] + (*plane)[2] <= c[0] + c[2]);
            const auto at = [&](float u, float v) {
                return h.pixel(ctx, (*plane)[0] + u * (*plane)[2], (*plane)[1] + v * (*plane)[3]);
            };
            const auto middle = at(0.5f, 0.5f), corner = at(0.03f, 0.03f);
            IM_CHECK(middle[1] > 140 && middle[1] > middle[2]);
            IM_CHECK(corner[1] < 120 && corner[1] < corner[2]);
        }
        h.app->scene().view.layout = Layout::side_by_side;
        ctx->Yield(3);
        IM_CHECK(!h.app->viewport().spectrum_canvases()[0].has_value());
    });
    add_test(e, h, "compare", "a_grid_without_a_model_says_so_in_both_cells", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        show(ctx, Layout::grid);
        ctx->MenuClick("//##MainMenuBar/File/Close model B");
        h.wait(ctx, [&] { return !h.app->shown()->frame[1] && !h.app->engine().busy(); });
        IM_CHECK_EQ(h.app->viewport().message(), std::string("Drop a .pkl here"));
        IM_CHECK(h.app->viewport().spectrum_canvases()[0].has_value());
        IM_CHECK(!h.app->viewport().spectrum_canvases()[1].has_value());
    });
}

void flicker(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "compare", "shift_swaps_the_sides_of_a_wipe", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        show(ctx, Layout::wipe);
        const auto canvas = wipe_canvas(h);
        ctx->MouseMoveToPos(on_canvas(canvas, fitted(h, canvas), 10, 50));
        ctx->KeyDown(ImGuiMod_Shift);
        expect_pixel(ctx, canvas, h.frame(Side::b).image, 20, 31);
        expect_pixel(ctx, canvas, h.frame(Side::a).image, 47, 31);
        ctx->KeyUp(ImGuiMod_Shift);
        expect_pixel(ctx, canvas, h.frame(Side::a).image, 20, 31);
    });
    add_test(e, h, "compare", "shift_in_a_drag_is_finer_and_does_not_flicker", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->ui().tool = app::Tool::translate;
        const auto from = h.canvas_centre(Side::a);
        ctx->MouseMoveToPos(from);
        ctx->KeyDown(ImGuiMod_Shift);
        ctx->MouseDown();
        ctx->MouseMoveToPos({from.x + 100, from.y});
        IM_CHECK(h.app->scene().transform.x > 0);
        IM_CHECK(h.app->scene().transform.x < 0.03); // of 0.2
        h.settle(ctx);
        const auto at = on_screen(h, Side::a, 12, 12);
        const auto seen = h.pixel(ctx, at.x, at.y), want = png_pixel(h.frame(Side::a).image, 12, 12);
        for (std::size_t i = 0; i < 3; ++i) IM_CHECK_EQ(seen[i], want[i]);
        ctx->MouseUp();
        ctx->KeyUp(ImGuiMod_Shift);
    });
}

void keys(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "compare", "keys_choose_the_view", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        const auto& s = h.app->scene();
        for (const auto& [key, layout] : {std::pair{ImGuiKey_2, Layout::wipe},
                                          {ImGuiKey_3, Layout::difference},
                                          {ImGuiKey_G, Layout::grid},
                                          {ImGuiKey_1, Layout::side_by_side}}) {
            ctx->KeyPress(key);
            IM_CHECK(s.view.layout == layout);
        }
        ctx->KeyPress(ImGuiKey_4);
        IM_CHECK(s.transform.untransform);
        ctx->KeyPress(ImGuiKey_4);
        IM_CHECK(!s.transform.untransform);
    });
}

void toolbar(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "compare", "the_toolbar_chooses_the_view", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& s = h.app->scene();
        for (const auto& [item, layout] : {std::pair{"//Viewport/layout/Wipe", Layout::wipe},
                                           {"//Viewport/layout/Difference", Layout::difference},
                                           {"//Viewport/layout/Grid", Layout::grid},
                                           {"//Viewport/layout/A", Layout::only_a},
                                           {"//Viewport/layout/A | B", Layout::side_by_side}}) {
            ctx->ItemClick(item);
            ctx->Yield(2);
            IM_CHECK(s.view.layout == layout);
        }
        ctx->ItemClick("//Viewport/Stabilise");
        IM_CHECK(s.transform.untransform);
        ctx->ItemClick("//Viewport/Stabilise");
        IM_CHECK(!s.transform.untransform);
    });
    add_test(e, h, "compare", "a_narrow_toolbar_has_a_list_and_loses_no_button", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto* w = h.window->handle();
        h.on_main(ctx, [&] { glfwSetWindowSize(w, 700, 600); });
        ctx->Yield(3);
        IM_CHECK(!ctx->ItemExists("//Viewport/layout/Wipe"));
        ctx->ItemClick("//Viewport/##layout");
        ctx->ItemClick("//$FOCUSED/Difference");
        ctx->Yield(2);
        IM_CHECK(h.app->scene().view.layout == Layout::difference);
        const auto window = ctx->GetWindowByRef("//Viewport")->InnerRect;
        for (const auto* item :
             {"Latent", "Translate", "Rotate", "##layout", "Stabilise", "Fit", "1:1", "Smooth", "###play"})
            IM_CHECK(window.Contains(ctx->ItemInfo((std::string("//Viewport/") + item).c_str()).RectFull));
        h.on_main(ctx, [&] { glfwSetWindowSize(w, 1280, 800); });
        h.settle(ctx);
        IM_CHECK(ctx->ItemExists("//Viewport/layout/Wipe"));
    });
}

void resolutions(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "compare", "a_wipe_lays_contents_of_other_resolutions_on_each_other", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        show(ctx, Layout::wipe);
        h.on_main(ctx, [&] { h.app->open(Side::b, std::string(UNSTUCK_GOLDEN_DIR) + "/models/sg3r-32-gray.pkl"); });
        h.wait(ctx, [&] { return h.app->both_pictures_there() && h.frame(Side::b).image.width == 32; });
        ctx->Yield(3);
        const auto canvas = wipe_canvas(h);
        const auto& b = h.frame(Side::b).image;
        auto p = fitted(h, canvas); // A's
        p.zoom *= 2;
        p.centre_x = p.centre_y = 16;
        for (const auto& [x, y] : {std::pair{18, 3}, {24, 16}, {31, 30}}) {
            const auto at = on_canvas(canvas, p, x, y);
            const auto seen = h.pixel(ctx, at.x, at.y);
            IM_CHECK_EQ(seen[0], static_cast<int>(engine::to_bytes(b)[static_cast<std::size_t>(y * 32 + x)]));
            IM_CHECK_EQ(seen[0], seen[2]); // one channel is grey
        }
        expect_pixel(ctx, canvas, h.frame(Side::a).image, 20, 31);
        h.app->scene().view.layout = Layout::difference;
        ctx->Yield(2);
        IM_CHECK(h.app->viewport().message().find("A has 64 x 64 pixels, B 32 x 32") != std::string::npos);
    });
}

} // namespace

void register_compare_tests(ImGuiTestEngine* e, Harness& h) {
    wipe(e, h);
    grid(e, h);
    flicker(e, h);
    keys(e, h);
    toolbar(e, h);
    resolutions(e, h);
}

} // namespace unstuck::test
