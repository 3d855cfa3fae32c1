// Views that compare A with B: what is drawn where, and that the mouse and the probe know it.
#include "tests/gui/pictures.hpp"

namespace unstuck::test {

using engine::Layout;
using engine::Side;

namespace {

app::Placement fitted(Harness& h, const std::array<float, 4>& canvas) {
    const auto& image = h.frame(Side::a).layer;
    return app::place(h.app->scene().view, image.width, image.height, static_cast<int>(canvas[2]),
                      static_cast<int>(canvas[3]));
}

void show(ImGuiTestContext* ctx, Layout layout) {
    auto& h = harness(ctx);
    h.reset(ctx);
    h.app->scene().view.layout = layout;
    ctx->Yield(3);
}

/// The screen shows the bytes of `expected` at an image pixel.
void expect_pixel(ImGuiTestContext* ctx, const std::array<float, 4>& canvas, const engine::Image& expected, int x,
                  int y) {
    auto& h = harness(ctx);
    const auto at = on_canvas(canvas, fitted(h, canvas), x, y);
    const auto seen = h.pixel(ctx, at.x, at.y);
    const auto want = png_pixel(expected, x, y);
    for (std::size_t i = 0; i < 3; ++i) IM_CHECK_EQ(seen[i], want[i]);
}

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

void keys(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "compare", "keys_choose_the_view", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        const auto& s = h.app->scene();
        for (const auto& [key, layout] : {std::pair{ImGuiKey_2, Layout::wipe}, {ImGuiKey_1, Layout::side_by_side}}) {
            ctx->KeyPress(key);
            IM_CHECK(s.view.layout == layout);
        }
        ctx->KeyPress(ImGuiKey_4);
        IM_CHECK(s.transform.untransform);
        ctx->KeyPress(ImGuiKey_4);
        IM_CHECK(!s.transform.untransform);
    });
}

} // namespace

void register_compare_tests(ImGuiTestEngine* e, Harness& h) {
    wipe(e, h);
    keys(e, h);
}

} // namespace unstuck::test
