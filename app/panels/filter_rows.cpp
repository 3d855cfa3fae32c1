// The filter lab's controls: one row per field of an edit, written to every layer of the scope that takes it.
#include "app/panels/filter_panel.hpp"
#include "app/theme.hpp"
#include "app/widgets.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <imgui.h>

namespace unstuck::app {

using model::FilterFamily;
using model::FilterWindow;
using model::LayerEdit;

namespace {

/// One field of a layer's edit. A row shows `now`, of one layer; what it is set to is written to every layer of the
/// scope as `stored` says, since frequencies of several layers are set relative to what they are in the model.
template <class T>
struct Field {
    std::function<std::optional<T>&(LayerEdit&)> at;
    std::function<T(const LabLayer&)> now;
    std::function<T(const LabLayer&, T)> stored = [](const LabLayer&, T value) { return value; };
    std::function<const char*(const LabLayer&)> why_not = [](const LabLayer&) { return nullptr; };
};

template <class T>
bool same(T a, T b) {
    if constexpr (std::is_floating_point_v<T>) return std::abs(a - b) <= 1e-6 * std::max(std::abs(a), std::abs(b));
    return a == b;
}

/// The rows of one scope.
class Rows {
  public:
    /// `layers`: at least one.
    Rows(PanelContext& c, const std::vector<LabLayer>& layers)
        : layers_(layers), edits_(c.scene.edits[index(c.ui.filter.side)]),
          looked_at_(c.scene.layer.name[index(c.ui.filter.side)]),
          colour_(ImGui::GetColorU32(side_colour(c.ui.filter.side))) {}

    bool several() const { return layers_.size() > 1; }

    /// `draw(row, value, note, layer)` draws the control; `note`: "" or that the layers of the scope differ.
    template <class T, class Draw>
    void row(const char* label, const char* tip, const Field<T>& field, Draw draw) {
        EditRow out{label, tip, false, colour_, nullptr};
        const auto* shown = shown_of(field);
        if (!shown) {
            out.why_disabled = field.why_not(preferred());
            shown = &preferred();
        }
        T value = field.now(*shown);
        bool varies = false;
        for (const auto& l : layers_) {
            auto edit = l.edit;
            out.edited = out.edited || field.at(edit).has_value();
            varies = varies || (!field.why_not(l) && !same(field.now(l), value));
        }
        const auto differ = std::string(tip) + ". ~ Layers differ: this is " + shown->stock->name + "'s";
        if (varies) out.tip = differ.c_str();
        const auto event = draw(out, value, varies ? " ~" : "", *shown);
        if (event == RowEvent::none) return;
        for (const auto& l : layers_) {
            if (event == RowEvent::changed && field.why_not(l)) continue;
            auto edit = l.edit;
            if (event == RowEvent::changed)
                field.at(edit) = field.stored(l, value);
            else
                field.at(edit).reset();
            edits_.set(l.stock->name, edit);
        }
    }

  private:
    const LabLayer& preferred() const {
        const auto it = std::find_if(layers_.begin(), layers_.end(),
                                     [&](const LabLayer& l) { return l.stock->name == looked_at_; });
        return it == layers_.end() ? layers_.front() : *it;
    }
    template <class T>
    const LabLayer* shown_of(const Field<T>& field) const {
        if (!field.why_not(preferred())) return &preferred();
        for (const auto& l : layers_)
            if (!field.why_not(l)) return &l;
        return nullptr;
    }

