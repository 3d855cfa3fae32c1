#include "core/latent/numpy_random.hpp"
#include "tests/support/golden.hpp"

namespace unstuck::test {

TEST(GoldenRng, DrawsWhatNumpyDraws) {
    const auto cases = golden_json("rng.json")["cases"];
    ASSERT_GT(cases.size(), 5u);
    for (const auto& c : cases) {
        latent::NumpyRandom random(c["seed"].get<std::uint32_t>());
        const auto z = random.randn(c["z_dim"].get<std::size_t>());
        const auto first = c["z_first8"].get<std::vector<double>>();
        double sum = 0, squares = 0;
        for (double v : z) sum += v, squares += v * v;
        for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(z[i], first[i]) << "seed " << c["seed"];
        EXPECT_EQ(z.back(), c["z_last"].get<double>());
        EXPECT_NEAR(sum, c["z_sum"].get<double>(), 1e-11 * static_cast<double>(z.size()));
        EXPECT_NEAR(squares, c["z_sumsq"].get<double>(), 1e-11 * squares);
        if (!c["c_index"].is_null())
            EXPECT_EQ(random.randint(c["c_dim"].get<std::uint32_t>()), c["c_index"].get<std::uint32_t>());
    }
}

} // namespace unstuck::test
