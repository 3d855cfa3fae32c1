#pragma once
#include "app/window/gl_handle.hpp"
#include "core/engine/image.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace unstuck::app {

/// Which way the pictures take to the screen.
struct UploadStatus {
    enum class Path {
        host,    ///< Computed in host memory, through a pixel buffer.
        interop, ///< From a GPU's memory straight into the texture.
        copy,    ///< From a GPU through pinned host memory: the slow path.
    };
    Path path = Path::host;
    std::string reason; ///< Why it is the slow path.
    double last_ms = 0; ///< Of the last picture, as the interface's thread saw it.
    bool operator==(const UploadStatus&) const = default;
};

/// One picture's way from numbers to a float texture. Nothing else in the program can tell the ways apart: each gives a
/// texture with level 0 only that reads as the image's channels, missing ones 0, a missing alpha 1.
/// Everything happens on the thread that owns the OpenGL context, which has to be current, also at destruction.
class ImageUpload {
  public:
    virtual ~ImageUpload() = default;

    /// Makes texture() show the image. False: the textures are still in use by the last drawings; nothing changed, try
    /// again with the next frame. Throws std::runtime_error when the pixels cannot be had; texture() stays as it was.
    virtual bool upload(const engine::Image& image) = 0;
    virtual GLuint texture() const = 0;                ///< 0 before the first upload.
    virtual void drawn() {}                            ///< Drawing commands that read texture() were queued.
    virtual UploadStatus status() const { return {}; } ///< Of the last picture.
};

/// The OpenGL that uploads need, as an interface: the order of calls is tested without a context.
class PictureTextures {
  public:
    virtual ~PictureTextures() = default;

    /// One level of RGBA32F, or of R32F for channels = 1. Its size never changes.
    virtual GLuint create(int width, int height, int channels) = 0;
    virtual void destroy(GLuint texture) = 0;

    /// Fills a texture of that size with [height, width, channels] float32, which `write` puts into the memory it is
    /// given; the driver fetches from there on its own time.
    virtual void fill(GLuint texture, int width, int height, int channels,
                      const std::function<void(float*)>& write) = 0;

    virtual void* fence() = 0; ///< Passed when all that is queued by now is done.
    virtual bool passed(void* fence, double wait_ms) = 0;
    virtual void drop(void* fence) = 0; ///< Takes null.
};
std::shared_ptr<PictureTextures> make_gl_textures();

/// A texture of PictureTextures.
class OwnedTexture {
  public:
    OwnedTexture() = default;
    OwnedTexture(std::shared_ptr<PictureTextures> textures, int width, int height, int channels)
        : textures_(std::move(textures)), id_(textures_->create(width, height, channels)), width_(width),
          height_(height), channels_(channels) {}
    OwnedTexture(OwnedTexture&& other) noexcept { *this = std::move(other); }
    OwnedTexture& operator=(OwnedTexture&& other) noexcept {
        std::swap(textures_, other.textures_);
        std::swap(id_, other.id_);
        std::swap(width_, other.width_);
        std::swap(height_, other.height_);
        std::swap(channels_, other.channels_);
        return *this;
    }
    ~OwnedTexture() {
        if (id_) textures_->destroy(id_);
    }
    GLuint id() const { return id_; }
    bool fits(int width, int height, int channels) const {
        return id_ && width == width_ && height == height_ && channels == channels_;
    }

  private:
    std::shared_ptr<PictureTextures> textures_;
    GLuint id_ = 0;
    int width_ = 0, height_ = 0, channels_ = 0;
};

/// For pixels in host memory: through a pixel buffer. Pixels on a GPU are fetched first.
class HostUpload final : public ImageUpload {
  public:
    explicit HostUpload(std::shared_ptr<PictureTextures> textures) : textures_(std::move(textures)) {}

    bool upload(const engine::Image& image) override;
    /// [height, width, channels] float32, channels 4 or 1.
    void upload_interleaved(const float* pixels, int width, int height, int channels);
    GLuint texture() const override { return texture_.id(); }

  private:
    void fill(int width, int height, int channels, const std::function<void(float*)>& write);
    std::shared_ptr<PictureTextures> textures_;
    OwnedTexture texture_;
};

/// A single-channel float texture from row-major values.
void upload_plane(const std::vector<float>& values, int width, int height, GlTexture& texture);

} // namespace unstuck::app
