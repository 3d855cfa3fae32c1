// B minus A, pixel by pixel.
#include "app/panels/viewport_parts.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"
#include "core/figure/diverging.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace unstuck::app {

using engine::DifferenceOf;
using engine::Side;

namespace {

/// Why the two pictures have no difference; nothing when they have one.
std::optional<CanvasMessage> why_no_difference(const PanelContext& c) {
    if (auto missing = why_no_pair(c, "The difference")) return missing;
    const auto &a = c.frame(Side::a)->layer, &b = c.frame(Side::b)->layer;
    const auto refuse = [](const std::string& text) {
        return CanvasMessage{"No difference: " + text + ". Compare them side by side (1) or by a wipe (2)."};
    };
    if (a.width != b.width || a.height != b.height)
        return refuse(fmt::format("A has {} x {} pixels, B {} x {}", a.width, a.height, b.width, b.height));
    if (a.channels != b.channels) return refuse(fmt::format("A has {} channels, B {}", a.channels, b.channels));
    const double sa = samples_per_side(c, Side::a, a), sb = samples_per_side(c, Side::b, b);
    if (sa != sb) return refuse(fmt::format("A has {:g} samples per image side, B {:g}", sa, sb));
    return std::nullopt;
}

/// The difference that has the map's last colour, in the numbers of DifferenceValues.
double full_scale(const engine::Scene& s) {
    return 1 / (std::pow(10.0, (s.layer.gain_db + s.view.difference_gain_db) / 20) * std::exp2(s.view.exposure));
}

/// What a pixel's colour stands for: see DifferenceOf.
double one_number(const PixelValues& values, DifferenceOf of, int x, int y) {
    const int channels = std::min(values.channels, 3);
    double sum = 0, largest = 0;
    for (int i = 0; i < channels; ++i) {
        const double v = values.at(i, x, y);
        sum += v;
        if (std::abs(v) > std::abs(largest)) largest = v;
    }
    return of == DifferenceOf::largest ? largest : sum / channels;
}

/// The numbers of B minus those of A, each normalized first when the scene asks for it.
PixelValues difference_values(const PanelContext& c) {
    const auto &fa = *c.frame(Side::a), &fb = *c.frame(Side::b);
    const auto &a = fa.layer, &b = fb.layer;
    const auto ka = channel_scale(c, fa), kb = channel_scale(c, fb);
    PixelValues values{a.width,
                       a.height,
                       std::min(a.channels, 3),
                       [&a, &b] { return readable(a) && readable(b); },
                       [&a, &b, ka, kb](int i, int x, int y) {
                           const auto n = static_cast<std::size_t>(i);
                           return static_cast<float>(b.at(i, x, y) * kb[n] - a.at(i, x, y) * ka[n]);
                       },
                       nullptr,
                       nullptr};
    constexpr double kLightFrom = 0.45; // of the map's ends
    values.dark_writing = [values, of = c.scene.view.difference_of, full = full_scale(c.scene)](int x, int y) {
        return std::abs(one_number(values, of, x, y)) > kLightFrom * full;
    };
    return values;
}

DifferenceStyle difference_style(const PanelContext& c, const Placement& p, double density) {
    DifferenceStyle style;
    style.picture = style_for(c, *c.frame(Side::a), p, density);
    style.picture.exposure_stops = 0;
    style.picture.zebra = false;
    const auto a = channel_scale(c, *c.frame(Side::a)), b = channel_scale(c, *c.frame(Side::b));
    for (std::size_t i = 0; i < 3; ++i) {
        style.picture.gain[i] = static_cast<float>(a[i]);
        style.gain_b[i] = static_cast<float>(b[i]);
    }
    style.scale = static_cast<float>(1 / full_scale(c.scene));
    style.largest = c.scene.view.difference_of == DifferenceOf::largest;
    return style;
}

ImU32 map_colour(double t) {
    const auto [r, g, b] = figure::diverging_colour(t);
    return ImGui::GetColorU32({r, g, b, 1});
}

/// The map from -full to full, with a mark at `at`.
void colour_bar(const PanelContext& c, float width, std::optional<double> at) {
    const double full = full_scale(c.scene);
    const auto label = [](double v) { return fmt::format("{:+.3g}", v); };
    const auto low = label(-full), high = label(full);
    const float em = ImGui::GetFontSize(), height = ImGui::GetFrameHeight();
    const float text_width = std::max(ImGui::CalcTextSize(low.c_str()).x, ImGui::CalcTextSize(high.c_str()).x);
    const auto origin = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton("colours", {std::max(width, 1.0f), height});
    tooltip(c.scene.layer.normalize
                ? "B minus A, each divided by its channels' largest magnitude: orange where A is greater, blue where B "
                  "is greater, grey where they agree; hatched where a number is not finite"
                : "B minus A in the pictures' own numbers, where -1 is black and 1 white: orange where A is greater, "
                  "blue where B is greater, grey where they agree; hatched where a number is not finite");
    const float left = origin.x + text_width + em * 0.4f, right = origin.x + width - text_width - em * 0.4f;
    if (right - left < em) return;
    auto* draw = ImGui::GetWindowDrawList();
    const float top = origin.y + height * 0.1f, bottom = origin.y + height * 0.9f;
    const float text_y = origin.y + (height - ImGui::GetTextLineHeight()) / 2;
    draw->AddText({left - em * 0.4f - ImGui::CalcTextSize(low.c_str()).x, text_y}, ImGui::GetColorU32(ImGuiCol_Text),
                  low.c_str());
    draw->AddText({right + em * 0.4f, text_y}, ImGui::GetColorU32(ImGuiCol_Text), high.c_str());
    constexpr int kParts = static_cast<int>(figure::kDiverging.size()) - 1;
    const auto x_of = [&](double t) { return left + (right - left) * static_cast<float>((t + 1) / 2); };
    for (int i = 0; i < kParts; ++i) {
        const double from = 2.0 * i / kParts - 1, to = 2.0 * (i + 1) / kParts - 1;
        const ImU32 a = map_colour(from), b = map_colour(to);
        draw->AddRectFilledMultiColor({x_of(from), top}, {x_of(to), bottom}, a, b, b, a);
    }
    draw->AddText({x_of(0) - ImGui::CalcTextSize("0").x / 2, text_y}, IM_COL32_WHITE, "0");
    constexpr const char *less = "A greater", *more = "B greater";
    const float room = ImGui::CalcTextSize(more).x + em * 0.6f;
    if (right - left > 4 * room) {
        draw->AddText({left + em * 0.3f, text_y}, IM_COL32(0, 0, 0, 230), less);
        draw->AddText({right - room + em * 0.3f, text_y}, IM_COL32(0, 0, 0, 230), more);
    }
    if (!at || !std::isfinite(*at)) return;
    const float x = x_of(std::clamp(*at / full, -1.0, 1.0)), s = height * 0.22f;
    draw->AddTriangleFilled({x - s, origin.y}, {x + s, origin.y}, {x, top + s}, ImGui::GetColorU32(ImGuiCol_Text));
}

/// Gain, meaning and legend, in one line below the picture; greyed where `why_disabled` is not null.
void difference_controls(PanelContext& c, float width, std::optional<double> at, const char* why_disabled) {
    auto& v = c.scene.view;
    const engine::ViewState standard;
    const float em = ImGui::GetFontSize();
    const auto start = ImGui::GetCursorScreenPos();
    constexpr double kLow = -40, kHigh = 80;
    ImGui::BeginDisabled(why_disabled != nullptr);
    ImGui::SetNextItemWidth(em * 9);
    slide_number("##gain", v.difference_gain_db, kLow, kHigh, "gain %+.1f dB");
    const auto gain_tip = fmt::format("Amplifies the difference's colours: the last ones stand for {:.3g} now; 20 dB "
                                      "more show differences a tenth as large",
                                      full_scale(c.scene));
    tooltip(why_disabled ? why_disabled : gain_tip.c_str());
    ImGui::SameLine();
    if (reset_button(v.difference_gain_db != standard.difference_gain_db))
        v.difference_gain_db = standard.difference_gain_db;
    ImGui::SameLine();
    constexpr const char* names[] = {"channels' mean", "largest channel"};
    int of = static_cast<int>(v.difference_of);
    ImGui::SetNextItemWidth(em * 9);
    if (ImGui::Combo("##of", &of, names, 2)) v.difference_of = static_cast<DifferenceOf>(of);
    tooltip(
        "What a colour stands for: the mean over the shown channels, in which opposite signs cancel, or the channel "
        "where the two differ most");
    ImGui::SameLine();
    colour_bar(c, width - (ImGui::GetCursorScreenPos().x - start.x), at);
    ImGui::EndDisabled();
}

} // namespace

