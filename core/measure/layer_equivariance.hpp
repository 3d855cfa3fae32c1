#pragma once
#include "core/measure/equivariance.hpp"

#include <stop_token>
#include <vector>

namespace unstuck::measure {

/// One layer's equivariance in one sample.
struct LayerEq {
    EqSample sample;         ///< Scaled to a peak-to-peak range of 2, as EqPool expects it.
    double peak_to_peak = 0; ///< Of the reference activation where the mask is 1.
};

/// Moves the reference activation [N, C, H, W] by t (image sides) times the layer's sampling rate, with the fractional
/// operator, and compares it with the activation of the moved input. The outer margin + 3 samples do not count. The
/// error is relative to the reference's range over the mask, so that layers can be compared; it is not the paper's
/// EQ-T. A reference without range counts as no overlap (mask 0). Source: spec/metrics.md, "per-layer equivariance";
/// test: tests/unit/measure_test.cpp.
LayerEq layer_equivariance(const at::Tensor& reference, const at::Tensor& moved, const model::LayerInfo& layer,
                           const EqMove& move);

/// The same for every layer of a network, in the order of Synthesis::layers(): both renderings run side by side, so
/// that no more than two activations of each are held. StyleGAN2 is moved by its constant. The input's own transform is
/// replaced. Returns the layers done so far when `stop` is asked for, which is looked at between layers.
std::vector<LayerEq> all_layers_equivariance(const model::Synthesis& synthesis, const model::SynthesisInput& input,
                                             const EqMove& move, const std::stop_token& stop = {});

} // namespace unstuck::measure
