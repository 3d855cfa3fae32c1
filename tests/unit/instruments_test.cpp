#include "core/engine/instruments.hpp"

#include "core/engine/frame_renderer.hpp"
#include "core/engine/measure_model.hpp"
#include "core/engine/model_source.hpp"
#include "core/measure/reading.hpp"
#include "core/model/edit_presets.hpp"
#include "core/model/matrix.hpp"

#include <chrono>
#include <cmath>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <thread>

namespace unstuck::test {

using engine::kSides;
using engine::Side;
using JobState = engine::JobStatus::State;
using measure::ReadingState;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<const engine::LoadedModel> demo(const char* name) {
    return std::make_shared<const engine::LoadedModel>(engine::load_model(name));
}

/// The demo pair: StyleGAN2 as A, alias-free as B. Loaded once: a test program that measures all day would be slow.
engine::Subjects demo_pair() {
    static const std::array models = {demo("demo:stylegan2"), demo("demo:alias-free-t")};
    return engine::subjects_of({}, models);
}

/// Measures to the end.
template <class Settings>
engine::Run<Settings> measured(const engine::Subjects& subjects, const Settings& settings) {
    engine::JobQueue queue;
    auto run = engine::start(queue, subjects, settings);
    while (!queue.idle()) std::this_thread::sleep_for(2ms);
    const auto status = queue.status(engine::job_key<Settings>());
    EXPECT_EQ(status.state, JobState::done) << status.error;
    return run;
}

/// What the command line's measurement of one latent says, the latent being seed 7 with noise of seed 7.
double command_line_db(const char* model, engine::Quantity quantity) {
    engine::MeasureRequest request;
    request.model = model;
    request.quantity = quantity;
    request.samples = 2;
    request.seed = 7;
    request.threads = 1;
    return engine::measure_model(request).values.front().value.value();
}

/// How far row `row` of a scan is shifted against its middle row: the whole number of samples that fits best.
int best_shift(const engine::Image& scan, int row, int most) {
    int best = 0;
    double least = 1e300;
    for (int shift = -most; shift <= most; ++shift) {
        double error = 0;
        for (int c = 0; c < scan.channels; ++c)
            for (int x = most; x < scan.width - most; ++x)
                error += std::pow(scan.at(c, x + shift, row) - scan.at(c, x, scan.height / 2), 2);
        if (error < least) least = error, best = shift;
    }
    return best;
}

} // namespace

TEST(Instruments, RankTheDemoPairAsTheirDesignSays) {
    const auto eq = measured(demo_pair(), engine::EqSettings{.samples = 4, .metrics = {true, true, false}});
    for (const auto metric : {engine::EqMetric::translation, engine::EqMetric::fractional}) {
        const auto i = static_cast<std::size_t>(metric);
        const auto& a = eq.result(Side::a)->reading[i];
        const auto& b = eq.result(Side::b)->reading[i];
        EXPECT_EQ(a.samples, 4);
        ASSERT_TRUE(a.interval && b.interval);
        EXPECT_LE(a.interval->low, a.db);
        EXPECT_LE(a.db, a.interval->high);
        EXPECT_GT(b.db, a.db + 10) << "metric " << i;
    }
    const auto sticking = measured(demo_pair(), engine::StickingSettings{.views = 12});
    const auto a = sticking.result(Side::a), b = sticking.result(Side::b);
    EXPECT_EQ(a->state, ReadingState::measured);
    EXPECT_EQ(a->views, 12);
    EXPECT_DOUBLE_EQ(a->floor, 1.0 / 12);
    EXPECT_EQ(a->history.size(), 12u);
    EXPECT_EQ(a->history.back(), a->index);
    EXPECT_GT(a->index, b->index + 0.1);
}

TEST(Instruments, GiveTheNumbersOfTheCommandLineForTheSameDraws) {
    const auto subjects = demo_pair();
    const auto run = measured(subjects, engine::EqSettings{.samples = 2, .seed = 7, .fresh_latents = true});
    constexpr std::array quantities = {engine::Quantity::eqt, engine::Quantity::eqt_fractional, engine::Quantity::eqr};
    for (auto side : kSides)
        for (std::size_t i = 0; i < quantities.size(); ++i)
            EXPECT_NEAR(run.result(side)->reading[i].db,
                        command_line_db(subjects[index(side)].model->info->source.c_str(), quantities[i]), 1e-3);
}

