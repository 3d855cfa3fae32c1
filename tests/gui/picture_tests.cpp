// The pictures: what is drawn is what was computed, and the mouse does to it what it should.
#include "tests/gui/pictures.hpp"

#include <algorithm>

namespace unstuck::test {

using engine::Side;

void register_picture_tests(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "picture", "screen_pixels_are_the_png_bytes", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        for (auto side : engine::kSides) {
            const auto& image = h.frame(side).image;
            const auto bytes = engine::to_bytes(image);
            for (const auto& [x, y] : {std::pair{0, 0}, {63, 0}, {0, 63}, {20, 31}, {47, 12}, {33, 60}}) {
                const auto at = on_screen(h, side, x, y);
                const auto seen = h.pixel(ctx, at.x, at.y);
                for (int c = 0; c < 3; ++c)
                    IM_CHECK_EQ(seen[static_cast<std::size_t>(c)],
                                static_cast<int>(bytes[static_cast<std::size_t>((y * 64 + x) * 3 + c)]));
            }
        }
    });
    add_test(e, h, "picture", "exposure_and_gain_brighten", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const auto at = on_screen(h, Side::a, 10, 10);
        const auto before = h.pixel(ctx, at.x, at.y);
        h.app->scene().view.exposure = 0.5;
        const auto after = h.pixel(ctx, at.x, at.y);
        IM_CHECK(after[2] > before[2]);
        h.app->scene().view.exposure = 0;
        h.app->scene().layer.gain_db = -40;
        const auto grey = h.pixel(ctx, at.x, at.y);
        for (int v : grey) IM_CHECK(std::abs(v - 128) < 4);
    });
    add_test(e, h, "picture", "dragging_moves_through_latents", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        drag(ctx, h.canvas_centre(Side::a), {200, -100});
        IM_CHECK(std::abs(h.app->scene().latent.x - 0.5) < 1e-9);
        IM_CHECK(std::abs(h.app->scene().latent.y + 0.25) < 1e-9);
        IM_CHECK(!h.app->ui().hint);
        h.settle(ctx);
    });
    add_test(e, h, "picture", "content_follows_the_cursor_exactly", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const double zoom = placement(h, Side::b).zoom;
        ctx->KeyDown(ImGuiMod_Ctrl);
        drag(ctx, h.canvas_centre(Side::b), {63, -21});
        ctx->KeyUp(ImGuiMod_Ctrl);
        IM_CHECK(std::abs(h.app->scene().transform.x * 64 * zoom - 63) < 1e-6);
        IM_CHECK(std::abs(h.app->scene().transform.y * 64 * zoom + 21) < 1e-6);
        // At 1:1 a drag of 10 screen pixels is a move of 10 image pixels; with Shift a tenth of it.
        h.app->scene().transform = {};
        h.app->scene().view.zoom = 1;
        h.app->ui().tool = app::Tool::translate;
        ctx->Yield();
        drag(ctx, h.canvas_centre(Side::b), {10, 4});
        IM_CHECK(std::abs(h.app->scene().transform.x * 64 - 10) < 1e-6);
        ctx->KeyDown(ImGuiMod_Shift);
        drag(ctx, h.canvas_centre(Side::b), {10, 0});
        ctx->KeyUp(ImGuiMod_Shift);
        IM_CHECK(std::abs(h.app->scene().transform.x * 64 - 11) < 1e-6);
    });
    add_test(e, h, "picture", "escape_takes_a_drag_back", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->scene().latent.x = 3;
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        ctx->MouseDown();
        ctx->MouseMoveToPos({h.canvas_centre(Side::a).x + 80, h.canvas_centre(Side::a).y});
        IM_CHECK(h.app->scene().latent.x > 3.1);
        ctx->KeyPress(ImGuiKey_Escape);
        IM_CHECK_EQ(h.app->scene().latent.x, 3.0);
        ctx->MouseMoveToPos({h.canvas_centre(Side::a).x + 120, h.canvas_centre(Side::a).y});
        IM_CHECK_EQ(h.app->scene().latent.x, 3.0); // the rest of the drag does nothing
        ctx->MouseUp();
    });
    add_test(e, h, "picture", "content_turns_with_the_cursor", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const auto c = h.canvas_centre(Side::a);
        ctx->KeyDown(ImGuiMod_Alt);
        ctx->MouseMoveToPos({c.x + 100, c.y});
        ctx->MouseDown();
        ctx->MouseMoveToPos({c.x + 70, c.y - 70});
        ctx->MouseMoveToPos({c.x, c.y - 100});
        ctx->MouseUp();
        ctx->KeyUp(ImGuiMod_Alt);
        // A quarter turn counter-clockwise, as far as whole mouse points allow.
        IM_CHECK(std::abs(h.app->scene().transform.turns - 0.25) < 0.01);
        h.settle(ctx);
    });
    add_test(e, h, "picture", "the_wheel_zooms_at_the_cursor", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const auto at = on_screen(h, Side::a, 12, 40);
        ctx->MouseMoveToPos(at);
        const auto c = h.canvas(Side::a);
        const auto before =
            placement(h, Side::a).to_image(ImGui::GetIO().MousePos.x - c[0], ImGui::GetIO().MousePos.y - c[1]);
        ctx->MouseWheelY(2);
        ctx->Yield(2);
        IM_CHECK(h.app->scene().view.zoom > 8);
        const auto after =
            placement(h, Side::a).to_image(ImGui::GetIO().MousePos.x - c[0], ImGui::GetIO().MousePos.y - c[1]);
        IM_CHECK(std::abs(before[0] - after[0]) < 1e-6 && std::abs(before[1] - after[1]) < 1e-6);
        const double pan = h.app->scene().view.pan_x;
        drag(ctx, at, {-50, 0}, ImGuiMouseButton_Middle);
        IM_CHECK(h.app->scene().view.pan_x > pan);
        IM_CHECK_EQ(h.app->scene().latent.x, 0.0);
    });
    add_test(e, h, "picture", "the_probe_reads_the_pixel_under_the_cursor", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->MouseMoveToPos(on_screen(h, Side::b, 17, 23));
        ctx->Yield(2);
        IM_CHECK(h.app->ui().probe.has_value());
        IM_CHECK_EQ(h.app->ui().probe->x, 17);
        IM_CHECK_EQ(h.app->ui().probe->y, 23);
        IM_CHECK_EQ(h.app->ui().probe->value[1], h.frame(Side::b).image.at(1, 17, 23));
    });
    add_test(e, h, "picture", "shift_shows_the_other_model", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const auto at = on_screen(h, Side::a, 30, 35);
        ctx->MouseMoveToPos(
            on_screen(h, Side::a, 15, 50)); // the engine draws its mouse: keep it off the pixel that is read
        ctx->KeyDown(ImGuiMod_Shift);
        const auto peeked = h.pixel(ctx, at.x, at.y);
        ctx->KeyUp(ImGuiMod_Shift);
        const auto own = h.pixel(ctx, at.x, at.y);
        const auto a = engine::to_bytes(h.frame(Side::a).image), b = engine::to_bytes(h.frame(Side::b).image);
        const std::size_t i = (35 * 64 + 30) * 3;
        IM_CHECK_EQ(own[0], static_cast<int>(a[i]));
        IM_CHECK_EQ(peeked[0], static_cast<int>(b[i]));
    });
    add_test(e, h, "picture", "numbers_on_a_bright_pixel_are_dark", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->scene().layer.name[0] = "b4.const";
        h.settle(ctx);
        const auto& image = h.frame(Side::a).layer; // its pixel (2, 1) is of a pure, bright green
        IM_CHECK(image.at(0, 2, 1) < -1 && image.at(1, 2, 1) > 1 && image.at(2, 2, 1) < 0);
        const auto at = on_screen(h, Side::a, 2, 1);
        const auto around = [&](std::size_t channel) { // its lowest and highest byte near the numbers
            h.pixel(ctx, at.x, at.y);                  // keeps the frame
            int low = 255, high = 0;
            for (int y = -10; y <= 10; ++y)
                for (int x = -15; x <= 15; ++x) {
                    const auto row = static_cast<std::size_t>(static_cast<int>(at.y) + y);
                    const auto column = static_cast<std::size_t>(static_cast<int>(at.x) + x);
                    const int v = h.pixels[(row * static_cast<std::size_t>(h.width) + column) * 3 + channel];
                    low = std::min(low, v), high = std::max(high, v);
                }
            return std::array{low, high};
        };
        IM_CHECK_LT(around(1)[0], 100);
        IM_CHECK_LT(around(0)[1], 100);    // no white
        h.app->scene().view.exposure = -4; // the same pixel, drawn nearly black
        IM_CHECK_GT(around(0)[1], 200);
    });
}

} // namespace unstuck::test
