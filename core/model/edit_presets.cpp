#include "core/model/edit_presets.hpp"

#include <algorithm>
#include <functional>

namespace unstuck::model {

namespace {

using Change = std::function<void(const LayerSampling&, LayerEdit&)>;

Edits changed(Edits edits, const std::vector<LayerSampling>& layers, const Change& change) {
    for (const auto& layer : layers) {
        const auto* have = edits.find(layer.name);
        LayerEdit edit = have ? *have : LayerEdit{};
        change(layer, edit);
        edits.set(layer.name, edit);
    }
    return edits;
}

/// An alias-free network's, which filters on both sides of the nonlinearity.
bool filters_nonlinearity(const LayerSampling& l) {
    return l.has_nonlinearity && !l.has_resample && (l.up.taps > 1 || l.down.taps > 1);
}

bool is_alias_free(const std::vector<LayerSampling>& layers) {
    return std::any_of(layers.begin(), layers.end(), [](const auto& l) { return l.is_fourier_input; });
}

bool is_critical(const LayerSampling& l) { return l.down.cutoff >= l.out_rate / 2; }

void make_separable(const LayerSampling& l, LayerEdit& e) {
    if (filters_nonlinearity(l) && l.down.radial) e.down.radial = false;
}

void make_radial(const LayerSampling& l, LayerEdit& e) {
    if (filters_nonlinearity(l) && l.down.taps > 1 && l.down.radial == is_critical(l)) e.down.radial = !is_critical(l);
}

void make_ideal(const LayerSampling& l, LayerEdit& e) {
    if (l.has_resample) e.resample.family = FilterFamily::ideal;
    if (!filters_nonlinearity(l)) return;
    if (l.up.taps > 1) e.up.family = FilterFamily::ideal;
    if (l.down.taps > 1) e.down.family = FilterFamily::ideal;
}

void move_pixels(const LayerSampling& l, LayerEdit& e) {
    if (l.is_fourier_input) e.moved_pixels = true;
}

void sample_critically(const LayerSampling& l, LayerEdit& e) {
    if (filters_nonlinearity(l) && (l.up.cutoff < l.in_rate / 2 || !is_critical(l))) e.critical = true;
}

void make_pointwise(const LayerSampling& l, LayerEdit& e) {
    if (filters_nonlinearity(l)) e.oversampling = 1;
}

void simplify_filters(const LayerSampling& l, LayerEdit& e) {
    if (l.has_margin) e.zero_margin = true;
    // Without oversampling, filters are left where the rate changes only.
    if (!filters_nonlinearity(l)) return;
    if (l.out_rate > l.in_rate) e.up.family = FilterFamily::bilinear;
    if (l.out_rate < l.in_rate) e.down.family = FilterFamily::bilinear;
}

void add_noise(const LayerSampling& l, LayerEdit& e) {
    if (l.has_noise) e.noise = kLadderNoise;
}

} // namespace

std::vector<EditPreset> edit_presets(const std::vector<LayerSampling>& layers) {
    const bool alias_free = is_alias_free(layers);
    const std::string why_not = alias_free ? "" : "StyleGAN2 has no filters around its nonlinearities";
    const auto with = [&](const Change& change) { return alias_free ? changed({}, layers, change) : Edits{}; };
    return {{"Stock", "Every layer as it is in the model: all edits are taken out", {}, ""},
            {"T-like", "All filters are products of one along x and one along y, as in config T", with(make_separable),
             why_not},
            {"R-like",
             "Filters on the way down are radial, the same in all directions, but for critically sampled layers, as in "
             "config R",
             with(make_radial), why_not},
            {"Ideal", "All filters pass everything up to f_c and nothing beyond, by FFT: the upper limit",
             changed({}, layers, make_ideal), ""}};
}

std::vector<LadderStep> aliasing_ladder(const std::vector<LayerSampling>& layers) {
    if (!is_alias_free(layers)) return {};
    std::vector<LadderStep> steps{
        {"As it is", "Every measure against aliasing in place", {}, {"T", 4.62, 63.01, 13.12}}};
    const auto add = [&](const char* name, const char* what, const Change& change, const PublishedFigures& published) {
        steps.push_back({name, what, changed(steps.back().edits, layers, change), published});
    };
    add("Moved pixels", "The input features are sampled once and moved as pixels, bilinearly", move_pixels,
        {"G non-critical sampling", 4.78, 43.90, 10.84});
    add("Critical sampling", "f_c = s/2 in every filter: no room is left for a transition band", sample_critically,
        {"F filtered nonlinearities", 6.35, 30.60, 10.81});
    add("Pointwise nonlinearity", "m = 1: nothing is filtered around a nonlinearity unless the rate changes",
        make_pointwise, {"E boundaries and upsampling", 6.02, 24.62, 10.97});
    add("Bilinear, no margin", "Bilinear filters where the rate changes, and zeros beyond the image's edge",
        simplify_filters, {"D simplified", 5.21, 19.47, 10.41});
    add("Per-pixel noise", "Noise on every layer's samples, which does not move with the content", add_noise,
        {"B with Fourier features", 4.79, 16.23, 10.81});
    return steps;
}

} // namespace unstuck::model
