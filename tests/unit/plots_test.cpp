#include "app/plots.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace unstuck::test {

TEST(Plots, TablesBecomeCommaSeparatedValues) {
    const app::Table table{{"layer", "A (dB)"}, {{"input", "12.5"}, {"a,b", ""}, {"say \"hi\"\nthere", "-3"}}};
    EXPECT_EQ(app::to_csv(table), "layer,A (dB)\r\ninput,12.5\r\n\"a,b\",\r\n\"say \"\"hi\"\"\nthere\",-3\r\n");
}

TEST(Plots, NumbersKeepAllTheirDigits) {
    EXPECT_EQ(std::stod(app::csv_number(0.1 + 0.2)), 0.1 + 0.2);
    EXPECT_EQ(app::csv_number(40), "40");
    EXPECT_EQ(app::csv_number(std::nan("")), "");
    EXPECT_EQ(app::csv_number(-std::numeric_limits<double>::infinity()), "");
}

} // namespace unstuck::test
