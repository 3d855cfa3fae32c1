#include "core/engine/engine.hpp"

#include "core/engine/frame_renderer.hpp"
#include "core/engine/model_source.hpp"
#include "tests/support/golden.hpp"

#include <chrono>
#include <cmath>
#include <sys/resource.h>
#include <thread>

namespace unstuck::test {

using engine::Side;
using namespace std::chrono_literals;

namespace {

engine::Frame must_render(engine::FrameRenderer& r, const engine::FrameRequest& request) {
    auto frame = r.render(request);
    EXPECT_TRUE(frame.has_value());
    EXPECT_EQ(frame->error, "");
    return std::move(*frame);
}

/// Polls until `done`, for at most a minute.
template <class F>
bool eventually(F done) {
    for (int i = 0; i < 6000; ++i) {
        if (done()) return true;
        std::this_thread::sleep_for(10ms);
    }
    return false;
}

std::vector<std::string> layers_run(const engine::Frame& f) {
    std::vector<std::string> out;
    for (const auto& t : f.times)
        if (!t.cached) out.push_back(t.name);
    return out;
}

} // namespace

TEST(LayerCache, AnEqualRequestRunsNothing) {
    engine::FrameRenderer r(engine::load_model("demo:alias-free-t"));
    const engine::FrameRequest request;
    const auto first = must_render(r, request);
    EXPECT_EQ(first.layers_run, static_cast<int>(first.times.size()));
    const auto second = must_render(r, request);
    EXPECT_EQ(second.layers_run, 0);
    EXPECT_EQ(second.image.pixels, first.image.pixels);
}

TEST(LayerCache, LookingAtAnotherLayerRunsNothing) {
    engine::FrameRenderer r(engine::load_model("demo:alias-free-t"));
    engine::FrameRequest request;
    must_render(r, request);
    request.layer = "L3_84_40";
    request.base_channel = 7;
    request.beta = 2;
    const auto frame = must_render(r, request);
    EXPECT_EQ(frame.layers_run, 0);
    EXPECT_EQ(frame.layer_name, "L3_84_40");
    EXPECT_EQ(frame.layer.width, 84);
}

/// Style mixing of row k + 1 changes the input of layer k alone: exactly k .. N have to run.
TEST(LayerCache, AChangeAtLayerKRunsExactlyKToN) {
    for (const auto* name : {"demo:alias-free-t", "demo:stylegan2"}) {
        engine::FrameRenderer r(engine::load_model(name));
        const auto& layers = r.model().info->layers;
        engine::FrameRequest request;
        request.latent.mix = true;
        must_render(r, request);
        for (int row = 0; row < r.model().info->num_ws; ++row) {
            request.latent.mix_rows = std::uint64_t{1} << row;
            must_render(r, request); // the state before: only this row is mixed
            request.latent.mix_rows = 0;
            must_render(r, request);
            request.latent.mix_rows = std::uint64_t{1} << row;
            const auto frame = must_render(r, request);
            std::size_t first = 0;
            while (layers[first].w_row != row) ++first;
            std::vector<std::string> expected;
            for (std::size_t i = first; i < layers.size(); ++i) expected.push_back(layers[i].name);
            EXPECT_EQ(layers_run(frame), expected) << name << " row " << row;
        }
    }
}

TEST(LayerCache, GivesTheSamePictureAsAFreshRenderer) {
    engine::FrameRequest a, b;
    b.latent.x = 3.5;
    b.latent.psi = 0.7;
    b.forward = {1, 0, 0.1, 0, 1, -0.05, 0, 0, 1};
    for (const auto* name : {"demo:alias-free-t", "demo:stylegan2"}) {
        engine::FrameRenderer used(engine::load_model(name)), fresh(engine::load_model(name));
        must_render(used, a);
        must_render(used, b);
        must_render(used, a);
        EXPECT_EQ(must_render(used, b).image.pixels, must_render(fresh, b).image.pixels) << name;
    }
}

TEST(LayerCache, SurvivesBeingAbandonedAnywhere) {
    engine::FrameRenderer r(engine::load_model("demo:alias-free-t")), fresh(engine::load_model("demo:alias-free-t"));
    engine::FrameRequest a, b;
    b.latent.x = 1;
    must_render(r, a);
    for (int stop = 0; stop < 10; ++stop) {
        int calls = 0;
        EXPECT_FALSE(r.render(b, [&] { return calls++ == stop; }).has_value());
        EXPECT_EQ(must_render(r, b).image.pixels, must_render(fresh, b).image.pixels);
        must_render(r, a);
    }
}

TEST(LayerCache, KeepsWithinItsBudgetAndStillGivesTheSamePictures) {
    for (const auto* name : {"demo:alias-free-t", "demo:stylegan2"}) {
        engine::FrameRenderer all(engine::load_model(name)), few(engine::load_model(name));
        const std::size_t budget = 1 << 20;
        few.set_cache_budget(budget);
        engine::FrameRequest request;
        for (const double x : {0.0, 1.0, 1.0, 2.5})
            for (const auto& layer : few.model().info->layers) {
                request.latent.x = x;
                request.layer = layer.name;
                const auto a = must_render(all, request), b = must_render(few, request);
                ASSERT_EQ(a.image.pixels, b.image.pixels) << layer.name;
                ASSERT_EQ(a.layer.pixels, b.layer.pixels) << layer.name;
                ASSERT_EQ(a.times.size(), b.times.size());
                EXPECT_GT(a.cache_bytes, budget);
                // The layer looked at and the picture are kept whatever they need.
                EXPECT_LE(b.cache_bytes, budget + (std::size_t{2} << 20)) << layer.name;
            }
    }
}

TEST(LayerCache, LettingGoOfStyleGan2FreesWhatLayersShare) {
    engine::FrameRenderer r(engine::load_model("demo:stylegan2"));
    engine::FrameRequest request;
    const auto all = must_render(r, request).cache_bytes;
    r.set_cache_budget(all / 2);
    request.latent.x = 1;
    const auto frame = must_render(r, request);
    EXPECT_LE(frame.cache_bytes, all / 2);
    EXPECT_GT(frame.cache_bytes, all / 8); // and not everything with it
    r.set_cache_budget(0);
    request.latent.x = 2;
    EXPECT_LE(must_render(r, request).cache_bytes, std::size_t{64} * 64 * 16 * 4); // the picture alone
}

TEST(LayerCache, ALayerThatWasLetGoRunsAgainFromTheLastKeptOne) {
    engine::FrameRenderer r(engine::load_model("demo:alias-free-t"));
    r.set_cache_budget(0); // keeps the picture and the layer looked at
    engine::FrameRequest request;
    must_render(r, request);
    EXPECT_EQ(must_render(r, request).layers_run, 0);
    request.layer = "L1_52_40";
    EXPECT_EQ(layers_run(must_render(r, request)), (std::vector<std::string>{"input", "L0_52_40", "L1_52_40"}));
    request.layer = "L2_52_40";
    EXPECT_EQ(layers_run(must_render(r, request)), (std::vector<std::string>{"L2_52_40"}));
}

TEST(FrameRenderer, AFrameInTheSteadyStateMapsNothing) {
    for (const auto* name : {"demo:alias-free-t", "demo:stylegan2"}) {
        engine::FrameRenderer r(engine::load_model(name));
        engine::FrameRequest request;
        const auto frame = [&](int seed) {
            request.latent.x = seed;
            must_render(r, request);
        };
        for (int i = 0; i < 5; ++i) frame(i);
        const auto faults = [] {
            rusage u{};
            ::getrusage(RUSAGE_SELF, &u);
            return u.ru_minflt;
        };
        const auto mappings = r.model().generator->synthesis().buffers().usage().mappings;
        const auto before = faults();
        constexpr int kFrames = 50;
        for (int i = 0; i < kFrames; ++i) frame(i);
        EXPECT_EQ(r.model().generator->synthesis().buffers().usage().mappings, mappings) << name;
        EXPECT_LE(static_cast<double>(faults() - before) / kFrames, 40) << name;
    }
}

TEST(Engine, MeasuresTheRateOfMatrixProductsOnceNothingIsLeftToRender) {
    engine::Engine e;
    e.measure_gemm_rate(Side::a); // no model: nothing to measure
    EXPECT_FALSE(e.measuring(Side::a));
    e.load(Side::a, "demo:stylegan2");
    ASSERT_TRUE(eventually([&] { return e.model(Side::a) != nullptr; }));
    e.measure_gemm_rate(Side::a); // before any scene was asked for
    ASSERT_TRUE(eventually([&] { return e.gemm_rate(Side::a).has_value(); }));
    EXPECT_GT(e.gemm_rate(Side::a)->gflops, 0.1);
    EXPECT_GT(e.gemm_rate(Side::a)->floor_ms, 0);
    EXPECT_FALSE(e.measuring(Side::a));
    e.request(engine::Scene{});
    e.measure_gemm_rate(Side::a); // with a picture to come first
    EXPECT_TRUE(eventually([&] { return !e.measuring(Side::a); }));
    EXPECT_NE(e.latest(), nullptr);
    e.swap();
    EXPECT_TRUE(e.gemm_rate(Side::b).has_value());
    e.unload(Side::b);
    EXPECT_FALSE(e.gemm_rate(Side::b).has_value());
}

TEST(FrameRenderer, ASingularTransformIsAnErrorInTheFrame) {
    engine::FrameRenderer r(engine::load_model("demo:stylegan2"));
    engine::FrameRequest request;
    request.forward = {0, 0, 0, 0, 0, 0, 0, 0, 1};
    const auto frame = r.render(request);
    ASSERT_TRUE(frame.has_value());
    EXPECT_NE(frame->error.find("no inverse"), std::string::npos);
    request.forward = model::kIdentity3;
    EXPECT_EQ(r.render(request)->error, "");
}

TEST(FrameRenderer, NoiseModesDifferOnlyWhereThereIsNoise) {
    engine::FrameRequest constant, none, random, random_again;
    none.latent.noise = model::NoiseMode::none;
    random.latent.noise = random_again.latent.noise = model::NoiseMode::random;
    random_again.latent.noise_seed = 5;
    engine::FrameRenderer sg2(engine::load_model("demo:stylegan2")), sg3(engine::load_model("demo:alias-free-t"));
    EXPECT_NE(must_render(sg2, constant).image.pixels, must_render(sg2, none).image.pixels);
    const auto first = must_render(sg2, random).image.pixels;
    EXPECT_NE(first, must_render(sg2, random_again).image.pixels);
    EXPECT_EQ(first, must_render(sg2, random).image.pixels);
    EXPECT_EQ(must_render(sg3, constant).image.pixels, must_render(sg3, none).image.pixels);
}

TEST(FrameRenderer, ZeroPsiShowsOnePictureForAllSeeds) {
    engine::FrameRenderer r(engine::load_model("demo:alias-free-t"));
    engine::FrameRequest a;
    a.latent.psi = 0;
    auto b = a;
    b.latent.x = 17;
    EXPECT_EQ(must_render(r, a).image.pixels, must_render(r, b).image.pixels);
    b.latent.cutoff = 0; // nothing is truncated
    EXPECT_NE(must_render(r, a).image.pixels, must_render(r, b).image.pixels);
}

/// Content that follows the transform: moving by whole pixels equals moving the picture, up to the training's 55 dB.
TEST(FrameRenderer, TheAliasFreeDemoFollowsAWholePixelMove) {
    engine::FrameRenderer r(engine::load_model("demo:alias-free-t"));
    const auto still = must_render(r, {}).image;
    engine::FrameRequest moved_request;
    constexpr int kShift = 3;
    moved_request.forward = {1, 0, kShift / 64.0, 0, 1, 0, 0, 0, 1};
    const auto moved = must_render(r, moved_request).image;
    double error = 0, count = 0;
    for (int c = 0; c < 3; ++c)
        for (int y = 0; y < 64; ++y)
            for (int x = kShift; x < 64; ++x, ++count)
                error += std::pow(moved.at(c, x, y) - still.at(c, x - kShift, y), 2);
    EXPECT_GT(20 * std::log10(2.0) - 10 * std::log10(error / count), 45.0);
}

TEST(FrameRenderer, UntransformMovesTheContentBack) {
    engine::FrameRenderer r(engine::load_model("demo:alias-free-t"));
    const auto still = must_render(r, {}).image;
    engine::FrameRequest request;
    request.forward = {1, 0, 4.5 / 64, 0, 1, -2.25 / 64, 0, 0, 1};
    request.untransform = true;
    const auto back = must_render(r, request).image;
    double error = 0, count = 0;
    for (int y = 12; y < 52; ++y)
        for (int x = 12; x < 52; ++x, ++count) error += std::pow(back.at(0, x, y) - still.at(0, x, y), 2);
    EXPECT_GT(20 * std::log10(2.0) - 10 * std::log10(error / count), 35.0);
}

TEST(FrameRenderer, StatisticsAreThoseOfTheShownNumbers) {
    engine::FrameRenderer r(engine::load_model("demo:stylegan2"));
    engine::FrameRequest request;
    request.channels = 1;
    request.base_channel = 2;
    const auto frame = must_render(r, request);
    double sum = 0, squares = 0, most = 0;
    for (float v : frame.layer.pixels) {
        sum += v;
        squares += static_cast<double>(v) * v;
        most = std::max(most, std::abs(static_cast<double>(v)));
    }
    const double n = static_cast<double>(frame.layer.pixels.size()), mean = sum / n;
    EXPECT_NEAR(frame.stats_shown.mean, mean, 1e-6);
    EXPECT_NEAR(frame.stats_shown.stddev, std::sqrt(squares / n - mean * mean), 1e-5);
    EXPECT_EQ(frame.stats_shown.max_abs, most);
    EXPECT_EQ(frame.channel_max_abs, std::vector<double>{most});
    EXPECT_EQ(frame.stats_shown.not_finite, 0);
    EXPECT_GE(frame.stats_all.max_abs, most);
}

TEST(FrameRenderer, UntransformAlsoShowsInSingleChannels) {
    engine::FrameRenderer r(engine::load_model("demo:alias-free-t"));
    engine::FrameRequest request;
    request.forward = {1, 0, 0.1, 0, 1, 0, 0, 0, 1};
    request.untransform = true;
    request.channels = 1;
    request.base_channel = 1;
    const auto frame = must_render(r, request);
    ASSERT_EQ(frame.layer.channels, 1);
    for (int x = 0; x < 64; ++x) EXPECT_EQ(frame.layer.at(0, x, 30), frame.image.at(1, x, 30));
}

TEST(Engine, SwapExchangesTheModelsWithoutLoadingAgain) {
    engine::Engine e;
    e.load(Side::a, "demo:stylegan2");
    e.load(Side::b, "demo:alias-free-t");
    e.request({});
    ASSERT_TRUE(eventually([&] { return e.latest() && e.latest()->frame[0] && e.latest()->frame[1] && !e.busy(); }));
    const auto a = e.model(Side::a), b = e.model(Side::b);
    const auto before = e.latest();
    e.swap();
    ASSERT_TRUE(eventually([&] { return e.latest() != before && !e.busy(); }));
    EXPECT_EQ(e.model(Side::a), b);
    EXPECT_EQ(e.latest()->model[0], b);
    EXPECT_EQ(e.latest()->model[1], a);
    EXPECT_EQ(e.latest()->frame[0]->image.pixels, before->frame[1]->image.pixels);
    EXPECT_EQ(e.latest()->frame[0]->layers_run, 0) << "the layer cache moved with its model";
}

TEST(Engine, PublishesMatchingPairs) {
    engine::Engine e;
    e.load(Side::a, "demo:stylegan2");
    e.load(Side::b, "demo:alias-free-t");
    engine::Scene scene;
    scene.latent.x = 6;
    e.request(scene);
    ASSERT_TRUE(eventually([&] {
        const auto p = e.latest();
        return p && p->frame[0] && p->frame[1] && !e.busy();
    }));
    const auto p = e.latest();
    EXPECT_EQ(p->scene.latent.x, 6);
    EXPECT_EQ(p->model[0]->title, "StyleGAN2 demo, 64 px");
    EXPECT_EQ(p->frame[0]->image.width, 64);
    EXPECT_FALSE(p->frame[1]->spectrum.plane_db.empty());
}

TEST(Engine, TheNewestSceneWins) {
    engine::Engine e;
    e.load(Side::a, "demo:stylegan2");
    for (int i = 0; i <= 50; ++i) {
        engine::Scene scene;
        scene.latent.x = i;
        e.request(scene);
    }
    ASSERT_TRUE(eventually([&] { return e.latest() && e.latest()->frame[0] && !e.busy(); }));
    EXPECT_EQ(e.latest()->scene.latent.x, 50);
    EXPECT_LT(e.latest()->serial, 40u) << "outdated scenes were not skipped";
}

TEST(Engine, AFailedLoadKeepsTheOldModelAndSaysWhy) {
    engine::Engine e;
    e.load(Side::a, "demo:stylegan2");
    ASSERT_TRUE(eventually([&] { return e.model(Side::a) != nullptr; }));
    e.load(Side::a, golden_path("ops.json"));
    ASSERT_TRUE(eventually([&] { return !e.load_status(Side::a).loading; }));
    EXPECT_NE(e.load_status(Side::a).error.find("neither a pickle"), std::string::npos) << e.load_status(Side::a).error;
    EXPECT_EQ(e.model(Side::a)->source, "demo:stylegan2");
    e.dismiss_error(Side::a);
    EXPECT_EQ(e.load_status(Side::a).error, "");
}

TEST(Engine, ACancelledLoadNeverArrives) {
    engine::Engine e;
    e.load(Side::a, "demo:alias-free-r");
    e.cancel_load(Side::a);
    EXPECT_FALSE(e.load_status(Side::a).loading);
    std::this_thread::sleep_for(500ms);
    EXPECT_EQ(e.model(Side::a), nullptr);
    EXPECT_EQ(e.load_status(Side::a).error, "");
}

TEST(Engine, ClosingAModelLeavesTheOther) {
    engine::Engine e;
    e.load(Side::a, "demo:stylegan2");
    e.load(Side::b, "demo:stylegan2");
    e.request({});
    ASSERT_TRUE(eventually([&] { return e.latest() && e.latest()->frame[0] && e.latest()->frame[1]; }));
    e.unload(Side::a);
    ASSERT_TRUE(eventually([&] { return !e.latest()->frame[0] && e.latest()->frame[1]; }));
}

TEST(Engine, EndsWhileItWorks) {
    for (int i = 0; i < 5; ++i) {
        engine::Engine e;
        e.load(Side::a, "demo:alias-free-t");
        e.load(Side::b, "demo:alias-free-r");
        e.request({});
        std::this_thread::sleep_for(std::chrono::milliseconds(60 * i));
    }
}

TEST(DemoModels, AllOpenAndTheUntrainedOneSaysSo) {
    for (const auto& demo : engine::demo_models()) {
        engine::FrameRenderer r(engine::load_model(demo.name));
        EXPECT_EQ(r.model().info->resolution, 64) << demo.name;
        const auto frame = must_render(r, {});
        EXPECT_GT(frame.stats_all.stddev, 0.1) << demo.name;
        EXPECT_LT(frame.stats_all.max_abs, 5) << demo.name;
    }
    const auto r = engine::open_model("demo:alias-free-r");
    EXPECT_NE(r.label.find("untrained"), std::string::npos);
    EXPECT_THROW(engine::open_model("demo:none"), std::exception);
}

} // namespace unstuck::test
