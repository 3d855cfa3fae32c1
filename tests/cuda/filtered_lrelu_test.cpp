#include "cuda/filtered_lrelu.h"

#include "cuda/filtered_lrelu_plan.h"
#include "tests/cuda/stored_images.hpp"

#include <algorithm>
#include <array>

namespace unstuck::cuda {

namespace {

/// Everything that a call needs, with room for two results.
struct Case {
    int n = 1, height = 9, width = 7, channels = 8;
    int up = 2, up_taps = 12, up_terms = 1, down = 2, down_taps = 12, down_terms = 1;
    int pad_x0 = 9, pad_y0 = 9, out_height = 8, out_width = 6;
    Element x_element = Element::f32, y_element = Element::f32;
    bool bias = true, mid = false, noise = false;
    float slope = 0.2f, gain = 1.4f, clamp = 0;
    unsigned seed = 1;
};

std::vector<float> filter_of(int terms, int taps, unsigned seed) {
    return normal_floats(2LL * terms * taps, seed, 1 / std::sqrt(static_cast<float>(taps)));
}

class Call {
  public:
    explicit Call(const Case& c)
        : c_(c), x_(stored(c.x_element, normal_floats(1LL * c.n * c.height * c.width * c.channels, c.seed))),
          up_(filter_of(c.up_terms, c.up_taps, c.seed + 1)), down_(filter_of(c.down_terms, c.down_taps, c.seed + 2)),
          bias_(normal_floats(c.channels, c.seed + 3)), mid_bias_(normal_floats(c.channels, c.seed + 4)),
          noise_(normal_floats(1LL * raised_side(c.out_height, c.down, c.down_taps) *
                                   raised_side(c.out_width, c.down, c.down_taps),
                               c.seed + 5)),
          noise_gain_{0.7f} {}

    FilteredLrelu parameters(Stored& y, NumberCounts* counts) {
        FilteredLrelu p;
        p.x = images(x_, c_.x_element, c_.n, c_.height, c_.width, c_.channels);
        p.y = images(y, c_.y_element, c_.n, c_.out_height, c_.out_width, c_.channels);
        p.up = c_.up;
        p.down = c_.down;
        p.pad_x0 = c_.pad_x0;
        p.pad_y0 = c_.pad_y0;
        p.up_filter = {up_.data(), up_.data(), c_.up_terms, c_.up_taps};
        p.down_filter = {down_.data(), down_.data(), c_.down_terms, c_.down_taps};
        if (c_.bias) p.bias = bias_.data();
        if (c_.mid) p.mid_bias = mid_bias_.data();
        if (c_.noise) p.mid_noise = noise_.data(), p.noise_gain = noise_gain_.data();
        p.slope = c_.slope;
        p.gain = c_.gain;
        p.clamp = c_.clamp;
        p.counts = counts;
        return p;
    }

    Stored result() const { return Stored(c_.y_element, 1LL * c_.n * c_.out_height * c_.out_width * c_.channels, -99); }

    /// Largest error that sums of float32 products may have: rounding, times the sums of magnitudes.
    double bound() const {
        const auto total = [](const std::vector<float>& f, int terms, int taps) {
            double all = 0;
            for (int r = 0; r < terms; ++r) {
                double y = 0, x = 0;
                for (int t = 0; t < taps; ++t) {
                    y += std::abs(f[2 * r * taps + t]);
                    x += std::abs(f[(2 * r + 1) * taps + t]);
                }
                all += y * x;
            }
            return all;
        };
        double largest = 0;
        for (long long i = 0; i < x_.size(); ++i) largest = std::max(largest, std::abs(double(x_.at(i))));
        const double up = total(up_, c_.up_terms, c_.up_taps), down = total(down_, c_.down_terms, c_.down_taps);
        const double in = (largest + 4) * up + 10;
        const double roundings = 2 * (c_.up_taps + c_.down_taps) + c_.up_terms + c_.down_terms + 8;
        return roundings * kFloatRounding * in * c_.gain * std::max(1.0f, std::abs(c_.slope)) * down;
    }

    Stored& x() { return x_; }
    std::vector<float>& up() { return up_; }
    std::vector<float>& down() { return down_; }

