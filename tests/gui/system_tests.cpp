// The system page, the choice of device, and what the window says of numbers and pictures that went wrong.
#include "tests/gui/harness.hpp"

#include <algorithm>
#include <cmath>
#include <imgui_internal.h>
#include <stdexcept>

namespace unstuck::test {

using engine::Side;
using Kind = engine::DeviceChoice::Kind;

namespace {

/// A GPU's picture, with the values in host memory.
class FakePixels final : public engine::DevicePixels {
  public:
    explicit FakePixels(std::vector<float> planar, int side)
        : DevicePixels(side, side, 4, 0), planar_(std::move(planar)) {}
    const float* data() const override { return nullptr; }
    void ready_on_current_stream() const override {}
    void used_on_current_stream() const override {}
    std::vector<float> to_host() const override {
        if (planar_.empty()) throw std::runtime_error("the GPU was lost");
        return planar_;
    }

  private:
    std::vector<float> planar_;
};

/// What is shown now, with A's frame changed. A stamp of its own makes the window upload it.
std::shared_ptr<const engine::FramePair> altered(const Harness& h, const std::function<void(engine::Frame&)>& change) {
    static std::uint64_t serial = 1'000'000'000;
    auto pair = std::make_shared<engine::FramePair>(*h.app->shown());
    auto frame = std::make_shared<engine::Frame>(*pair->frame[0]);
    change(*frame);
    pair->frame[0] = frame;
    pair->serial = ++serial;
    return pair;
}

std::string copied_details(ImGuiTestContext* ctx) {
    ImGui::SetClipboardText("");
    ctx->ItemClick("//System/Copy details");
    const auto* text = ImGui::GetClipboardText();
    return text ? text : "";
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

/// A table of the Performance tab, drawn in the last frame, with that many columns.
bool shows_table_with(int columns) {
    auto& g = *ImGui::GetCurrentContext();
    for (int i = 0; i < g.Tables.GetMapSize(); ++i)
        if (const auto* t = g.Tables.TryGetMapData(i))
            if (t->LastFrameActive >= g.FrameCount - 1 && t->ColumnsCount == columns &&
                std::string(t->OuterWindow->Name).starts_with("Performance"))
                return true;
    return false;
}

void pages(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "system", "the_page_opens_from_both_menus_and_says_what_computes", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        for (const auto* item : {"View/System", "Help/System: what computes, what draws"}) {
            ctx->WindowFocus("//Layers");
            IM_CHECK(!ctx->GetWindowByRef("//System")->DockTabIsVisible);
            ctx->MenuClick((std::string("//##MainMenuBar/") + item).c_str());
            ctx->Yield(3);
            IM_CHECK(ctx->GetWindowByRef("//System")->DockTabIsVisible);
        }
        const auto text = copied_details(ctx);
        for (const auto* label :
             {"program", "computes", "draws", "CUDA", "kernels", "precision", "graph", "pictures", "self-test"})
            IM_CHECK(has(text, label));
        IM_CHECK(has(text, h.window->renderer().c_str()));
        IM_CHECK(has(text, "LibTorch 2.11"));
        ctx->WindowFocus("//Spectrum");
    });
    add_test(e, h, "system", "the_page_opens_where_panels_are_hidden", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        h.app->ui().show_bottom = false;
        ctx->Yield(4);
        ctx->MenuClick("//##MainMenuBar/View/System");
        ctx->Yield(6);
        IM_CHECK(h.app->ui().show_bottom);
        IM_CHECK(ctx->GetWindowByRef("//System")->DockTabIsVisible);
        ctx->WindowFocus("//Spectrum");
    });
    add_test(e, h, "system", "device_and_precision_are_chosen_in_the_performance_tab", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const auto before = h.app->settings().device;
        ctx->WindowFocus("//Performance");
        ctx->Yield(2);
        // Combo boxes tell the test engine no label to search for: their window has to be named.
        const auto column = ctx->WindowInfo("//Performance/history").ID;
        ctx->SetRef(column);
        ctx->ItemClick("##device");
        ctx->ItemClick("//$FOCUSED/cpu");
        ctx->Yield(3);
        IM_CHECK(h.app->settings().device.kind == Kind::cpu);
        // The CPU has one precision.
        IM_CHECK((ctx->ItemInfo("##precision").ItemFlags & ImGuiItemFlags_Disabled) != 0);
        h.wait(ctx, [&] { return h.app->both_pictures_there(); });
        const auto report = engine::system_report();
        ctx->ItemClick("##device");
        if (report.gpus.empty()) // greyed, with the reason as its tooltip
            IM_CHECK((ctx->ItemInfo("//$FOCUSED/cuda").ItemFlags & ImGuiItemFlags_Disabled) != 0);
        ctx->ItemClick("//$FOCUSED/auto");
        ctx->Yield(3);
        IM_CHECK(h.app->settings().device.kind == Kind::automatic);
        IM_CHECK(h.app->settings().device == before);
        h.wait(ctx, [&] { return h.app->both_pictures_there(); });
        ctx->WindowFocus("//Spectrum");
    });
}

