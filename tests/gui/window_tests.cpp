// The window as a whole: files, panels, keys, sizes.
#include "tests/gui/harness.hpp"
#include "tests/gui/scripted_dialog.hpp"

#include <GLFW/glfw3.h>
#include <filesystem>
#include <fstream>
#include <imgui_internal.h>

namespace unstuck::test {

using app::Command;
using engine::Side;

namespace {

std::string golden_model(const char* name) { return std::string(UNSTUCK_GOLDEN_DIR) + "/models/" + name; }

struct Control {
    const char* item;
    float value;
    int sides; ///< 1: A changes, 2: B, 3: both.
};

/// Types a value into a control and sees which pictures change; then its reset button brings the old ones back.
void expect_control_works(ImGuiTestContext* ctx, const Control& control) {
    auto& h = harness(ctx);
    h.reset(ctx);
    const auto a = h.frame(Side::a).image.host_pixels(), b = h.frame(Side::b).image.host_pixels();
    ctx->ItemInputValue((std::string(control.item) + "/##value").c_str(), control.value);
    h.settle(ctx);
    IM_CHECK_EQ(h.frame(Side::a).image.host_pixels() != a, (control.sides & 1) != 0);
    IM_CHECK_EQ(h.frame(Side::b).image.host_pixels() != b, (control.sides & 2) != 0);
    ctx->ItemClick((std::string(control.item) + "/##reset").c_str());
    h.settle(ctx);
    IM_CHECK(h.frame(Side::a).image.host_pixels() == a);
    IM_CHECK(h.frame(Side::b).image.host_pixels() == b);
}

void files(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "window", "starts_with_the_demo_pair", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.wait(ctx, [&] { return h.app->both_pictures_there(); });
        IM_CHECK_EQ(h.app->engine().model(Side::a)->source, std::string("demo:stylegan2"));
        IM_CHECK_EQ(h.app->engine().model(Side::b)->source, std::string("demo:alias-free-t"));
        IM_CHECK_EQ(h.frame(Side::a).image.width, 64);
        IM_CHECK(!h.frame(Side::b).spectrum.plane_db.empty());
    });
    add_test(e, h, "window", "a_bad_file_leaves_the_old_model_and_says_why", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const auto before = h.frame(Side::a).image.host_pixels();
        const std::string bad = std::string(UNSTUCK_GOLDEN_DIR) + "/README.md";
        ctx->ItemClick("//Models/A/##path");
        ctx->KeyCharsReplaceEnter(bad.c_str());
        h.wait(ctx, [&] { return !h.app->engine().load_status(Side::a).error.empty(); });
        IM_CHECK(h.app->engine().load_status(Side::a).error.find("neither a pickle") != std::string::npos);
        IM_CHECK(ctx->ItemExists("//Models/A/Dismiss"));
        IM_CHECK(h.frame(Side::a).image.host_pixels() == before);
        IM_CHECK(!h.app->ui().log.empty() && h.app->ui().log.back().error);
        ctx->ItemClick("//Models/A/Dismiss");
        IM_CHECK(h.app->engine().load_status(Side::a).error.empty());
    });
    add_test(e, h, "window", "two_dropped_files_become_a_and_b", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.on_main(ctx, [&] { h.window->on_drop({golden_model("sg2-32-cond.pkl"), golden_model("sg3r-32-gray.pkl")}); });
        h.wait(ctx, [&] {
            return h.app->both_pictures_there() && h.app->scene().model[1] == golden_model("sg3r-32-gray.pkl");
        });
        IM_CHECK_EQ(h.app->scene().model[0], golden_model("sg2-32-cond.pkl"));
        IM_CHECK_EQ(h.frame(Side::a).image.width, 32);
        IM_CHECK_EQ(h.frame(Side::b).image.channels, 1);
        IM_CHECK(ctx->ItemExists("//Latent/class/##value")); // A has classes now
        IM_CHECK(h.app->settings().recent.size() >= 2);
        // The class control changes the conditional model's picture and no other.
        const auto a = h.frame(Side::a).image.host_pixels(), b = h.frame(Side::b).image.host_pixels();
        ctx->ItemInputValue("//Latent/class/##value", 2);
        h.settle(ctx);
        IM_CHECK(h.frame(Side::a).image.host_pixels() != a);
        IM_CHECK(h.frame(Side::b).image.host_pixels() == b);
    });
    add_test(e, h, "window", "the_dialog_opens_where_it_was_asked_for", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->set_dialog(std::make_unique<ScriptedDialog>(std::vector{golden_model("sg2-16-orig.pkl")}));
        ctx->ItemClick("//Models/B/...");
        h.wait(ctx, [&] { return h.app->scene().model[1] == golden_model("sg2-16-orig.pkl"); });
        IM_CHECK_EQ(h.app->scene().model[0], std::string("demo:stylegan2"));
        h.app->set_dialog(app::make_native_dialog());
    });
    add_test(e, h, "window", "recent_and_demo_models_open_from_the_list", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->ItemClick("//Models/B/##recent");
        ctx->ItemClick("//$FOCUSED/Alias-free R, untrained, 64 px");
        h.wait(ctx, [&] { return h.app->scene().model[1] == "demo:alias-free-r" && h.app->both_pictures_there(); });
        IM_CHECK(h.app->engine().model(Side::b)->label.find("untrained") != std::string::npos);
    });
    add_test(e, h, "window", "swapping_exchanges_models_and_their_layers", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->scene().layer.name[1] = "L3_84_40";
        h.settle(ctx);
        ctx->MenuClick("//##MainMenuBar/File/Swap A and B");
        h.settle(ctx);
        IM_CHECK_EQ(h.app->scene().model[0], std::string("demo:alias-free-t"));
        IM_CHECK_EQ(h.frame(Side::a).layer_name, std::string("L3_84_40"));
        IM_CHECK_EQ(h.frame(Side::b).layer_name, std::string("output"));
        IM_CHECK_EQ(h.app->ui().path[1], std::string("demo:stylegan2"));
    });
    add_test(e, h, "window", "an_empty_side_takes_every_gesture", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->MenuClick("//##MainMenuBar/File/Close model B");
        h.wait(ctx, [&] { return !h.app->shown()->frame[1] && !h.app->engine().busy(); });
        for (const ImGuiKeyChord mod :
             {+ImGuiMod_Shift, ImGuiMod_Shift | ImGuiMod_Ctrl, ImGuiMod_Alt | ImGuiMod_Shift}) {
            ctx->MouseMoveToPos(h.canvas_centre(Side::b));
            ctx->KeyDown(mod);
            ctx->MouseDown();
            ctx->MouseMoveToPos(h.canvas_centre(Side::a));
            ctx->MouseWheelY(1);
            ctx->MouseUp();
            ctx->KeyUp(mod);
        }
        IM_CHECK(h.app->shown()->frame[0] != nullptr);
    });
    add_test(e, h, "window", "hiding_panels_keeps_the_layout_as_the_user_made_it", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->DockInto("//Log", "//Spectrum", ImGuiDir_None);
        ctx->Yield(3);
        const auto dock = ctx->GetWindowByRef("//Log")->DockId;
        IM_CHECK_EQ(dock, ctx->GetWindowByRef("//Spectrum")->DockId);
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        ctx->KeyPress(ImGuiKey_Tab);
        ctx->Yield(4);
        ctx->KeyPress(ImGuiKey_Tab);
        ctx->Yield(6);
        IM_CHECK_EQ(ctx->GetWindowByRef("//Log")->DockId, ctx->GetWindowByRef("//Spectrum")->DockId);
        IM_CHECK(ctx->GetWindowByRef("//Models")->DockIsActive);
        ctx->MenuClick("//##MainMenuBar/View/Reset layout");
        ctx->Yield(4);
        IM_CHECK_NE(ctx->GetWindowByRef("//Log")->DockId, ctx->GetWindowByRef("//Spectrum")->DockId);
    });
    add_test(e, h, "window", "pictures_and_the_window_are_saved", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        std::filesystem::remove_all("captures");
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        ctx->KeyPress(ImGuiKey_P);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_P);
        ctx->Yield(4);
        for (const auto* name : {"picture-A-00000.png", "picture-B-00000.png", "window-00000.png"})
            IM_CHECK(std::filesystem::exists(std::string("captures/") + name));
        ctx->KeyPress(ImGuiKey_P);
        ctx->Yield(4);
        IM_CHECK(std::filesystem::exists("captures/picture-A-00001.png")); // nothing is overwritten
        std::filesystem::remove_all("captures");
    });
}

