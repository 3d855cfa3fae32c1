#pragma once
#include "core/signal/filters.hpp"

#include <map>
#include <optional>
#include <string>

namespace unstuck::model {

/// What shapes a filter's response.
enum class FilterFamily {
    kaiser,   ///< Windowed sinc, or jinc where radial: the design of the paper.
    bilinear, ///< A triangle two samples of the lower rate wide: [1, 2, 1], or [1, 3, 3, 1] on even taps.
    binomial, ///< [1, 3, 3, 1] for each factor of two: StyleGAN2's.
    nearest,  ///< A box one sample of the lower rate wide: repeats on the way up, averages on the way down.
    ideal     ///< Everything up to the cutoff and nothing beyond, by FFT: the upper limit.
};

using FilterWindow = signal::Window; ///< Of FilterFamily::kaiser.

/// What was changed about one filter; unset: as in the model.
struct FilterEdit {
    std::optional<FilterFamily> family;
    std::optional<double> cutoff;     ///< f_c, cycles per image side.
    std::optional<double> half_width; ///< f_h, cycles per image side.
    std::optional<int> taps;          ///< Per axis.
    std::optional<FilterWindow> window;
    std::optional<double> beta; ///< Of the Kaiser window; unset: from taps and transition width by Kaiser's formula.
    std::optional<bool> radial; ///< A jinc (ideal: a disk) instead of a product of two sincs (ideal: a square).
    bool operator==(const FilterEdit&) const = default;
    bool empty() const { return *this == FilterEdit{}; }
};

/// What was changed about one layer; unset: as in the model. Which fields a layer takes: LayerSampling.
struct LayerEdit {
    FilterEdit up, down;              ///< Around the nonlinearity.
    FilterEdit resample;              ///< StyleGAN2: of an upsampling convolution, image or skip branch.
    std::optional<int> oversampling;  ///< m: 1, 2, 4 or 8.
    std::optional<double> slope;      ///< Of the leaky ReLU below zero, 0 .. 1.
    std::optional<double> clamp;      ///< Largest magnitude after the nonlinearity.
    std::optional<double> noise;      ///< Per-pixel noise. Alias-free: its standard deviation; StyleGAN2: a factor.
    std::optional<bool> zero_margin;  ///< No margin: zeros beyond the image's edge.
    std::optional<bool> critical;     ///< f_c = s/2 in both filters.
    std::optional<bool> moved_pixels; ///< The input alone: sampled once, and moved as pixels (bilinear).
    bool operator==(const LayerEdit&) const = default;
    bool empty() const { return *this == LayerEdit{}; }
};

/// Edits of a network by layer name: one plain value, part of the scene. Layers without edits are not in it.
struct Edits {
    std::map<std::string, LayerEdit> layers;
    bool operator==(const Edits&) const = default;
    bool empty() const { return layers.empty(); }

    /// Null when that layer is as in the model.
    const LayerEdit* find(const std::string& layer) const {
        const auto it = layers.find(layer);
        return it == layers.end() ? nullptr : &it->second;
    }
    /// Replaces a layer's edit; an empty one is taken out.
    void set(const std::string& layer, const LayerEdit& edit) {
        if (edit.empty())
            layers.erase(layer);
        else
            layers[layer] = edit;
    }
};

} // namespace unstuck::model
