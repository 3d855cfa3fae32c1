#include "core/latent/seeds.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

namespace unstuck::latent {

TEST(Seeds, ParsesRangesAndSingles) {
    EXPECT_EQ(parse_seeds("0-3,7"), (std::vector<std::uint32_t>{0, 1, 2, 3, 7}));
    EXPECT_EQ(parse_seeds("4294967295"), std::vector<std::uint32_t>{4294967295u});
}

TEST(Seeds, RefusesWhatIsNoSeedWithASentence) {
    for (const std::string text :
         {"", "-1", "abc", "4294967296", "1000000000000000000", "3-1", "1,", "1,,2", "1 2", "0-4294967295"}) {
        try {
            parse_seeds(text);
            FAIL() << "accepted '" << text << "'";
        } catch (const std::invalid_argument& e) {
            EXPECT_NE(std::string(e.what()).find("seeds"), std::string::npos);
        }
    }
}

TEST(Seeds, PlaneIsXPlusHundredYModulo32Bits) {
    EXPECT_EQ(plane_seed(7, 3), 307u);
    EXPECT_EQ(plane_seed(-1, 0), 4294967295u);
    EXPECT_EQ(plane_seed(0, -1), 4294967196u);
}

TEST(Seeds, WholeCoordinatesAreOneSeed) {
    const auto blend = seed_blend(7, 2);
    ASSERT_EQ(blend.size(), 1u);
    EXPECT_EQ(blend[0].seed, 207u);
    EXPECT_EQ(blend[0].weight, 1.0);
}

TEST(Seeds, BlendIsBilinearAndSumsToOne) {
    const auto blend = seed_blend(-0.25, 1.5);
    ASSERT_EQ(blend.size(), 4u);
    EXPECT_EQ(blend[0].seed, 99u); // (-1, 1)
    EXPECT_DOUBLE_EQ(blend[0].weight, 0.25 * 0.5);
    EXPECT_EQ(blend[3].seed, 200u); // (0, 2)
    EXPECT_DOUBLE_EQ(blend[3].weight, 0.75 * 0.5);
    double sum = 0;
    for (const auto& b : blend) sum += b.weight;
    EXPECT_DOUBLE_EQ(sum, 1.0);
}

TEST(Seeds, EndlessCoordinatesAreClampedNotUndefined) {
    EXPECT_FALSE(seed_blend(1e300, -1e300).empty());
    EXPECT_FALSE(seed_blend(std::nan(""), 0).empty());
}

} // namespace unstuck::latent
