// The filter lab: what its controls write into the scene, and that the pictures follow.
#include "tests/gui/harness.hpp"

#include "core/model/edit_presets.hpp"

#include <cmath>
#include <imgui_internal.h>

namespace unstuck::test {

using app::FilterSlot;
using app::LayerScope;
using engine::Side;
using model::FilterFamily;
using model::LayerEdit;

namespace {

/// A layer of the demo network that raises nothing and filters both ways.
constexpr const char* kLayer = "L2_52_40";

/// The panel in front, over a still scene without edits.
model::Edits& open_panel(ImGuiTestContext* ctx, LayerScope scope, const char* looked_at = kLayer) {
    auto& h = harness(ctx);
    h.reset(ctx);
    h.app->ui().filter = {};
    h.app->ui().filter.scope = scope;
    h.app->scene().layer.name[1] = looked_at;
    ctx->WindowFocus("//Filter");
    ctx->Yield(3);
    return h.app->scene().edits[1];
}

/// Children of the panel have windows of their own.
void in_child(ImGuiTestContext* ctx, const char* name) {
    ctx->SetRef(ctx->WindowInfo((std::string("//Filter/") + name).c_str()).ID);
}

const model::LayerSampling& stock(Harness& h, const std::string& name) {
    const auto& all = h.app->engine().model(Side::b)->sampling;
    return *std::find_if(all.begin(), all.end(), [&](const auto& l) { return l.name == name; });
}

LayerEdit edit_of(const model::Edits& edits, const char* layer) {
    const auto* edit = edits.find(layer);
    return edit ? *edit : LayerEdit{};
}

/// Chooses from a row by the number and the name of an item.
void choose(ImGuiTestContext* ctx, const char* row, int number, const char* name) {
    ctx->ItemClick((std::string(row) + "/##value").c_str());
    ctx->ItemClick(("//$FOCUSED/$$" + std::to_string(number) + "/" + name).c_str());
    ctx->Yield(2);
}

/// The row's reset button takes its edit out again, and the only layer with it.
void expect_reset(ImGuiTestContext* ctx, const model::Edits& edits, const char* row) {
    IM_CHECK_EQ(edits.layers.size(), 1u);
    ctx->ItemClick((std::string(row) + "/##reset").c_str());
    ctx->Yield(2);
    IM_CHECK(edits.empty());
}

void rows(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "filter", "each_filter_control_edits_the_layer_looked_at", [](ImGuiTestContext* ctx) {
        const auto& edits = open_panel(ctx, LayerScope::looked_at);
        auto& state = harness(ctx).app->ui().filter;
        in_child(ctx, "filter");
        const auto filter = [&] { return app::filter_edit(edit_of(edits, kLayer), state.slot); };
        for (const auto slot : {FilterSlot::up, FilterSlot::down}) {
            ctx->ItemClick(app::slot_name(slot));
            IM_CHECK(state.slot == slot);
            choose(ctx, "family", 2, "binomial");
            IM_CHECK(filter().family == FilterFamily::binomial);
            expect_reset(ctx, edits, "family");
            ctx->ItemInputValue("f_c/##value", 5.5f);
            IM_CHECK(filter().cutoff == 5.5);
            expect_reset(ctx, edits, "f_c");
            ctx->ItemInputValue("f_h/##value", 3.25f);
            IM_CHECK(filter().half_width == 3.25);
            expect_reset(ctx, edits, "f_h");
            ctx->ItemInputValue("taps/##value", 20);
            IM_CHECK(filter().taps == 20);
            expect_reset(ctx, edits, "taps");
            choose(ctx, "window", 3, "Blackman");
            IM_CHECK(filter().window == model::FilterWindow::blackman);
            expect_reset(ctx, edits, "window");
            ctx->ItemInputValue("beta/##value", 4.5f);
            IM_CHECK(filter().beta == 4.5);
            expect_reset(ctx, edits, "beta");
            ctx->ItemClick("radial/##value");
            IM_CHECK(filter().radial == true);
            expect_reset(ctx, edits, "radial");
        }
    });
    add_test(e, h, "filter", "each_layer_control_edits_the_layer_looked_at", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        const auto& edits = open_panel(ctx, LayerScope::looked_at);
        in_child(ctx, "filter");
        const auto edit = [&] { return edit_of(edits, kLayer); };
        choose(ctx, "m", 3, "8");
        IM_CHECK(edit().oversampling == 8);
        expect_reset(ctx, edits, "m");
        ctx->ItemInputValue("slope/##value", 0.5f);
        IM_CHECK(edit().slope == 0.5);
        expect_reset(ctx, edits, "slope");
        ctx->ItemInputValue("clamp/##value", 2.0f);
        IM_CHECK(edit().clamp == 2.0);
        expect_reset(ctx, edits, "clamp");
        ctx->ItemInputValue("noise/##value", 0.25f);
        IM_CHECK(edit().noise == 0.25);
        expect_reset(ctx, edits, "noise");
        ctx->ItemClick("critical/##value");
        IM_CHECK(edit().critical == true);
        expect_reset(ctx, edits, "critical");
        ctx->ItemClick("no margin/##value");
        IM_CHECK(edit().zero_margin == true);
        expect_reset(ctx, edits, "no margin");
        IM_CHECK((ctx->ItemInfo("pixels/##value").ItemFlags & ImGuiItemFlags_Disabled) != 0);
        h.app->scene().layer.name[1] = "input";
        ctx->Yield(2);
        IM_CHECK((ctx->ItemInfo("slope/##value").ItemFlags & ImGuiItemFlags_Disabled) != 0);
        ctx->ItemClick("pixels/##value");
        IM_CHECK(edit_of(edits, "input").moved_pixels == true);
        expect_reset(ctx, edits, "pixels");
    });
    add_test(e, h, "filter", "what_a_family_fixes_is_greyed", [](ImGuiTestContext* ctx) {
        auto& edits = open_panel(ctx, LayerScope::looked_at);
        in_child(ctx, "filter");
        const auto greyed = [&](const char* row) {
            return (ctx->ItemInfo((std::string(row) + "/##value").c_str()).ItemFlags & ImGuiItemFlags_Disabled) != 0;
        };
        IM_CHECK(!greyed("f_c") && !greyed("f_h") && !greyed("taps") && !greyed("beta") && !greyed("radial"));
        edits.layers[kLayer].down.family = FilterFamily::ideal;
        ctx->Yield(2);
        IM_CHECK(!greyed("f_c") && greyed("f_h") && greyed("taps") && greyed("beta") && !greyed("radial"));
        edits.layers[kLayer].down.family = FilterFamily::bilinear;
        ctx->Yield(2);
        IM_CHECK(greyed("f_c") && greyed("f_h") && greyed("taps") && greyed("radial"));
        edits.layers[kLayer] = {};
        edits.layers[kLayer].oversampling = 1;
        ctx->Yield(2);
        IM_CHECK(greyed("family") && !greyed("m"));
    });
}