TEST(Instruments, KeepThePicturesOfTheLastSample) {
    const auto run = measured(demo_pair(), engine::EqSettings{.samples = 1, .pictures = engine::EqMetric::fractional});
    const auto& p = *run.result(Side::b)->pictures;
    EXPECT_EQ(p.metric, engine::EqMetric::fractional);
    EXPECT_EQ(p.mask.channels, 1);
    double error = 0, counted = 0;
    for (int y = 0; y < p.moved.height; ++y)
        for (int x = 0; x < p.moved.width; ++x)
            for (int c = 0; c < p.moved.channels; ++c) {
                const double d = (p.moved.at(c, x, y) - p.reference.at(c, x, y)) * p.mask.at(0, x, y);
                EXPECT_NEAR(p.error.at(c, x, y), d, 1e-6);
                error += d * d;
                counted += p.mask.at(0, x, y);
            }
    const double db = 20 * std::log10(2.0) - 10 * std::log10(error / counted);
    EXPECT_NEAR(run.result(Side::b)->reading[1].db, db, 1e-3);
}

TEST(Instruments, MeasureOnlyWhatIsAskedAndOnlyTheModelsThereAre) {
    auto subjects = demo_pair();
    subjects[0].model.reset();
    const auto run = measured(subjects, engine::EqSettings{.samples = 1, .metrics = {false, true, false}});
    EXPECT_EQ(run.result(Side::a), nullptr);
    const auto b = run.result(Side::b);
    EXPECT_EQ(b->reading[0].state, ReadingState::nothing);
    EXPECT_EQ(b->reading[1].state, ReadingState::measured);
    EXPECT_EQ(b->pictures, nullptr); // of a metric that is not measured
}

TEST(Instruments, SayWhichLayerBreaksEquivariance) {
    const auto subjects = demo_pair();
    const auto run = measured(subjects, engine::LayersSettings{.samples = 2});
    for (auto side : kSides) {
        const auto& layers = run.result(side)->layers;
        const auto& expected = subjects[index(side)].model->info->layers;
        ASSERT_EQ(layers.size(), expected.size());
        for (std::size_t i = 0; i < layers.size(); ++i) EXPECT_EQ(layers[i].layer, expected[i].name);
    }
    EXPECT_GT(run.result(Side::b)->layers.back().reading.db, run.result(Side::a)->layers.back().reading.db + 10);
    // The Fourier features move as the content does, but for the interpolation that moves the reference.
    EXPECT_GT(run.result(Side::b)->layers.front().reading.db, 30);
}

TEST(Instruments, GiveTheAliasingOfTheCommandLineForTheSameSeedsAndEdits) {
    auto subjects = demo_pair();
    engine::MeasureRequest request;
    request.quantity = engine::Quantity::aliasing;
    request.samples = 2;
    request.seed = 7;
    request.threads = 1;
    request.edits.layers["all"].slope = 0.5;
    for (auto& s : subjects) s.edits = model::edits_for(request.edits, s.model->info->sampling);
    const auto run = measured(subjects, engine::AliasingSettings{.samples = 2, .seed = 7});
    for (auto side : kSides) {
        request.model = subjects[index(side)].model->info->source;
        const auto expected = engine::measure_model(request).values;
        std::size_t i = 0;
        for (const auto& l : run.result(side)->layers) {
            const bool measured = l.reading.state == ReadingState::measured;
            EXPECT_EQ(l.difference.db.empty(), !measured) << l.layer;
            if (!l.applies) continue;
            ASSERT_LT(i, expected.size());
            const auto& e = expected[i++];
            EXPECT_EQ(l.layer, e.name);
            EXPECT_EQ(measured, l.layer != "b4.conv1"); // all of it is border
            ASSERT_EQ(measured, e.value.has_value());
            if (!measured) continue;
            EXPECT_NEAR(l.reading.db, *e.value, 1e-2) << l.layer;
            ASSERT_TRUE(l.reading.interval && e.ci95);
            EXPECT_NEAR(l.reading.interval->low, (*e.ci95)[0], 1e-2);
            EXPECT_NEAR(l.reading.interval->high, (*e.ci95)[1], 1e-2);
            EXPECT_LE(l.reading.interval->low, l.reading.db);
        }
        EXPECT_EQ(i, expected.size());
    }
}