void Viewport::draw_difference(PanelContext& c, float width, float height) {
    ImGui::PushID("difference");
    const float controls = ImGui::GetFrameHeightWithSpacing();
    const auto area = begin_canvas(width, height - controls);
    canvases_[index(c.frame(Side::a) && !c.frame(Side::b) ? Side::b : Side::a)] = area.rectangle();
    std::optional<double> at;
    const auto message = why_no_difference(c);
    if (message)
        say(area, *message);
    else
        at = draw_difference_picture(c, area);
    for (auto side : engine::kSides)
        draw_progress(c, side, {area.origin.x + static_cast<float>(index(side)) * area.width / 2, area.origin.y},
                      area.width / 2);
    draw_difference_caption(c, area.caption_at, area.width);
    ImGui::SetCursorScreenPos({area.caption_at.x, area.corner().y + ImGui::GetStyle().ItemSpacing.y});
    difference_controls(c, area.width, at, message ? message->text.c_str() : nullptr);
    ImGui::PopID();
}

/// Gives the number under the mouse.
std::optional<double> Viewport::draw_difference_picture(PanelContext& c, const CanvasArea& area) {
    const auto& image = c.frame(Side::a)->layer;
    const auto p = place(c.scene.view, image.width, image.height, area.pixels_wide(), area.pixels_high());
    note_shown(c, p, image);
    {
        const AddTime timer(c.ui.drawing_ms);
        for (auto side : engine::kSides)
            if (!pictures_[index(side)].set_image(c.frame(side)->layer, c.pair->serial)) c.ui.picture_waits = true;
        if (const auto texture =
                difference_.draw(difference_pass_, pictures_[0], pictures_[1], difference_style(c, p, area.density)))
            ImGui::GetWindowDrawList()->AddImage(static_cast<ImTextureID>(texture), area.origin, area.corner());
    }
    for (const auto& picture : pictures_)
        if (!picture.error().empty()) say(area, {picture.error(), true});
    const auto values = difference_values(c);
    probe_pixel(c, Side::b, values, p, area);
    navigate(c, {image, p, samples_per_side(c, Side::a, image)}, area);
    draw_pixel_values(c, values, p, area);
    draw_marks(c, {image, p, samples_per_side(c, Side::a, image)}, area);
    for (auto side : engine::kSides) draw_warning_of(c, side, side, area);
    if (!c.ui.probe) return std::nullopt;
    return one_number(values, c.scene.view.difference_of, c.ui.probe->x, c.ui.probe->y);
}

} // namespace unstuck::app
