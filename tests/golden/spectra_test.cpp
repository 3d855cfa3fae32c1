#include "core/signal/average_spectrum.hpp"
#include "core/signal/filters.hpp"
#include "tests/support/golden.hpp"

#include <cmath>
#include <tuple>

namespace unstuck::test {

namespace {

constexpr double kAcceptDb = 1e-4; // the golden set's README

class GoldenSpectra : public ::testing::TestWithParam<const char*> {
  protected:
    std::string name = GetParam();
    nlohmann::json set = golden_json("spectra.json")["sets"][name];
    GoldenTensors tensors{"spectra.safetensors"};
    at::Tensor get(const std::string& key) const { return tensors.get(name + "." + key); }

    signal::AverageSpectrum spectrum() const {
        signal::AverageSpectrum s({.size = set["size"],
                                   .mean = set["mean"],
                                   .stddev = set["std"],
                                   .beta = set["beta"],
                                   .interpolation = set["interp"]});
        for (const auto& image : get("images").split(1)) s.add(image);
        return s;
    }

    static void expect_curve(const signal::SpectrumCurve& ours, const at::Tensor& frequency, const at::Tensor& db) {
        const auto f = at::tensor(ours.frequency, at::kDouble), d = at::tensor(ours.db, at::kDouble);
        ASSERT_EQ(f.sizes(), frequency.sizes());
        ASSERT_EQ(d.sizes(), db.sizes());
        EXPECT_LE((f - frequency).abs().max().item<double>(), 1e-9);
        EXPECT_LE((d - db).abs().max().item<double>(), kAcceptDb);
    }
};

} // namespace

TEST_P(GoldenSpectra, MeanAndDeviationOfTheSetMatch) {
    signal::ImageMoments m;
    for (const auto& image : get("images").split(1)) m.add(image);
    EXPECT_NEAR(m.mean(), set["mean_full"].get<double>(), 1e-9);
    EXPECT_NEAR(m.stddev(), set["std_full"].get<double>(), 1e-9);
}

TEST_P(GoldenSpectra, PowerMatches) {
    const auto s = spectrum();
    EXPECT_EQ(s.planes(), set["images"].get<int>() * set["channels"].get<int>());
    const auto error_db = ((s.power() / get("spectrum")).log10() * 10).abs().max().item<double>();
    EXPECT_LE(error_db, kAcceptDb);
    RecordProperty("worst_db", std::to_string(error_db));
}

TEST_P(GoldenSpectra, AMeasuredSetReadsAsOneWhoseMeanAndDeviationAreGiven) {
    signal::AverageSpectrumSpec spec{
        .size = set["size"], .measured = true, .beta = set["beta"], .interpolation = set["interp"]};
    signal::AverageSpectrum measured(spec);
    for (const auto& image : get("images").split(1)) measured.add(image);
    EXPECT_NEAR(measured.mean(), set["mean_full"].get<double>(), 1e-9);
    EXPECT_NEAR(measured.stddev(), set["std_full"].get<double>(), 1e-9);
    spec.measured = false;
    spec.mean = measured.mean();
    spec.stddev = measured.stddev();
    signal::AverageSpectrum given(spec);
    for (const auto& image : get("images").split(1)) given.add(image);
    EXPECT_LE((measured.heatmap_db(0) - given.heatmap_db(0)).abs().max().item<double>(), 1e-6);
    // The stored mean and deviation are rounded to four places.
    EXPECT_LE((measured.heatmap_db(0) - get("heatmap_db.smooth0")).abs().max().item<double>(), 1e-3);
}

TEST_P(GoldenSpectra, HeatMapsMatch) {
    const auto s = spectrum();
    for (const auto& [smoothing, key] : {std::tuple{0.0, "smooth0"}, std::tuple{1.25, "smooth1.25"}}) {
        const auto golden = get(std::string("heatmap_db.") + key), ours = s.heatmap_db(smoothing);
        ASSERT_EQ(ours.sizes(), golden.sizes());
        EXPECT_LE((ours - golden).abs().max().item<double>(), kAcceptDb) << key;
    }
}

TEST_P(GoldenSpectra, SlicesMatch) {
    const auto s = spectrum();
    for (const auto& [smoothing, key] : {std::tuple{0.0, "smooth0"}, std::tuple{1.25, "smooth1.25"}}) {
        expect_curve(s.slice_0(smoothing), get("freqs0"), get(std::string("slice0_db.") + key));
        expect_curve(s.slice_45(smoothing), get("freqs45"), get(std::string("slice45_db.") + key));
    }
}

TEST_P(GoldenSpectra, WindowHasUnitEnergy) {
    const auto w = at::tensor(signal::kaiser_window(set["size"], set["beta"]), at::kDouble);
    EXPECT_LE(relative_error((w / w.square().sum().sqrt()).to(at::kFloat), get("window1d")), 2e-7);
}

INSTANTIATE_TEST_SUITE_P(All, GoldenSpectra, ::testing::Values("rgb32", "gray16", "rgb24"),
                         [](const auto& info) { return std::string(info.param); });

} // namespace unstuck::test
