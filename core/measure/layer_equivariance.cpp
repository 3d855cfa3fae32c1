#include "core/measure/layer_equivariance.hpp"

#include "core/measure/translate.hpp"

#include <ATen/ATen.h>
#include <algorithm>

namespace unstuck::measure {

namespace {

/// What may be compared of an axis of n samples after a move by d: all taps inside, and outside of `skip`.
Span compared(double d, std::int64_t n, std::int64_t skip) {
    const auto s = span_after(d, n);
    return {std::max(s.first, skip), std::min(s.last, n - skip)};
}

/// A synthesis that is run layer by layer.
struct Run {
    const model::Synthesis& synthesis;
    model::SynthesisInput input;
    model::Activation activation;

    Run(const model::Synthesis& s, const model::SynthesisInput& i, const model::Matrix3& inverse)
        : synthesis(s), input(i) {
        input.staged.reset(); // the two runs must not write to the same place
        input.inverse_transform = inverse;
        synthesis.stage(input);
    }
    const at::Tensor& layer(std::size_t index) {
        activation = synthesis.run(index, activation, input);
        return activation.shown;
    }
};

} // namespace

LayerEq layer_equivariance(const at::Tensor& reference, const at::Tensor& moved, const model::LayerInfo& layer,
                           const EqMove& move) {
    const double dx = move.tx * layer.sampling_rate, dy = move.ty * layer.sampling_rate;
    const std::int64_t skip = layer.margin + kLanczos;
    const auto columns = compared(dx, reference.size(3), skip), rows = compared(dy, reference.size(2), skip);
    if (columns.empty() || rows.empty()) return {};
    const auto cut = [&](const at::Tensor& x) {
        return x.slice(2, rows.first, rows.last).slice(3, columns.first, columns.last);
    };
    // Activations may be float16: their differences are not.
    const auto dtype = at::promote_types(reference.scalar_type(), at::kFloat);
    const auto shifted = cut(translate_fraction(reference.to(dtype), dx, dy).image);
    LayerEq out;
    out.peak_to_peak = (shifted.max() - shifted.min()).item<double>();
    if (out.peak_to_peak == 0) return out;
    const double error = (shifted - cut(moved).to(dtype)).square().sum(at::kDouble).item<double>();
    out.sample = {error * 4 / (out.peak_to_peak * out.peak_to_peak), static_cast<double>(shifted.numel())};
    return out;
}

std::vector<LayerEq> all_layers_equivariance(const model::Synthesis& synthesis, const model::SynthesisInput& input,
                                             const EqMove& move, const std::stop_token& stop) {
    Run reference(synthesis, input, model::kIdentity3);
    Run moved(synthesis, input, inverse_transform(EqKind::fractional, move));
    std::vector<LayerEq> out;
    for (std::size_t i = 0; i < synthesis.layers().size() && !stop.stop_requested(); ++i) {
        const auto& still = reference.layer(i);
        out.push_back(layer_equivariance(still, moved.layer(i), synthesis.layers()[i], move));
    }
    return out;
}

} // namespace unstuck::measure
