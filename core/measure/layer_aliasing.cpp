#include "core/measure/layer_aliasing.hpp"

#include "core/model/edited_layer.hpp"

#include <ATen/ATen.h>
#include <algorithm>

namespace unstuck::measure {

namespace {

constexpr int kOversampling = 8, kLonger = 8;

model::FilterEdit long_kaiser(const model::FilterDesign& present, int taps) {
    model::FilterEdit e;
    e.family = model::FilterFamily::kaiser;
    e.cutoff = present.cutoff;
    e.half_width = present.half_width;
    e.taps = taps;
    e.window = model::FilterWindow::kaiser;
    e.radial = present.radial;
    return e;
}

/// `input` with layer `name` computed nearly without aliasing.
model::SynthesisInput with_near_ideal(const model::SynthesisInput& input, const model::LayerSampling& stock) {
    auto edits = input.edits ? std::make_shared<model::Edits>(*input.edits) : std::make_shared<model::Edits>();
    const auto* mine = edits->find(stock.name);
    auto edit = mine ? *mine : model::LayerEdit{};
    const auto ideal = near_ideal(model::edited(stock, edit).sampling);
    edit.oversampling = ideal.oversampling;
    edit.up = ideal.up;
    edit.down = ideal.down;
    edit.critical.reset(); // the cutoffs say it
    edits->set(stock.name, edit);
    auto out = input;
    out.edits = edits;
    return out;
}

} // namespace

model::LayerEdit near_ideal(const model::LayerSampling& present) {
    model::LayerEdit e;
    e.oversampling = kOversampling;
    const double raised = std::max(present.in_rate, present.out_rate) * kOversampling;
    const auto taps = [&](double rate) {
        return kLonger * present.taps_per_factor * static_cast<int>(raised / rate + 0.5);
    };
    e.up = long_kaiser(present.up, taps(present.in_rate));
    e.down = long_kaiser(present.down, taps(present.out_rate));
    return e;
}

std::vector<LayerAliasing> all_layers_aliasing(const model::Synthesis& synthesis, const model::SynthesisInput& asked,
                                               const std::stop_token& stop) {
    const c10::InferenceMode inference;
    auto input = asked;
    synthesis.stage(input);
    const auto& layers = synthesis.layers();
    std::vector<LayerAliasing> out;
    model::Activation a;
    for (std::size_t i = 0; i < layers.size() && !stop.stop_requested(); ++i) {
        const auto before = a;
        a = synthesis.run(i, before, input);
        const auto& stock = synthesis.sampling()[i];
        LayerAliasing one;
        one.applies = stock.has_nonlinearity;
        if (one.applies) {
            const auto reference = synthesis.run(i, before, with_near_ideal(input, stock)).shown;
            const int border = std::max(layers[i].margin + 3, layers[i].width / 8);
            const auto on_host = [](const at::Tensor& x) { return x[0].to(at::kCPU, at::kFloat); };
            one.reading = alias_to_signal(on_host(a.shown), on_host(reference), layers[i].sampling_rate, border);
        }
        out.push_back(std::move(one));
    }
    return out;
}

} // namespace unstuck::measure
