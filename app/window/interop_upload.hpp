#pragma once
#include "app/window/upload.hpp"

#include <array>
#include <optional>

namespace unstuck::app {

/// What CUDA can do with an OpenGL texture, as an interface: each call can be made to fail by a test.
/// All throw std::runtime_error with the reason.
class InteropDriver {
  public:
    virtual ~InteropDriver() = default;
    virtual void use_device(int device) = 0; ///< For all calls that follow on this thread.
    virtual int gl_device() = 0;             ///< The CUDA device that draws the current OpenGL context.
    virtual void* register_texture(GLuint texture) = 0;
    virtual void unregister(void* resource) = 0;
    virtual void map(void* resource) = 0;
    virtual void write(void* resource, const engine::DevicePixels& pixels) = 0; ///< Into the mapped texture.
    virtual void unmap(void* resource) = 0;

    /// The pixels in pinned host memory, valid until the next call. Waits until they are there.
    virtual const float* download(const engine::DevicePixels& pixels) = 0;
};

/// Of the CUDA module; null when there is none.
std::unique_ptr<InteropDriver> make_cuda_interop();

/// What the pictures of one window know together: the driver, and that interop failed once.
class InteropLink {
  public:
    /// `driver` may be null: GPU pixels are then fetched by themselves.
    explicit InteropLink(std::unique_ptr<InteropDriver> driver) : driver_(std::move(driver)) {}

    InteropDriver* driver() const { return driver_.get(); }

    /// Why pixels of that device take the slow path; empty when they need not. A failure is for good, a window that
    /// another GPU draws only as long as that is so.
    std::string obstacle(int device);
    void fail(const std::string& reason) { failed_ = reason; }

  private:
    std::unique_ptr<InteropDriver> driver_;
    std::string failed_;
    std::optional<int> gl_device_;
};

/// Pixels of a GPU go straight into one of two textures: the one that may still be drawn is never mapped. Whatever goes
/// wrong, also half-way, the same picture is shown by a copy through pinned memory, and so are all after it. Images in
/// host memory go through HostUpload.
class InteropUpload final : public ImageUpload {
  public:
    InteropUpload(std::shared_ptr<InteropLink> link, std::shared_ptr<PictureTextures> textures)
        : link_(std::move(link)), textures_(textures), host_(std::move(textures)) {}
    ~InteropUpload() override { release(); }

    bool upload(const engine::Image& image) override;
    GLuint texture() const override;
    void drawn() override;
    UploadStatus status() const override { return status_; }

    /// The longest wait for the drawing of the texture to be written; after it the old picture stays for a frame.
    static constexpr double kLongestWaitMs = 2;

  private:
    struct Buffer {
        OwnedTexture texture;
        void* resource = nullptr;
        void* fence = nullptr;
    };
    bool write_texture(const engine::DevicePixels& pixels); ///< False: still in use.
    void prepare(Buffer& buffer, const engine::DevicePixels& pixels);
    void copy(const engine::Image& image);
    void release(Buffer& buffer);
    void release();

    std::shared_ptr<InteropLink> link_;
    std::shared_ptr<PictureTextures> textures_;
    HostUpload host_;
    std::array<Buffer, 2> buffers_;
    UploadStatus status_;
    std::optional<std::size_t> shown_; ///< Which buffer texture() is; none: the host's.
};

} // namespace unstuck::app
