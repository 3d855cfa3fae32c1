#pragma once
#include "core/measure/draws.hpp"
#include "core/model/types.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <numbers>
#include <vector>

namespace unstuck::test {

/// A sum of plane waves, each amplitude * cos(2 pi (fx x + fy y) + phase): a signal that is known everywhere, so that
/// moving it is exact. Frequencies in cycles per image side, the origin in the image's centre.
struct Waves {
    struct Wave {
        double fx, fy, amplitude, phase;
    };
    std::vector<Wave> waves;

    /// `count` waves of equal power that sum to `power`, with `low` <= |fx|, |fy| < high.
    static Waves random(int count, double low, double high, double power, std::uint64_t seed) {
        measure::Draws draws(seed);
        const auto frequency = [&] { return draws.uniform(low, high) * (draws.below(2) ? 1 : -1); };
        Waves w;
        for (int i = 0; i < count; ++i)
            w.waves.push_back(
                {frequency(), frequency(), std::sqrt(2 * power / count), draws.uniform(0, 2 * std::numbers::pi)});
        return w;
    }

    /// Sampled at the inverse-transformed pixel centres of `size` samples at `rate` per image side (more samples than
    /// the rate: a margin). [1, 1, size, size] float64.
    at::Tensor render(const model::Matrix3& inverse, int size, double rate) const {
        const auto axis = (at::arange(size, at::kDouble) - (size - 1) / 2.0) / rate;
        const auto x = axis.unsqueeze(0), y = axis.unsqueeze(1);
        const auto u = x * inverse[0] + y * inverse[1] + inverse[2], v = x * inverse[3] + y * inverse[4] + inverse[5];
        auto sum = at::zeros({size, size}, at::kDouble);
        for (const auto& w : waves)
            sum = sum + at::cos((u * w.fx + v * w.fy) * (2 * std::numbers::pi) + w.phase) * w.amplitude;
        return sum.reshape({1, 1, size, size});
    }
    at::Tensor render(const model::Matrix3& inverse, int size) const { return render(inverse, size, size); }
};

} // namespace unstuck::test
