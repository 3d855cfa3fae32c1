#include "app/window/upload.hpp"

#include <array>

namespace unstuck::app {

namespace {

void interleave(const engine::Image& image, float* out) {
    const std::size_t plane = static_cast<std::size_t>(image.width) * image.height;
    const std::array<float, 4> missing = {0, 0, 0, 1};
    for (int c = 0; c < 4; ++c)
        for (std::size_t i = 0; i < plane; ++i)
            out[i * 4 + c] = c < image.channels ? image.pixels[c * plane + i] : missing[c];
}

/// Writes into a pixel buffer, from which the driver fetches on its own time.
class HostUpload final : public ImageUpload {
  public:
    void upload(const engine::Image& image, GlTexture& texture) override {
        if (image.empty()) return;
        if (!texture) texture = GlTexture::make();
        if (!buffer_) buffer_ = GlBuffer::make();
        const auto bytes = static_cast<GLsizeiptr>(sizeof(float)) * 4 * image.width * image.height;
        glBindBuffer(GL_PIXEL_UNPACK_BUFFER, buffer_.id());
        glBufferData(GL_PIXEL_UNPACK_BUFFER, bytes, nullptr,
                     GL_STREAM_DRAW); // a fresh block: never waits for the last upload
        if (auto* to = static_cast<float*>(
                glMapBufferRange(GL_PIXEL_UNPACK_BUFFER, 0, bytes, GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_BUFFER_BIT))) {
            interleave(image, to);
            glUnmapBuffer(GL_PIXEL_UNPACK_BUFFER);
        }
        glBindTexture(GL_TEXTURE_2D, texture.id());
        set_texture_filters(GL_LINEAR, GL_LINEAR);
        glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA32F, image.width, image.height, 0, GL_RGBA, GL_FLOAT, nullptr);
        glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    }

  private:
    GlBuffer buffer_;
};

} // namespace

std::unique_ptr<ImageUpload> make_host_upload() { return std::make_unique<HostUpload>(); }

void upload_plane(const std::vector<float>& values, int width, int height, GlTexture& texture) {
    if (values.empty()) return;
    if (!texture) texture = GlTexture::make();
    glBindTexture(GL_TEXTURE_2D, texture.id());
    set_texture_filters(GL_NEAREST, GL_NEAREST);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_R32F, width, height, 0, GL_RED, GL_FLOAT, values.data());
}

} // namespace unstuck::app