void scopes(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "filter", "all_layers_that_take_an_edit_get_it", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        const auto& edits = open_panel(ctx, LayerScope::all, "output");
        in_child(ctx, "filter");
        ctx->ItemInputValue("slope/##value", 0.5f);
        for (const auto& l : h.app->engine().model(Side::b)->sampling) {
            const auto* edit = edits.find(l.name);
            IM_CHECK_EQ(edit != nullptr, l.has_nonlinearity);
            if (edit) IM_CHECK(edit->slope == 0.5);
        }
        // Frequencies of several layers are relative to what each has.
        ctx->ItemInputValue("f_c/##value", 0.5f);
        int filters = 0;
        for (const auto& [name, edit] : edits.layers)
            if (edit.down.cutoff) {
                ++filters;
                IM_CHECK(std::abs(*edit.down.cutoff - stock(h, name).down.cutoff / 2) < 1e-9);
            }
        IM_CHECK(filters > 5);
        ctx->ItemClick("slope/##reset");
        ctx->ItemClick("f_c/##reset");
        ctx->Yield(2);
        IM_CHECK(edits.empty());
    });
    add_test(e, h, "filter", "a_range_of_layers_is_chosen_by_its_ends", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        const auto& edits = open_panel(ctx, LayerScope::all);
        ctx->SetRef("//Filter");
        ctx->ItemClick("##scope");
        ctx->ItemClick("//$FOCUSED/$$1/a range of layers");
        ctx->Yield(2);
        IM_CHECK(h.app->ui().filter.scope == LayerScope::range);
        const auto& all = h.app->engine().model(Side::b)->sampling;
        ctx->ItemClick("##first");
        ctx->ItemClick(("//$FOCUSED/" + all[2].name).c_str());
        ctx->ItemClick("##last");
        ctx->ItemClick(("//$FOCUSED/" + all[4].name).c_str());
        in_child(ctx, "filter");
        ctx->ItemInputValue("slope/##value", 0.75f);
        IM_CHECK_EQ(edits.layers.size(), 3u);
        for (std::size_t i = 2; i <= 4; ++i) IM_CHECK(edits.find(all[i].name) != nullptr);
    });
    add_test(e, h, "filter", "resets_of_a_layer_and_of_all", [](ImGuiTestContext* ctx) {
        auto& edits = open_panel(ctx, LayerScope::looked_at);
        edits.layers[kLayer].slope = 0.5;
        edits.layers["L0_52_40"].slope = 0.5;
        ctx->Yield(2);
        ctx->SetRef("//Filter");
        ctx->ItemClick("###scope");
        IM_CHECK_EQ(edits.layers.size(), 1u);
        IM_CHECK(edits.find("L0_52_40") != nullptr);
        ctx->ItemClick("Reset all");
        IM_CHECK(edits.empty());
    });
    add_test(e, h, "filter", "the_side_chosen_is_the_one_edited", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_panel(ctx, LayerScope::all);
        ctx->SetRef("//Filter");
        ctx->ItemClick("A");
        ctx->Yield(2);
        in_child(ctx, "filter");
        ctx->ItemClick("resample");
        choose(ctx, "family", 3, "nearest");
        IM_CHECK(h.app->scene().edits[1].empty());
        int filters = 0;
        for (const auto& [name, edit] : h.app->scene().edits[0].layers)
            filters += edit.resample.family == FilterFamily::nearest;
        IM_CHECK(filters > 2);
        h.settle(ctx);
        IM_CHECK(h.frame(Side::a).error.empty());
    });
}

