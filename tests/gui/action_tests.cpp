// The list of actions as menus, keys and help show it.
#include "tests/gui/harness.hpp"

#include <algorithm>
#include <filesystem>
#include <imgui_internal.h>
#include <set>

namespace unstuck::test {

namespace {

/// A dialog that is asked for and never answers.
class SilentDialog final : public app::FileDialog {
  public:
    bool available() const override { return true; }
    void open(const app::FileQuestion&) override {}
    bool is_open() const override { return false; }
    std::optional<app::FileAnswer> poll() override { return std::nullopt; }
};

int errors(const Harness& h) {
    const auto& log = h.app->ui().log;
    return static_cast<int>(std::count_if(log.begin(), log.end(), [](const auto& line) { return line.error; }));
}

void lists(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "actions", "every_item_of_a_menu_that_names_a_key_is_an_action", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        std::set<std::string> titles;
        for (const auto& action : app::all_actions()) titles.insert(action.title);
        int items = 0;
        for (const auto* name : {"File", "View", "Help"}) {
            ctx->MenuClick((std::string("//##MainMenuBar/") + name).c_str());
            ImGuiTestItemList found;
            ctx->GatherItems(&found, "//$FOCUSED", 1);
            for (const auto& item : found) {
                const std::string label = item.DebugLabel;
                const bool submenu = label == "Demo models";
                const bool renamed = label == "System" || label.starts_with("System: ");
                if (!submenu && !renamed) {
                    ctx->LogInfo("%s", label.c_str());
                    IM_CHECK(titles.contains(label));
                }
                ++items;
            }
            ctx->PopupCloseAll();
        }
        IM_CHECK(items > 20);
    });
    add_test(e, h, "actions", "every_one_runs_in_the_demo_without_an_error", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->set_dialog(std::make_unique<SilentDialog>());
        const int before = errors(h);
        int run = 0;
        for (const auto& action : app::all_actions()) {
            if (action.id == "file.quit") continue;
            ctx->LogInfo("%s", action.id.c_str());
            h.on_main(ctx, [&] {
                auto c = h.app->context();
                if (app::why_not(action, c).empty()) action.run(c), ++run;
            });
            ctx->Yield(4);
            IM_CHECK_EQ(errors(h), before);
            if (action.id == "window.light_theme") h.app->ask({app::Command::Kind::toggle_theme, engine::Side::a, {}});
            if (action.id == "window.full_screen") h.app->ui().full_screen = false;
            h.reset(ctx);
        }
        IM_CHECK(run > 50);
        h.app->set_dialog(app::make_native_dialog());
        h.app->ask({app::Command::Kind::reset_layout, engine::Side::a, {}});
        ctx->Yield(4);
        std::filesystem::remove_all("captures");
    });
    add_test(e, h, "actions", "an_action_says_why_it_cannot_be_run", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        ctx->MenuClick("//##MainMenuBar/File/Close model B");
        h.wait(ctx, [&] { return !h.app->engine().model(engine::Side::b); });
        const auto c = h.app->context();
        IM_CHECK_STR_EQ(app::why_not(app::find_action(c.actions, "file.close_b"), c).c_str(), "there is no model B");
        IM_CHECK(app::why_not(app::find_action(c.actions, "file.close_a"), c).empty());
    });
}

} // namespace

void register_action_tests(ImGuiTestEngine* e, Harness& h) { lists(e, h); }

} // namespace unstuck::test
