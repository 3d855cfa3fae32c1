#include "core/engine/graph_player.hpp"
#include "core/latent/seed_w.hpp"

#include "core/engine/frame_renderer.hpp"
#include "cuda/module.h"
#include "tests/support/test_gpu.hpp"

#include <ATen/ATen.h>
#include <functional>
#include <gtest/gtest.h>

namespace unstuck::test {

using engine::GraphPlayer;
using engine::GraphPolicy;
using Step = GraphPolicy::Step;

TEST(GraphPolicy, CapturesAfterTwoEqualRunsAndReplaysUntilSomethingElseIsAsked) {
    GraphPolicy p;
    const auto run = [&](const char* key) {
        EXPECT_EQ(p.next(key), Step::run);
        p.ran();
    };
    run("a");
    run("a");
    EXPECT_EQ(p.next("a"), Step::capture);
    p.captured();
    EXPECT_EQ(p.next("a"), Step::replay);
    EXPECT_EQ(p.next("a"), Step::replay);
    run("b");
    run("a"); // what was captured before is gone
    run("a");
    EXPECT_EQ(p.next("a"), Step::capture);
}

/// Libraries would meet a layer for the first time in the capture.
TEST(GraphPolicy, FramesThatWereAbandonedDoNotCount) {
    GraphPolicy p;
    for (int i = 0; i < 5; ++i) EXPECT_EQ(p.next("a"), Step::run);
    p.ran();
    EXPECT_EQ(p.next("a"), Step::run);
    p.ran();
    EXPECT_EQ(p.next("a"), Step::capture);
}

TEST(GraphPolicy, NeverTriesAgainAfterAFailure) {
    GraphPolicy p;
    for (int i = 0; i < 3; ++i) {
        p.next("a");
        p.ran();
    }
    p.fail("no memory");
    EXPECT_EQ(p.failure(), "no memory");
    for (int i = 0; i < 5; ++i) EXPECT_EQ(p.next("a"), Step::run);
}

namespace {

/// Stands in for the driver's graphs: capturing runs the layers, and a replay is whatever the test says.
struct FakeGraphs {
    int begun = 0, ended = 0, aborted = 0, replayed = 0, destroyed = 0;
    const char *begin_error = nullptr, *end_error = nullptr, *replay_error = nullptr;
    std::function<void()> on_replay;
    int events_captured = 0; ///< Recorded inside a capture: their times could never be read.
};
FakeGraphs* fake = nullptr; // the table's functions have no room for a pointer

unstuck_cuda_functions table_with_fake_graphs() {
    auto t = test_gpu().functions();
    t.graph_begin = [](int, void** graph) -> const char* {
        *graph = fake;
        ++fake->begun;
        return fake->begin_error;
    };
    t.graph_end = [](void*) -> const char* {
        ++fake->ended;
        return fake->end_error;
    };
    t.graph_abort = [](void*) -> const char* {
        ++fake->aborted;
        return nullptr;
    };
    t.graph_replay = [](void*) -> const char* {
        ++fake->replayed;
        if (fake->on_replay) fake->on_replay();
        return fake->replay_error;
    };
    t.event_record = [](void* event) -> const char* {
        fake->events_captured += fake->begun > fake->ended;
        return test_gpu().functions().event_record(event);
    };
    t.graph_destroy = [](void*) { ++fake->destroyed; };
    return t;
}

class Graphs : public ::testing::Test {
  protected:
    void SetUp() override {
        if (on_real_gpu()) GTEST_SKIP() << "drives the emulation";
        fake = &graphs;
    }
    engine::ComputeTarget target() {
        engine::ComputeTarget t;
        t.gpu.emplace(table, at::Device(at::kCPU));
        t.precision = model::Precision::float32;
        t.graphs = true;
        return t;
    }
    engine::LoadedModel load(const char* name = "demo:alias-free-t") {
        engine::LoadOptions options;
        options.target = target();
        return engine::load_model(name, {}, options);
    }