void presets(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "filter", "presets_and_the_ladder_set_the_whole_network", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        const auto& edits = open_panel(ctx, LayerScope::all);
        const auto& sampling = h.app->engine().model(Side::b)->sampling;
        const auto stock_picture = h.frame(Side::b).image.host_pixels();
        in_child(ctx, "results");
        ctx->ItemClick("results/Ladder");
        ctx->Yield(2);
        ctx->ItemClick("results/Ladder/R-like");
        IM_CHECK(!edits.empty());
        for (const auto& preset : model::edit_presets(sampling))
            if (preset.name == "R-like") IM_CHECK(edits == preset.edits);
        ctx->ItemClick("results/Ladder/Stock");
        IM_CHECK(edits.empty());
        const auto steps = model::aliasing_ladder(sampling);
        IM_CHECK_EQ(steps.size(), 6u);
        for (std::size_t i = 1; i < steps.size(); ++i) {
            const auto label = std::to_string(i) + "  " + (i > 1 ? "+ " : "") + steps[i].name;
            ctx->ItemClick(("**/" + label).c_str());
            ctx->Yield();
            IM_CHECK(edits == steps[i].edits);
            h.settle(ctx);
            IM_CHECK(h.frame(Side::b).error.empty());
        }
        IM_CHECK(h.frame(Side::b).image.host_pixels() != stock_picture);
        ctx->ItemClick("**/0  As it is");
        h.settle(ctx);
        IM_CHECK(h.frame(Side::b).image.host_pixels() == stock_picture);
        ctx->ItemClick("results/Response");
    });
    add_test(e, h, "filter", "b_becomes_a_with_its_edits", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_panel(ctx, LayerScope::all);
        auto& scene = h.app->scene();
        scene.edits[0].layers["b64.conv1"].slope = 0.5;
        ctx->SetRef("//Filter");
        ctx->ItemClick("B = A with edits");
        h.wait(ctx, [&] { return h.app->engine().model(Side::b)->source == "demo:stylegan2"; });
        IM_CHECK_EQ(scene.model[1], std::string("demo:stylegan2"));
        IM_CHECK_EQ(h.app->ui().path[1], h.app->ui().path[0]);
        IM_CHECK(scene.edits[1] == scene.edits[0]);
        h.settle(ctx);
        IM_CHECK(h.frame(Side::a).image.host_pixels() == h.frame(Side::b).image.host_pixels());
        scene.edits[1] = {};
        h.settle(ctx);
        IM_CHECK(h.frame(Side::a).image.host_pixels() != h.frame(Side::b).image.host_pixels());
        h.reset(ctx);
    });
    add_test(e, h, "filter", "curves_are_copied_as_text", [](ImGuiTestContext* ctx) {
        open_panel(ctx, LayerScope::looked_at);
        ImGui::SetClipboardText("");
        in_child(ctx, "results");
        ctx->ItemClick("results/Copy CSV");
        const std::string text = ImGui::GetClipboardText();
        IM_CHECK(text.starts_with("frequency [cycles per image],L2_52_40 down axis [dB],"));
        IM_CHECK(text.find(",-5.5,") != std::string::npos);
        IM_CHECK_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 400);
        ctx->WindowFocus("//Spectrum");
    });
}

} // namespace

void register_filter_tests(ImGuiTestEngine* e, Harness& h) {
    rows(e, h);
    scopes(e, h);
    presets(e, h);
}

} // namespace unstuck::test
