// The Instruments tab: measuring in the background while the window goes on.
#include "tests/gui/harness.hpp"

#include "app/panels/instruments_panel.hpp"
#include "app/panels/panels.hpp"
#include "core/measure/reading.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <imgui_internal.h>
#include <implot.h>
#include <implot_internal.h>

namespace unstuck::test {

using engine::Side;
using JobState = engine::JobStatus::State;

namespace {

constexpr int kPatience = 200; ///< Seconds: work of the lowest priority gets little of a busy machine.
constexpr const char* kRun = "//Instruments/**/###run";

/// A still scene of the demo pair with that instrument in front.
void open_instrument(ImGuiTestContext* ctx, const char* name) {
    auto& h = harness(ctx);
    h.reset(ctx);
    h.app->ui().bring_to_front = "Instruments";
    ctx->Yield(3);
    ctx->ItemClick(("//Instruments/**/" + std::string(name)).c_str());
    ctx->Yield(2);
    IM_CHECK_STR_EQ(app::kInstruments[h.app->ui().instruments.shown].name, name);
}

/// Starts it, waits for a first result of both sides, cancels, and sees that the result stays.
template <class Settings>
void start_and_cancel(ImGuiTestContext* ctx, app::Instrument<Settings>& it) {
    auto& h = harness(ctx);
    const auto* key = engine::job_key<Settings>();
    IM_CHECK(!it.run.result(Side::a));
    ctx->ItemClick(kRun);
    h.wait(
        ctx, [&] { return it.run.result(Side::a) && it.run.result(Side::b); }, kPatience);
    if (!h.app->jobs().status(key).over()) ctx->ItemClick(kRun);
    h.wait(
        ctx, [&] { return h.app->jobs().idle(); }, kPatience);
    const auto state = h.app->jobs().status(key).state;
    IM_CHECK(state == JobState::cancelled || state == JobState::done);
    IM_CHECK(it.run.result(Side::a) && it.run.result(Side::b));
    const auto kept = it.run.result(Side::a);
    ctx->Yield(5);
    IM_CHECK(it.run.result(Side::a) == kept);
}

/// Runs it to its end.
template <class Settings>
void run_to_end(ImGuiTestContext* ctx, const app::Instrument<Settings>& it) {
    auto& h = harness(ctx);
    ctx->ItemClick(kRun);
    h.wait(
        ctx, [&] { return h.app->jobs().idle() && it.run.result(Side::b); }, kPatience);
    IM_CHECK(h.app->jobs().status(engine::job_key<Settings>()).state == JobState::done);
    ctx->Yield(2);
}

/// A side's picture as the window shows it: RGB of its canvas's rows.
std::vector<std::uint8_t> canvas_pixels(ImGuiTestContext* ctx, Side side) {
    auto& h = harness(ctx);
    ctx->MouseMoveToPos({1, 1}); // no read-out of the pixel under the mouse
    h.keep_pixels = true;
    ctx->Yield(3);
    h.keep_pixels = false;
    const auto c = h.canvas(side);
    std::vector<std::uint8_t> out;
    for (int y = static_cast<int>(c[1]); y < static_cast<int>(c[1] + c[3]); ++y) {
        const auto row = h.pixels.begin() + (static_cast<std::ptrdiff_t>(y) * h.width + static_cast<int>(c[0])) * 3;
        out.insert(out.end(), row, row + static_cast<int>(c[2]) * 3);
    }
    return out;
}

/// Where a value of a plot is on the screen.
ImVec2 plot_position(ImGuiTestContext* ctx, const char* name, double x, double y) {
    for (auto* w : ImGui::GetCurrentContext()->Windows) {
        if (!std::string(w->Name).starts_with("Instruments/instrument_")) continue;
        const auto scope = w->GetID(static_cast<int>(harness(ctx).app->ui().instruments.shown));
        if (auto* plot = ImPlot::GetCurrentContext()->Plots.GetByKey(ImHashStr(name, 0, scope)))
            return {plot->Axes[ImAxis_X1].PlotToPixels(x), plot->Axes[ImAxis_Y1].PlotToPixels(y)};
    }
    return {-1, -1};
}

} // namespace

void register_instrument_tests(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "instruments", "each_starts_shows_and_cancels", [](ImGuiTestContext* ctx) {
        auto& it = harness(ctx).app->ui().instruments;
        open_instrument(ctx, "Equivariance");
        it.equivariance.settings.samples = 1000;
        start_and_cancel(ctx, it.equivariance);
        IM_CHECK_GT(it.equivariance.run.result(Side::b)->reading[0].db,
                    it.equivariance.run.result(Side::a)->reading[0].db);
        open_instrument(ctx, "Sticking");
        it.sticking.settings.views = 256;
        start_and_cancel(ctx, it.sticking);
        open_instrument(ctx, "Layers");
        it.layers.settings.samples = 200;
        start_and_cancel(ctx, it.layers);
        ctx->ItemClick("//Instruments/**/aliasing");
        it.aliasing.settings.samples = 200;
        start_and_cancel(ctx, it.aliasing);
        open_instrument(ctx, "Translation map");
        it.map.settings.cells = 65;
        start_and_cancel(ctx, it.map);
        open_instrument(ctx, "Rotation map");
        start_and_cancel(ctx, it.angles);
        open_instrument(ctx, "Average");
        it.average.settings.count = 1024;
        start_and_cancel(ctx, it.average);
        open_instrument(ctx, "Slit-scan");
        it.scan.settings.steps = 512;
        start_and_cancel(ctx, it.scan);
    });
    add_test(e, h, "instruments", "numbers_of_the_picture_are_listed_layer_by_layer", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_instrument(ctx, "Numbers");
        IM_CHECK(h.frame(Side::a).guard.first_bad_layer.empty());
        ImGui::SetClipboardText("");
        ctx->ItemClick("//Instruments/**/Copy CSV");
        const std::string text = ImGui::GetClipboardText();
        IM_CHECK(text.starts_with("side,layer,not finite,clamped\r\n"));
        std::size_t layers = 1;
        for (auto side : engine::kSides) layers += h.frame(side).times.size();
        IM_CHECK_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), layers);
        // What the clamp cuts off is counted on request.
        auto& it = h.app->ui().instruments.clamps;
        it = {};
        h.app->scene().edits[1].layers["L3_84_40"].clamp = 0.5;
        h.settle(ctx);
        run_to_end(ctx, it);
        const auto& counted = it.run.result(Side::b)->clamped;
        const auto& times = h.frame(Side::b).times;
        IM_CHECK_EQ(counted.size(), times.size());
        for (std::size_t i = 0; i < times.size(); ++i) IM_CHECK_EQ(counted[i] > 0, times[i].name == "L3_84_40");
        h.app->scene().edits[1] = {};
        h.settle(ctx);
        IM_CHECK(it.run.settings == it.settings); // the scene's transform, which has not changed
    });
    add_test(e, h, "instruments", "a_locked_pose_holds_the_alias_free_picture_alone", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_instrument(ctx, "Pose");
        IM_CHECK(!h.frame(Side::a).pose && h.frame(Side::b).pose);
        const auto a = h.frame(Side::a).image.host_pixels(), b = h.frame(Side::b).image.host_pixels();
        ctx->ItemClick("//Instruments/**/Lock pose");
        h.settle(ctx);
        IM_CHECK(h.app->scene().latent.lock_pose);
        IM_CHECK(h.frame(Side::a).image.host_pixels() == a);
        IM_CHECK(h.frame(Side::b).image.host_pixels() != b);
        ctx->ItemClick("//Latent/lock pose/##value"); // the same one
        h.settle(ctx);
        IM_CHECK(h.frame(Side::b).image.host_pixels() == b);
    });
    add_test(e, h, "instruments", "layers_show_their_aliasing_and_its_spectrum", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        auto& it = h.app->ui().instruments.aliasing;
        open_instrument(ctx, "Layers");
        ctx->ItemClick("//Instruments/**/aliasing");
        it.settings.samples = 2;
        run_to_end(ctx, it);
        const auto& layers = it.run.result(Side::b)->layers;
        IM_CHECK(!layers.front().applies && layers[1].applies);
        IM_CHECK_LT(layers[1].reading.db, 0.0);
        const auto plot = [&] {
            for (int i = 0; i < ImPlot::GetCurrentContext()->Plots.GetBufSize(); ++i)
                if (auto* p = ImPlot::GetCurrentContext()->Plots.GetByIndex(i); p->Items.GetLegendCount() > 0)
                    for (int k = 0; k < p->Items.GetLegendCount(); ++k)
                        if (std::string(p->Items.GetLegendLabel(k)) == "B " + layers[2].layer) return true;
            return false;
        };
        IM_CHECK(!plot());
        ctx->ItemClick(("//Instruments/**/" + layers[2].layer).c_str());
        IM_CHECK_STR_EQ(h.app->scene().layer.name[1].c_str(), layers[2].layer.c_str());
        ctx->ItemClick("//Instruments/**/spectrum");
        ctx->Yield(3);
        IM_CHECK(plot());
        ImGui::SetClipboardText("");
        ctx->ItemClick("//Instruments/**/Copy CSV");
        std::string text = ImGui::GetClipboardText();
        IM_CHECK(text.starts_with("side,layer,cycles per image,aliasing (dB)\r\nB," + layers[2].layer));
        ctx->ItemClick("//Instruments/**/aliasing");
        ctx->ItemClick("//Instruments/**/Copy CSV");
        text = ImGui::GetClipboardText();
        IM_CHECK(text.starts_with("side,layer,alias-to-signal (dB),low 95 % (dB),high 95 % (dB)\r\n"));
        IM_CHECK(text.find("B,input,,,\r\n") != std::string::npos); // has no nonlinearity
    });
    add_test(e, h, "instruments", "the_list_of_layers_shows_what_was_measured_of_this_model",
             [](ImGuiTestContext* ctx) {
                 auto& h = harness(ctx);
                 auto& it = h.app->ui().instruments.layers;
                 open_instrument(ctx, "Layers");
                 it.settings.samples = 2;
                 const auto listed = [&](Side side) {
                     const std::array loaded = {h.app->engine().loaded(Side::a), h.app->engine().loaded(Side::b)};
                     return app::measured_layers(h.app->ui(), engine::subjects_of(h.app->scene(), loaded), side);
                 };
                 for (auto side : engine::kSides) IM_CHECK(!listed(side).result);
                 run_to_end(ctx, it);
                 for (auto side : engine::kSides)
                     IM_CHECK(listed(side).result == it.run.result(side) && listed(side).current);
                 h.app->scene().edits[0].layers["b64.conv1"].slope = 0.5;
                 IM_CHECK(listed(Side::a).result && !listed(Side::a).current); // of before the edit
                 IM_CHECK(listed(Side::b).current);
                 h.app->open(Side::b, "demo:alias-free-r");
                 h.wait(ctx, [&] { return h.app->engine().model(Side::b)->source == "demo:alias-free-r"; });
                 IM_CHECK(!listed(Side::b).result); // another model has other layers
                 h.app->ui().select_layer_tab = Side::b;
                 ctx->Yield(3);
                 h.reset(ctx);
             });
    add_test(e, h, "instruments", "a_click_on_the_map_moves_the_pictures", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        auto& it = h.app->ui().instruments.map;
        open_instrument(ctx, "Translation map");
        it.settings.cells = 9;
        run_to_end(ctx, it);
        for (auto side : engine::kSides) IM_CHECK_EQ(it.run.result(side)->db[40], static_cast<float>(measure::kMostDb));
        h.app->scene().transform.turns = 0.1;
        h.settle(ctx);
        const auto at = plot_position(ctx, "##mapB", 4, -2); // cells are 2 px wide
        IM_CHECK_GT(at.x, 0.0f);
        ctx->MouseMoveToPos(at);
        ctx->MouseClick();
        h.settle(ctx);
        const auto& t = h.app->shown()->scene.transform;
        IM_CHECK_LT(std::abs(t.x * 64 - 4), 1e-6);
        IM_CHECK_LT(std::abs(t.y * 64 + 2), 1e-6);
        IM_CHECK_EQ(t.turns, 0.0);
    });
    add_test(e, h, "instruments", "a_click_on_an_angle_turns_the_pictures", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        auto& it = h.app->ui().instruments.angles;
        open_instrument(ctx, "Rotation map");
        it.settings.angles = 8;
        run_to_end(ctx, it);
        const auto at = plot_position(ctx, "##angles", 10, 10); // straight between right and up: 45 degrees
        IM_CHECK_GT(at.x, 0.0f);
        ctx->MouseMoveToPos(at);
        ctx->MouseClick();
        h.settle(ctx);
        IM_CHECK_LT(std::abs(h.app->shown()->scene.transform.turns - 0.125), 1e-9);
    });
    add_test(e, h, "instruments", "a_line_is_drawn_on_the_picture", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        auto& s = h.app->ui().instruments.scan.settings;
        open_instrument(ctx, "Slit-scan");
        const auto r = ctx->ItemInfo("//Instruments/**/line").RectFull;
        const auto at = [&](float x, float y) {
            return ImVec2(r.Min.x + x * r.GetWidth(), r.Min.y + y * r.GetHeight());
        };
        ctx->MouseMoveToPos(at(0.25f, 0.5f));
        ctx->MouseDown();
        ctx->MouseMoveToPos(at(0.75f, 0.25f));
        ctx->MouseUp();
        IM_CHECK_LT(std::abs(s.x0 - 0.25), 0.03);
        IM_CHECK_LT(std::abs(s.y0 - 0.5), 0.03);
        IM_CHECK_LT(std::abs(s.x1 - 0.75), 0.03);
        IM_CHECK_LT(std::abs(s.y1 - 0.25), 0.03);
        ctx->MouseMoveToPos(at(0.4f, 0.8f));
        ctx->MouseClick();
        IM_CHECK_EQ(s.x0, 0.0);
        IM_CHECK_EQ(s.x1, 1.0);
        IM_CHECK_LT(std::abs(s.y0 - 0.8), 0.03);
        IM_CHECK_EQ(s.y0, s.y1);
    });
    add_test(e, h, "instruments", "live_measures_anew_when_the_latent_changes", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        auto& it = h.app->ui().instruments.sticking;
        open_instrument(ctx, "Sticking");
        it.settings.views = 4;
        ctx->ItemClick("//Instruments/**/Live");
        const auto done = [&](double x) {
            const auto b = it.run.result(Side::b);
            return it.run.subjects[1].latent.x == x && b && b->views == 4 && h.app->jobs().idle();
        };
        h.wait(
            ctx, [&] { return done(0); }, kPatience);
        const double first = it.run.result(Side::b)->index;
        h.app->scene().latent.x = 5;
        h.wait(
            ctx, [&] { return done(5); }, kPatience);
        IM_CHECK_NE(it.run.result(Side::b)->index, first);
        // A move of the picture changes nothing that is measured.
        const auto kept = it.run.result(Side::b);
        h.app->scene().transform.x = 0.1;
        h.settle(ctx);
        ctx->Yield(5);
        IM_CHECK(it.run.result(Side::b) == kept);
    });
    add_test(e, h, "instruments", "escape_stops_work_and_the_menu_bar_shows_it", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        auto& it = h.app->ui().instruments.average;
        open_instrument(ctx, "Average");
        it.settings.count = 1024;
        ctx->ItemClick(kRun);
        h.wait(
            ctx, [&] { return it.run.result(Side::b) != nullptr; }, kPatience);
        IM_CHECK(ctx->ItemExists("//##MainMenuBar/##MenuBar/job"));
        ctx->KeyPress(ImGuiKey_Escape);
        h.wait(
            ctx, [&] { return h.app->jobs().idle(); }, kPatience);
        IM_CHECK(h.app->jobs().status(engine::job_key<engine::AverageSettings>()).state == JobState::cancelled);
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("//##MainMenuBar/##MenuBar/job"));
        // Its own button does the same.
        ctx->ItemClick(kRun);
        h.wait(
            ctx, [&] { return !h.app->jobs().idle(); }, kPatience);
        ctx->ItemClick("//##MainMenuBar/##MenuBar/Cancel");
        h.wait(
            ctx, [&] { return h.app->jobs().idle(); }, kPatience);
    });
    add_test(e, h, "instruments", "pictures_follow_while_work_goes_on", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        auto& it = h.app->ui().instruments.map;
        open_instrument(ctx, "Translation map");
        it.settings.cells = 65;
        ctx->ItemClick(kRun);
        h.wait(
            ctx, [&] { return it.run.result(Side::b) != nullptr; }, kPatience);
        const int before = it.run.result(Side::a)->done;
        const auto start = std::chrono::steady_clock::now();
        constexpr int kMoves = 20;
        for (int i = 1; i <= kMoves; ++i) {
            h.app->scene().transform.x = i * 0.001;
            h.settle(ctx);
        }
        const auto each = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / kMoves;
        ctx->LogInfo("a moved picture every %.0f ms while a map is measured", each * 1e3);
        IM_CHECK_LT(each, 1.0); // some 50 ms on an idle machine
        IM_CHECK(!h.app->jobs().idle());
        IM_CHECK_GT(it.run.result(Side::a)->done, before); // and the work is not starved
        h.app->jobs().cancel_all();
        h.wait(
            ctx, [&] { return h.app->jobs().idle(); }, kPatience);
    });
    add_test(e, h, "instruments", "keys_open_them_and_pose_and_line_lie_over_the_pictures", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const auto pixels_of = [&] { return canvas_pixels(ctx, Side::b); };
        const auto plain = pixels_of();
        h.app->scene().view.pose = true;
        h.settle(ctx);
        const auto with_pose = pixels_of();
        IM_CHECK(with_pose != plain);
        h.app->scene().view.pose = false;
        ctx->KeyPress(ImGuiKey_5);
        ctx->Yield(4);
        IM_CHECK_STR_EQ(app::kInstruments[h.app->ui().instruments.shown].name, "Slit-scan");
        IM_CHECK(pixels_of() != plain); // the line
        ctx->KeyPress(ImGuiKey_6);
        ctx->Yield(4);
        IM_CHECK_STR_EQ(app::kInstruments[h.app->ui().instruments.shown].name, "Average");
        IM_CHECK(pixels_of() == plain);
    });
    add_test(e, h, "instruments", "without_models_there_is_nothing_to_start", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_instrument(ctx, "Equivariance");
        ctx->MenuClick("//##MainMenuBar/File/Close model B");
        h.wait(ctx, [&] { return !h.app->shown()->frame[1] && !h.app->engine().busy(); });
        auto& it = h.app->ui().instruments.equivariance;
        it.settings.samples = 2;
        ctx->ItemClick(kRun);
        h.wait(
            ctx, [&] { return h.app->jobs().idle() && it.run.result(Side::a); }, kPatience);
        IM_CHECK(!it.run.result(Side::b));
        ctx->MenuClick("//##MainMenuBar/File/Close model A");
        h.wait(ctx, [&] { return !h.app->engine().model(Side::a); });
        for (std::size_t i = 0; i < app::kInstruments.size(); ++i) { // every one draws its empty state
            h.app->ui().instruments = {};
            h.app->ui().instruments.shown = i;
            ctx->Yield(3);
            if (ctx->ItemExists(kRun)) IM_CHECK((ctx->ItemInfo(kRun).ItemFlags & ImGuiItemFlags_Disabled) != 0);
        }
    });
}

} // namespace unstuck::test