TEST(Instruments, SeeThatANonlinearityWithoutOversamplingAliases) {
    auto subjects = demo_pair();
    subjects[0] = subjects[1];
    model::Edits all;
    all.layers["all"].oversampling = 1;
    subjects[1].edits = model::edits_for(all, subjects[1].model->info->sampling);
    const auto run = measured(subjects, engine::AliasingSettings{.fresh_latents = false});
    EXPECT_EQ(run.result(Side::a)->samples, 1); // one latent, one sample
    int counted = 0, worse = 0;
    const auto &stock = run.result(Side::a)->layers, &edited = run.result(Side::b)->layers;
    ASSERT_EQ(stock.size(), edited.size());
    for (std::size_t i = 0; i < stock.size(); ++i) {
        if (!stock[i].applies) continue;
        ++counted;
        worse += edited[i].reading.db > stock[i].reading.db;
        EXPECT_LT(stock[i].reading.db, 0) << stock[i].layer;
    }
    EXPECT_EQ(counted, static_cast<int>(stock.size()) - 3); // neither the input nor ToRGB nor the output
    EXPECT_GT(worse, counted * 2 / 3);
}

TEST(Instruments, MeasureEveryStepOfTheLadder) {
    auto subjects = demo_pair();
    subjects[0].model.reset();
    engine::LadderSettings settings{.samples = 2, .rotation = true, .rotation_samples = 1, .seed = 3};
    settings.sticking = true;
    settings.views = 3;
    const auto run = measured(subjects, settings);
    const auto steps = model::aliasing_ladder(subjects[1].model->info->sampling);
    const auto& rungs = run.result(Side::b)->rungs;
    ASSERT_EQ(rungs.size(), steps.size());
    for (std::size_t i = 0; i < rungs.size(); ++i) { // each as if its edits were measured alone
        if (i % 3 != 0) continue;
        auto edited = subjects;
        edited[1].edits = steps[i].edits;
        const auto alone = measured(
            edited,
            engine::EqSettings{.samples = 2, .seed = 3, .fresh_latents = true, .metrics = {false, true, false}});
        const auto turned = measured(
            edited,
            engine::EqSettings{.samples = 1, .seed = 3, .fresh_latents = true, .metrics = {false, false, true}});
        EXPECT_EQ(rungs[i].fractional.db, alone.result(Side::b)->reading[1].db) << i;
        EXPECT_EQ(rungs[i].rotation.db, turned.result(Side::b)->reading[2].db) << i;
        EXPECT_TRUE(rungs[i].fractional.interval);
        edited[1].latent.x = 3;
        const auto sticking = measured(edited, engine::StickingSettings{.views = 3, .seed = 3});
        ASSERT_TRUE(rungs[i].sticking);
        EXPECT_EQ(rungs[i].sticking->index, sticking.result(Side::b)->index) << i;
    }
    EXPECT_LT(rungs.back().fractional.db, rungs.front().fractional.db - 5); // without all measures
}

TEST(Instruments, AreOutdatedOnlyByWhatTheyLookAt) {
    const auto subjects = demo_pair();
    auto elsewhere = subjects, edited = subjects, other = subjects;
    for (auto& s : elsewhere) s.latent.x = 4;
    edited[1].edits.layers["L2_52_40"].slope = 1;
    other[1].model = subjects[0].model;
    const auto of = [&](const auto& settings, const engine::Subjects& now) {
        return engine::relevant(subjects, settings) == engine::relevant(now, settings);
    };
    EXPECT_TRUE(of(engine::LadderSettings{}, elsewhere) && of(engine::LadderSettings{}, edited));
    EXPECT_TRUE(of(engine::AliasingSettings{}, elsewhere));
    EXPECT_TRUE(of(engine::EqSettings{.fresh_latents = true}, elsewhere));
    EXPECT_FALSE(of(engine::AliasingSettings{.fresh_latents = false}, elsewhere));
    EXPECT_FALSE(of(engine::EqSettings{}, elsewhere) || of(engine::StickingSettings{}, elsewhere));
    EXPECT_FALSE(of(engine::AliasingSettings{}, edited) || of(engine::LayersSettings{}, edited));
    EXPECT_FALSE(of(engine::LadderSettings{}, other) || of(engine::AliasingSettings{}, other));
}

