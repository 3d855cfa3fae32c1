#include "app/window/upload.hpp"

#include <array>
#include <cstring>

namespace unstuck::app {

namespace {

void interleave(const std::vector<float>& planar, const engine::Image& image, float* out) {
    const std::size_t plane = static_cast<std::size_t>(image.width) * image.height;
    const std::array<float, 4> missing = {0, 0, 0, 1};
    for (int c = 0; c < 4; ++c)
        for (std::size_t i = 0; i < plane; ++i)
            out[i * 4 + c] = c < image.channels ? planar[c * plane + i] : missing[c];
}

GLenum layout_of(int channels) { return channels == 1 ? GL_RED : GL_RGBA; }

class GlPictureTextures final : public PictureTextures {
  public:
    GLuint create(int width, int height, int channels) override {
        GLuint id = 0;
        glGenTextures(1, &id);
        glBindTexture(GL_TEXTURE_2D, id);
        set_texture_filters(GL_LINEAR, GL_LINEAR); // complete with its one level
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
        glTexImage2D(GL_TEXTURE_2D, 0, channels == 1 ? GL_R32F : GL_RGBA32F, width, height, 0, layout_of(channels),
                     GL_FLOAT, nullptr);
        return id;
    }

    void destroy(GLuint texture) override { glDeleteTextures(1, &texture); }

    void fill(GLuint texture, int width, int height, int channels, const std::function<void(float*)>& write) override {
        if (!buffer_) buffer_ = GlBuffer::make();
        const auto bytes = static_cast<GLsizeiptr>(sizeof(float)) * channels * width * height;
        glBindBuffer(GL_PIXEL_UNPACK_BUFFER, buffer_.id());
        // A fresh block: never waits for the last upload.
        glBufferData(GL_PIXEL_UNPACK_BUFFER, bytes, nullptr, GL_STREAM_DRAW);
        if (auto* to = static_cast<float*>(
                glMapBufferRange(GL_PIXEL_UNPACK_BUFFER, 0, bytes, GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_BUFFER_BIT))) {
            write(to);
            glUnmapBuffer(GL_PIXEL_UNPACK_BUFFER);
            glBindTexture(GL_TEXTURE_2D, texture);
            glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
            glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, width, height, layout_of(channels), GL_FLOAT, nullptr);
        }
        glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    }

    void* fence() override { return glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0); }

    bool passed(void* fence, double wait_ms) override {
        const auto ns = static_cast<GLuint64>(wait_ms * 1e6);
        const auto state = glClientWaitSync(static_cast<GLsync>(fence), GL_SYNC_FLUSH_COMMANDS_BIT, ns);
        return state != GL_TIMEOUT_EXPIRED; // a lost fence is no reason to wait for ever
    }

    void drop(void* fence) override { glDeleteSync(static_cast<GLsync>(fence)); }

  private:
    GlBuffer buffer_;
};

} // namespace

std::shared_ptr<PictureTextures> make_gl_textures() { return std::make_shared<GlPictureTextures>(); }

void HostUpload::fill(int width, int height, int channels, const std::function<void(float*)>& write) {
    if (!texture_.fits(width, height, channels)) texture_ = OwnedTexture(textures_, width, height, channels);
    textures_->fill(texture_.id(), width, height, channels, write);
}

bool HostUpload::upload(const engine::Image& image) {
    if (image.empty()) return true;
    const auto& planar = image.host_pixels(); // may throw: before anything is changed
    fill(image.width, image.height, 4, [&](float* to) { interleave(planar, image, to); });
    return true;
}

void HostUpload::upload_interleaved(const float* pixels, int width, int height, int channels) {
    const std::size_t count = static_cast<std::size_t>(width) * height * channels;
    fill(width, height, channels, [&](float* to) { std::memcpy(to, pixels, count * sizeof(float)); });
}

void upload_plane(const std::vector<float>& values, int width, int height, GlTexture& texture) {
    if (values.empty()) return;
    if (!texture) texture = GlTexture::make();
    glBindTexture(GL_TEXTURE_2D, texture.id());
    set_texture_filters(GL_NEAREST, GL_NEAREST);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_R32F, width, height, 0, GL_RED, GL_FLOAT, values.data());
}

} // namespace unstuck::app
