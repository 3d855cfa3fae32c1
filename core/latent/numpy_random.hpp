#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace unstuck::latent {

/// What numpy's legacy `RandomState(seed)` draws, bit for bit: MT19937 with init_genrand, polar-method normals, masked
/// rejection for integers. Pinned by tests/golden/rng.json.
class NumpyRandom {
  public:
    explicit NumpyRandom(std::uint32_t seed);

    std::uint32_t next_u32();
    double uniform(); ///< [0, 1), 53 bits.
    double normal();  ///< Mean 0, variance 1.
    std::vector<double> randn(std::size_t n);
    std::uint32_t randint(std::uint32_t n); ///< Uniform in [0, n), n >= 1.

  private:
    void refill();
    std::array<std::uint32_t, 624> state_;
    std::size_t index_ = 624;
    std::optional<double> spare_normal_;
};

} // namespace unstuck::latent