  private:
    Case c_;
    Stored x_;
    std::vector<float> up_, down_, bias_, mid_bias_, noise_, noise_gain_;
};

std::string describe(const Case& c) {
    return "x " + std::to_string(c.n) + "x" + std::to_string(c.height) + "x" + std::to_string(c.width) + "x" +
           std::to_string(c.channels) + " up " + std::to_string(c.up) + "/" + std::to_string(c.up_taps) + "x" +
           std::to_string(c.up_terms) + " down " + std::to_string(c.down) + "/" + std::to_string(c.down_taps) + "x" +
           std::to_string(c.down_terms) + " pad " + std::to_string(c.pad_x0) + "," + std::to_string(c.pad_y0) +
           " out " + std::to_string(c.out_height) + "x" + std::to_string(c.out_width) + " seed " +
           std::to_string(c.seed);
}

/// The kernel's body against the plain loops.
void expect_equal(const Case& c) {
    Call call(c);
    auto ours = call.result(), golden = call.result();
    NumberCounts our_counts, golden_counts;
    filtered_lrelu_emulated(call.parameters(ours, &our_counts));
    filtered_lrelu_ref(call.parameters(golden, &golden_counts));
    const double bound = call.bound();
    for (long long i = 0; i < golden.size(); ++i) {
        const double error = std::abs(static_cast<double>(ours.at(i)) - golden.at(i));
        ASSERT_LE(error, bound + 2 * store_error(c.y_element, golden.at(i))) << describe(c) << " at " << i;
    }
    EXPECT_EQ(our_counts.not_finite, golden_counts.not_finite) << describe(c);
    // Samples within rounding of the clamp may fall on either side; those that no result reads are not ours to count.
    if (c.down_taps >= c.down)
        EXPECT_NEAR(our_counts.clamped, golden_counts.clamped, 2) << describe(c);
    else
        EXPECT_LE(our_counts.clamped, golden_counts.clamped + 2) << describe(c);
}

struct Standard {
    LreluShape shape;
    int up, up_taps, down, down_taps, pad;
};
constexpr Standard kStandard[] = {{LreluShape::up2_down2, 2, 12, 2, 12, 9},
                                  {LreluShape::up4_down2, 4, 24, 2, 12, 17},
                                  {LreluShape::fir4, 1, 4, 1, 1, 1},
                                  {LreluShape::image_up2, 2, 4, 1, 1, 2}};

Case standard_case(const Standard& s) {
    Case c;
    c.up = s.up;
    c.up_taps = s.up_taps;
    c.down = s.down;
    c.down_taps = s.down_taps;
    c.pad_x0 = c.pad_y0 = s.pad;
    return c;
}

LreluPlan plan_of(const Case& c, std::size_t limit = kDefaultShared * 2) {
    Call call(c);
    auto y = call.result();
    return plan_filtered_lrelu(call.parameters(y, nullptr), limit);
}

} // namespace

TEST(FilteredLrelu, StandardShapesMatchTheReferenceAtEverySize) {
    for (const auto& s : kStandard)
        for (const auto element : {Element::f32, Element::f16})
            for (const int side : {1, 2, 7, 16, 33}) {
                auto c = standard_case(s);
                c.x_element = c.y_element = element;
                c.height = side;
                c.width = side + 3;
                c.out_height = std::max(1, side * s.up / s.down - 1);
                c.out_width = std::max(1, (side + 3) * s.up / s.down - 2);
                c.seed = static_cast<unsigned>(side);
                ASSERT_EQ(plan_of(c).shape, s.shape);
                expect_equal(c);
            }
}

TEST(FilteredLrelu, StandardShapesTakeAnyChannelsSamplesTermsAndPadding) {
    unsigned seed = 100;
    for (const auto& s : kStandard)
        for (const int channels : {8, 24, 72})
            for (const int terms : {1, 3, 5})
                for (const int shift : {-5, 0, 1}) {
                    auto c = standard_case(s);
                    c.channels = channels;
                    c.n = channels == 24 ? 2 : 1;
                    c.down_terms = s.down_taps == 1 ? 1 : terms;
                    c.pad_x0 += shift;
                    c.pad_y0 -= shift;
                    c.height = 11;
                    c.width = 14;
                    c.out_height = 10 * s.up / s.down;
                    c.out_width = 37; // beyond the image: zeros
                    c.mid = c.noise = terms == 3 || s.down_taps == 1;
                    c.clamp = terms == 5 ? 0.8f : 0;
                    c.seed = ++seed;
                    expect_equal(c);
                }
}

TEST(FilteredLrelu, TheGeneralKernelTakesAnyShape) {
    std::mt19937 random(5);
    const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
    for (int i = 0; i < 150; ++i) {
        Case c;
        c.up = pick(1, 4);
        c.down = pick(1, 4);
        c.up_taps = i % 10 == 0 ? kMostTaps : pick(1, 20);
        c.down_taps = i % 15 == 0 ? kMostTaps : pick(1, 16);
        c.up_terms = pick(1, 3);
        c.down_terms = pick(1, 4);
        c.height = pick(1, 12);
        c.width = pick(1, 12);
        c.out_height = pick(1, 9);
        c.out_width = pick(1, 11);
        c.pad_x0 = pick(-6, 20);
        c.pad_y0 = pick(-6, 20);
        c.channels = 8 * pick(1, 3);
        c.x_element = pick(0, 1) ? Element::f16 : Element::f32;
        c.y_element = pick(0, 1) ? Element::f16 : Element::f32;
        c.bias = pick(0, 1);
        c.mid = pick(0, 1);
        c.noise = pick(0, 1);
        c.clamp = pick(0, 1) ? 0.5f : 0;
        c.slope = pick(0, 1) ? 1.0f : 0.2f;
        c.seed = static_cast<unsigned>(1000 + i);
        expect_equal(c);
    }
}

TEST(FilteredLrelu, HasNothingToDoForNoResults) {
    Case c;
    c.out_height = 0;
    Call call(c);
    Stored y(Element::f32, 0);
    filtered_lrelu_emulated(call.parameters(y, nullptr));
    c = {};
    c.n = 0;
    Call none(c);
    filtered_lrelu_emulated(none.parameters(y, nullptr));
}

/// Counted by hand on a small grid, where strips and segments overlap.
TEST(FilteredLrelu, CountsEveryClampedSampleOnce) {
    for (const auto& s : kStandard) {
        auto c = standard_case(s);
        c.height = c.width = 70;
        c.out_height = c.out_width = 66 * s.up / s.down;
        c.clamp = 0.9f;
        c.mid = true;
        Call call(c);
        auto ours = call.result(), golden = call.result();
        NumberCounts our_counts, golden_counts;
        filtered_lrelu_emulated(call.parameters(ours, &our_counts));
        filtered_lrelu_ref(call.parameters(golden, &golden_counts));
        EXPECT_GT(golden_counts.clamped, 1000u);
        // Samples within rounding of the clamp may fall on either side.
        EXPECT_NEAR(our_counts.clamped, golden_counts.clamped, 3);
    }
}

TEST(FilteredLrelu, NanReachesExactlyWhatItsFiltersReach) {
    for (const auto& s : kStandard)
        for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
            auto c = standard_case(s);
            c.height = c.width = 40;
            c.out_height = c.out_width = 38 * s.up / s.down;
            Call call(c);
            call.x().set((20LL * c.width + 17) * c.channels + 3, bad);
            auto ours = call.result(), golden = call.result();
            NumberCounts our_counts, golden_counts;
            filtered_lrelu_emulated(call.parameters(ours, &our_counts));
            filtered_lrelu_ref(call.parameters(golden, &golden_counts));
            EXPECT_GT(golden_counts.not_finite, 0u);
            EXPECT_EQ(our_counts.not_finite, golden_counts.not_finite);
            for (long long i = 0; i < golden.size(); ++i)
                ASSERT_EQ(std::isfinite(ours.at(i)), std::isfinite(golden.at(i))) << i;
        }
}

