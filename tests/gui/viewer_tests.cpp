// What viewers of pictures do: keys that zoom and pan, tone, selection and statistics.
#include "tests/gui/pictures.hpp"

#include "app/panels/statistics.hpp"
#include "core/engine/canvas.hpp"

#include <imgui_internal.h>

namespace unstuck::test {

using engine::Layout;
using engine::Side;

namespace {

/// What the screen shows at an image pixel of A is what a film shows there.
void expect_tone(ImGuiTestContext* ctx, const engine::Tone& tone, int x, int y) {
    auto& h = harness(ctx);
    const auto& image = h.frame(Side::a).layer;
    const auto film = engine::tone_mapped(image, tone);
    const auto at = on_screen(h, Side::a, x, y);
    const auto seen = h.pixel(ctx, at.x, at.y);
    const auto want = &film.rgb[static_cast<std::size_t>(y * image.width + x) * 3];
    for (std::size_t i = 0; i < 3; ++i) IM_CHECK(std::abs(seen[i] - want[i]) <= 1);
}

void moving(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "viewer", "keys_zoom_at_the_middle_pan_and_centre", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& view = h.app->scene().view;
        const double fit = placement(h, Side::a).zoom;
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        ctx->KeyPress(ImGuiMod_Shift | ImGuiKey_Equal);
        IM_CHECK(std::abs(view.zoom - fit * 1.2) < 1e-9);
        IM_CHECK_EQ(view.pan_x, 0.0);
        ctx->KeyPress(ImGuiKey_Minus);
        ctx->Yield(2);
        IM_CHECK(std::abs(view.zoom - fit) < 1e-9);
        const auto p = placement(h, Side::a);
        ctx->KeyPress(ImGuiKey_RightArrow);
        IM_CHECK(std::abs(view.pan_x - 0.1 * p.canvas_width / p.zoom / 64) < 1e-9);
        ctx->KeyPress(ImGuiKey_UpArrow);
        IM_CHECK(view.pan_y < 0);
        ctx->KeyPress(ImGuiKey_C);
        IM_CHECK_EQ(view.pan_x, 0.0);
        IM_CHECK_EQ(view.pan_y, 0.0);
        IM_CHECK(view.zoom > 0);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_9);
        IM_CHECK_EQ(view.zoom, 0.0);
        ctx->KeyPress(ImGuiMod_Shift | ImGuiKey_Slash);
        IM_CHECK(h.app->ui().show_help);
    });
}

void tones(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "viewer", "offset_and_gamma_are_drawn_as_films_have_them", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& view = h.app->scene().view;
        ctx->MouseMoveToPos({3, 3});
        ctx->KeyPress(ImGuiKey_O);
        IM_CHECK(std::abs(view.offset - 0.1) < 1e-12);
        ctx->KeyPress(ImGuiMod_Shift | ImGuiKey_O, 2);
        IM_CHECK(std::abs(view.offset + 0.1) < 1e-12);
        for (const auto& [key, field, most] : {std::tuple{ImGuiKey_O, &engine::ViewState::offset, 10.0},
                                               {ImGuiKey_E, &engine::ViewState::exposure, 20.0}}) {
            const double before = view.*field;
            view.*field = most - 0.05;
            ctx->KeyPress(key, 2);
            IM_CHECK_EQ(view.*field, most); // no further than a scene has it
            view.*field = 0.05 - most;
            ctx->KeyPress(ImGuiMod_Shift | key, 2);
            IM_CHECK_EQ(view.*field, -most);
            view.*field = before;
        }
        view.gamma = 2.2;
        view.exposure = 0.5;
        engine::Tone tone;
        tone.offset = view.offset, tone.gamma = 2.2, tone.exposure_stops = 0.5;
        for (const auto& [x, y] : {std::pair{5, 5}, {31, 20}, {50, 60}}) expect_tone(ctx, tone, x, y);
    });
    add_test(e, h, "viewer", "colour_maps_are_drawn_as_films_have_them", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& scene = h.app->scene();
        for (const int channels : {3, 1})
            for (const auto map : {engine::ToneMap::false_colour, engine::ToneMap::positive_negative}) {
                scene.layer.channels = channels;
                scene.layer.name[0] = channels == 1 ? "b32.conv1" : "output";
                h.settle(ctx);
                scene.view.tone_map = map;
                engine::Tone tone;
                tone.map = map;
                for (const auto& [x, y] : {std::pair{5, 5}, {20, 12}, {30, 20}}) expect_tone(ctx, tone, x, y);
            }
    });
    add_test(e, h, "viewer", "zebra_marks_what_is_clipped_and_nothing_else", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto& view = h.app->scene().view;
        const auto at = on_screen(h, Side::a, 31, 31);
        view.zebra = true;
        const auto plain = h.pixel(ctx, at.x, at.y);
        view.zebra = false;
        const auto without = h.pixel(ctx, at.x, at.y);
        IM_CHECK(plain == without); // in range: untouched
        view.exposure = 10;
        IM_CHECK_EQ(h.pixel(ctx, at.x, at.y)[0], 255);
        view.zebra = true;
        h.keep_pixels = true;
        ctx->Yield(3);
        h.keep_pixels = false;
        int black = 0, white = 0;
        for (int i = 0; i < 64; ++i) {
            const auto k = (static_cast<std::size_t>(at.y) * h.width + static_cast<std::size_t>(at.x) + i - 32) * 3;
            black += h.pixels[k] == 0;
            white += h.pixels[k] == 255;
        }
        IM_CHECK(std::abs(black - 24) <= 3); // 3 of 8
        IM_CHECK(white + black >= 60);
    });
    add_test(e, h, "viewer", "the_tone_popup_sets_and_resets", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->ItemClick("//Viewport/Tone");
        ctx->ItemClick("//$FOCUSED/zebra/##value");
        IM_CHECK(h.app->scene().view.zebra);
        ctx->ItemInputValue("//$FOCUSED/offset/##value", 0.25f);
        IM_CHECK(std::abs(h.app->scene().view.offset - 0.25) < 1e-6);
        ctx->ItemClick("//$FOCUSED/offset/##reset");
        IM_CHECK_EQ(h.app->scene().view.offset, 0.0);
        ctx->PopupCloseAll();
    });
}