    FakeGraphs graphs;
    unstuck_cuda_functions table = table_with_fake_graphs();
};

engine::Frame must_render(engine::FrameRenderer& r, const engine::FrameRequest& request) {
    auto frame = r.render(request);
    EXPECT_TRUE(frame.has_value());
    EXPECT_EQ(frame->error, "");
    return std::move(*frame);
}

engine::FrameRequest seed(double x) {
    engine::FrameRequest r;
    r.latent.x = x;
    r.want_spectrum = false;
    return r;
}

} // namespace

TEST_F(Graphs, ReplayReadsWhatIsStagedAndKeepsTheActivationsItWasAskedTo) {
    const c10::InferenceMode inference;
    const auto model = load();
    const auto& synthesis = model.generator->synthesis();
    GraphPlayer player(synthesis, true, "");
    model::SynthesisInput input;
    input.style_norm = ops::StyleNorm::per_sample;
    const auto last = synthesis.layers().size() - 1;
    const auto keep = [&](std::size_t i) { return i == 2 || i == last; };
    const auto stage = [&](std::uint32_t s) {
        input.ws = model.generator->truncate(latent::seed_w(*model.generator, s, -1), 1);
        synthesis.stage(input);
    };
    stage(0);
    const auto* where = input.staged->ws.const_data_ptr();
    for (int i = 0; i < 2; ++i) {
        EXPECT_FALSE(player.play(input, "k", keep));
        player.ran();
    }
    EXPECT_TRUE(player.play(input, "k", keep));
    ASSERT_EQ(player.activations().size(), last + 1);
    for (std::size_t i = 0; i <= last; ++i) EXPECT_EQ(player.activations()[i].shown.defined(), keep(i)) << i;
    stage(1);
    EXPECT_EQ(input.staged->ws.const_data_ptr(), where); // the graph goes on reading there
    EXPECT_TRUE(player.play(input, "k", keep));
    EXPECT_EQ(graphs.begun, 1);
    EXPECT_EQ(graphs.replayed, 2);
    EXPECT_FALSE(player.play(input, "other", keep));
}

TEST_F(Graphs, AFailureAnywhereFallsBackToLayerByLayerWithItsReason) {
    for (auto member : {&FakeGraphs::begin_error, &FakeGraphs::end_error, &FakeGraphs::replay_error}) {
        graphs = {};
        graphs.*member = "out of memory";
        engine::FrameRenderer r(load()), plain(engine::load_model("demo:alias-free-t"));
        for (int i = 0; i < 5; ++i) {
            const auto frame = must_render(r, seed(i)), expected = must_render(plain, seed(i));
            EXPECT_FALSE(frame.by_graph);
            EXPECT_EQ(frame.graph_failure, i < 2 ? "" : "out of memory");
            double worst = 0;
            for (std::size_t p = 0; p < expected.image.pixels.size(); ++p)
                worst = std::max(
                    worst, std::abs(static_cast<double>(frame.image.host_pixels()[p]) - expected.image.pixels[p]));
            EXPECT_LE(worst, 2e-5);
        }
        EXPECT_EQ(graphs.begun, 1);
        EXPECT_EQ(graphs.aborted + graphs.destroyed, graphs.begun) << "a graph is left over";
    }
}

TEST_F(Graphs, AChangeAfterAReplayRunsOnFromTheGraphsActivations) {
    engine::FrameRenderer r(load()), plain(engine::load_model("demo:alias-free-t"));
    auto request = seed(0);
    request.latent.mix = true;
    for (int i = 0; i < 3; ++i) {
        request.latent.x = 2 - i; // ends at seed 0: what the fake captured is what its replay shows
        must_render(r, request);
    }
    request.latent.mix_rows = 1u << 5;
    const auto frame = must_render(r, request), expected = must_render(plain, request);
    EXPECT_FALSE(frame.by_graph);
    EXPECT_LT(frame.layers_run, static_cast<int>(frame.times.size()));
    EXPECT_GT(frame.layers_run, 0);
    for (std::size_t p = 0; p < expected.image.pixels.size(); ++p)
        ASSERT_NEAR(frame.image.host_pixels()[p], expected.image.pixels[p], 2e-5);
}

TEST_F(Graphs, AskingForLayerTimesRunsLayerByLayer) {
    engine::FrameRenderer r(load());
    for (int i = 0; i < 4; ++i) must_render(r, seed(i));
    auto request = seed(7);
    request.want_layer_times = true;
    const auto frame = must_render(r, request);
    EXPECT_FALSE(frame.by_graph);
    double sum = 0;
    for (const auto& t : frame.times) sum += t.ms;
    EXPECT_GT(sum, 0);
    EXPECT_LE(sum, frame.total_ms);
    request.latent.x = 8;
    request.want_layer_times = false;
    EXPECT_TRUE(must_render(r, request).by_graph);
}

TEST_F(Graphs, ATimedFrameThatWasAbandonedLeavesNoClockInTheGraph) {
    engine::FrameRenderer r(load());
    for (int i = 0; i < 2; ++i) must_render(r, seed(i));
    auto timed = seed(2);
    timed.want_layer_times = true;
    int calls = 0;
    EXPECT_FALSE(r.render(timed, [&] { return ++calls == 4; }).has_value());
    EXPECT_TRUE(must_render(r, seed(3)).by_graph);
    EXPECT_EQ(graphs.events_captured, 0);
}

TEST_F(Graphs, ASmallBudgetKeepsTheLayerLookedAtAndTheImageAlone) {
    engine::FrameRenderer r(load());
    r.set_cache_budget(1 << 16);
    auto request = seed(0);
    request.layer = "L3_84_40";
    // The first run finds out what all layers need; two more, and the fourth is captured.
    for (int i = 0; i < 5; ++i) {
        request.latent.x = i < 3 ? i : 5;
        const auto frame = must_render(r, request);
        EXPECT_EQ(frame.layer_name, "L3_84_40");
        EXPECT_FALSE(frame.layer.empty());
    }
    EXPECT_EQ(graphs.begun, 1);
    request.layer = "L1_36_40";
    const auto other = must_render(r, request); // its activation was let go: it runs again
    EXPECT_EQ(other.error, "");
    EXPECT_FALSE(other.by_graph);
}

} // namespace unstuck::test
