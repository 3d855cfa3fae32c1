// The Layer spectra tab: averages of all layers that fill in while the window goes on.
#include "tests/gui/harness.hpp"

#include "core/io/image_file.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <imgui_internal.h>
#include <sstream>

namespace unstuck::test {

using engine::Side;
using JobState = engine::JobStatus::State;

namespace {

constexpr int kPatience = 200; ///< Seconds: work of the lowest priority gets little of a busy machine.
constexpr const char* kRun = "//Layer spectra/###run";

app::LayerSpectraState& state(ImGuiTestContext* ctx) { return harness(ctx).app->ui().instruments.spectra; }

engine::JobStatus job(ImGuiTestContext* ctx) {
    return harness(ctx).app->jobs().status(engine::job_key<engine::SpectraSettings>());
}

/// The tab in front, with nothing measured.
void open_tab(ImGuiTestContext* ctx) {
    auto& h = harness(ctx);
    h.reset(ctx);
    h.app->ui().bring_to_front = "Layer spectra";
    ctx->Yield(4);
}

/// `seeds` averaged to the end.
void measure(ImGuiTestContext* ctx, int seeds) {
    auto& h = harness(ctx);
    open_tab(ctx);
    state(ctx).average.settings.seeds = seeds;
    ctx->ItemClick(kRun);
    h.wait(
        ctx, [&] { return h.app->jobs().idle() && state(ctx).average.run.result(Side::b); }, kPatience);
    IM_CHECK(job(ctx).state == JobState::done);
    ctx->Yield(3);
}

/// Names are those of one side alone, "output" excepted.
std::string small_plot(const char* layer) { return "//Layer spectra/**/" + std::string(layer) + "/enlarge"; }

/// By the menu, until the window says that it is there.
void save(ImGuiTestContext* ctx, const char* kind, const std::string& path) {
    auto& h = harness(ctx);
    ctx->ItemClick("//Layer spectra/Save");
    ctx->ItemClick((std::string("//$FOCUSED/") + kind).c_str());
    h.wait(ctx, [&] { return h.app->ui().toast == "Saved " + path; });
    IM_CHECK(std::filesystem::exists(path));
}

std::string read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

/// Lines of a CSV without its header.
std::vector<std::string> rows(const std::string& csv) {
    std::istringstream in(csv);
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) out.push_back(line);
    if (!out.empty()) out.erase(out.begin());
    return out;
}

} // namespace

