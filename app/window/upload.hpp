#pragma once
#include "app/window/gl_handle.hpp"
#include "core/engine/image.hpp"

#include <memory>
#include <vector>

namespace unstuck::app {

/// How an image's numbers become a float texture. Host memory goes through a pixel buffer; a GPU back end plugs in here
/// and writes the texture without a copy. Nothing else in the program can tell the difference.
class ImageUpload {
  public:
    virtual ~ImageUpload() = default;

    /// Fills `texture` (RGBA32F, level 0 only) with the image's channels; missing ones are 0, a missing alpha is 1.
    virtual void upload(const engine::Image& image, GlTexture& texture) = 0;
};

std::unique_ptr<ImageUpload> make_host_upload();

/// A single-channel float texture from row-major values.
void upload_plane(const std::vector<float>& values, int width, int height, GlTexture& texture);

} // namespace unstuck::app
