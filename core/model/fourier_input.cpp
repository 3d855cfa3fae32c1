#include "core/model/fourier_input.hpp"

#include "core/ops/activation.hpp"
#include "core/ops/cpu/plane_waves.hpp"
#include "core/ops/images.hpp"
#include "core/ops/threads.hpp"

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

void FourierInput::prepare() {
    ops::StyledConvOptions o;
    o.demodulate = false;
    mix.emplace(weight.unsqueeze(2).unsqueeze(3), o, ops::threads());
}

LearnedPose FourierInput::pose_of(const at::Tensor& w) const {
    const auto p = ops::fully_connected(w, affine_weight, affine_bias, 1, "linear").to(at::kDouble);
    const auto number = [&](int i) { return p[0][i].item<double>(); };
    const double length = std::hypot(number(0), number(1));
    return {std::atan2(number(1), number(0)), number(2) / length, number(3) / length};
}

at::Tensor FourierInput::operator()(const at::Tensor& w, const at::Tensor& transform,
                                    const ops::BufferPool& buffers) const {
    const auto pose = learned_pose(ops::fully_connected(w, affine_weight, affine_bias, 1, "linear"));
    const auto moved = pose.matmul(transform.to(w.scalar_type()));
    const auto linear = moved.slice(1, 0, 2).slice(2, 0, 2), shift = moved.slice(1, 0, 2).slice(2, 2, 3);
    const auto f = freqs.unsqueeze(0).matmul(linear);                                     // [N, C, 2]
    const auto phase = phases.unsqueeze(0) + freqs.unsqueeze(0).matmul(shift).squeeze(2); // [N, C]
    // Frequencies pushed beyond the grid's bandlimit fade out before they alias.
    const auto amplitude = (1 - (f.norm(2, {2}) - bandwidth) / (sampling_rate / 2 - bandwidth)).clamp(0, 1);
    return mix ? sample_fast(f, phase, amplitude, buffers) : sample(f, phase, amplitude);
}

at::Tensor FourierInput::sample(const at::Tensor& f, const at::Tensor& phase, const at::Tensor& amplitude) const {
    const auto x = centres(width, sampling_rate, f.options()).reshape({1, 1, 1, width});
    const auto y = centres(height, sampling_rate, f.options()).reshape({1, 1, height, 1});
    const auto per_channel = [](const at::Tensor& v) { return v.unsqueeze(2).unsqueeze(3); };
    auto turns = x * per_channel(f.select(2, 0)) + y * per_channel(f.select(2, 1)) + per_channel(phase); // [N, C, H, W]
    const auto features = (turns * (2 * std::numbers::pi)).sin_() * per_channel(amplitude);
    const auto scaled = weight / std::sqrt(static_cast<double>(weight.size(0)));
    return at::matmul(scaled, features.reshape({f.size(0), weight.size(1), height * width}))
        .reshape({f.size(0), weight.size(0), height, width});
}

at::Tensor FourierInput::sample_fast(const at::Tensor& f, const at::Tensor& phase, const at::Tensor& amplitude,
                                     const ops::BufferPool& buffers) const {
    // sin(a + b) = sin a cos b + cos a sin b: sines of rows and columns instead of one for each sample and channel.
    const auto n = f.size(0), channels = f.size(1);
    const auto radians = [](const at::Tensor& turns) { return (turns - turns.round()) * (2 * std::numbers::pi); };
    const auto options = f.options().dtype(at::kDouble);
    const auto x = centres(width, sampling_rate, options).reshape({1, width, 1});
    const auto y = centres(height, sampling_rate, options).reshape({1, height, 1});
    const auto a = radians(x * f.select(2, 0).unsqueeze(1)); // [N, W, C]
    const auto b = radians(y * f.select(2, 1).unsqueeze(1) + phase.to(at::kDouble).unsqueeze(1));
    const auto fade = amplitude.to(at::kDouble).unsqueeze(1);
    const auto padded = [](const at::Tensor& v) { return ops::pad_channels(v.to(at::kFloat)); };
    const auto sin_a = padded(a.sin()), cos_a = padded(a.cos()), sin_b = padded(b.sin() * fade),
               cos_b = padded(b.cos() * fade);
    const auto features = ops::empty_images(buffers, n, channels, height, width);
    const auto threads = ops::threads();
    for (std::int64_t i = 0; i < n; ++i)
        cpu::plane_waves(sin_a[i].const_data_ptr<float>(), cos_a[i].const_data_ptr<float>(),
                         sin_b[i].const_data_ptr<float>(), cos_b[i].const_data_ptr<float>(), ops::image_of(features, i),
                         threads);
    const auto ones = at::ones({n, weight.size(1)}, f.options());
    const double gain = 1 / std::sqrt(static_cast<double>(weight.size(0)));
    return (*mix)(features, mix->modulate(ones, gain, ops::StyleNorm::per_sample), {}, buffers, threads);
}

} // namespace unstuck::model