TEST(Instruments, FillAMapFromCoarseToFine) {
    const auto run = measured(demo_pair(), engine::MapSettings{.cells = 5});
    for (auto side : kSides) {
        const auto map = run.result(side);
        EXPECT_EQ(map->done, 25);
        EXPECT_EQ(map->db.size(), 25u);
        EXPECT_EQ(map->db[12], measure::kMostDb); // nothing was moved: the same picture
        EXPECT_DOUBLE_EQ(map->translation(0), -0.125);
        EXPECT_DOUBLE_EQ(map->translation(2), 0);
        EXPECT_DOUBLE_EQ(map->translation(4), 0.125);
        for (const float db : map->db) EXPECT_GT(db, 0);
    }
    EXPECT_GT(run.result(Side::b)->db[0], run.result(Side::a)->db[0] + 5);
    const auto angles = measured(demo_pair(), engine::AnglesSettings{.angles = 4});
    EXPECT_EQ(angles.result(Side::a)->done, 4);
    for (const double db : angles.result(Side::a)->db) EXPECT_TRUE(std::isfinite(db));
    // Not turned at all: what the operators' two filters leave.
    for (auto side : kSides) EXPECT_GT(angles.result(side)->db[0], 60);
    EXPECT_LT(angles.result(Side::a)->db[1], 40);
}

TEST(Instruments, ShowAnUnfinishedMapByItsNearestCells) {
    engine::MapResult map;
    map.cells = 5;
    const float none = std::nanf("");
    map.db.assign(25, none);
    for (const float f : map.filled()) EXPECT_TRUE(std::isnan(f));
    map.db[0] = 1, map.db[4] = 2, map.db[20] = 3, map.db[24] = 4; // the corners
    const std::vector<float> expected = {1, 1, 2, 2, 2, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4, 3, 3, 4, 4, 4, 3, 3, 4, 4, 4};
    EXPECT_EQ(map.filled(), expected);
    map.db[12] = 5;
    EXPECT_EQ(map.filled()[12], 5);
    EXPECT_EQ(map.filled()[6], 5); // between the corner and the middle: the finer grid's
    EXPECT_EQ(map.filled()[0], 1);
}

TEST(Instruments, AverageOverANeighbourhoodOfNoSizeIsThePicture) {
    const auto subjects = demo_pair();
    const auto run = measured(subjects, engine::AverageSettings{.count = 3, .sigma = 0});
    for (auto side : kSides) {
        const auto r = run.result(side);
        engine::FrameRenderer renderer(*subjects[index(side)].model);
        const auto frame = renderer.render({});
        ASSERT_EQ(r->mean.pixels.size(), frame->image.pixels.size());
        for (std::size_t i = 0; i < r->mean.pixels.size(); ++i)
            ASSERT_NEAR(r->mean.pixels[i], frame->image.pixels[i], 1e-4);
        EXPECT_EQ(r->count, 3);
        EXPECT_LT(r->largest_deviation, 1e-4);
        EXPECT_NEAR(r->detail_left, 1, 1e-4);
    }
}

TEST(Instruments, AverageBlursWhatFollowsTheContent) {
    const auto run = measured(demo_pair(), engine::AverageSettings{.count = 12, .sigma = 0.4});
    const auto a = run.result(Side::a), b = run.result(Side::b);
    EXPECT_EQ(a->deviation.channels, 1);
    EXPECT_GT(a->largest_deviation, 0.01);
    EXPECT_LT(b->detail_left, 1);
    EXPECT_LT(b->detail_left, a->detail_left);
}