TEST(FilteredLrelu, AConstantImageStaysConstantAwayFromItsEdges) {
    auto c = standard_case(kStandard[0]);
    c.height = c.width = 30;
    c.out_height = c.out_width = 28;
    c.slope = 1;
    c.gain = 1;
    c.bias = false;
    Call call(c);
    // Each phase of the up filter sums to 1, and the down filter too.
    for (int t = 0; t < c.up_taps; ++t) call.up()[t] = call.up()[c.up_taps + t] = 1 / 6.0f;
    for (int t = 0; t < c.down_taps; ++t) call.down()[t] = call.down()[c.down_taps + t] = 1 / 12.0f;
    for (long long i = 0; i < call.x().size(); ++i) call.x().set(i, 3);
    auto y = call.result();
    filtered_lrelu_emulated(call.parameters(y, nullptr));
    for (int row = 8; row < 20; ++row)
        for (int column = 8; column < 20; ++column)
            EXPECT_NEAR(y.at((row * 28LL + column) * c.channels), 3, 1e-5) << row << " " << column;
}

/// One row, by hand: x = 1 -2, up 2 with (1 2), pad 1, slope 0.5, down 2 with (1 1).
TEST(FilteredLrelu, AgreesWithAHandComputedRow) {
    Case c;
    c.height = c.out_height = 1;
    c.width = 2;
    c.out_width = 2;
    c.up_taps = 2;
    c.down_taps = 2;
    c.pad_x0 = 1;
    c.pad_y0 = 0;
    c.bias = false;
    c.slope = 0.5f;
    c.gain = 1;
    Call call(c);
    call.up() = {1, 0, 1, 2};   // along y nothing but the row itself
    call.down() = {1, 0, 1, 1}; // likewise
    for (int k = 0; k < c.channels; ++k) {
        call.x().set(k, 1);
        call.x().set(c.channels + k, -2);
    }
    auto y = call.result(), golden = call.result();
    filtered_lrelu_emulated(call.parameters(y, nullptr));
    filtered_lrelu_ref(call.parameters(golden, nullptr));
    // z = 0 1 0 -2 0; raised = (0 + 2*1) (1 + 0) (0 - 4) (-2 + 0) = 2 1 -4 -2; activated 2 1 -2 -1; down 3 -3.
    for (auto* result : {&y, &golden}) {
        EXPECT_FLOAT_EQ(result->at(0), 3);
        EXPECT_FLOAT_EQ(result->at(c.channels), -3);
    }
}