/// What was counted of a rectangle of A: waits for it, as counting takes its time beside the frames.
app::Statistics counted(ImGuiTestContext* ctx, const engine::PixelRect& of, double mean, std::size_t channel) {
    auto& h = harness(ctx);
    const auto there = [&] {
        const auto* s = h.app->statistics().latest();
        const auto* a = s && s->side[0] ? &*s->side[0] : nullptr;
        return a && a->rect == of && a->channels.size() > channel && std::abs(a->channels[channel].mean - mean) < 1e-9;
    };
    if (!h.wait(ctx, there)) return {};
    return *h.app->statistics().latest();
}

void statistics(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "viewer", "a_rectangle_is_selected_counted_and_let_go", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->WindowFocus("//Statistics");
        const auto image = h.frame(Side::a).image; // copies: later pictures and counts replace these
        double sum = 0;
        for (int i = 0; i < 64 * 64; ++i) sum += image.pixels[static_cast<std::size_t>(i)];
        IM_CHECK(counted(ctx, {0, 0, 64, 64}, sum / 4096, 0).side[1].has_value());
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        ctx->KeyPress(ImGuiKey_M);
        IM_CHECK(h.app->ui().tool == app::Tool::select);
        const auto from = on_screen(h, Side::a, 10, 20), to = on_screen(h, Side::a, 13, 21);
        drag(ctx, from, {to.x - from.x, to.y - from.y});
        IM_CHECK(h.app->ui().selection.has_value());
        IM_CHECK_EQ(h.app->scene().latent.x, 0.0); // nothing else was dragged
        sum = 0;
        for (int y = 20; y < 22; ++y)
            for (int x = 10; x < 14; ++x) sum += image.at(2, x, y);
        const engine::PixelRect rect{10, 20, 4, 2};
        const auto s = counted(ctx, rect, sum / 8, 2);
        IM_CHECK(s.side[0] && s.side[1]);
        IM_CHECK(s.side[1]->rect == rect);
        std::int64_t in_bins = 0;
        for (const auto count : s.side[0]->histogram.counts) in_bins += count;
        IM_CHECK_EQ(in_bins, std::int64_t{24}); // three channels of eight pixels
        // Esc takes a drag back; a click selects all.
        ctx->MouseMoveToPos(from);
        ctx->MouseDown();
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        ctx->KeyPress(ImGuiKey_Escape);
        ctx->MouseUp();
        ctx->Yield(2);
        IM_CHECK(counted(ctx, rect, sum / 8, 2).side[0].has_value());
        ctx->MouseMoveToPos(from);
        ctx->MouseClick();
        ctx->Yield(2);
        IM_CHECK(!h.app->ui().selection.has_value());
    });
    add_test(e, h, "viewer", "pixels_are_watched_in_both_pictures", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->MouseMoveToPos(on_screen(h, Side::a, 12, 40));
        ctx->KeyPress(ImGuiKey_I);
        ctx->Yield(3);
        IM_CHECK_EQ(h.app->ui().watched.size(), std::size_t{1});
        IM_CHECK(std::abs(h.app->ui().watched[0][0] * 64 + 32 - 12.5) < 1e-9);
        IM_CHECK(ctx->GetWindowByRef("//Statistics")->DockTabIsVisible);
        ctx->KeyPress(ImGuiKey_I); // the same pixel again
        IM_CHECK(h.app->ui().watched.empty());
    });
}

} // namespace

void register_viewer_tests(ImGuiTestEngine* e, Harness& h) {
    moving(e, h);
    tones(e, h);
    statistics(e, h);
}

} // namespace unstuck::test
