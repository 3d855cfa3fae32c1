#pragma once
#include <array>
#include <numbers>
#include <string_view>

namespace unstuck::ops {

/// The activations there are, with the slope and gain that an unset parameter stands for. Source: official bias_act.
struct ActivationKind {
    std::string_view name;
    double alpha; ///< Slope for negative values, where the activation has one.
    double gain;  ///< Keeps the variance of what passes.
};

inline constexpr std::array<ActivationKind, 9> kActivations = {{
    {"linear", 0, 1},
    {"relu", 0, std::numbers::sqrt2},
    {"lrelu", 0.2, std::numbers::sqrt2},
    {"tanh", 0, 1},
    {"sigmoid", 0, 1},
    {"elu", 0, 1},
    {"selu", 0, 1},
    {"softplus", 0, 1},
    {"swish", 0, std::numbers::sqrt2},
}};

/// Null for a name that is none.
constexpr const ActivationKind* find_activation(std::string_view name) {
    for (const auto& kind : kActivations)
        if (kind.name == name) return &kind;
    return nullptr;
}

} // namespace unstuck::ops
