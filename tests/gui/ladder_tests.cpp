// The filter lab's ladder, measured on the model that is open.
#include "tests/gui/harness.hpp"

#include "core/model/edit_presets.hpp"

namespace unstuck::test {

using engine::Side;
using JobState = engine::JobStatus::State;

namespace {

constexpr int kPatience = 200; ///< Seconds: work of the lowest priority gets little of a busy machine.
constexpr const char* kMeasure = "results/Ladder/###measure";

app::LadderState& open_ladder(ImGuiTestContext* ctx) {
    auto& h = harness(ctx);
    h.reset(ctx);
    h.app->ui().filter = {};
    ctx->WindowFocus("//Filter");
    ctx->Yield(3);
    ctx->SetRef(ctx->WindowInfo("//Filter/results").ID); // a window of its own
    ctx->ItemClick("results/Ladder");
    ctx->Yield(2);
    return h.app->ui().ladder;
}

void close_ladder(ImGuiTestContext* ctx) {
    ctx->ItemClick("results/Response");
    ctx->WindowFocus("//Spectrum");
}

bool idle(Harness& h) { return h.app->jobs().idle(); }
JobState state(Harness& h) { return h.app->jobs().status(engine::job_key<engine::LadderSettings>()).state; }

} // namespace

void register_ladder_tests(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "ladder", "its_steps_are_measured_one_after_the_other", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        auto& ladder = open_ladder(ctx);
        const auto steps = model::aliasing_ladder(h.app->engine().model(Side::b)->sampling);
        ladder.settings.samples = 2;
        ctx->ItemClick(kMeasure);
        const auto& run = ladder.run[1];
        h.wait(
            ctx, [&] { return idle(h) && run.result(Side::b); }, kPatience);
        IM_CHECK(state(h) == JobState::done);
        IM_CHECK(!run.result(Side::a));
        const auto& rungs = run.result(Side::b)->rungs;
        IM_CHECK_EQ(rungs.size(), steps.size());
        for (const auto& rung : rungs) {
            IM_CHECK_EQ(static_cast<int>(rung.fractional.samples), 2);
            IM_CHECK(rung.rotation.state == measure::ReadingState::nothing); // not asked for
            IM_CHECK(!rung.sticking);
        }
        IM_CHECK_GT(rungs.front().fractional.db, rungs.back().fractional.db);
        IM_CHECK(h.app->scene().edits[1].empty()); // the scene is left alone
        ImGui::SetClipboardText("");
        ctx->ItemClick("results/Ladder/Copy CSV");
        const std::string text = ImGui::GetClipboardText();
        IM_CHECK(text.starts_with("step,published configuration,published FID,"));
        IM_CHECK_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), 1 + steps.size());
        close_ladder(ctx);
    });
    add_test(e, h, "ladder", "cancelling_keeps_the_steps_that_are_there", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        auto& ladder = open_ladder(ctx);
        ladder.settings.samples = 200;
        ladder.settings.rotation = true;
        ctx->ItemClick(kMeasure);
        const auto& run = ladder.run[1];
        h.wait(
            ctx, [&] { return run.result(Side::b) != nullptr; }, kPatience);
        ctx->ItemClick(kMeasure);
        h.wait(
            ctx, [&] { return idle(h); }, kPatience);
        IM_CHECK(state(h) == JobState::cancelled);
        const auto kept = run.result(Side::b);
        IM_CHECK_GE(static_cast<int>(kept->rungs.front().fractional.samples), 1);
        IM_CHECK(kept->rungs.back().rotation.state == measure::ReadingState::nothing);
        ctx->Yield(5);
        IM_CHECK(run.result(Side::b) == kept);
        close_ladder(ctx);
    });
    add_test(e, h, "ladder", "options_switch_the_dear_ones_on", [](ImGuiTestContext* ctx) {
        auto& ladder = open_ladder(ctx);
        IM_CHECK(!ladder.settings.rotation && !ladder.settings.sticking);
        ctx->ItemClick("results/Ladder/Options");
        ctx->ItemClick("//$FOCUSED/EQ-R/##value");
        ctx->ItemClick("//$FOCUSED/sticking/##value");
        ctx->ItemInputValue("//$FOCUSED/samples/##value", 3);
        IM_CHECK(ladder.settings.rotation && ladder.settings.sticking);
        IM_CHECK_EQ(ladder.settings.samples, 3);
        ctx->PopupCloseAll();
        close_ladder(ctx);
    });
    add_test(e, h, "ladder", "another_model_makes_it_outdated", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        auto& ladder = open_ladder(ctx);
        ladder.settings.samples = 1;
        ctx->ItemClick(kMeasure);
        h.wait(
            ctx, [&] { return idle(h) && ladder.run[1].result(Side::b); }, kPatience);
        const auto current = [&] {
            engine::Subjects now;
            now[1].model = h.app->engine().loaded(Side::b);
            return ladder.run[1].is_of(now);
        };
        IM_CHECK(current());
        h.app->scene().latent.x = 3; // is of no matter
        h.settle(ctx);
        IM_CHECK(current());
        h.app->open(Side::b, "demo:alias-free-r");
        h.wait(ctx, [&] { return h.app->engine().model(Side::b)->source == "demo:alias-free-r"; });
        ctx->Yield(3);
        IM_CHECK(!current());
        h.reset(ctx);
        close_ladder(ctx);
    });
}

} // namespace unstuck::test
