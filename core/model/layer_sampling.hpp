#pragma once
#include "core/model/config.hpp"
#include "core/model/edits.hpp"
#include "core/signal/filters.hpp"

#include <vector>

namespace unstuck::model {

/// A filter as it is used. Frequencies in cycles per image side.
struct FilterDesign {
    FilterFamily family = FilterFamily::kaiser;
    int taps = 1; ///< Per axis; 1: no filter.
    double cutoff = 0, half_width = 0;
    FilterWindow window = FilterWindow::kaiser;
    std::optional<double> beta; ///< Unset: Kaiser's formula.
    bool radial = false;
    double rate = 1; ///< Sampling rate of the taps: the raised one.
    int factor = 1;  ///< By which it raises or lowers the rate.
    /// The model's own taps, which stand in for the design until something of it is edited: `taps` of a separable
    /// filter, or taps x taps. Empty: designed.
    std::vector<double> own;
    bool operator==(const FilterDesign&) const = default;
};

/// How one layer resamples around its nonlinearity, and which edits it takes: everything but weights.
struct LayerSampling {
    std::string name;
    bool has_nonlinearity = false;    ///< Takes m, slope, clamp and, where m or the rates ask for filters, these.
    bool has_resample = false;        ///< StyleGAN2: takes `resample`.
    bool has_noise = false;           ///< Takes per-pixel noise.
    bool has_margin = false;          ///< Has samples beyond the image: takes zero_margin.
    bool is_fourier_input = false;    ///< Takes moved_pixels.
    double in_rate = 0, out_rate = 0; ///< Samples per image side.
    int in_size = 0, out_size = 0;    ///< Samples; in_size as the filters get it, after the convolution.
    int oversampling = 1;             ///< m
    int taps_per_factor = 6;          ///< Length of a designed filter for each factor of resampling.
    FilterDesign up, down, resample;
    double slope = 0.2, gain = 1;
    std::optional<double> clamp;
    double noise = 0; ///< Alias-free: standard deviation, stock 0. StyleGAN2: factor, stock 1.
    bool zero_margin = false, critical = false, moved_pixels = false;
    int pad_low = 0, pad_high = 0; ///< On the raised grid, per axis.
    bool operator==(const LayerSampling&) const = default;
};

/// A layer of an alias-free network as its plan says.
LayerSampling sampling_of(const LayerPlan& plan, const GeneratorConfig& config);

/// A StyleGAN2 layer at `resolution` with a leaky ReLU after it.
LayerSampling stylegan2_sampling(const std::string& name, int resolution, const GeneratorConfig& config);

/// The padding for which an output sample lies where it did in the input. Spec: generators.md, section 4.
void set_padding(LayerSampling& s);

/// A layer as edited, and a sentence for each value that could not be had as asked: what was taken instead, and why.
struct EditedSampling {
    LayerSampling sampling;
    std::vector<std::string> notes;
};
/// Pure. Values out of range are clamped; taps are made odd or even where the picture would move otherwise.
EditedSampling edited(const LayerSampling& stock, const LayerEdit& edit);

/// Edits as a file or command gives them, for one network: those of the name "all" go to every layer (as far as it
/// takes them), before a layer's own. Throws std::invalid_argument for a layer that the network does not have.
Edits edits_for(const Edits& asked, const std::vector<LayerSampling>& layers);

/// What of an edit a layer takes.
LayerEdit applicable(const LayerEdit& edit, const LayerSampling& layer);

/// The filter's taps, DC gain 1 (before the gain of factor^2 that makes good for inserted zeros). Empty for one tap,
/// and for FilterFamily::ideal, which has none.
signal::FilterTaps taps_of(const FilterDesign& design);

/// Kaiser's beta in effect: set, or by formula.
double beta_of(const FilterDesign& design);

} // namespace unstuck::model
