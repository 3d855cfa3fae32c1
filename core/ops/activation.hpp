#pragma once
#include "core/ops/upfirdn2d.hpp"

#include <string>

namespace unstuck::ops {

/// bias_act's options; an unset alpha or gain means that activation's default.
struct ActParams {
    std::string act = "linear"; ///< linear, relu, lrelu, tanh, sigmoid, elu, selu, softplus, swish.
    std::optional<double> alpha, gain, clamp;
    int dim = 1; ///< Dimension of x that the bias belongs to.
};

/// Add bias, apply the activation, multiply by gain, clamp to +-clamp. b may be undefined.
/// Throws std::invalid_argument for an unknown activation. Golden: ops.json.
at::Tensor bias_act(const at::Tensor& x, const at::Tensor& b, const ActParams& p);

struct FilteredLreluParams {
    int up = 1, down = 1;
    Padding pad;
    double gain = 1.4142135623730951;
    double slope = 0.2;
    std::optional<double> clamp;
    bool flip_filter = false;
};

/// Bias, upsample by fu (gain up^2), leaky ReLU with gain and clamp, downsample by fd. The nonlinearity runs at the
/// raised rate, where the frequencies it creates fit below the bandlimit. fu, fd, b may be undefined. Takes the
/// quickest path there is for x. Source: Karras et al. 2021, section 3.2; golden: ops.json.
at::Tensor filtered_lrelu(const at::Tensor& x, const at::Tensor& fu, const at::Tensor& fd, const at::Tensor& b,
                          const FilteredLreluParams& p);

/// The formula in plain ATen calls, any dtype: what every other path is held to.
at::Tensor filtered_lrelu_reference(const at::Tensor& x, const at::Tensor& fu, const at::Tensor& fd,
                                    const at::Tensor& b, const FilteredLreluParams& p);

/// y = act(x W^T gain_w + b gain_b), where gain_w = lr_multiplier / sqrt(in) and gain_b = lr_multiplier apply to the
/// stored weights. x [N, in], weight [out, in], bias [out] or undefined.
at::Tensor fully_connected(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double lr_multiplier,
                           const std::string& act);

/// x / sqrt(mean(x^2) + 1e-8) over dimension 1.
at::Tensor normalize_second_moment(const at::Tensor& x);

} // namespace unstuck::ops
