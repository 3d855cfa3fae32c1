#pragma once
// Host images for the tests of kernels' bodies, which run without LibTorch.
#include "cuda/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace unstuck::cuda {

/// Relative rounding error of one operation in float32, and of a store as a half.
inline constexpr double kFloatRounding = 0x1p-24, kHalfRounding = 0x1p-11;

/// What a store may move a value by: relative rounding and, below half's smallest normal number, an absolute step.
inline double store_error(Element e, double value) {
    return e == Element::f32 ? kFloatRounding * std::abs(value) : kHalfRounding * std::abs(value) + 0x1p-25;
}

/// A buffer of either element.
class Stored {
  public:
    Stored(Element element, long long size, float value = 0)
        : element_(element), bytes_(static_cast<std::size_t>(size) * bytes_of(element)), size_(size) {
        for (long long i = 0; i < size; ++i) set(i, value);
    }
    void* data() { return bytes_.data(); }
    float at(long long i) const { return load(bytes_.data(), element_, i); }
    void set(long long i, float v) { store(bytes_.data(), element_, i, v); }
    long long size() const { return size_; }

  private:
    Element element_;
    std::vector<char> bytes_; ///< From the heap: aligned for every element.
    long long size_;
};

/// Normally distributed numbers.
inline std::vector<float> normal_floats(long long size, unsigned seed, float scale = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, scale);
    std::vector<float> out(static_cast<std::size_t>(size));
    for (float& v : out) v = normal(random);
    return out;
}

inline Stored stored(Element element, const std::vector<float>& values) {
    Stored out(element, static_cast<long long>(values.size()));
    for (std::size_t i = 0; i < values.size(); ++i) out.set(static_cast<long long>(i), values[i]);
    return out;
}

inline Images images(Stored& data, Element element, int n, int height, int width, int channels) {
    return {data.data(), element, n, height, width, channels};
}

/// The message of the std::invalid_argument that `call` throws; empty when it throws none.
template <class Call>
std::string refusal(Call call) {
    try {
        call();
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
    return "";
}

} // namespace unstuck::cuda
