#include "core/model/generator.hpp"

#include "core/io/error.hpp"
#include "core/model/moving_constant.hpp"
#include "core/model/untrained.hpp"
#include "tests/support/golden.hpp"

#include <cmath>
#include <filesystem>

namespace unstuck::test {

namespace {

model::GeneratorConfig small(int resolution) {
    model::GeneratorConfig c;
    c.img_resolution = resolution;
    c.z_dim = c.w_dim = 16;
    c.channel_base = 64 * 8;
    c.channel_max = 16;
    c.num_layers = 6;
    return c;
}

std::string refusal(const io::Checkpoint& checkpoint) {
    try {
        model::Generator::build(checkpoint);
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
    return {};
}

at::Tensor image_of(const model::Generator& g, ops::StyleNorm norm, const at::Tensor& ws) {
    model::SynthesisInput input;
    input.ws = ws;
    input.style_norm = norm;
    return g.synthesize(input);
}

} // namespace

TEST(Generator, RunsAtResolutionsThatAreNoPowersOfTwo) {
    for (const int resolution : {16, 32, 48, 96, 100}) {
        const auto g = model::Generator::build(model::make_untrained(small(resolution), 1));
        const auto ws = g->truncate(g->map(at::ones({1, 16}), {}), 1);
        const auto image = image_of(*g, ops::StyleNorm::per_sample, ws);
        EXPECT_EQ(image.sizes(), at::IntArrayRef({1, 3, resolution, resolution}));
        EXPECT_TRUE(at::isfinite(image).all().item<bool>()) << resolution;
    }
}

TEST(Generator, HasOneToFourImageChannelsAndClasses) {
    for (const int channels : {1, 2, 3, 4})
        for (const int classes : {0, 1, 10}) {
            auto config = small(32);
            config.img_channels = channels;
            config.c_dim = classes;
            const auto g = model::Generator::build(model::make_untrained(config, 1));
            const auto label = classes ? at::eye(1, classes) : at::Tensor();
            EXPECT_EQ(
                image_of(*g, ops::StyleNorm::per_sample, g->truncate(g->map(at::ones({1, 16}), label), 1)).size(1),
                channels);
            if (classes) EXPECT_THROW(g->map(at::ones({1, 16}), {}), std::invalid_argument);
        }
}

/// Networks wide enough that Winograd's method is used, against the reference in double precision: end to end, of the
/// image's range.
TEST(Generator, TheFastPathStaysNearExactArithmetic) {
    auto alias_free = small(64);
    alias_free.channel_base = 64 * 128;
    alias_free.channel_max = 160;
    auto radial = alias_free;
    radial.conv_kernel = 1;
    radial.use_radial_filters = true;
    auto stylegan2 = alias_free;
    stylegan2.family = model::Family::stylegan2;
    for (const auto& config : {alias_free, radial, stylegan2}) {
        const auto checkpoint = model::make_untrained(config, 5);
        const auto image = [&](at::ScalarType dtype, model::Arithmetic arithmetic) {
            model::BuildOptions options;
            options.dtype = dtype;
            options.arithmetic = arithmetic;
            const auto g = model::Generator::build(checkpoint, options);
            return image_of(*g, ops::StyleNorm::per_sample, g->truncate(g->map(at::ones({1, 16}), {}), 1))
                .to(at::kDouble);
        };
        const auto exact = image(at::kDouble, model::Arithmetic::reference);
        const double range = (exact.max() - exact.min()).item<double>();
        const auto error = [&](model::Arithmetic arithmetic) {
            return (image(at::kFloat, arithmetic) - exact).abs().max().item<double>() / range;
        };
        EXPECT_LE(error(model::Arithmetic::fast), 2e-5);
        EXPECT_LE(error(model::Arithmetic::direct), 1e-5);
        EXPECT_NE(error(model::Arithmetic::direct), error(model::Arithmetic::reference));
        if (config.conv_kernel == 3) EXPECT_NE(error(model::Arithmetic::fast), error(model::Arithmetic::direct));
    }
}

TEST(Untrained, IsTheSameForTheSameSeedInBothFamilies) {
    auto config = small(32);
    for (const auto family : {model::Family::alias_free, model::Family::stylegan2}) {
        config.family = family;
        const auto weights = [&](std::uint32_t seed) {
            const auto c = model::make_untrained(config, seed);
            const auto& name =
                family == model::Family::alias_free ? "synthesis.L1_36_16.weight" : "synthesis.b8.conv1.weight";
            return model::to_tensor(c.tensors.at(name), at::kFloat);
        };
        EXPECT_TRUE(weights(1).equal(weights(1)));
        EXPECT_FALSE(weights(1).equal(weights(2)));
    }
}

TEST(Untrained, StyleGan2HasContrastInEveryArchitecture) {
    for (const auto architecture :
         {model::Architecture::orig, model::Architecture::skip, model::Architecture::resnet}) {
        auto config = small(32);
        config.family = model::Family::stylegan2;
        config.architecture = architecture;
        const auto g = model::Generator::build(model::make_untrained(config, 1));
        const auto image = image_of(*g, ops::StyleNorm::per_sample, g->truncate(g->map(at::ones({1, 16}), {}), 1));
        EXPECT_GT(image.std().item<double>(), 0.1);
        EXPECT_LT(image.abs().max().item<double>(), 10);
    }
}

TEST(Generator, PerSampleStylesDoNotDependOnTheBatch) {
    const auto g = model::Generator::build(model::make_untrained(small(32), 1));
    at::manual_seed(3);
    const auto ws = g->truncate(g->map(at::randn({3, 16}), {}), 1);
    const auto together = image_of(*g, ops::StyleNorm::per_sample, ws);
    const auto official = image_of(*g, ops::StyleNorm::whole_batch, ws);
    const auto alone = image_of(*g, ops::StyleNorm::per_sample, ws.slice(0, 1, 2));
    EXPECT_LE(relative_error(together.slice(0, 1, 2), alone), 1e-5);
    EXPECT_TRUE(at::isfinite(official).all().item<bool>());
    EXPECT_LE(relative_error(image_of(*g, ops::StyleNorm::whole_batch, ws.slice(0, 1, 2)), alone), 1e-6);
}

TEST(Generator, NamesTheTensorThatIsMissingOrMisshapen) {
    const auto good = model::make_untrained(small(32), 1);
    EXPECT_EQ(refusal(good), "");
    auto bad = good;
    bad.tensors.erase("synthesis.input.phases");
    EXPECT_NE(refusal(bad).find("synthesis.input.phases"), std::string::npos);
    bad = good;
    bad.tensors["mapping.fc0.weight"] = model::to_tensor_data(at::zeros({16, 17}));
    EXPECT_NE(refusal(bad).find("mapping.fc0.weight"), std::string::npos);
    EXPECT_NE(refusal(bad).find("[16, 17]"), std::string::npos);
    bad = good;
    bad.tensors["mapping.fc0.bias"] = model::to_tensor_data(at::zeros({1}));
    EXPECT_NE(refusal(bad).find("mapping.fc0.bias"), std::string::npos);
    bad = good;
    bad.tensors.erase("mapping.w_avg");
    EXPECT_NE(refusal(bad).find("mapping.w_avg"), std::string::npos);
    bad = good;
    bad.kwargs.update({{"img_resolution", 8192}, {"channel_base", 1 << 24}, {"channel_max", 8192}});
    EXPECT_NE(refusal(bad).find("GB of memory"), std::string::npos);
    bad = good;
    bad.kwargs["num_layers"] = 7;
    EXPECT_NE(refusal(bad).find("missing"), std::string::npos);
}

TEST(Generator, HalfAndDoublePrecisionFilesGiveTheSamePicture) {
    const auto original = model::make_untrained(small(32), 1);
    const auto g = model::Generator::build(original);
    const auto ws = g->truncate(g->map(at::ones({1, 16}), {}), 1);
    const auto image = image_of(*g, ops::StyleNorm::per_sample, ws);
    for (const auto& [dtype, type, accept] :
         {std::tuple{at::kHalf, io::DType::f16, 2e-2}, {at::kDouble, io::DType::f64, 1e-6}}) {
        auto other = original;
        std::vector<at::Tensor> kept;
        for (auto& [name, data] : other.tensors) {
            kept.push_back(model::to_tensor(data, at::kFloat).to(dtype));
            data.dtype = type;
            data.storage = {static_cast<const std::byte*>(kept.back().const_data_ptr()),
                            static_cast<std::size_t>(kept.back().nbytes())};
        }
        EXPECT_LE(relative_error(image_of(*model::Generator::build(other), ops::StyleNorm::per_sample, ws), image),
                  accept);
    }
}

TEST(Checkpoint, SurvivesWritingAndReading) {
    const auto folder = std::filesystem::temp_directory_path() / ("unstuck-test-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    const auto path = (folder / "\xf0\x9f\x90\xa8 model.safetensors").string();
    for (const auto* name : {"sg3t-32-cond", "sg2-32-resnet", "sg3r-32-gray"}) {
        const auto pickle = io::open_checkpoint(golden_path(std::string("models/") + name + ".pkl"));
        io::write_checkpoint(path, pickle);
        const auto back = io::open_checkpoint(path);
        EXPECT_EQ(back.family, pickle.family);
        EXPECT_EQ(back.kwargs, pickle.kwargs);
        const GoldenTensors vectors(std::string("models/") + name + ".vectors.safetensors");
        EXPECT_TRUE(at::equal(
            image_of(*model::Generator::build(back), ops::StyleNorm::whole_batch, vectors.get("w.0.psi1")),
            image_of(*model::Generator::build(pickle), ops::StyleNorm::whole_batch, vectors.get("w.0.psi1"))));
    }
    std::filesystem::remove_all(folder);
}

// --- StyleGAN2's constant

TEST(MovingConstant, StandsStillUnderTheIdentity) {
    at::manual_seed(4);
    const auto c = at::randn({5, 4, 4}, at::kDouble);
    for (auto edge : {model::ConstantEdge::periodic, model::ConstantEdge::clamp})
        EXPECT_LE(relative_error(model::move_constant(c, model::kIdentity3, edge), c), 1e-14);
}

TEST(MovingConstant, RollsByWholeSamplesAndIsPeriodic) {
    at::manual_seed(5);
    const auto c = at::randn({5, 4, 4}, at::kDouble);
    // The inverse transform of a move to the right by one sample reads one sample further left.
    const auto moved = model::move_constant(c, {1, 0, -0.25, 0, 1, 0, 0, 0, 1}, model::ConstantEdge::periodic);
    EXPECT_LE(relative_error(moved, c.roll({1}, {2})), 1e-14);
    const auto round = model::move_constant(c, {1, 0, 1, 0, 1, -1, 0, 0, 1}, model::ConstantEdge::periodic);
    EXPECT_LE(relative_error(round, c), 1e-14);
}

TEST(MovingConstant, ReproducesABandLimitedWaveAnywhere) {
    const auto p = (at::arange(4, at::kDouble) + 0.5) / 4 - 0.5;
    const auto wave = [&](double dx, double dy) {
        return (at::cos(2 * M_PI * (p + dx)).unsqueeze(0) + at::sin(2 * M_PI * (p + dy)).unsqueeze(1)).unsqueeze(0);
    };
    const auto moved =
        model::move_constant(wave(0, 0), {1, 0, 0.07, 0, 1, -0.31, 0, 0, 1}, model::ConstantEdge::periodic);
    EXPECT_LE(relative_error(moved, wave(0.07, -0.31)), 1e-14);
}

} // namespace unstuck::test
