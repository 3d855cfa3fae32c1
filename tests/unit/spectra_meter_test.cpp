#include "core/engine/frame_renderer.hpp"
#include "core/engine/instruments.hpp"
#include "core/engine/model_source.hpp"
#include "core/model/generator.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <thread>

namespace unstuck::test {

using engine::Side;
using JobState = engine::JobStatus::State;
using namespace std::chrono_literals;

namespace {

engine::Subjects only_alias_free(const engine::Scene& scene = {}) {
    static const auto model = std::make_shared<const engine::LoadedModel>(engine::load_model("demo:alias-free-t"));
    return engine::over_seeds(engine::subjects_of(scene, {nullptr, model}));
}

/// Runs to the end, whatever that is.
engine::JobStatus finish(const engine::Subjects& subjects, const engine::SpectraSettings& settings,
                         engine::Run<engine::SpectraSettings>& run) {
    engine::JobQueue queue;
    run = engine::start(queue, subjects, settings);
    while (!queue.idle()) std::this_thread::sleep_for(2ms);
    return queue.status(engine::job_key<engine::SpectraSettings>());
}

/// The average of a finished run.
std::shared_ptr<const engine::SpectraResult> measured(const engine::Subjects& subjects, int seeds,
                                                      std::uint32_t first_seed = 0) {
    engine::Run<engine::SpectraSettings> run;
    const auto status = finish(subjects, {seeds, first_seed, 8}, run);
    EXPECT_EQ(status.state, JobState::done) << status.error;
    EXPECT_FALSE(run.result(Side::a));
    return run.result(Side::b);
}

} // namespace

TEST(SpectraMeter, IsTheAverageOverItsSeedsAtTheScenesPsi) {
    engine::Scene scene;
    scene.latent.psi = 0.5;
    const auto subjects = only_alias_free(scene);
    const auto got = measured(subjects, 2, 7);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->seeds, 2);

    const auto& g = *subjects[1].model->generator;
    engine::LayerSpectra expected(g.synthesis().layers());
    model::SynthesisInput base;
    base.style_norm = ops::StyleNorm::per_sample;
    for (const std::uint32_t seed : {7u, 8u}) expected.add(g, base, {seed, 0.5, -1, -1});
    const auto layers = expected.snapshot();
    ASSERT_EQ(got->layers.size(), layers.size());
    for (std::size_t i = 0; i < layers.size(); ++i) {
        EXPECT_EQ(got->layers[i].layer.name, layers[i].layer.name);
        ASSERT_EQ(got->layers[i].radial.db.size(), layers[i].radial.db.size());
        for (std::size_t k = 0; k < layers[i].radial.db.size(); ++k) // one thread sums in another order than two
            EXPECT_NEAR(got->layers[i].radial.db[k], layers[i].radial.db[k], 0.01) << layers[i].layer.name << k;
    }
}

TEST(SpectraMeter, IsOutdatedByPsiAndEditsButNotByTheSeedThatIsLookedAt) {
    engine::Scene scene;
    const auto before = only_alias_free(scene);
    scene.latent.x = 12.5;
    scene.latent.mix = scene.latent.lock_pose = true;
    scene.latent.walk.seeds = {1, 2};
    EXPECT_EQ(only_alias_free(scene), before);
    scene.latent.psi = 0.7;
    EXPECT_NE(only_alias_free(scene), before);
    scene.latent.psi = 1;
    scene.latent.class_index = 1;
    EXPECT_NE(only_alias_free(scene), before);
}

TEST(SpectraMeter, ShowsWhatAnEditLetsThrough) {
    engine::Scene scene;
    const auto name = only_alias_free()[1].model->info->layers[3].name;
    const auto subjects = only_alias_free();
    auto edited = subjects;
    edited[1].edits.layers[name].critical = true; // both filters pass everything up to s/2
    const auto before = measured(subjects, 1), after = measured(edited, 1);
    ASSERT_TRUE(before && after);
    ASSERT_EQ(before->layers[3].layer.name, name);
    ASSERT_TRUE(before->layers[3].beyond_cutoff && after->layers[3].beyond_cutoff);
    EXPECT_GT(after->layers[3].beyond_cutoff->mean, 2 * before->layers[3].beyond_cutoff->mean);
    EXPECT_EQ(after->layers[2].radial.db, before->layers[2].radial.db) << "layers before it are as they were";
}

TEST(SpectraMeter, NamesTheSetsOfARun) {
    engine::Run<engine::SpectraSettings> run;
    for (const auto& set : engine::spectra_of(run)) EXPECT_TRUE(set.layers.empty());
    auto subjects = only_alias_free();
    subjects[1].edits.layers[subjects[1].model->info->layers[1].name].slope = 0.5;
    ASSERT_EQ(finish(subjects, {1, 0, 8}, run).state, JobState::done);
    const auto sets = engine::spectra_of(run);
    ASSERT_EQ(sets.size(), 2u);
    EXPECT_TRUE(sets[0].layers.empty());
    EXPECT_EQ(sets[1].source, "demo:alias-free-t");
    EXPECT_EQ(sets[1].title, subjects[1].model->info->title + " (edited)");
    EXPECT_EQ(sets[1].layers.size(), subjects[1].model->info->layers.size());
}

TEST(SpectraMeter, RefusesNumbersThatCannotBe) {
    engine::Run<engine::SpectraSettings> run;
    EXPECT_EQ(finish(only_alias_free(), {0, 0, 8}, run).error, "spectra: at least 1 seed");
    EXPECT_EQ(finish(only_alias_free(), {1, 0, -1}, run).error, "spectra: beta is 0 to 50");
    EXPECT_FALSE(run.result(Side::b));
}

} // namespace unstuck::test
