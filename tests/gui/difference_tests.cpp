// The signed difference of two pictures, held to pictures whose differences are known.
#include "tests/gui/pictures.hpp"

#include <algorithm>
#include <imgui_internal.h>

namespace unstuck::test {

using engine::Layout;
using engine::Side;

namespace {

/// What is shown now, with other pictures: `value(side, channel, x, y)`, 64 x 64 pixels of three channels. Shown until
/// the end of the scope.
class Synthetic {
  public:
    using Value = std::function<float(Side, int, int, int)>;
    Synthetic(ImGuiTestContext* ctx, const Value& value) : Synthetic(ctx, value, 64) {}
    Synthetic(ImGuiTestContext* ctx, const Value& value, int side_of_b) : ctx_(ctx) {
        static std::uint64_t serial = 2'000'000'000;
        auto& h = harness(ctx);
        auto pair = std::make_shared<engine::FramePair>(*h.app->shown());
        for (auto side : engine::kSides) {
            auto frame = std::make_shared<engine::Frame>(*pair->frame[index(side)]);
            const int n = side == Side::b ? side_of_b : 64;
            frame->layer = {n, n, 3, {}};
            frame->channel_max_abs = {0, 0, 0};
            for (int c = 0; c < 3; ++c)
                for (int y = 0; y < n; ++y)
                    for (int x = 0; x < n; ++x) {
                        const float v = value(side, c, x, y);
                        frame->layer.pixels.push_back(v);
                        auto& most = frame->channel_max_abs[static_cast<std::size_t>(c)];
                        most = std::max<double>(most, std::abs(v));
                    }
            frame->image = frame->layer;
            pair->frame[index(side)] = frame;
        }
        pair->serial = ++serial;
        h.app->show_instead(pair);
        ctx->Yield(4);
    }
    ~Synthetic() {
        harness(ctx_).app->show_instead(nullptr);
        ctx_->Yield(4);
    }
    Synthetic(const Synthetic&) = delete;
    Synthetic& operator=(const Synthetic&) = delete;

