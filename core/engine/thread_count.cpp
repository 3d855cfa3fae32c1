#include "core/engine/thread_count.hpp"

#include <algorithm>
#include <thread>

namespace unstuck::engine {

int threads_for(const ModelInfo& info) {
    constexpr double kSmall = 8e6; // values of all layers together
    double values = 0;
    for (const auto& l : info.layers) values += static_cast<double>(l.channels) * l.width * l.height;
    const int cores = static_cast<int>(std::max(std::thread::hardware_concurrency(), 1u));
    return values < kSmall ? std::max(cores - 1, 1) : cores;
}

} // namespace unstuck::engine