TEST(FilteredLreluPlan, FitsEveryCardAndLeavesNoResultOut) {
    for (const auto& s : kStandard)
        for (const int channels : {8, 32, 56, 88, 512})
            for (const int side : {1, 36, 84, 148, 276, 532, 1044})
                for (const std::size_t limit : {48u * 1024, 64u * 1024, 99u * 1024, 163u * 1024, 227u * 1024})
                    for (const int terms : {1, 5}) {
                        FilteredLrelu p;
                        p.x = p.y = {nullptr, Element::f16, 1, side, side, channels};
                        p.up = s.up;
                        p.down = s.down;
                        p.pad_x0 = p.pad_y0 = s.pad;
                        p.up_filter = {nullptr, nullptr, 1, s.up_taps};
                        p.down_filter = {nullptr, nullptr, terms, s.down_taps};
                        const auto plan = plan_filtered_lrelu(p, limit);
                        ASSERT_TRUE(plan.fits) << side << " " << channels << " " << limit;
                        EXPECT_LE(plan.launch.shared_bytes, limit);
                        EXPECT_GE(plan.strips * plan.columns, side);
                        EXPECT_LT((plan.strips - 1) * plan.columns, side);
                        EXPECT_GE(plan.segments * plan.segment, side);
                        EXPECT_LT((plan.segments - 1) * plan.segment, side);
                        EXPECT_EQ(plan.segment % plan.rows, 0);
                        EXPECT_GE(2 * plan.chunks * plan.pairs, channels);
                        EXPECT_EQ(plan.launch.grid_x, plan.strips * plan.segments * plan.chunks);
                        EXPECT_EQ(kLreluThreads % plan.pairs, 0);
                    }
}

TEST(FilteredLreluPlan, LargeLayersKeepTwoBlocksOnAProcessorAndAllProcessorsBusy) {
    for (const int side : {276, 532, 1044}) {
        FilteredLrelu p;
        p.x = p.y = {nullptr, Element::f16, 1, side, side, 32};
        p.up = p.down = 2;
        p.up_filter = {nullptr, nullptr, 1, 12};
        p.down_filter = {nullptr, nullptr, 1, 12};
        p.pad_x0 = p.pad_y0 = 9;
        const auto plan = plan_filtered_lrelu(p, 227 * 1024);
        EXPECT_LE(2 * plan.launch.shared_bytes, 227u * 1024);
        EXPECT_GE(plan.launch.grid_x, 132);
    }
}

TEST(FilteredLreluPlan, TheLongestFiltersFitTheSmallestCard) {
    for (int up = 1; up <= kMostFactor; ++up)
        for (int down = 1; down <= kMostFactor; ++down) {
            FilteredLrelu p;
            p.x = p.y = {nullptr, Element::f32, 1, 100, 100, 64};
            p.up = up;
            p.down = down;
            p.up_filter = {nullptr, nullptr, 24, kMostTaps};
            p.down_filter = {nullptr, nullptr, 24, kMostTaps};
            EXPECT_TRUE(plan_filtered_lrelu(p, 64 * 1024).fits) << up << " " << down;
        }
}

TEST(FilteredLrelu, RefusesWhatNoKernelTakes) {
    Call call({});
    auto y = call.result();
    const auto with = [&](auto change) {
        auto p = call.parameters(y, nullptr);
        change(p);
        return refusal([&] { filtered_lrelu_emulated(p); });
    };
    EXPECT_NE(with([](FilteredLrelu& p) { p.up = 5; }).find("up from 1 to 4, got 5"), std::string::npos);
    EXPECT_NE(with([](FilteredLrelu& p) { p.down = 0; }).find("down from 1 to 4, got 0"), std::string::npos);
    EXPECT_NE(with([](FilteredLrelu& p) { p.up_filter.taps = 49; }).find("1 to 48 taps, got 49"), std::string::npos);
    EXPECT_NE(with([](FilteredLrelu& p) { p.down_filter.terms = 0; }).find("1 to 48 terms"), std::string::npos);
    EXPECT_NE(with([](FilteredLrelu& p) { p.x.channels = p.y.channels = 4; }).find("groups of 8"), std::string::npos);
    EXPECT_NE(with([](FilteredLrelu& p) { p.x.channels = 16; }).find("as many channels"), std::string::npos);
    EXPECT_NE(with([](FilteredLrelu& p) { p.up_filter.taps_host = nullptr; }).find("taps is null"), std::string::npos);
}

} // namespace unstuck::cuda
