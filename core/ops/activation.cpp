#include "core/ops/activation.hpp"

#include "core/ops/activation_kind.hpp"
#include "core/ops/fused.hpp"
#include "core/ops/images.hpp"
#include "core/ops/threads.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <stdexcept>

namespace unstuck::ops {

namespace {

at::Tensor activated(const at::Tensor& x, std::string_view act, double alpha) {
    if (act == "relu") return at::relu(x);
    if (act == "lrelu") return at::leaky_relu(x, alpha);
    if (act == "tanh") return at::tanh(x);
    if (act == "sigmoid") return at::sigmoid(x);
    if (act == "elu") return at::elu(x);
    if (act == "selu") return at::selu(x);
    if (act == "softplus") return at::softplus(x);
    if (act == "swish") return at::sigmoid(x) * x;
    return x; // linear
}

} // namespace

at::Tensor bias_act(const at::Tensor& x, const at::Tensor& b, const ActParams& p) {
    const auto* kind = find_activation(p.act);
    if (!kind) throw std::invalid_argument("the activation '" + p.act + "' is not known");
    auto y = x;
    if (b.defined()) {
        std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
        shape[p.dim] = b.numel();
        y = y + b.to(x.scalar_type()).reshape(shape);
    }
    y = activated(y, kind->name, p.alpha.value_or(kind->alpha));
    const double gain = p.gain.value_or(kind->gain);
    if (gain != 1) y = y * gain;
    if (p.clamp && *p.clamp >= 0) y = y.clamp(-*p.clamp, *p.clamp);
    return y;
}

at::Tensor filtered_lrelu(const at::Tensor& x, const at::Tensor& fu, const at::Tensor& fd, const at::Tensor& b,
                          const FilteredLreluParams& p) {
    if (is_fast(x))
        if (const auto fused = FusedFilteredLrelu::make(fu, fd, p)) {
            const BufferPool pool;
            return (*fused)(b.defined() ? as_images(pool, x, b) : x, pool, threads());
        }
    return filtered_lrelu_reference(x, fu, fd, b, p);
}

at::Tensor filtered_lrelu_reference(const at::Tensor& x, const at::Tensor& fu, const at::Tensor& fd,
                                    const at::Tensor& b, const FilteredLreluParams& p) {
    UpfirdnParams up;
    up.up_x = up.up_y = p.up;
    up.pad = p.pad;
    up.gain = static_cast<double>(p.up) * p.up;
    up.flip_filter = p.flip_filter;
    auto y = upfirdn2d(bias_act(x, b, {}), fu, up);
    // In place: at the raised rate the signal is the largest tensor of the layer, and nobody else holds it once it is
    // filtered.
    if (!fu.defined()) y = y.clone();
    at::leaky_relu_(y, p.slope);
    if (p.gain != 1) y.mul_(p.gain);
    if (p.clamp) y.clamp_(-*p.clamp, *p.clamp);
    UpfirdnParams down;
    down.down_x = down.down_y = p.down;
    down.flip_filter = p.flip_filter;
    return upfirdn2d(y, fd, down);
}

at::Tensor fully_connected(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double lr_multiplier,
                           const std::string& act) {
    // Scaling the sums instead of the weights leaves the large operand alone.
    const auto y =
        x.matmul(weight.to(x.scalar_type()).t()) * (lr_multiplier / std::sqrt(static_cast<double>(weight.size(1))));
    ActParams p;
    p.act = act;
    return bias_act(y, bias.defined() ? bias.to(x.scalar_type()) * lr_multiplier : at::Tensor(), p);
}

at::Tensor normalize_second_moment(const at::Tensor& x) { return x * (x.square().mean(1, true) + 1e-8).rsqrt(); }

} // namespace unstuck::ops
