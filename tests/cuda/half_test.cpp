#include "cuda/half.h"

#include <cmath>
#include <gtest/gtest.h>

namespace unstuck::cuda {

namespace {

/// The value of a half's bits, from the definition.
double value_of(unsigned bits) {
    const double sign = bits & 0x8000u ? -1 : 1;
    const int exponent = static_cast<int>(bits >> 10 & 31u), fraction = static_cast<int>(bits & 1023u);
    if (exponent == 31) return fraction ? std::nan("") : sign * std::numeric_limits<double>::infinity();
    if (exponent == 0) return sign * std::ldexp(fraction, -24);
    return sign * std::ldexp(1024 + fraction, exponent - 25);
}

float nearest(float v) { return to_float(from_float<Half>(v)); }

} // namespace

TEST(Half, EveryHalfHasItsValueAndComesBackFromIt) {
    for (unsigned bits = 0; bits < 0x10000u; ++bits) {
        const Half h{static_cast<std::uint16_t>(bits)};
        const double expected = value_of(bits);
        const float v = to_float(h);
        if (std::isnan(expected)) {
            EXPECT_TRUE(std::isnan(v)) << bits;
            EXPECT_TRUE(std::isnan(nearest(v))) << bits;
            continue;
        }
        ASSERT_EQ(static_cast<double>(v), expected) << bits;
        ASSERT_EQ(from_float<Half>(v).bits, h.bits) << bits;
    }
}

/// Between two neighbours: the nearer one, and in the middle the one whose last bit is 0.
TEST(Half, RoundsToTheNearestAndTiesToEven) {
    for (unsigned bits = 0; bits < 0x7bffu; ++bits) {
        const double low = value_of(bits), high = value_of(bits + 1), middle = (low + high) / 2;
        const auto even = bits % 2 == 0 ? bits : bits + 1;
        for (const float sign : {1.0f, -1.0f}) {
            const auto of = [&](double v) { return from_float<Half>(sign * static_cast<float>(v)).bits & 0x7fffu; };
            ASSERT_EQ(of(middle), even) << bits;
            ASSERT_EQ(of(std::nextafter(static_cast<float>(middle), 0.0f)), bits) << bits;
            ASSERT_EQ(of(std::nextafter(static_cast<float>(middle), 1e9f)), bits + 1) << bits;
        }
    }
}

TEST(Half, OverflowsToInfinityAtTheRightPlace) {
    EXPECT_EQ(nearest(65519.996f), 65504);
    EXPECT_TRUE(std::isinf(nearest(65520)));
    EXPECT_TRUE(std::isinf(nearest(1e30f)));
    EXPECT_EQ(nearest(-std::numeric_limits<float>::infinity()), -std::numeric_limits<float>::infinity());
    EXPECT_TRUE(std::isnan(nearest(std::numeric_limits<float>::quiet_NaN())));
    EXPECT_TRUE(std::signbit(nearest(-0.0f)));
    EXPECT_EQ(nearest(1e-30f), 0);
}

} // namespace unstuck::cuda