void panels(ImGuiTestEngine* e, Harness& h) {
    static constexpr Control controls[] = {
        {"//Latent/seed x", 2.5f, 3},   {"//Latent/seed y", 1, 3},      {"//Latent/psi", 0.3f, 3},
        {"//Latent/strength", 0.2f, 1}, {"//Transform/x", 5.5f, 3},     {"//Transform/y", -3.25f, 3},
        {"//Transform/rotate", 30, 3},  {"//Transform/scale", 1.5f, 3},
    };
    for (std::size_t i = 0; i < std::size(controls); ++i) {
        auto* t = add_test(e, h, "controls", "",
                           [](ImGuiTestContext* ctx) { expect_control_works(ctx, controls[ctx->Test->ArgVariant]); });
        t->SetOwnedName((std::string("moving_changes_the_picture_") + controls[i].item).c_str());
        t->ArgVariant = static_cast<int>(i);
    }
    add_test(e, h, "controls", "cutoff_limits_the_truncation", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->ItemInputValue("//Latent/psi/##value", 0.2f);
        h.settle(ctx);
        const auto all = h.frame(Side::b).image.host_pixels();
        ctx->ItemInputValue("//Latent/cutoff/##value", 2);
        h.settle(ctx);
        IM_CHECK(h.frame(Side::b).image.host_pixels() != all);
        IM_CHECK_EQ(h.app->scene().latent.cutoff, 2);
    });
    add_test(e, h, "controls", "style_mixing_takes_ticked_rows", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const auto before = h.frame(Side::b).image.host_pixels();
        ctx->ItemCheck("//Latent/mix/##value");
        h.settle(ctx);
        IM_CHECK(h.frame(Side::b).image.host_pixels() == before); // no row is ticked yet
        ctx->ItemCheck("//Latent/$$3/##row");
        h.settle(ctx);
        IM_CHECK(h.frame(Side::b).image.host_pixels() != before);
        IM_CHECK_EQ(h.app->scene().latent.mix_rows, std::uint64_t{1} << 3);
    });
    add_test(e, h, "controls", "noise_is_greyed_without_noise_inputs", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        IM_CHECK((ctx->ItemInfo("//Latent/noise/##value").ItemFlags & ImGuiItemFlags_Disabled) == 0);
        ctx->ItemClick("//Latent/noise/##value");
        ctx->ItemClick("//$FOCUSED/$$2/none");
        h.settle(ctx);
        IM_CHECK(h.app->scene().latent.noise == model::NoiseMode::none);
        h.on_main(ctx, [&] { h.app->open(Side::a, "demo:alias-free-t"); });
        h.wait(ctx, [&] { return h.app->scene().model[0] == "demo:alias-free-t"; });
        IM_CHECK((ctx->ItemInfo("//Latent/noise/##value").ItemFlags & ImGuiItemFlags_Disabled) != 0);
    });
    add_test(e, h, "controls", "a_layer_can_be_looked_at", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->ui().select_layer_tab = Side::b;
        ctx->Yield(3);
        h.app->scene().layer.name[1] = "input";
        h.settle(ctx);
        IM_CHECK_EQ(h.frame(Side::b).layer.width, 52);
        IM_CHECK_EQ(h.frame(Side::b).layers_run, 0); // nothing is computed anew
        ctx->MouseMoveToPos(h.canvas_centre(Side::b));
        ctx->KeyPress(ImGuiKey_Period);
        h.settle(ctx);
        IM_CHECK_EQ(h.app->scene().layer.name[1], std::string("L0_52_40"));
        ctx->KeyPress(ImGuiKey_RightBracket);
        h.settle(ctx);
        IM_CHECK_EQ(h.frame(Side::b).base_channel, 3);
        IM_CHECK_EQ(h.frame(Side::b).spectrum.width, 52);
    });
    add_test(e, h, "controls", "the_list_of_layers_follows_the_keys", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->ui().select_layer_tab = Side::a;
        h.app->scene().layer.name[0] = "b4.const";
        h.settle(ctx);
        const auto whole = [&](const std::string& layer) { // the row lies within the list
            const auto item = ctx->ItemInfo(("//Layers/**/" + layer).c_str());
            constexpr float kEdge = 3; // a row's highlight reaches a little beyond it
            return item.ID != 0 && item.RectClipped.GetHeight() > item.RectFull.GetHeight() - kEdge;
        };
        IM_CHECK(whole("b4.const"));
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        const auto layers = h.app->engine().model(Side::a)->layers;
        for (std::size_t i = 1; i < layers.size(); ++i) {
            ctx->KeyPress(ImGuiKey_Period);
            ctx->Yield(3);
            IM_CHECK_STR_EQ(h.app->scene().layer.name[0].c_str(), layers[i].name.c_str());
            IM_CHECK(whole(layers[i].name));
        }
    });
    add_test(e, h, "controls", "spectrum_options_change_the_spectrum", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const auto before = h.frame(Side::b).spectrum.plane_db;
        ctx->ItemClick("//Spectrum/Options");
        ctx->ItemInputValue("//$FOCUSED/Kaiser/##value", 2.0f);
        h.settle(ctx);
        IM_CHECK(h.frame(Side::b).spectrum.plane_db != before);
        IM_CHECK_EQ(h.frame(Side::b).layers_run, 0);
        ctx->ItemCheck("//$FOCUSED/relative/##value");
        IM_CHECK(h.app->scene().spectrum.relative);
        ImGui::SetClipboardText("");
        ctx->ItemClick("//$FOCUSED/Copy CSV");
        const std::string text = ImGui::GetClipboardText();
        IM_CHECK(text.starts_with("side,layer,curve,cycles per image,dB\r\nA,output,radial mean,"));
        IM_CHECK(text.find("\nB,output,45 degrees,") != std::string::npos);
        ctx->PopupCloseAll();
    });
    add_test(e, h, "controls", "performance_measures_the_floor_and_bounds_the_cache", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->WindowFocus("//Performance");
        ctx->ItemClick("//Performance/**/Measure");
        h.wait(ctx, [&] { return h.app->engine().gemm_rate(Side::a).has_value(); });
        IM_CHECK(!h.app->engine().gemm_rate(Side::b).has_value());
        ctx->ItemInputValue("//Performance/**/##cache_mb", 16);
        ctx->Yield(2);
        h.app->scene().latent.x += 1;
        h.wait(ctx, [&] {
            return h.app->engine().latest() && h.app->engine().latest()->frame[1]->cache_bytes <= std::size_t{16} << 20;
        });
        ctx->ItemInputValue("//Performance/**/##cache_mb", 1024);
        ctx->Yield(4);
        ctx->WindowFocus("//Spectrum");
    });
    add_test(e, h, "controls", "animation_moves_and_still_stops_it", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->ItemCheck("//Transform/orbit/##value");
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        ctx->KeyPress(ImGuiKey_Space);
        IM_CHECK(h.app->scene().playing);
        h.wait(ctx, [&] { return h.app->scene().transform.orbit_phase > 0.02; });
        ctx->ItemClick("//Transform/Still");
        IM_CHECK(!h.app->scene().transform.animate_orbit);
        IM_CHECK(h.app->scene().transform.x != 0);
        ctx->ItemClick("//Transform/Reset all");
        IM_CHECK(h.app->scene().transform == engine::TransformState{});
    });
}

