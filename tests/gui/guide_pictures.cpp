// The pictures of docs/guide.md: each scene file of the guide, shown in the real window and saved. A scene's "picture"
// says what the scene itself does not hold: which panel is in front, which instrument is run, what is clicked, and
// which part of the window is kept.
#include "tests/gui/harness.hpp"

#include "app/panels/instruments_panel.hpp"
#include "core/io/image_file.hpp"
#include "core/io/json_file.hpp"

#include <GLFW/glfw3.h>
#include <algorithm>
#include <filesystem>
#include <imgui_internal.h>
#include <nlohmann/json.hpp>
#include <vector>

namespace unstuck::test {

namespace {

constexpr int kPatience = 580; ///< Seconds for one measurement: its thread has the lowest priority.

std::string guide_folder; // NOLINT: a test function of the engine is a plain pointer

/// Whole pixels of a rectangle of the window.
struct Cut {
    int x = 0, y = 0, width = 0, height = 0;
};

void resize(ImGuiTestContext* ctx, int width, int height) {
    auto& h = harness(ctx);
    h.on_main(ctx, [&h, width, height] {
        glfwSetWindowSize(h.window->handle(), width, height);
        h.app->ask({app::Command::Kind::reset_layout, engine::Side::a, {}});
    });
    ctx->Yield(5);
}

/// The whole window, or that of a panel with its tabs.
Cut cut_of(const Harness& h, const std::string& panel) {
    if (panel.empty()) return {0, 0, h.width, h.height};
    const auto* w = ImGui::FindWindowByName(panel.c_str());
    if (!w) return {};
    const auto r = w->DockNode ? w->DockNode->Rect() : w->Rect();
    Cut c{static_cast<int>(r.Min.x), static_cast<int>(r.Min.y), 0, 0};
    c.width = std::min(static_cast<int>(r.Max.x), h.width) - c.x;
    c.height = std::min(static_cast<int>(r.Max.y), h.height) - c.y;
    return c;
}

void save(ImGuiTestContext* ctx, const std::string& path, const std::string& panel) {
    auto& h = harness(ctx);
    h.pixel(ctx, 0, 0); // keeps this frame's
    const auto c = cut_of(h, panel);
    IM_CHECK(c.width > 0 && c.height > 0);
    std::vector<std::uint8_t> kept;
    for (int y = c.y; y < c.y + c.height; ++y) {
        const auto from = h.pixels.begin() + (static_cast<std::ptrdiff_t>(y) * h.width + c.x) * 3;
        kept.insert(kept.end(), from, from + static_cast<std::ptrdiff_t>(c.width) * 3);
    }
    io::write_png(path, c.width, c.height, 3, kept);
    ctx->LogInfo("%s: %d x %d", path.c_str(), c.width, c.height);
}

/// Opens an instrument with its defaults; one that measures is run to its end.
void run_instrument(ImGuiTestContext* ctx, const std::string& name) {
    auto& h = harness(ctx);
    constexpr const char* kRun = "//Instruments/**/###run";
    ctx->ItemClick(("//Instruments/**/" + name).c_str());
    ctx->Yield(2);
    if (name == "Pose" || name == "Numbers") return; // they show what every picture brings along
    ctx->ItemClick(kRun);
    h.wait(
        ctx, [&] { return h.app->jobs().idle(); }, kPatience);
}

/// A recipe, held at a frame.
void rest_in_recipe(ImGuiTestContext* ctx, const std::string& name, int frame, const std::string& panel) {
    auto& h = harness(ctx);
    h.app->ask({app::Command::Kind::play_recipe, engine::Side::a, name});
    ctx->Yield(3);
    h.app->ui().timeline.playback.playing = false;
    h.app->ui().timeline.playback.position = frame;
    h.app->ui().bring_to_front = panel; // a recipe shows the timeline
    ctx->Yield(3);
    h.settle(ctx);
}

void wait_for_map(ImGuiTestContext* ctx) {
    auto& h = harness(ctx);
    ctx->Yield(3);
    h.wait(
        ctx,
        [&] {
            const auto p = h.app->thumbnails().progress();
            return p.wanted > 0 && p.done == p.wanted;
        },
        kPatience);
    ctx->Yield(10); // a few textures a frame
}

void draw_picture(ImGuiTestContext* ctx) {
    auto& h = harness(ctx);
    std::filesystem::path file = std::filesystem::path(guide_folder) / (std::string(ctx->Test->Name.c_str()) + ".json");
    const auto json = io::read_json(file.string());
    const auto picture = json.value("picture", nlohmann::json::object());
    const auto size = picture.value("size", std::array{1280, 800});
    resize(ctx, size[0], size[1]);
    h.reset(ctx);
    h.app->ui().filter = {};
    h.app->ui().layer_in_view = {};
    h.app->ui().hint = picture.value("hint", false);
    const auto scene = engine::scene_from_json(json);
    for (auto side : engine::kSides)
        if (const auto& model = scene.model[index(side)]; h.app->scene().model[index(side)] != model)
            h.app->open(side, model);
    h.wait(ctx, [&] { return !h.app->engine().busy(); });
    ctx->Yield(2);
    h.app->scene() = scene;
    const auto panel = picture.value("panel", std::string("Spectrum"));
    h.app->ui().bring_to_front = panel;
    h.settle(ctx);
    if (picture.contains("recipe")) rest_in_recipe(ctx, picture["recipe"], picture.value("frame", 0), panel);
    if (picture.contains("instrument")) run_instrument(ctx, picture["instrument"]);
    if (panel == "Latent map") wait_for_map(ctx);
    for (const auto& item : picture.value("click", std::vector<std::string>())) {
        ctx->ItemClick(item.c_str());
        h.wait(
            ctx, [&] { return h.app->jobs().idle(); }, kPatience); // it may have started a measurement
    }
    ctx->MouseMoveToPos({3, 3});
    if (picture.contains("palette")) {
        ctx->KeyPress(ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_P);
        ctx->KeyChars(picture["palette"].get<std::string>().c_str());
    }
    if (picture.contains("hover")) ctx->MouseMove(picture["hover"].get<std::string>().c_str());
    h.settle(ctx);
    h.app->ui().toast.clear();
    ctx->Yield(picture.contains("hover") ? 60 : 3); // a tooltip waits a moment
    save(ctx, file.replace_extension(".png").string(), picture.value("crop", std::string()));
}

} // namespace

void register_guide_pictures(ImGuiTestEngine* engine, Harness& h, const std::string& folder) {
    guide_folder = folder;
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    for (const auto& name : names) add_test(engine, h, "guide", "", draw_picture)->SetOwnedName(name.c_str());
}

} // namespace unstuck::test
