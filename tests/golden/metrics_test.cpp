#include "core/latent/seeds.hpp"
#include "core/measure/equivariance.hpp"
#include "core/measure/rotate.hpp"
#include "core/measure/translate.hpp"
#include "tests/support/golden.hpp"

#include <cmath>

namespace unstuck::test {

namespace {

using measure::EqKind;

/// Accepted by the golden set's README: tensors to 1e-5, a few mask pixels, dB to 0.01 up to 100 dB and 0.05 above.
constexpr double kAcceptTensor = 1e-5, kAcceptMaskPixels = 4;
double accept_db(double db) { return db <= 100 ? 0.01 : 0.05; }

/// Compares what is stored: the set kept here has the first image only, and one channel of each mask.
void expect_like(const measure::Resampled& ours, const at::Tensor& image, const at::Tensor& mask,
                 const std::string& tag, double accept_mask) {
    ASSERT_EQ(ours.mask.sizes(), ours.image.sizes()) << tag;
    EXPECT_LE(relative_error(ours.image.slice(0, 0, image.size(0)), image), kAcceptTensor) << tag;
    const auto flipped = (ours.mask.slice(0, 0, mask.size(0)).slice(1, 0, 1) - mask).abs().sum().item<double>();
    EXPECT_LE(flipped, accept_mask) << tag << ": mask pixels";
}

using Operator = std::function<measure::Resampled(const at::Tensor& x, const nlohmann::json& call)>;

/// Runs every golden case of one official function; how many there were.
int compare_operator(const char* function, double accept_mask, const Operator& ours) {
    const GoldenTensors tensors("metrics.safetensors");
    const auto x = tensors.get("ops.x");
    int compared = 0;
    const auto doc = golden_json("metrics.json");
    for (const auto& c : doc["operators"]) {
        if (c["fn"] != function) continue;
        expect_like(ours(x, c), tensors.get(c["outputs"][0]), tensors.get(c["outputs"][1]), c["tag"], accept_mask);
        ++compared;
    }
    return compared;
}

double arg(const nlohmann::json& call, int i) { return call["args"][i].get<double>(); }

struct GoldenKind {
    EqKind kind;
    const char* name;   ///< In metrics.json.
    const char* prefix; ///< Of its tensors.
};
constexpr GoldenKind kKinds[] = {
    {EqKind::translation, "eqt_int", "ti"}, {EqKind::fractional, "eqt_frac", "tf"}, {EqKind::rotation, "eqr", "r"}};

measure::EqMove move_of(const nlohmann::json& sample) {
    measure::EqMove m;
    if (sample.contains("angle")) return {.angle_rad = sample["angle"].get<double>()};
    m.tx = sample["t"][0].get<double>();
    m.ty = sample["t"][1].get<double>();
    return m;
}

double db_of(const measure::EqSample& s) { return 20 * std::log10(2.0) - 10 * std::log10(s.squared_error / s.mask); }

/// The first samples of one metric of a golden generator, and their pool, against the official run in that precision.
void compare_generator(const model::Generator& g, const std::string& name, const GoldenKind& k, std::size_t samples) {
    const auto doc = golden_json("metrics.json");
    const auto& run = doc["generators"][name][g.dtype() == at::kDouble ? "float64" : "float32"]["samples"];
    measure::EqPool pool, golden_pool;
    double worst = 0;
    for (std::size_t i = 0; i < samples; ++i) {
        const auto& golden = run[i][k.name];
        const auto render = measure::render_of(g, measure::eq_input(g, run[i]["seed"].get<std::uint32_t>()));
        const auto ours = measure::measure_eq(k.kind, render, move_of(golden));
        const double db = golden["psnr_db"].get<double>(), mask = golden["mask_sum"].get<double>();
        EXPECT_NEAR(ours.mask, mask, 3 * kAcceptMaskPixels) << name << " " << k.name;
        EXPECT_NEAR(db_of(ours), db, accept_db(db)) << name << " " << k.name << " seed " << run[i]["seed"];
        worst = std::max(worst, std::abs(db_of(ours) - db));
        pool.add(ours);
        golden_pool.add({golden["sq_err_sum"].get<double>(), mask});
    }
    const double total = golden_pool.read().db;
    EXPECT_NEAR(pool.read().db, total, accept_db(total)) << name << " " << k.name;
    ::testing::Test::RecordProperty(name + "." + k.name + ".worst_db", std::to_string(worst));
}

std::shared_ptr<const model::Generator> load(const char* name, at::ScalarType dtype) {
    model::BuildOptions options;
    options.dtype = dtype;
    return model::Generator::build(io::open_checkpoint(golden_path(std::string("models/") + name + ".pkl")), options);
}

} // namespace

TEST(GoldenMetrics, WholeTranslationsAreExact) {
    const auto n = compare_operator("apply_integer_translation", 0, [](const at::Tensor& x, const nlohmann::json& c) {
        return measure::translate_whole(x, arg(c, 1) * 48, arg(c, 2) * 48);
    });
    EXPECT_EQ(n, 4);
}

TEST(GoldenMetrics, FractionalTranslationsMatchAndTheirMasksAreExact) {
    const auto n =
        compare_operator("apply_fractional_translation", 0, [](const at::Tensor& x, const nlohmann::json& c) {
            return measure::translate_fraction(x, arg(c, 1) * 48, arg(c, 2) * 48, c["params"].value("a", 3));
        });
    EXPECT_EQ(n, 6);
}

TEST(GoldenMetrics, RotationsMatch) {
    const auto n =
        compare_operator("apply_fractional_rotation", kAcceptMaskPixels,
                         [](const at::Tensor& x, const nlohmann::json& c) { return measure::rotate(x, arg(c, 1)); });
    EXPECT_EQ(n, 5);
}

TEST(GoldenMetrics, PseudoRotationsMatchAndTheirMasksAreExact) {
    const auto n =
        compare_operator("apply_fractional_pseudo_rotation", 0, [](const at::Tensor& x, const nlohmann::json& c) {
            return measure::pseudo_rotate(x, arg(c, 1));
        });
    EXPECT_EQ(n, 5);
}

TEST(GoldenMetrics, WhatIsComparedMatchesViewByView) {
    const GoldenTensors t("metrics.safetensors");
    const auto doc = golden_json("metrics.json");
    int compared = 0;
    for (const auto* name : {"sg3t-64", "sg3r-64"})
        for (const auto& k : kKinds) {
            const auto stem = std::string(name) + ".0.", kind = stem + k.prefix + "_";
            if (!t.has(kind + "img")) continue;
            const auto& golden = doc["generators"][name]["float32"]["samples"][0][k.name];
            const auto move = move_of(golden);
            const auto views = measure::eq_views(k.kind, t.get(stem + "orig"), t.get(kind + "img"), move);
            EXPECT_LE(relative_error(views.reference, t.get(kind + "ref")), kAcceptTensor) << kind;
            auto mask = t.get(kind + (k.kind == EqKind::rotation ? "ref_mask" : "mask"));
            if (k.kind == EqKind::rotation) {
                EXPECT_LE(relative_error(views.moved, t.get(kind + "pseudo")), kAcceptTensor) << kind;
                mask = mask * t.get(kind + "pseudo_mask");
                const auto m = measure::inverse_transform(k.kind, move);
                EXPECT_LE(
                    relative_error(at::tensor(at::ArrayRef<double>(m)).reshape({3, 3}), t.get(kind + "transform")),
                    1e-7);
            }
            EXPECT_LE((views.mask.slice(1, 0, 1) - mask).abs().sum().item<double>(), kAcceptMaskPixels) << kind;
            const auto sample = measure::eq_sample(views);
            const double db = golden["psnr_db"].get<double>();
            EXPECT_NEAR(db_of(sample), db, accept_db(db)) << kind;
            ++compared;
        }
    EXPECT_GE(compared, 3) << "one of each metric";
}

TEST(GoldenMetrics, SamplesPoolToTheOfficialTotals) {
    const auto doc = golden_json("metrics.json");
    for (const auto* name : {"sg3t-64", "sg3r-64"})
        for (const auto& k : kKinds) {
            measure::EqPool pool;
            const auto& run = doc["generators"][name]["float32"];
            for (const auto& s : run["samples"])
                pool.add({s[k.name]["sq_err_sum"].get<double>(), s[k.name]["mask_sum"].get<double>()});
            EXPECT_EQ(pool.read().samples, 4);
            EXPECT_NEAR(pool.read().db, run["psnr_db"][k.name].get<double>(), 1e-9) << name << " " << k.name;
        }
}

// Few samples where they take long: a rotation at 64 px is a 47 x 47 filter on 16 times the pixels.

TEST(GoldenMetrics, GeneratorsMeasureAsOfficially) {
    for (const auto* name : {"sg3t-64", "sg3r-64"}) {
        const auto g = load(name, at::kFloat);
        for (const auto& k : kKinds) compare_generator(*g, name, k, k.kind == EqKind::rotation ? 2 : 4);
    }
}

TEST(GoldenMetrics, GeneratorsMeasureAsOfficiallyInDoublePrecision) {
    const auto g = load("sg3t-64", at::kDouble);
    for (const auto& k : kKinds)
        if (k.kind != EqKind::rotation) compare_generator(*g, "sg3t-64", k, 1);
}

} // namespace unstuck::test