void sizes(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "window", "survives_any_size_and_minimising", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        auto* w = h.window->handle();
        for (const auto& [width, height] : {std::pair{1, 1}, {2000, 30}, {30, 1200}, {200, 150}, {1280, 800}}) {
            h.on_main(ctx, [&] { glfwSetWindowSize(w, width, height); });
            ctx->Yield(3);
        }
        // Minimised, nothing is drawn (so that no test could go on): the whole stay happens within one step of the main
        // loop.
        h.on_main(ctx, [&] {
            glfwIconifyWindow(w);
            for (int i = 0; i < 50; ++i) {
                glfwPollEvents();
                h.app->scene().latent.x = i;
                h.app->frame();
            }
            glfwRestoreWindow(w);
            glfwPollEvents();
        });
        h.settle(ctx);
        IM_CHECK_EQ(h.app->shown()->scene.latent.x, 49.0); // still answered while there is nothing to draw
        h.on_main(ctx, [&] {
            for (int i = 0; i < 10'000; ++i) {
                glfwSetWindowSize(w, 300 + i * 7 % 900, 200 + i * 13 % 600);
                glfwPollEvents();
            }
        });
        h.on_main(ctx, [&] { glfwSetWindowSize(w, 1280, 800); });
        h.settle(ctx);
        IM_CHECK(h.canvas(Side::a)[2] > 100);
    });
    add_test(e, h, "window", "keys_do_what_the_help_says", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        auto& s = h.app->scene();
        ctx->KeyPress(ImGuiKey_T);
        IM_CHECK(h.app->ui().tool == app::Tool::translate);
        ctx->KeyPress(ImGuiKey_R);
        IM_CHECK(h.app->ui().tool == app::Tool::rotate);
        ctx->KeyPress(ImGuiKey_A);
        IM_CHECK(s.view.layout == engine::Layout::only_a);
        ctx->Yield(2);
        IM_CHECK(!h.app->viewport().canvases()[1].has_value());
        ctx->KeyPress(ImGuiKey_1);
        ctx->KeyPress(ImGuiKey_E);
        ctx->KeyPress(ImGuiKey_E);
        ctx->KeyPress(ImGuiMod_Shift | ImGuiKey_E);
        IM_CHECK_EQ(s.view.exposure, 0.5);
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiKey_0);
        IM_CHECK_EQ(s.view.zoom, 1.0);
        ctx->KeyPress(ImGuiKey_F);
        IM_CHECK_EQ(s.view.zoom, 0.0);
        ctx->KeyPress(ImGuiKey_N);
        IM_CHECK(s.layer.normalize);
        s.transform.x = 0.1;
        ctx->KeyPress(ImGuiKey_Home);
        IM_CHECK_EQ(s.transform.x, 0.0);
        ctx->KeyPress(ImGuiKey_F1);
        ctx->Yield(2);
        IM_CHECK(ctx->GetWindowByRef("//Keys and mouse") != nullptr);
        ctx->KeyPress(ImGuiKey_F1);
        const float before = h.canvas(Side::a)[2];
        ctx->KeyPress(ImGuiKey_Tab);
        ctx->Yield(4);
        IM_CHECK(h.canvas(Side::a)[2] > before + 50);
        ctx->KeyPress(ImGuiKey_Tab);
        ctx->Yield(4);
        IM_CHECK_EQ(h.canvas(Side::a)[2], before);
    });
    add_test(e, h, "window", "waits_for_events_when_nothing_moves", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        // Still, playing with nothing to play, and animated at no speed: each has to come to rest.
        h.app->scene().playing = true;
        h.wait(ctx, [&] { return h.app->wait_seconds() != 0; });
        h.app->scene().transform.animate_orbit = true;
        h.app->scene().transform.orbit_speed = 0;
        h.wait(ctx, [&] { return h.app->wait_seconds() != 0; });
        h.app->scene().transform.orbit_speed = 0.2;
        h.wait(ctx, [&] { return h.app->wait_seconds() == 0; });
    });
}

} // namespace

void register_window_tests(ImGuiTestEngine* e, Harness& h) {
    files(e, h);
    panels(e, h);
    sizes(e, h);
}

} // namespace unstuck::test
