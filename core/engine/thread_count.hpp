#pragma once
#include "core/engine/frame.hpp"

namespace unstuck::engine {

/// Threads that a model's frames take. A small network leaves a core to the window: its layers are too short to share,
/// and threads that wait for one another at the end of each spin on cores that the window draws with. A large one takes
/// all there are.
int threads_for(const ModelInfo& info);

} // namespace unstuck::engine
