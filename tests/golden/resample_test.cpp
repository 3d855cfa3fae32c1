#include "core/measure/affine_resample.hpp"
#include "core/model/matrix.hpp"
#include "tests/support/golden.hpp"

#include <cmath>

namespace unstuck::test {

namespace {

model::Matrix3 matrix_of(const nlohmann::json& rows) {
    model::Matrix3 m{};
    for (std::size_t i = 0; i < 9; ++i) m[i] = rows[i / 3][i % 3].get<double>();
    return m;
}

measure::BandlimitParams params_of(const nlohmann::json& j) {
    measure::BandlimitParams p;
    p.a = j.value("a", 3);
    p.amax = j.value("amax", 16);
    p.up = j.value("up", 4);
    p.support = j.value("aflt", 64);
    p.cutoff_in = j.value("cutoff_in", 1.0);
    p.cutoff_out = j.value("cutoff_out", 1.0);
    return p;
}

} // namespace

TEST(GoldenResample, BandlimitFiltersMatch) {
    const GoldenTensors tensors("metrics.safetensors");
    int compared = 0;
    const auto doc = golden_json("metrics.json");
    for (const auto& c : doc["operators"]) {
        if (c["fn"] != "construct_affine_bandlimit_filter") continue;
        const auto f = measure::affine_bandlimit_filter(matrix_of(c["args"][0]), params_of(c["params"]));
        EXPECT_LE(relative_error(f, tensors.get(c["outputs"][0])), 1e-5) << c["tag"];
        ++compared;
    }
    EXPECT_EQ(compared, 5);
}

TEST(GoldenResample, AffineTransformationsMatch) {
    const GoldenTensors tensors("metrics.safetensors");
    int compared = 0;
    const auto doc = golden_json("metrics.json");
    for (const auto& c : doc["operators"]) {
        if (c["fn"] != "apply_affine_transformation") continue;
        const auto r = measure::resample_affine(tensors.get("ops.x"), matrix_of(c["args"][1]), params_of(c["params"]));
        EXPECT_LE(relative_error(r.image, tensors.get(c["outputs"][0])), 1e-5) << c["tag"];
        const auto mask = tensors.get(c["outputs"][1]);
        EXPECT_LE((r.mask.slice(1, 0, 1) - mask).abs().sum().item<double>(), 4)
            << c["tag"] << ": a few mask pixels may differ";
        ++compared;
    }
    EXPECT_EQ(compared, 4);
}

TEST(Resample, RefusesAMapWithoutInverse) {
    EXPECT_THROW(measure::resample_affine(at::zeros({1, 1, 8, 8}), {0, 0, 0, 0, 0, 0, 0, 0, 1}, {}),
                 std::invalid_argument);
}

TEST(Matrix, InverseUndoesTheMatrix) {
    const model::Matrix3 m = {1.2, 0.3, 0.1, -0.4, 0.9, -0.2, 0, 0, 1};
    const auto i = model::inverse(m);
    for (int r = 0; r < 3; ++r)
        for (int c = 0; c < 3; ++c) {
            double sum = 0;
            for (int k = 0; k < 3; ++k) sum += m[r * 3 + k] * i[k * 3 + c];
            EXPECT_NEAR(sum, r == c ? 1 : 0, 1e-12);
        }
}

} // namespace unstuck::test
