#include "core/engine/frame_renderer.hpp"
#include "core/io/checkpoint.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/test_gpu.hpp"

#include <cmath>

namespace unstuck::test {

namespace {

engine::LoadedModel load(const std::string& name, model::Precision precision = model::Precision::float32) {
    engine::LoadOptions options;
    options.target = test_target(precision);
    return engine::load_model(name, {}, options);
}

engine::Frame must_render(engine::FrameRenderer& r, const engine::FrameRequest& request) {
    auto frame = r.render(request);
    EXPECT_TRUE(frame.has_value());
    EXPECT_EQ(frame->error, "");
    return std::move(*frame);
}

void expect_near(const std::vector<float>& a, const std::vector<float>& b, double bound, const std::string& what) {
    ASSERT_EQ(a.size(), b.size()) << what;
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double e = std::abs(static_cast<double>(a[i]) - b[i]);
        if (!(e <= worst)) worst = e; // NaN stays
    }
    EXPECT_LE(worst, bound) << what;
}

double largest(const std::vector<float>& v) {
    double out = 0;
    for (const float x : v) out = std::max(out, std::abs(static_cast<double>(x)));
    return out;
}

engine::FrameRequest some_request() {
    engine::FrameRequest r;
    r.latent.x = 3.25;
    r.latent.psi = 0.8;
    r.forward = {0.96, 0.28, 0.07, -0.28, 0.96, -0.04, 0, 0, 1};
    return r;
}

} // namespace

TEST(GpuFrame, ShowsTheProcessorsPictureStatisticsAndSpectrumOfEveryLayer) {
    for (const auto* name : {"demo:alias-free-t", "demo:stylegan2", "demo:alias-free-r"}) {
        engine::FrameRenderer gpu(load(name)), cpu(engine::load_model(name));
        auto request = some_request();
        request.channels = 2;
        request.base_channel = 1;
        for (const auto& layer : cpu.model().info->layers) {
            request.layer = layer.name;
            const auto a = must_render(gpu, request), b = must_render(cpu, request);
            const auto what = std::string(name) + " " + layer.name;
            expect_near(a.image.host_pixels(), b.image.host_pixels(), 3e-5, what);
            EXPECT_EQ(a.image.channels, b.image.channels);
            const double scale = largest(b.layer.host_pixels());
            expect_near(a.layer.host_pixels(), b.layer.host_pixels(), 3e-5 * scale, what);
            EXPECT_NEAR(a.stats_all.mean, b.stats_all.mean, 1e-5 * scale) << what;
            EXPECT_NEAR(a.stats_all.stddev, b.stats_all.stddev, 1e-5 * scale) << what;
            EXPECT_NEAR(a.stats_shown.max_abs, b.stats_shown.max_abs, 3e-5 * scale) << what;
            EXPECT_EQ(a.stats_all.not_finite, 0);
            ASSERT_EQ(a.spectrum.plane_db.size(), b.spectrum.plane_db.size()) << what;
            EXPECT_NEAR(a.spectrum.mean_db, b.spectrum.mean_db, 1e-3) << what;
            ASSERT_EQ(a.spectrum.radial.db.size(), b.spectrum.radial.db.size()) << what;
            ASSERT_EQ(a.spectrum.slice_45.db.size(), b.spectrum.slice_45.db.size()) << what;
            // 60 dB below the mean, float32's rounding of the activations themselves begins to show.
            for (std::size_t i = 0; i < a.spectrum.radial.db.size(); ++i)
                if (b.spectrum.radial.db[i] > b.spectrum.mean_db - 60)
                    EXPECT_NEAR(a.spectrum.radial.db[i], b.spectrum.radial.db[i], 0.05) << what << " ring " << i;
        }
    }
}

TEST(GpuFrame, UntransformMovesThePictureBackAsOnTheProcessor) {
    engine::FrameRenderer gpu(load("demo:alias-free-t")), cpu(engine::load_model("demo:alias-free-t"));
    auto request = some_request();
    request.untransform = true;
    const auto a = must_render(gpu, request), b = must_render(cpu, request);
    expect_near(a.image.host_pixels(), b.image.host_pixels(), 5e-5, "image");
    expect_near(a.layer.host_pixels(), b.layer.host_pixels(), 5e-5, "shown output");
}

TEST(GpuFrame, NoiseModesShowTheSamePictures) {
    engine::FrameRenderer gpu(load("demo:stylegan2")), cpu(engine::load_model("demo:stylegan2"));
    engine::FrameRequest request;
    for (const auto mode : {model::NoiseMode::constant, model::NoiseMode::random, model::NoiseMode::none,
                            model::NoiseMode::random, model::NoiseMode::constant})
        for (const double strength : {1.0, 0.3}) {
            request.latent.noise = mode;
            request.latent.noise_strength = strength;
            request.latent.noise_seed += 1;
            const auto a = must_render(gpu, request), b = must_render(cpu, request);
            expect_near(a.image.host_pixels(), b.image.host_pixels(), 3e-5, std::to_string(static_cast<int>(mode)));
        }
}

TEST(GpuFrame, AChangeAtLayerKRunsExactlyKToN) {
    for (const auto* name : {"demo:alias-free-t", "demo:stylegan2"}) {
        engine::FrameRenderer gpu(load(name)), cpu(engine::load_model(name));
        engine::FrameRequest request;
        request.want_layer_times = true; // layer by layer
        request.latent.mix = true;
        const auto same = [&] {
            const auto a = must_render(gpu, request), b = must_render(cpu, request);
            EXPECT_EQ(a.layers_run, b.layers_run) << name;
            expect_near(a.image.host_pixels(), b.image.host_pixels(), 3e-5, name);
        };
        for (const int row : {0, 3, 5}) {
            request.latent.mix_rows = std::uint64_t{1} << row;
            same();
            request.latent.mix_rows = 0;
            same();
        }
    }
}

