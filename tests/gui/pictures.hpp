// Where pictures are on the screen, and drags over them.
#pragma once
#include "tests/gui/harness.hpp"

#include <cmath>
#include <cstdlib>

namespace unstuck::test {

inline app::Placement placement(Harness& h, engine::Side side) {
    const auto c = h.canvas(side);
    const auto& image = h.frame(side).layer;
    return app::place(h.app->scene().view, image.width, image.height, static_cast<int>(c[2]), static_cast<int>(c[3]));
}

/// Where an image pixel's centre is on the screen.
inline ImVec2 on_screen(Harness& h, engine::Side side, int x, int y) {
    const auto c = h.canvas(side);
    const auto [cx, cy] = placement(h, side).to_canvas(x + 0.5, y + 0.5);
    return {c[0] + static_cast<float>(cx), c[1] + static_cast<float>(cy)};
}

inline void drag(ImGuiTestContext* ctx, ImVec2 from, ImVec2 by, ImGuiMouseButton button = ImGuiMouseButton_Left) {
    ctx->MouseMoveToPos(from);
    ctx->MouseDown(button);
    // The engine's mouse moves in whole points: half way, then all the way.
    ctx->MouseMoveToPos({from.x + std::floor(by.x / 2), from.y + std::floor(by.y / 2)});
    ctx->MouseMoveToPos({from.x + by.x, from.y + by.y});
    ctx->MouseUp(button);
}

/// A wipe's canvas: A's part and B's.
inline std::array<float, 4> wipe_canvas(Harness& h) {
    const auto a = h.canvas(engine::Side::a), b = h.canvas(engine::Side::b);
    return {a[0], a[1], a[2] + b[2], a[3]};
}

/// Where an image pixel's centre is on a canvas that shows a fitted image of that size.
inline ImVec2 on_canvas(const std::array<float, 4>& c, const app::Placement& p, int x, int y) {
    const auto [cx, cy] = p.to_canvas(x + 0.5, y + 0.5);
    return {c[0] + static_cast<float>(cx), c[1] + static_cast<float>(cy)};
}

/// The byte values that a saved PNG would have at a pixel.
inline std::array<int, 3> png_pixel(const engine::Image& image, int x, int y) {
    const auto bytes = engine::to_bytes(image);
    const auto at = (static_cast<std::size_t>(y) * image.width + x) * image.channels;
    return {bytes[at], bytes[at + 1], bytes[at + 2]};
}

/// The placement of A's picture on a canvas.
inline app::Placement fitted(Harness& h, const std::array<float, 4>& canvas) {
    const auto& image = h.frame(engine::Side::a).layer;
    return app::place(h.app->scene().view, image.width, image.height, static_cast<int>(canvas[2]),
                      static_cast<int>(canvas[3]));
}

/// A still scene of the demo pair in that layout.
inline void show(ImGuiTestContext* ctx, engine::Layout layout) {
    auto& h = harness(ctx);
    h.reset(ctx);
    h.app->scene().view.layout = layout;
    ctx->Yield(3);
}

/// The screen shows the bytes of `expected` at an image pixel.
inline void expect_pixel(ImGuiTestContext* ctx, const std::array<float, 4>& canvas, const engine::Image& expected,
                         int x, int y) {
    auto& h = harness(ctx);
    const auto at = on_canvas(canvas, fitted(h, canvas), x, y);
    const auto seen = h.pixel(ctx, at.x, at.y);
    const auto want = png_pixel(expected, x, y);
    for (std::size_t i = 0; i < 3; ++i) IM_CHECK_EQ(seen[i], want[i]);
}

} // namespace unstuck::test