    const std::vector<LabLayer>& layers_;
    model::Edits& edits_;
    std::string looked_at_;
    ImU32 colour_;
};

/// A field of a filter's edit.
template <class T>
Field<T> filter_field(FilterSlot slot, std::optional<T> model::FilterEdit::*member,
                      const char* (*why_not)(const LabLayer&, FilterSlot)) {
    Field<T> f;
    f.at = [=](LayerEdit& e) -> std::optional<T>& { return filter_edit(e, slot).*member; };
    f.why_not = [=](const LabLayer& l) { return why_not(l, slot); };
    return f;
}

template <class T>
Field<T> layer_field(std::optional<T> LayerEdit::*member, const char* (*why_not)(const LabLayer&)) {
    Field<T> f;
    f.at = [=](LayerEdit& e) -> std::optional<T>& { return e.*member; };
    f.why_not = why_not;
    return f;
}

/// Enumerations are chosen by their number.
template <class E>
Field<E> choice_field(FilterSlot slot, std::optional<E> model::FilterEdit::*member, E model::FilterDesign::*value,
                      const char* (*why_not)(const LabLayer&, FilterSlot)) {
    auto f = filter_field(slot, member, why_not);
    f.now = [=](const LabLayer& l) { return design(l.now, slot).*value; };
    return f;
}

template <class E, std::size_t N>
auto draw_choice(const std::array<const char*, N>& names) {
    return [&names](const EditRow& row, E& value, const char*, const LabLayer&) {
        int at = static_cast<int>(value);
        const auto event = edit_choice(row, at, names.data(), static_cast<int>(N));
        value = static_cast<E>(at);
        return event;
    };
}

constexpr std::array kFamilies = {"Kaiser", "bilinear", "binomial", "nearest", "ideal"};
constexpr std::array kWindows = {"Kaiser", "Hann", "Hamming", "Blackman", "rectangular"};

constexpr double kMostClamp = 1024;

/// A frequency of a filter: in cycles per image where it is one layer's, else relative to what it is in the model.
void frequency_row(Rows& rows, FilterSlot slot, const char* label, const char* tip,
                   std::optional<double> model::FilterEdit::*member, double model::FilterDesign::*value,
                   const char* (*why_not)(const LabLayer&, FilterSlot)) {
    auto f = filter_field(slot, member, why_not);
    const bool relative = rows.several();
    const auto base = [=](const LabLayer& l) { return relative ? design(*l.stock, slot).*value : 1.0; };
    f.now = [=](const LabLayer& l) { return base(l) > 0 ? design(l.now, slot).*value / base(l) : 0; };
    f.stored = [=](const LabLayer& l, double v) { return v * base(l); };
    rows.row(label, tip, f, [&](const EditRow& row, double& v, const char* varies, const LabLayer& l) {
        const auto& d = design(l.now, slot);
        if (relative) return edit_slider(row, v, 0.1, 4, fmt::format("%.2f x stock{}", varies).c_str(), true);
        const double share = d.*value / (low_rate(d) / 2);
        return edit_slider(row, v, d.rate * 1e-3, d.rate * 0.4995, fmt::format("%.2f  {:.2f} s/2", share).c_str());
    });
}

void taps_row(Rows& rows, FilterSlot slot) {
    auto f = filter_field(slot, &model::FilterEdit::taps, why_no_design);
    const bool relative = rows.several();
    const auto base = [=](const LabLayer& l) { return relative ? design(l.now, slot).factor : 1; };
    f.now = [=](const LabLayer& l) { return design(l.now, slot).taps / base(l); };
    f.stored = [=](const LabLayer& l, int v) { return v * base(l); };
    rows.row("taps", "Length of the filter along an axis (n); for several layers, for each factor of resampling", f,
             [&](const EditRow& row, int& v, const char* varies, const LabLayer& l) {
                 if (relative) return edit_int(row, v, 1, 24, fmt::format("%d per factor{}", varies).c_str());
                 return edit_int(row, v, 1, 24 * design(l.now, slot).factor, "%d");
             });
}

void beta_row(Rows& rows, FilterSlot slot) {
    auto f = filter_field(slot, &model::FilterEdit::beta, why_no_beta);
    f.now = [=](const LabLayer& l) { return why_no_beta(l, slot) ? 0 : model::beta_of(design(l.now, slot)); };
    rows.row("beta",
             "Shape of the Kaiser window: larger is more attenuation and a wider transition; auto: from n and f_h by "
             "Kaiser's formula",
             f, [&](const EditRow& row, double& v, const char* varies, const LabLayer& l) {
                 const bool automatic = !design(l.now, slot).beta;
                 return edit_slider(row, v, 0, 20, fmt::format("%.2f{}{}", automatic ? " auto" : "", varies).c_str());
             });
}

void radial_row(Rows& rows, FilterSlot slot) {
    auto f = filter_field(slot, &model::FilterEdit::radial, why_no_cutoff);
    f.now = [=](const LabLayer& l) { return design(l.now, slot).radial; };
    rows.row("radial",
             "A jinc, the same in all directions (config R), instead of a product of two sincs; ideal: a disk instead "
             "of a square",
             f, [](const EditRow& row, bool& v, const char* varies, const LabLayer&) {
                 return edit_check(row, v, *varies ? "some" : "");
             });
}

void oversampling_row(Rows& rows) {
    auto f = layer_field(&LayerEdit::oversampling, why_no_nonlinearity);
    f.now = [](const LabLayer& l) { return l.now.oversampling; };
    rows.row("m", "By how much the nonlinearity is oversampled (m); 1: pointwise, as in StyleGAN2", f,
             [](const EditRow& row, int& v, const char*, const LabLayer&) {
                 constexpr std::array names = {"1  pointwise", "2", "4", "8"};
                 int at = v >= 8 ? 3 : v >= 4 ? 2 : v >= 2 ? 1 : 0;
                 const auto event = edit_choice(row, at, names.data(), static_cast<int>(names.size()));
                 v = 1 << at;
                 return event;
             });
}

void amplitude_rows(Rows& rows) {
    auto slope = layer_field(&LayerEdit::slope, why_no_nonlinearity);
    slope.now = [](const LabLayer& l) { return l.now.slope; };
    rows.row("slope", "Slope of the leaky ReLU below zero; 1: no nonlinearity", slope,
             [](const EditRow& row, double& v, const char* varies, const LabLayer&) {
                 return edit_slider(row, v, 0, 1, fmt::format("%.2f{}", varies).c_str());
             });
    auto clamp = layer_field(&LayerEdit::clamp, why_no_nonlinearity);
    clamp.now = [](const LabLayer& l) { return l.now.clamp.value_or(kMostClamp); };
    rows.row("clamp", "Largest magnitude that the nonlinearity lets through", clamp,
             [](const EditRow& row, double& v, const char* varies, const LabLayer& l) {
                 const auto format = l.now.clamp ? fmt::format("%.3g{}", varies) : "none";
                 return edit_slider(row, v, 0.01, kMostClamp, format.c_str(), true);
             });
    auto noise = layer_field(&LayerEdit::noise, why_no_noise);
    noise.now = [](const LabLayer& l) { return l.now.noise; };
    rows.row("noise",
             "Per-pixel noise, which does not move with the content: standard deviation where the model has none, a "
             "factor on StyleGAN2's own",
             noise, [](const EditRow& row, double& v, const char* varies, const LabLayer& l) {
                 const bool own = l.stock->noise > 0;
                 const auto format = fmt::format("%.2f{}{}", own ? " x stock" : "", varies);
                 return edit_slider(row, v, 0, own ? 8 : 2, format.c_str());
             });
}

void switch_row(Rows& rows, const char* label, const char* tip, std::optional<bool> LayerEdit::*member,
                bool model::LayerSampling::*value, const char* (*why_not)(const LabLayer&)) {
    auto f = layer_field(member, why_not);
    f.now = [=](const LabLayer& l) { return l.now.*value; };
    rows.row(label, tip, f, [](const EditRow& row, bool& v, const char* varies, const LabLayer&) {
        return edit_check(row, v, *varies ? "some" : "");
    });
}

} // namespace

void draw_filter_rows(PanelContext& c, const std::vector<LabLayer>& layers, FilterSlot slot) {
    Rows rows(c, layers);
    using Edit = model::FilterEdit;
    using Design = model::FilterDesign;
    rows.row("family", "What shapes the response; bilinear, binomial and nearest are what older networks resample with",
             choice_field(slot, &Edit::family, &Design::family, why_no_filter), draw_choice<FilterFamily>(kFamilies));
    frequency_row(rows, slot, "f_c",
                  "Cutoff frequency (f_c) in cycles per image, and relative to s/2 of the lower rate: what lies below "
                  "passes",
                  &Edit::cutoff, &Design::cutoff, why_no_cutoff);
    frequency_row(rows, slot, "f_h",
                  "Half-width of the transition band (f_h) in cycles per image: the stopband starts at f_t = f_c + f_h",
                  &Edit::half_width, &Design::half_width, why_no_design);
    taps_row(rows, slot);
    rows.row("window", "What fades the taps out towards their ends",
             choice_field(slot, &Edit::window, &Design::window, why_no_design), draw_choice<FilterWindow>(kWindows));
    beta_row(rows, slot);
    radial_row(rows, slot);
}

void draw_layer_rows(PanelContext& c, const std::vector<LabLayer>& layers) {
    Rows rows(c, layers);
    oversampling_row(rows);
    amplitude_rows(rows);
    using model::LayerSampling;
    switch_row(rows, "critical",
               "Critical sampling: f_c = s/2 in both filters, so that no room is left for a transition",
               &LayerEdit::critical, &LayerSampling::critical, why_no_critical);
    switch_row(rows, "no margin", "Zeros beyond the image's edge instead of 10 samples of signal",
               &LayerEdit::zero_margin, &LayerSampling::zero_margin, why_no_margin);
    switch_row(rows, "pixels", "The input's features are sampled once and moved as pixels, instead of as waves",
               &LayerEdit::moved_pixels, &LayerSampling::moved_pixels, why_no_moved_pixels);
}

const LabLayer* shown_layer_of(const std::vector<LabLayer>& layers, const std::string& looked_at, FilterSlot slot) {
    for (const auto& l : layers)
        if (l.stock->name == looked_at && !why_no_filter(l, slot)) return &l;
    for (const auto& l : layers)
        if (!why_no_filter(l, slot)) return &l;
    return nullptr;
}

} // namespace unstuck::app