TEST(Instruments, ScanOfAMovingPictureMovesAlong) {
    const engine::ScanSettings settings{.amount = 6, .steps = 13};
    const auto run = measured(demo_pair(), settings);
    const auto b = run.result(Side::b);
    EXPECT_EQ(b->rows, 13);
    EXPECT_EQ(b->image.width, 64);
    EXPECT_EQ(b->image.height, 13);
    for (int row = 0; row < 13; ++row) EXPECT_EQ(best_shift(b->image, row, 8), row - 6); // a pixel per row
    // A line across the middle of a still picture is its middle row.
    const auto subjects = demo_pair();
    engine::FrameRenderer renderer(*subjects[1].model);
    const auto frame = renderer.render({});
    for (int x = 0; x < 64; ++x)
        EXPECT_NEAR(b->image.at(0, x, 6), (frame->image.at(0, x, 31) + frame->image.at(0, x, 32)) / 2, 1e-3);
}

TEST(Instruments, ScanTurnsAndWalksToo) {
    auto settings = engine::ScanSettings{.motion = engine::ScanMotion::rotation, .amount = 90, .steps = 3};
    settings.x0 = 0.25, settings.x1 = 0.75;
    const auto turned = measured(demo_pair(), settings);
    EXPECT_EQ(turned.result(Side::a)->image.width, 32);
    settings.motion = engine::ScanMotion::latent;
    settings.amount = 1;
    const auto walked = measured(demo_pair(), settings);
    for (const auto& scan : {turned.result(Side::b), walked.result(Side::b)}) {
        double difference = 0;
        for (int x = 0; x < 32; ++x) difference += std::abs(scan->image.at(0, x, 0) - scan->image.at(0, x, 2));
        EXPECT_GT(difference, 0.5);
    }
}

TEST(Instruments, CancellingLeavesWhatIsThere) {
    engine::JobQueue queue;
    const auto run = engine::start(queue, demo_pair(), engine::MapSettings{.cells = 65});
    const auto cells = [&](Side side) { return run.result(side) ? run.result(side)->done : 0; };
    while (cells(Side::b) < 3) std::this_thread::sleep_for(2ms);
    queue.cancel(engine::job_key<engine::MapSettings>());
    while (!queue.idle()) std::this_thread::sleep_for(2ms);
    EXPECT_EQ(queue.status(engine::job_key<engine::MapSettings>()).state, JobState::cancelled);
    EXPECT_GE(cells(Side::a), 3); // both sides in turns
    EXPECT_LE(std::abs(cells(Side::a) - cells(Side::b)), 1);
    EXPECT_LT(cells(Side::a), 65 * 65);
}

TEST(Instruments, MeasureTheEditedNetwork) {
    auto subjects = demo_pair();
    const auto plain = measured(subjects, engine::StickingSettings{.views = 4});
    model::LayerEdit edit;
    edit.slope = 1; // no nonlinearity there
    for (const auto& l : subjects[1].model->info->layers)
        if (l.name != "input") subjects[1].edits.set(l.name, edit);
    const auto edited = measured(subjects, engine::StickingSettings{.views = 4});
    EXPECT_EQ(plain.result(Side::a)->index, edited.result(Side::a)->index);
    EXPECT_FALSE(plain.is_of(subjects));
    EXPECT_TRUE(edited.is_of(subjects));
}

