#include "core/latent/numpy_random.hpp"

#include <cmath>

namespace unstuck::latent {

NumpyRandom::NumpyRandom(std::uint32_t seed) {
    state_[0] = seed;
    for (std::uint32_t i = 1; i < state_.size(); ++i)
        state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
}

void NumpyRandom::refill() {
    constexpr std::size_t n = 624, m = 397;
    for (std::size_t i = 0; i < n; ++i) {
        const auto y = (state_[i] & 0x80000000u) | (state_[(i + 1) % n] & 0x7fffffffu);
        state_[i] = state_[(i + m) % n] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0u);
    }
    index_ = 0;
}

std::uint32_t NumpyRandom::next_u32() {
    if (index_ == state_.size()) refill();
    auto y = state_[index_++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

double NumpyRandom::uniform() {
    const auto a = next_u32() >> 5, b = next_u32() >> 6;
    return (a * 67108864.0 + b) / 9007199254740992.0;
}

double NumpyRandom::normal() {
    if (spare_normal_) {
        const double v = *spare_normal_;
        spare_normal_.reset();
        return v;
    }
    double x1, x2, r2;
    do {
        x1 = 2.0 * uniform() - 1.0;
        x2 = 2.0 * uniform() - 1.0;
        r2 = x1 * x1 + x2 * x2;
    } while (r2 >= 1.0 || r2 == 0.0);
    const double f = std::sqrt(-2.0 * std::log(r2) / r2);
    spare_normal_ = f * x1;
    return f * x2;
}

std::vector<double> NumpyRandom::randn(std::size_t n) {
    std::vector<double> out(n);
    for (auto& v : out) v = normal();
    return out;
}

std::uint32_t NumpyRandom::randint(std::uint32_t n) {
    const auto highest = n - 1;
    if (highest == 0) return 0;
    std::uint32_t mask = highest;
    for (int shift = 1; shift < 32; shift *= 2) mask |= mask >> shift;
    for (;;)
        if (const auto v = next_u32() & mask; v <= highest) return v;
}

} // namespace unstuck::latent
