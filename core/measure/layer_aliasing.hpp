#pragma once
#include "core/measure/aliasing.hpp"
#include "core/model/generator.hpp"

#include <stop_token>
#include <vector>

namespace unstuck::measure {

/// The edit under which a layer hardly aliases: nonlinearity oversampled 8 times between Kaiser filters of 8 times the
/// taps per side, at the cutoffs and half-widths that `present` has. Source: spec/metrics.md, "Alias-to-signal".
model::LayerEdit near_ideal(const model::LayerSampling& present);

/// One layer's aliasing, of `shown` [C, H, W]. Layers without a nonlinearity have none: state flat, signal 0.
struct LayerAliasing {
    bool applies = false;
    AliasReading reading;
};

/// Every layer of a network, in the order of Synthesis::layers(): each is run from the same input as in the network, as
/// it is (with `input.edits`) and near-ideally. Samples nearer to the edge than the margin and three more, or than an
/// eighth of the side, do not count. Returns the layers done so far when `stop` is asked for.
std::vector<LayerAliasing> all_layers_aliasing(const model::Synthesis& synthesis, const model::SynthesisInput& input,
                                               const std::stop_token& stop = {});

} // namespace unstuck::measure
