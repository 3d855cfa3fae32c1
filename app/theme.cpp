#include "app/theme.hpp"

#include "core/figure/font.hpp"

#include <implot.h>

namespace unstuck::app {

namespace {

ImVec4 rgb(unsigned hex, float alpha = 1) {
    return {static_cast<float>(hex >> 16 & 255) / 255, static_cast<float>(hex >> 8 & 255) / 255,
            static_cast<float>(hex & 255) / 255, alpha};
}

bool is_light() { return ImGui::GetStyle().Colors[ImGuiCol_Text].x < 0.5f; }

} // namespace

ImVec4 side_colour(engine::Side side) { return side == engine::Side::a ? rgb(0xE0633A) : rgb(0x2AA198); }
ImVec4 dim_colour() { return is_light() ? rgb(0x5F6368) : rgb(0x9AA0A6); }
ImVec4 error_colour() { return is_light() ? rgb(0xB3261E) : rgb(0xFF8A80); }
ImVec4 warning_colour() { return is_light() ? rgb(0x9A5B00) : rgb(0xF2B866); }
ImVec4 good_colour() { return is_light() ? rgb(0x1E7B34) : rgb(0x8FCF9B); }
ImVec4 background_colour() { return is_light() ? rgb(0xDADCE0) : rgb(0x131416); }

void load_font() {
    ImFontConfig config;
    config.FontDataOwnedByAtlas = false;
    const auto file = figure::font_file();
    auto* data = const_cast<unsigned char*>(file.data());
    ImGui::GetIO().Fonts->AddFontFromMemoryTTF(data, static_cast<int>(file.size()), 0.0f, &config);
}

void apply_theme(bool light, double scale) {
    ImGuiStyle style;
    if (light)
        ImGui::StyleColorsLight(&style);
    else
        ImGui::StyleColorsDark(&style);
    const auto set = [&](ImGuiCol index, ImVec4 colour) { style.Colors[index] = colour; };
    const unsigned panel = light ? 0xF1F3F4 : 0x24272B, window = light ? 0xE8EAED : 0x1B1D20,
                   field = light ? 0xFFFFFF : 0x32363C, hover = light ? 0xDDE1E6 : 0x3E444C,
                   active = light ? 0xCDD3DA : 0x4A525C, line = light ? 0xC4C8CC : 0x14161A;
    set(ImGuiCol_Text, rgb(light ? 0x202124 : 0xE6E6E6));
    set(ImGuiCol_TextDisabled, rgb(light ? 0x80868B : 0x7C828A));
    set(ImGuiCol_WindowBg, rgb(panel));
    set(ImGuiCol_ChildBg, rgb(panel, 0));
    set(ImGuiCol_PopupBg, rgb(light ? 0xFFFFFF : 0x2B2F34));
    set(ImGuiCol_MenuBarBg, rgb(window));
    set(ImGuiCol_FrameBg, rgb(field));
    set(ImGuiCol_FrameBgHovered, rgb(hover));
    set(ImGuiCol_FrameBgActive, rgb(active));
    set(ImGuiCol_Button, rgb(light ? 0xDFE3E8 : 0x373C43));
    set(ImGuiCol_ButtonHovered, rgb(hover));
    set(ImGuiCol_ButtonActive, rgb(active));
    set(ImGuiCol_Header, rgb(light ? 0xD5DBE3 : 0x3A424C));
    set(ImGuiCol_HeaderHovered, rgb(hover));
    set(ImGuiCol_HeaderActive, rgb(active));
    set(ImGuiCol_TitleBg, rgb(window));
    set(ImGuiCol_TitleBgActive, rgb(window));
    set(ImGuiCol_Tab, rgb(window));
    set(ImGuiCol_TabSelected, rgb(panel));
    set(ImGuiCol_TabHovered, rgb(hover));
    set(ImGuiCol_TabDimmed, rgb(window));
    set(ImGuiCol_TabDimmedSelected, rgb(panel));
    set(ImGuiCol_TabSelectedOverline, rgb(0x8AB4F8, 0.7f));
    set(ImGuiCol_TabDimmedSelectedOverline, rgb(0x8AB4F8, 0.0f));
    set(ImGuiCol_SliderGrab, rgb(light ? 0x5F6B7A : 0x7E8894));
    set(ImGuiCol_SliderGrabActive, rgb(light ? 0x3C4652 : 0xB4BEC8));
    set(ImGuiCol_CheckMark, rgb(light ? 0x1A73E8 : 0x8AB4F8));
    set(ImGuiCol_Separator, rgb(line));
    set(ImGuiCol_Border, rgb(line));
    set(ImGuiCol_PlotHistogram, rgb(0x8AB4F8));
    set(ImGuiCol_TableRowBgAlt, rgb(light ? 0x000000 : 0xFFFFFF, 0.025f));
    set(ImGuiCol_DockingEmptyBg, rgb(window));
    style.WindowRounding = 0;
    style.ChildRounding = 3;
    style.FrameRounding = 3;
    style.GrabRounding = 3;
    style.PopupRounding = 4;
    style.TabRounding = 3;
    style.WindowPadding = {8, 5};
    style.FramePadding = {6, 2.5f};
    style.ItemSpacing = {6, 3};
    style.ItemInnerSpacing = {4, 4};
    style.CellPadding = {3, 1.5f};
    style.IndentSpacing = 12;
    style.ScrollbarSize = 12;
    style.GrabMinSize = 10;
    style.WindowBorderSize = 0;
    style.TabBarOverlineSize = 2;
    style.WindowMenuButtonPosition = ImGuiDir_None;
    style.DisabledAlpha = 0.45f;
    style.ScaleAllSizes(static_cast<float>(scale));
    constexpr float kFontPx = 14.0f;
    style.FontSizeBase = kFontPx;
    style.FontScaleDpi = static_cast<float>(scale);
    ImGui::GetStyle() = style;

    if (light)
        ImPlot::StyleColorsLight();
    else
        ImPlot::StyleColorsDark();
    auto& plot = ImPlot::GetStyle();
    plot.Colors[ImPlotCol_FrameBg] = rgb(panel, 0);
    plot.Colors[ImPlotCol_PlotBg] = light ? rgb(0xFFFFFF) : rgb(0x1B1D20);
    plot.Colors[ImPlotCol_PlotBorder] = rgb(line);
    plot.PlotPadding = {6.0f * static_cast<float>(scale), 6.0f * static_cast<float>(scale)};
    plot.LabelPadding = {4.0f * static_cast<float>(scale), 3.0f * static_cast<float>(scale)};
    plot.LegendPadding = {4.0f * static_cast<float>(scale), 4.0f * static_cast<float>(scale)};
}

} // namespace unstuck::app
