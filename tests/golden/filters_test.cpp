#include "core/signal/filters.hpp"
#include "tests/support/golden.hpp"

#include <cmath>

namespace unstuck::test {

namespace {

at::Tensor as_tensor(const signal::FilterTaps& f) {
    const auto flat = at::tensor(f.values, at::kDouble);
    return f.rows == 1 ? flat : flat.reshape({f.rows, f.taps});
}

} // namespace

TEST(GoldenFilters, EveryDesignMatches) {
    constexpr double kAccept = 1e-7;
    const GoldenTensors tensors("filters.safetensors");
    const auto cases = golden_json("filters.json")["cases"];
    ASSERT_EQ(cases.size(), 162u);
    for (const auto& c : cases) {
        const bool odd_radial = c.value("has_nan", false);
        const signal::LowpassSpec spec{c["numtaps"], c["cutoff"], c["width"], c["fs"], c["radial"]};
        if (odd_radial) {
            EXPECT_THROW(design_lowpass(spec), std::invalid_argument);
            continue;
        }
        const auto taps = signal::design_lowpass(spec);
        if (c["filter"].is_null()) {
            EXPECT_TRUE(taps.values.empty());
            continue;
        }
        const auto key = c["key"].get<std::string>();
        EXPECT_LE(relative_error(as_tensor(taps).to(at::kFloat), tensors.get(key)), kAccept) << key;
        if (tensors.has(key + ".f64"))
            EXPECT_LE(relative_error(as_tensor(taps), tensors.get(key + ".f64")), 1e-12) << key;
    }
}

TEST(GoldenFilters, KaiserWindowsAndBesselMatch) {
    const GoldenTensors tensors("filters.safetensors");
    const auto x = tensors.get("j1.x").to(at::kDouble).contiguous();
    const auto i0 = tensors.get("i0.y").to(at::kDouble).contiguous();
    for (std::int64_t i = 0; i < x.numel(); ++i) {
        const double v = std::min(x.data_ptr<double>()[i], 30.0), want = i0.data_ptr<double>()[i];
        EXPECT_NEAR(signal::bessel_i0(v), want, 1e-13 * want);
    }
    int windows = 0;
    for (const auto& [key, unused] : tensors.tensors()) {
        int n = 0;
        double beta = 0;
        if (std::sscanf(key.c_str(), "kaiser_%d_%lf", &n, &beta) != 2 || key.find("_c") != std::string::npos) continue;
        EXPECT_LE(relative_error(at::tensor(signal::kaiser_window(n, beta), at::kDouble), tensors.get(key)), 1e-12)
            << key;
        ++windows;
    }
    EXPECT_GT(windows, 0);
}

TEST(Lowpass, PassesConstantImagesUnchanged) {
    for (const bool radial : {false, true}) {
        double sum = 0;
        for (double v : signal::design_lowpass({12, 3, 4, 32, radial}).values) sum += v;
        EXPECT_NEAR(sum, 1, 1e-12);
    }
}

TEST(Lowpass, NamesTheFieldThatIsOutOfRange) {
    const auto message = [](const signal::LowpassSpec& s) {
        try {
            signal::design_lowpass(s);
        } catch (const std::invalid_argument& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    EXPECT_NE(message({0, 1, 1, 8}).find("taps"), std::string::npos);
    EXPECT_NE(message({12, 4, 1, 8}).find("cutoff"), std::string::npos);
    EXPECT_NE(message({12, 1, 0, 8}).find("width"), std::string::npos);
    EXPECT_NE(message({12, 1, std::nan(""), 8}).find("width"), std::string::npos);
}

} // namespace unstuck::test