void trouble(ImGuiTestEngine* e, Harness& h) {
    add_test(e, h, "system", "a_layer_with_nan_is_named_over_the_picture", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        IM_CHECK(!ctx->ItemExists("//Viewport/A/guard"));
        ctx->WindowFocus("//Performance");
        ctx->Yield(2);
        IM_CHECK(!shows_table_with(7));
        h.app->show_instead(altered(h, [](engine::Frame& frame) {
            frame.guard = {"b32.conv0", 1234, 5};
            frame.times[3].not_finite = 1234;
            frame.times[2].clamped = 5;
            frame.layer = engine::on_host(frame.layer);
            frame.image = engine::on_host(frame.image);
        }));
        ctx->Yield(4);
        IM_CHECK(ctx->ItemExists("//Viewport/A/guard"));
        IM_CHECK(!ctx->ItemExists("//Viewport/B/guard"));
        IM_CHECK(shows_table_with(7)); // the column "guard"
        // The picture below still takes the mouse.
        const auto x = h.app->scene().latent.x;
        ctx->MouseMoveToPos(h.canvas_centre(Side::a));
        ctx->MouseDragWithDelta({60, 0});
        IM_CHECK(h.app->scene().latent.x != x);
        h.app->show_instead(nullptr);
        ctx->WindowFocus("//Spectrum");
    });
    add_test(e, h, "system", "float32_is_one_click_away_on_a_gpu", [](ImGuiTestContext* ctx) {
        auto& h = harness(ctx);
        h.reset(ctx);
        const auto pair = altered(h, [](engine::Frame& frame) {
            frame.guard = {"b64.conv1", 7, 0};
            const auto planar = frame.layer.host_pixels();
            frame.layer.pixels.clear();
            frame.layer.device = std::make_shared<FakePixels>(planar, frame.layer.width);
        });
        h.app->show_instead(pair);
        ctx->Yield(4);
        ctx->ItemClick("//Viewport/A/use float32");
        ctx->Yield(3);
        IM_CHECK(h.app->settings().device.precision == model::Precision::float32);
        IM_CHECK(!ctx->ItemExists("//Viewport/A/use float32")); // there is nothing left to offer
        h.app->show_instead(nullptr);
        ctx->Yield(2);
        h.on_main(ctx, [&] { h.app->ask({app::Command::Kind::set_precision, Side::a, "as-marked"}); });
        h.settle(ctx);
        IM_CHECK(h.app->settings().device.precision == model::Precision::as_marked);
    });
    add_test(e, h, "system", "a_gpu_picture_without_interop_is_shown_and_the_slow_path_told",
             [](ImGuiTestContext* ctx) {
                 auto& h = harness(ctx);
                 h.reset(ctx);
                 if (h.app->viewport().upload_status().path != app::UploadStatus::Path::host)
                     return; // a real GPU computes
                 const auto centre = h.canvas_centre(Side::a);
                 const auto before = h.pixel(ctx, centre.x, centre.y);
                 const auto inject = [&](bool readable) {
                     h.app->show_instead(altered(h, [&](engine::Frame& frame) {
                         auto planar = frame.layer.host_pixels();
                         for (auto& v : planar) v = -v;
                         frame.layer.pixels.clear();
                         frame.layer.device =
                             std::make_shared<FakePixels>(readable ? planar : std::vector<float>{}, frame.layer.width);
                     }));
                     ctx->Yield(4);
                 };
                 inject(true);
                 const auto after = h.pixel(ctx, centre.x, centre.y);
                 for (std::size_t i = 0; i < 3; ++i) IM_CHECK(std::abs(before[i] + after[i] - 255) <= 2);
                 // Told once, maybe by an earlier test: a reason is not repeated.
                 const auto told = [&] {
                     const auto& log = h.app->ui().log;
                     return std::count_if(log.begin(), log.end(),
                                          [](const auto& line) { return has(line.text, "slow path"); });
                 };
                 IM_CHECK(told() == 1);
                 ctx->WindowFocus("//System");
                 ctx->Yield(2);
                 IM_CHECK(has(copied_details(ctx), "slow path"));
                 // The mouse reads the fetched numbers.
                 ctx->MouseMoveToPos(centre);
                 ctx->Yield(2);
                 IM_CHECK(h.app->ui().probe.has_value());
                 inject(true);
                 IM_CHECK(told() == 1);
                 inject(false); // lost: said, and nothing else happens
                 ctx->MouseMoveToPos(h.canvas_centre(Side::b));
                 ctx->MouseMoveToPos(centre);
                 ctx->Yield(2);
                 IM_CHECK(!h.app->ui().probe.has_value());
                 h.app->show_instead(nullptr);
                 ctx->Yield(4);
                 IM_CHECK(h.app->viewport().upload_status().path == app::UploadStatus::Path::host);
                 ctx->WindowFocus("//Spectrum");
             });
}

} // namespace

void register_system_tests(ImGuiTestEngine* e, Harness& h) {
    pages(e, h);
    trouble(e, h);
}

} // namespace unstuck::test
