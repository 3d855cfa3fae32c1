#pragma once
#include "core/engine/image.hpp"
#include "core/ops/gpu/gpu.hpp"

#include <memory>

namespace unstuck::engine {

/// Pictures in a GPU's memory, ready for a texture. Memory comes back when the last owner of a picture lets go, and is
/// written again only after every copy that was queued from it: the drawing thread and the rendering one never wait for
/// each other.
class GpuPictures {
  public:
    explicit GpuPictures(const ops::Gpu& gpu);

    /// Queues `count` channels (1 to 4) of sample 0 of x [N, C, H, W] in the GPU path's layout.
    Image pack(const at::Tensor& x, int first_channel, int count);

    struct Pool;

  private:
    std::shared_ptr<Pool> pool_;
};

} // namespace unstuck::engine
