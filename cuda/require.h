#pragma once
// What launchers check before they launch. The emulations check the same, so that tests without a GPU see the messages.
#include "cuda/types.h"

#include <limits>
#include <stdexcept>
#include <string>

namespace unstuck::cuda {

/// Throws std::invalid_argument: "op: expected .., got found". Text is only built when it is thrown.
template <class Number>
void require(bool ok, const char* op, const char* expected, Number found) {
    if (!ok) throw std::invalid_argument(std::string(op) + ": expected " + expected + ", got " + std::to_string(found));
}

inline void require_data(const void* data, const char* op, const char* name) {
    if (data == nullptr) throw std::invalid_argument(std::string(op) + ": " + name + " is null");
}

/// Sizes that kernels can count in an int with four colours each, whole groups of channels, and data for them.
inline void require_images(const Images& x, const char* op) {
    require(x.n >= 0 && x.height >= 0 && x.width >= 0 && x.channels >= 0, op, "sizes of images >= 0", x.size());
    const long long pixels = static_cast<long long>(x.height) * x.width;
    require(pixels <= std::numeric_limits<int>::max() / 4, op, "fewer than 2^29 pixels", pixels);
    require(x.channels % kChannelGroup == 0, op, "stored channels in groups of 8", x.channels);
    if (x.size() > 0) require_data(x.data, op, "the images' data");
}

} // namespace unstuck::cuda
