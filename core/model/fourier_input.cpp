#include "core/model/fourier_input.hpp"

#include "core/ops/activation.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <numbers>

namespace unstuck::model {

namespace {

/// The learned pose of each w as R * T(-t): [N, 3, 3].
at::Tensor learned_pose(const at::Tensor& parameters) {
    const auto t = parameters / parameters.slice(1, 0, 2).norm(2, {1}, true);
    const auto n = t.size(0);
    auto rotation = at::eye(3, t.options()).repeat({n, 1, 1});
    rotation.select(1, 0).select(1, 0).copy_(t.select(1, 0));
    rotation.select(1, 0).select(1, 1).copy_(-t.select(1, 1));
    rotation.select(1, 1).select(1, 0).copy_(t.select(1, 1));
    rotation.select(1, 1).select(1, 1).copy_(t.select(1, 0));
    auto translation = at::eye(3, t.options()).repeat({n, 1, 1});
    translation.select(1, 0).select(1, 2).copy_(-t.select(1, 2));
    translation.select(1, 1).select(1, 2).copy_(-t.select(1, 3));
    return rotation.matmul(translation);
}

/// Positions of pixel centres along one axis, in image sides.
at::Tensor centres(int n, double sampling_rate, const at::TensorOptions& options) {
    return (at::arange(n, options) + 0.5 - n / 2.0) / sampling_rate;
}

} // namespace

at::Tensor FourierInput::operator()(const at::Tensor& w, const at::Tensor& transform) const {
    const auto pose = learned_pose(ops::fully_connected(w, affine_weight, affine_bias, 1, "linear"));
    const auto moved = pose.matmul(transform.to(w.scalar_type()));
    const auto linear = moved.slice(1, 0, 2).slice(2, 0, 2), shift = moved.slice(1, 0, 2).slice(2, 2, 3);
    const auto f = freqs.unsqueeze(0).matmul(linear);                                     // [N, C, 2]
    const auto phase = phases.unsqueeze(0) + freqs.unsqueeze(0).matmul(shift).squeeze(2); // [N, C]
    // Frequencies pushed beyond the grid's bandlimit fade out before they alias.
    const auto amplitude = (1 - (f.norm(2, {2}) - bandwidth) / (sampling_rate / 2 - bandwidth)).clamp(0, 1);
    const auto x = centres(width, sampling_rate, w.options()).reshape({1, 1, 1, width});
    const auto y = centres(height, sampling_rate, w.options()).reshape({1, 1, height, 1});
    const auto per_channel = [](const at::Tensor& v) { return v.unsqueeze(2).unsqueeze(3); };
    auto turns = x * per_channel(f.select(2, 0)) + y * per_channel(f.select(2, 1)) + per_channel(phase); // [N, C, H, W]
    const auto features = (turns * (2 * std::numbers::pi)).sin_() * per_channel(amplitude);
    const auto mix = weight / std::sqrt(static_cast<double>(weight.size(0)));
    return at::matmul(mix, features.reshape({w.size(0), weight.size(1), height * width}))
        .reshape({w.size(0), weight.size(0), height, width});
}

} // namespace unstuck::model
