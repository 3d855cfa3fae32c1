#pragma once
#include "app/window/gl_handle.hpp"
#include "core/engine/canvas.hpp"

#include <memory>

namespace unstuck::app {

/// A picture of bytes as a texture, uploaded when it is another one. Drawn smaller than it is, it is averaged.
class RasterTexture {
  public:
    /// 0 without a picture. Keeps it until the next one.
    GLuint show(std::shared_ptr<const engine::Raster> picture);

  private:
    GlTexture texture_;
    std::shared_ptr<const engine::Raster> shown_;
};

} // namespace unstuck::app