namespace {

/// Where a pose puts the content, as the scene's forward transform has it.
model::Matrix3 placed_by(const model::LearnedPose& p) {
    const double c = std::cos(p.angle_rad), s = std::sin(p.angle_rad);
    return {c, s, p.tx, -s, c, p.ty, 0, 0, 1};
}

model::Matrix3 product(const model::Matrix3& a, const model::Matrix3& b) {
    model::Matrix3 out{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            for (std::size_t k = 0; k < 3; ++k) out[3 * i + j] += a[3 * i + k] * b[3 * k + j];
    return out;
}

} // namespace

TEST(LearnedPose, IsWhereTheLockedPictureHasToBeMovedToStandAsItDid) {
    engine::FrameRenderer r(engine::load_model("demo:alias-free-t"));
    engine::FrameRequest request;
    request.latent.x = 3;
    const auto free = r.render(request);
    ASSERT_TRUE(free && free->pose);
    request.latent.lock_pose = true;
    const auto locked = r.render(request);
    ASSERT_TRUE(locked && locked->pose);
    const auto& pose = *free->pose;
    EXPECT_GT(std::hypot(pose.tx - locked->pose->tx, pose.ty - locked->pose->ty), 1e-4);
    request.forward = product(placed_by(pose), model::inverse(placed_by(*locked->pose)));
    const auto moved = r.render(request);
    double worst = 0, different = 0;
    for (std::size_t i = 0; i < free->image.pixels.size(); ++i) {
        worst = std::max<double>(worst, std::abs(moved->image.pixels[i] - free->image.pixels[i]));
        different = std::max<double>(different, std::abs(locked->image.pixels[i] - free->image.pixels[i]));
    }
    EXPECT_LT(worst, 2e-3);
    EXPECT_GT(different, 20 * worst);
    request.latent.x = 4; // another w, the same pose
    const auto next = r.render(request);
    EXPECT_EQ(next->pose->angle_rad, locked->pose->angle_rad);
    EXPECT_EQ(next->pose->tx, locked->pose->tx);
    engine::FrameRenderer untrained(engine::load_model("demo:alias-free-r")); // draws none yet
    EXPECT_EQ(untrained.render({})->pose->angle_rad, 0);
    engine::FrameRenderer none(engine::load_model("demo:stylegan2"));
    EXPECT_FALSE(none.render({})->pose.has_value());
}

TEST(LearnedPose, ALockIsPartOfTheScene) {
    engine::Scene scene;
    scene.latent.lock_pose = true;
    EXPECT_FALSE(engine::same_render(scene, {}));
    EXPECT_EQ(engine::scene_from_json(engine::to_json(scene)), scene);
}

TEST(NumberGuard, NamesTheFirstLayerOnTheProcessorAlsoFromTheCache) {
    auto checkpoint = engine::open_model("demo:alias-free-t");
    std::string name;
    for (const auto& [key, data] : checkpoint.tensors)
        if (key.starts_with("synthesis.L4_") && key.ends_with(".bias") && key.find("affine") == std::string::npos)
            name = key;
    ASSERT_FALSE(name.empty());
    auto broken = model::to_tensor(checkpoint.tensors.at(name), at::kFloat).clone();
    broken[3] = std::nanf("");
    checkpoint.tensors[name] = model::to_tensor_data(broken);
    auto loaded = engine::load_model("demo:alias-free-t");
    loaded.generator = model::Generator::build(checkpoint);
    engine::FrameRenderer r(loaded);
    for (int i = 0; i < 2; ++i) {
        const auto frame = r.render({});
        ASSERT_TRUE(frame && frame->error.empty());
        EXPECT_EQ(frame->layers_run > 0, i == 0);
        EXPECT_TRUE(frame->guard.first_bad_layer.starts_with("L4_")) << frame->guard.first_bad_layer;
        std::int64_t sum = 0;
        bool after = false;
        for (const auto& t : frame->times) {
            if (t.name.starts_with("L4_")) { // one channel of many
                after = true;
                const auto& layer = loaded.info->layers[static_cast<std::size_t>(&t - frame->times.data())];
                EXPECT_EQ(t.not_finite, static_cast<std::int64_t>(layer.width) * layer.height);
            } else
                EXPECT_EQ(t.not_finite > 0, after) << t.name;
            sum += t.not_finite;
        }
        EXPECT_EQ(frame->guard.not_finite, sum);
    }
    engine::FrameRenderer good(engine::load_model("demo:stylegan2"));
    EXPECT_EQ(good.render({})->guard.first_bad_layer, "");
    EXPECT_EQ(good.render({})->guard.not_finite, 0);
}

TEST(Instruments, RefuseNumbersThatCannotBe) {
    engine::JobQueue queue;
    engine::start(queue, demo_pair(), engine::MapSettings{.cells = 6});
    while (!queue.idle()) std::this_thread::sleep_for(2ms);
    const auto status = queue.status(engine::job_key<engine::MapSettings>());
    EXPECT_EQ(status.state, JobState::failed);
    EXPECT_NE(status.error.find("cells per side"), std::string::npos);
    auto only_a = demo_pair();
    only_a[1].model.reset();
    engine::start(queue, only_a, engine::LadderSettings{});
    while (!queue.idle()) std::this_thread::sleep_for(2ms);
    EXPECT_NE(queue.status(engine::job_key<engine::LadderSettings>()).error.find("alias-free"), std::string::npos);
}

} // namespace unstuck::test
