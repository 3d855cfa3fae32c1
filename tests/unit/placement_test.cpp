// How pictures lie on their canvas.
#include "core/figure/diverging.hpp"
#include "app/window/picture.hpp"

#include <gtest/gtest.h>

namespace unstuck::app {

namespace {

/// Where a point of the image, in image sides from its middle, is on the canvas.
std::array<double, 2> on_canvas(const Placement& p, const PictureSize& size, double u, double v) {
    return p.to_canvas(size.width * 0.5 + u * size.samples, size.height * 0.5 + v * size.samples);
}

void expect_same_contents(const engine::ViewState& view, const std::array<PictureSize, 2>& sizes) {
    const auto placed = place_together(view, sizes, 700, 500);
    for (const auto& [u, v] : {std::pair{0.0, 0.0}, {0.5, 0.5}, {-0.5, 0.25}}) {
        const auto a = on_canvas(placed[0], sizes[0], u, v), b = on_canvas(placed[1], sizes[1], u, v);
        EXPECT_NEAR(a[0], b[0], 1e-9);
        EXPECT_NEAR(a[1], b[1], 1e-9);
    }
}

} // namespace

TEST(Placement, EqualPicturesLieTogetherAsEachAlone) {
    engine::ViewState view;
    view.pan_x = 0.125;
    for (double zoom : {0.0, 3.7}) {
        view.zoom = zoom;
        const auto placed = place_together(view, {{{100, 100, 100}, {100, 100, 100}}}, 700, 500);
        EXPECT_EQ(placed[0], place(view, 100, 100, 700, 500));
        EXPECT_EQ(placed[1], placed[0]);
    }
}

TEST(Placement, ContentsOfAnyResolutionLieOnEachOther) {
    engine::ViewState view;
    view.pan_x = 0.125;
    view.pan_y = -0.25;
    for (double zoom : {0.0, 0.3, 5.0}) {
        view.zoom = zoom;
        expect_same_contents(view, {{{64, 64, 64}, {32, 32, 32}}});
        expect_same_contents(view, {{{32, 32, 32}, {256, 256, 256}}});
        // A layer of 52 samples across of which 32 make the image, beside a picture.
        expect_same_contents(view, {{{52, 52, 32}, {64, 64, 64}}});
        expect_same_contents(view, {{{64, 64, 64}, {52, 52, 32}}});
    }
}

TEST(Placement, TheZoomOfTwoCountsInTheFirst) {
    engine::ViewState view;
    view.zoom = 5;
    const auto placed = place_together(view, {{{64, 64, 64}, {32, 32, 32}}}, 700, 500);
    EXPECT_EQ(placed[0].zoom, 5);
    EXPECT_EQ(placed[1].zoom, 10);
}

TEST(Placement, FittedTogetherBothAreWhole) {
    for (const auto& sizes : {std::array<PictureSize, 2>{{{64, 64, 64}, {52, 52, 32}}},
                              std::array<PictureSize, 2>{{{52, 52, 32}, {64, 64, 64}}},
                              std::array<PictureSize, 2>{{{300, 100, 300}, {64, 64, 64}}}}) {
        const auto placed = place_together({}, sizes, 700, 500);
        bool touches = false;
        for (std::size_t i = 0; i < 2; ++i) {
            const double w = placed[i].zoom * sizes[i].width, h = placed[i].zoom * sizes[i].height;
            EXPECT_LE(w, 700 + 1e-9);
            EXPECT_LE(h, 500 + 1e-9);
            touches = touches || w > 0.96 * 700 - 1 || h > 0.96 * 500 - 1;
        }
        EXPECT_TRUE(touches); // and none is smaller than it has to be
    }
}

TEST(DivergingMap, IsNeutralInTheMiddleAndTellsTheSigns) {
    const auto zero = figure::diverging_colour(0);
    EXPECT_EQ(zero[0], zero[1]);
    EXPECT_EQ(zero[1], zero[2]);
    for (double t : {0.1, 0.3, 0.5, 0.9, 1.0, 7.0}) {
        const auto more = figure::diverging_colour(t), less = figure::diverging_colour(-t);
        EXPECT_GT(more[2], more[0]) << t; // blue
        EXPECT_LT(less[2], less[0]) << t; // orange
    }
    EXPECT_EQ(figure::diverging_colour(7), figure::diverging_colour(1));
    EXPECT_EQ(figure::diverging_colour(-7), figure::diverging_colour(-1));
}

} // namespace unstuck::app
