#pragma once
#include <cstdint>

namespace unstuck::measure {

/// Uniform numbers from a seed, the same on every machine: SplitMix64 (Steele, Lea, Flood 2014). Stream i of a seed
/// does not depend on the other streams, so that sample i of a measurement is the same whichever were taken before it.
/// Test: tests/unit/measure_test.cpp.
class Draws {
  public:
    explicit Draws(std::uint64_t seed, std::uint64_t stream = 0) : state_(mixed(seed) ^ mixed(~stream)) {}

    double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; } ///< [0, 1), 53 bits.
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// In [0, n), 1 <= n <= 2^32.
    std::uint64_t below(std::uint64_t n) { return ((next() >> 32) * n) >> 32; }

  private:
    static std::uint64_t mixed(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    std::uint64_t next() { return mixed(state_ += 0x9e3779b97f4a7c15ULL); }

    std::uint64_t state_;
};

} // namespace unstuck::measure