  private:
    ImGuiTestContext* ctx_;
};

constexpr std::array kGrey = {102, 102, 102}, kBlue = {26, 133, 230}, kPaleBlue = {184, 232, 255},
                     kOrange = {230, 115, 13}, kPaleOrange = {255, 224, 163};

/// The colour of a pixel in the difference's canvas, within the rounding of a byte.
void expect_colour(ImGuiTestContext* ctx, int x, int y, const std::array<int, 3>& want) {
    auto& h = harness(ctx);
    const auto canvas = h.canvas(Side::a);
    const auto at = on_canvas(canvas, fitted(h, canvas), x, y);
    const auto seen = h.pixel(ctx, at.x, at.y);
    for (std::size_t i = 0; i < 3; ++i) IM_CHECK_LE(std::abs(seen[i] - want[i]), 1);
}

/// Differences in columns of 8 pixels: 0, 0.5, 1, 3, -0.5, -1, (0.6, -0.4, -0.2), 0.05.
float columns(Side side, int channel, int x, int) {
    constexpr std::array differences = {0.0f, 0.5f, 1.0f, 3.0f, -0.5f, -1.0f, 0.0f, 0.05f};
    constexpr std::array mixed = {0.6f, -0.4f, -0.2f};
    const float base = 0.25f * static_cast<float>(channel - 1); // what both have cancels
    const float d =
        x / 8 == 6 ? mixed[static_cast<std::size_t>(channel)] : differences[static_cast<std::size_t>(x / 8)];
    return side == Side::a ? base : base + d;
}

} // namespace

void register_difference_tests(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "difference", "a_difference_is_grey_at_zero_and_has_a_colour_for_each_sign",
             [](ImGuiTestContext* ctx) {
                 auto& h = harness(ctx);
                 show(ctx, Layout::difference);
                 const Synthetic shown(ctx, columns);
                 expect_colour(ctx, 4, 30, kGrey);
                 expect_colour(ctx, 12, 30, kBlue);
                 expect_colour(ctx, 20, 30, kPaleBlue);
                 expect_colour(ctx, 28, 30, kPaleBlue); // beyond the scale
                 expect_colour(ctx, 36, 30, kOrange);
                 expect_colour(ctx, 44, 30, kPaleOrange);
                 expect_colour(ctx, 52, 30, kGrey); // the channels cancel in the mean
                 // The channel that differs most: 0.6 lies a fifth of the way from 0.5 to 1.
                 h.app->scene().view.difference_of = engine::DifferenceOf::largest;
                 expect_colour(ctx, 52, 30, {57, 152, 235});
                 expect_colour(ctx, 4, 30, kGrey);
                 // Equal pictures are grey everywhere, at any gain.
                 const Synthetic equal(ctx, [](Side, int, int x, int y) { return static_cast<float>(x - y) / 64; });
                 h.app->scene().view.difference_gain_db = 60;
                 for (const auto& [x, y] : {std::pair{0, 0}, {63, 5}, {31, 32}}) expect_colour(ctx, x, y, kGrey);
             });
    add_test(e, h, "difference", "gain_exposure_and_normalizing_scale_a_difference", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        show(ctx, Layout::difference);
        const Synthetic shown(ctx, columns);
        ctx->ItemInputValue("//Viewport/difference/##gain", 20.0f);
        expect_colour(ctx, 60, 30, kBlue); // 0.05 is half of the full scale of 0.1
        expect_colour(ctx, 12, 30, kPaleBlue);
        ctx->ItemClick("//Viewport/difference/##reset");
        IM_CHECK_EQ(h.app->scene().view.difference_gain_db, 0.0);
        h.app->scene().view.exposure = 1; // twice as bright
        expect_colour(ctx, 12, 30, kPaleBlue);
        h.app->scene().view.exposure = 0;
        h.app->scene().layer.gain_db = 20 * std::log10(0.5);
        expect_colour(ctx, 20, 30, kBlue);
        h.app->scene().layer.gain_db = 0;
        // Pictures that differ by a factor are the same once normalized.
        h.app->scene().layer.normalize = true;
        const Synthetic factor(ctx, [](Side side, int, int x, int) {
            return (side == Side::a ? 0.125f : 0.5f) * (x < 32 ? 1.0f : -1.0f);
        });
        expect_colour(ctx, 4, 30, kGrey);
        expect_colour(ctx, 60, 30, kGrey);
        h.app->scene().layer.normalize = false; // 0.375: three quarters of the way from grey to blue
        expect_colour(ctx, 4, 30, {45, 125, 198});
    });
    add_test(e, h, "difference", "the_probe_reads_the_difference", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        show(ctx, Layout::difference);
        const auto canvas = h.canvas(Side::a);
        ctx->MouseMoveToPos(on_canvas(canvas, fitted(h, canvas), 17, 23));
        ctx->Yield(2);
        const auto probe = h.app->ui().probe;
        IM_CHECK(probe.has_value());
        IM_CHECK_EQ(probe->x, 17);
        IM_CHECK_EQ(probe->channels, 3);
        for (int i = 0; i < 3; ++i)
            IM_CHECK_LE(std::abs(probe->value[static_cast<std::size_t>(i)] -
                                 (h.frame(Side::b).image.at(i, 17, 23) - h.frame(Side::a).image.at(i, 17, 23))),
                        1e-6f);
        const double zoom = fitted(h, canvas).zoom;
        ctx->KeyDown(ImGuiMod_Ctrl);
        drag(ctx, h.canvas_centre(Side::a), {63, 21});
        ctx->KeyUp(ImGuiMod_Ctrl);
        IM_CHECK(std::abs(h.app->scene().transform.x * 64 * zoom - 63) < 1e-6);
    });
    add_test(e, h, "difference", "numbers_that_are_not_finite_are_hatched", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        show(ctx, Layout::difference);
        const Synthetic shown(ctx, [](Side side, int channel, int x, int) {
            if (side == Side::b && channel == 1 && x < 32) return x < 16 ? NAN : INFINITY;
            return 0.5f;
        });
        const auto canvas = h.canvas(Side::a);
        for (int x : {8, 24}) {
            int black = 0, white = 0;
            for (int i = 0; i < 8; ++i) {
                const auto at = on_canvas(canvas, fitted(h, canvas), x, 30);
                const auto seen = h.pixel(ctx, at.x + static_cast<float>(i), at.y);
                black += seen == std::array{0, 0, 0};
                white += seen == std::array{255, 255, 255};
            }
            IM_CHECK_EQ(black, 4);
            IM_CHECK_EQ(white, 4);
        }
        expect_colour(ctx, 50, 30, kGrey);
    });
    add_test(e, h, "difference", "pictures_without_a_difference_say_why", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        show(ctx, Layout::difference);
        IM_CHECK_EQ(h.app->viewport().message(), std::string());
        {
            const Synthetic shown(
                ctx, [](Side, int, int, int) { return 0.0f; }, 32);
            IM_CHECK(h.app->viewport().message().find("A has 64 x 64 pixels, B 32 x 32") != std::string::npos);
            IM_CHECK((ctx->ItemInfo("//Viewport/difference/##gain").ItemFlags & ImGuiItemFlags_Disabled) != 0);
        }
        IM_CHECK_EQ(h.app->viewport().message(), std::string());
        ctx->MenuClick("//##MainMenuBar/File/Close model A");
        h.wait(ctx, [&] { return !h.app->shown()->frame[0] && !h.app->engine().busy(); });
        IM_CHECK(h.app->viewport().message().find("needs both pictures. A: Drop a .pkl here") != std::string::npos);
    });
}

} // namespace unstuck::test