TEST(GpuFrame, KeepsPicturesApartThatAreHeldAtTheSameTime) {
    engine::FrameRenderer r(load("demo:alias-free-t"));
    engine::FrameRequest request;
    const auto first = must_render(r, request);
    request.latent.x = 1;
    const auto second = must_render(r, request);
    EXPECT_NE(first.image.device->data(), second.image.device->data());
    const auto copy = second.image.host_pixels();
    request.latent.x = 0;
    const auto third = must_render(r, request);
    EXPECT_EQ(third.image.host_pixels(), first.image.host_pixels());
    EXPECT_EQ(second.image.host_pixels(), copy);
}

TEST(GpuFrame, PicturesOutliveTheirRenderer) {
    engine::Image image;
    {
        engine::FrameRenderer r(load("demo:alias-free-t"));
        image = must_render(r, {}).image;
    }
    engine::FrameRenderer r(engine::load_model("demo:alias-free-t"));
    expect_near(image.host_pixels(), must_render(r, {}).image.pixels, 3e-5, "image");
}

/// Weights a thousand times too large overflow float16 where float32 holds them.
TEST(GpuFrame, TheNumberGuardNamesTheFirstLayerThatOverflows) {
    auto checkpoint = io::open_checkpoint(golden_path("models/sg3t-64-fp16.pkl"));
    checkpoint.kwargs["conv_clamp"] = nullptr;
    std::string name;
    for (const auto& [key, data] : checkpoint.tensors)
        if (key.starts_with("synthesis.L4_") && key.ends_with(".bias") && key.find("affine") == std::string::npos)
            name = key;
    ASSERT_FALSE(name.empty());
    const auto large = model::to_tensor(checkpoint.tensors.at(name), at::kFloat) + 1e6f;
    checkpoint.tensors[name] = model::to_tensor_data(large);
    const auto render = [&](model::Precision precision) {
        engine::LoadedModel loaded = load("demo:alias-free-t", precision);
        model::BuildOptions options;
        options.gpu = test_gpu();
        options.precision = precision;
        loaded.generator = model::Generator::build(checkpoint, options);
        auto info = *loaded.info;
        info.layers = loaded.generator->synthesis().layers();
        loaded.info = std::make_shared<const engine::ModelInfo>(info);
        engine::FrameRenderer r(loaded);
        return must_render(r, {});
    };
    const auto half = render(model::Precision::float16);
    EXPECT_TRUE(half.guard.first_bad_layer.starts_with("L4_")) << half.guard.first_bad_layer;
    EXPECT_GT(half.guard.not_finite, 0);
    const auto full = render(model::Precision::float32);
    EXPECT_EQ(full.guard.first_bad_layer, "");
    EXPECT_EQ(full.guard.not_finite, 0);
}

TEST(GpuFrame, CountsClampedValuesOfTheLayersThatClamp) {
    engine::LoadOptions options;
    options.target = test_target();
    engine::FrameRenderer r(engine::load_model(golden_path("models/sg3t-64-fp16.pkl"), {}, options)); // clamps at 2
    const auto frame = must_render(r, {});
    EXPECT_GT(frame.guard.clamped, 0);
    std::int64_t sum = 0;
    for (const auto& t : frame.times) sum += t.clamped;
    EXPECT_EQ(sum, frame.guard.clamped);
    EXPECT_EQ(frame.guard.not_finite, 0);
}

TEST(GpuFrame, GraphAndLayerByLayerGiveTheSameBytes) {
    if (!on_real_gpu()) GTEST_SKIP() << "the emulation has no graphs";
    for (const auto* name : {"demo:alias-free-t", "demo:stylegan2"})
        for (const auto precision : {model::Precision::float32, model::Precision::as_marked}) {
            engine::FrameRenderer by_graph(load(name, precision)), by_layer(load(name, precision));
            engine::FrameRequest request;
            int graphs = 0;
            for (int i = 0; i < 6; ++i) {
                request.latent.x = i;
                request.want_layer_times = false;
                const auto a = must_render(by_graph, request);
                request.want_layer_times = true;
                const auto b = must_render(by_layer, request);
                EXPECT_EQ(a.image.host_pixels(), b.image.host_pixels()) << name << " " << i;
                graphs += a.by_graph;
            }
            EXPECT_EQ(graphs, 4) << name;
        }
}

TEST(GpuTarget, AGpuThatIsNotThereIsRefusedByNameAndPassedOverByDefault) {
    if (on_real_gpu()) GTEST_SKIP() << "there is one";
    engine::DeviceChoice choice;
    choice.kind = engine::DeviceChoice::Kind::automatic;
    const auto target = engine::compute_target(choice);
    EXPECT_FALSE(target.gpu.has_value());
    EXPECT_NE(target.why_processor, "");
    choice.kind = engine::DeviceChoice::Kind::cpu;
    EXPECT_EQ(engine::compute_target(choice).why_processor, "");
    choice.kind = engine::DeviceChoice::Kind::cuda;
    choice.index = 3;
    EXPECT_THROW(engine::compute_target(choice), std::invalid_argument);
}

} // namespace unstuck::test