void register_spectra_tests(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "spectra", "all_layers_of_both_models_fill_in_and_cancelling_keeps_them", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_tab(ctx);
        auto& it = state(ctx).average;
        it.settings.seeds = 512;
        ctx->ItemClick(kRun);
        const auto seeds = [&](Side side) { return it.run.result(side) ? it.run.result(side)->seeds : 0; };
        h.wait(
            ctx, [&] { return seeds(Side::b) >= 2; }, kPatience);
        IM_CHECK(job(ctx).state == JobState::running);
        h.wait(
            ctx, [&] { return seeds(Side::b) >= 4; }, kPatience);
        ctx->ItemClick(kRun); // now Cancel
        h.wait(
            ctx, [&] { return h.app->jobs().idle(); }, kPatience);
        IM_CHECK(job(ctx).state == JobState::cancelled);
        const int kept = seeds(Side::b);
        IM_CHECK_GE(kept, 4);
        IM_CHECK_LT(kept, 512);
        ctx->Yield(5);
        IM_CHECK_EQ(seeds(Side::b), kept);
        for (auto side : engine::kSides) {
            const auto& layers = it.run.result(side)->layers;
            const auto& expected = h.app->engine().model(side)->layers;
            IM_CHECK_EQ(layers.size(), expected.size());
            for (std::size_t i = 0; i < layers.size(); ++i)
                IM_CHECK_STR_EQ(layers[i].layer.name.c_str(), expected[i].name.c_str());
        }
        IM_CHECK(ctx->ItemExists(small_plot("b4.conv1").c_str()));
        IM_CHECK(ctx->ItemExists(small_plot("input").c_str()));
    });
    add_test(e, h, "spectra", "a_click_enlarges_a_layer_and_looks_at_it_and_escape_goes_back",
             [](ImGuiTestContext* ctx) {
                 auto& h = harness(ctx);
                 measure(ctx, 2);
                 ctx->ItemClick(small_plot("b8.conv0").c_str());
                 ctx->Yield(2);
                 IM_CHECK(state(ctx).enlarged.has_value());
                 IM_CHECK_STR_EQ(state(ctx).enlarged->layer.c_str(), "b8.conv0");
                 IM_CHECK_STR_EQ(h.app->scene().layer.name[0].c_str(), "b8.conv0");
                 IM_CHECK_STR_EQ(h.app->scene().layer.name[1].c_str(), "output");
                 h.settle(ctx);
                 IM_CHECK_STR_EQ(h.frame(Side::a).layer_name.c_str(), "b8.conv0");
                 ctx->ItemCheck("//Layer spectra/45\u00b0");
                 IM_CHECK(state(ctx).slice_45);
                 // Esc goes back before it stops work.
                 state(ctx).average.settings.seeds = 512;
                 ctx->ItemClick(kRun);
                 h.wait(ctx, [&] { return state(ctx).average.run.result(Side::a) != nullptr; });
                 ctx->KeyPress(ImGuiKey_Escape);
                 ctx->Yield(2);
                 IM_CHECK(!state(ctx).enlarged);
                 IM_CHECK(!h.app->jobs().idle());
                 ctx->KeyPress(ImGuiKey_Escape);
                 h.wait(
                     ctx, [&] { return h.app->jobs().idle(); }, kPatience);
                 IM_CHECK(job(ctx).state == JobState::cancelled);
                 ctx->ItemClick(small_plot("b4.conv1").c_str());
                 ctx->ItemClick("//Layer spectra/Back");
                 ctx->Yield(2);
                 IM_CHECK(!state(ctx).enlarged);
             });
    add_test(e, h, "spectra", "files_and_the_clipboard_hold_what_is_shown", [](ImGuiTestContext* ctx) {
        measure(ctx, 2);
        std::filesystem::remove_all("captures");
        for (const char* kind : {"CSV", "SVG", "PNG"}) {
            std::string ending = kind;
            std::transform(ending.begin(), ending.end(), ending.begin(), [](char c) { return std::tolower(c); });
            save(ctx, kind, "captures/spectra-00000." + ending);
        }
        const auto csv = read("captures/spectra-00000.csv");
        IM_CHECK(csv.starts_with("model,layer,curve,frequency (cycles per image),mean (dB),low (dB),high (dB)\r\n"));
        std::size_t values = 0;
        for (auto side : engine::kSides)
            for (const auto& l : state(ctx).average.run.result(side)->layers)
                for (const auto* curve : {&l.radial, &l.slice_0, &l.slice_45}) values += curve->db.size();
        const auto lines = rows(csv);
        IM_CHECK_EQ(lines.size(), values);
        char model[64], layer[64], curve[64];
        double f = 0, db = 0, low = 0, high = 0;
        for (const auto& line : lines) {
            IM_CHECK_SILENT(std::sscanf(line.c_str(), "%63[^,],%63[^,],%63[^,],%lf,%lf,%lf,%lf", model, layer, curve,
                                        &f, &db, &low, &high) == 7);
            IM_CHECK_SILENT(low <= db && db <= high && std::isfinite(db));
        }
        ImGui::SetClipboardText("");
        ctx->ItemClick("//Layer spectra/Copy CSV");
        IM_CHECK(csv == ImGui::GetClipboardText());
        const auto svg = read("captures/spectra-00000.svg");
        IM_CHECK(svg.starts_with("<?xml") || svg.starts_with("<svg"));
        IM_CHECK(svg.find("b16.conv0") != std::string::npos && svg.find("</svg>") != std::string::npos);
        const auto png = io::read_image("captures/spectra-00000.png");
        IM_CHECK_GT(png.width, 1000);
        // One layer alone, under the next free name.
        ctx->ItemClick(small_plot("b8.conv0").c_str());
        save(ctx, "CSV", "captures/spectra-00001.csv");
        for (const auto& line : rows(read("captures/spectra-00001.csv")))
            IM_CHECK_SILENT(line.starts_with("demo:stylegan2,b8.conv0,"));
        IM_CHECK(std::filesystem::file_size("captures/spectra-00001.csv") > 100);
        std::filesystem::remove_all("captures");
    });
    add_test(e, h, "spectra", "live_follows_edits_but_not_the_seed_that_is_looked_at", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_tab(ctx);
        auto& it = state(ctx).average;
        it.settings.seeds = 2;
        ctx->ItemClick("//Layer spectra/Live");
        const auto done = [&] {
            const auto b = it.run.result(Side::b);
            return b && b->seeds == 2 && h.app->jobs().idle();
        };
        h.wait(ctx, done, kPatience);
        const auto first = it.run.result(Side::b);
        h.app->scene().latent.x = 3;
        h.settle(ctx);
        ctx->Yield(5);
        IM_CHECK(it.run.result(Side::b) == first);
        const auto layer = h.app->engine().model(Side::b)->layers[3].name;
        h.app->scene().edits[1].layers[layer].slope = 1;
        ctx->Yield(2);
        IM_CHECK(it.run.subjects[1].edits.find(layer) != nullptr);
        h.wait(ctx, done, kPatience);
        const auto second = it.run.result(Side::b);
        IM_CHECK(second->layers[2].radial.db == first->layers[2].radial.db);
        IM_CHECK(second->layers[3].radial.db != first->layers[3].radial.db);
        ctx->ItemClick("//Layer spectra/Live");
    });
    add_test(e, h, "spectra", "without_models_there_is_nothing_to_start_or_save", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        open_tab(ctx);
        ctx->MenuClick("//##MainMenuBar/File/Close model A");
        h.wait(ctx, [&] { return !h.app->engine().model(Side::a); });
        state(ctx).average.settings.seeds = 1;
        ctx->ItemClick(kRun);
        h.wait(
            ctx, [&] { return h.app->jobs().idle() && state(ctx).average.run.result(Side::b); }, kPatience);
        IM_CHECK(!state(ctx).average.run.result(Side::a));
        std::filesystem::remove_all("captures");
        save(ctx, "SVG", "captures/spectra-00000.svg");
        const auto svg = read("captures/spectra-00000.svg");
        IM_CHECK(svg.find("L0_52_40") != std::string::npos && svg.find("b4.conv1") == std::string::npos);
        std::filesystem::remove_all("captures");
        ctx->MenuClick("//##MainMenuBar/File/Close model B");
        h.wait(ctx, [&] { return !h.app->engine().model(Side::b); });
        state(ctx) = {};
        ctx->Yield(3);
        for (const char* button : {kRun, "//Layer spectra/Save", "//Layer spectra/Copy CSV"})
            IM_CHECK((ctx->ItemInfo(button).ItemFlags & ImGuiItemFlags_Disabled) != 0);
    });
}

} // namespace unstuck::test
