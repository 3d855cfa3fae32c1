#include "app/window/interop_upload.hpp"

#include <chrono>
#include <stdexcept>

namespace unstuck::app {

using engine::DevicePixels;
using Path = UploadStatus::Path;

std::string InteropLink::obstacle(int device) {
    if (!failed_.empty()) return failed_;
    if (!driver_) return "there is no CUDA module to share textures with";
    try {
        driver_->use_device(device);
        if (!gl_device_) gl_device_ = driver_->gl_device();
    } catch (const std::exception& e) {
        failed_ = std::string("the window's OpenGL cannot be shared with CUDA: ") + e.what();
        return failed_;
    }
    if (*gl_device_ == device) return {};
    return "GPU " + std::to_string(*gl_device_) + " draws the window, but GPU " + std::to_string(device) +
           " computes the pictures";
}

bool InteropUpload::upload(const engine::Image& image) {
    const auto start = std::chrono::steady_clock::now();
    const auto done = [&](Path path, std::string reason) {
        const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
        status_ = {path, std::move(reason), spent.count()};
        return true;
    };
    if (!image.device) {
        host_.upload(image);
        shown_.reset();
        release(); // the textures would only hold memory
        return done(Path::host, {});
    }
    if (auto obstacle = link_->obstacle(image.device->device); !obstacle.empty()) {
        copy(image);
        return done(Path::copy, std::move(obstacle));
    }
    try {
        if (!write_texture(*image.device)) return false;
        return done(Path::interop, {});
    } catch (const std::exception& e) {
        link_->fail(e.what());
    }
    copy(image);
    return done(Path::copy, link_->obstacle(image.device->device));
}

bool InteropUpload::write_texture(const DevicePixels& pixels) {
    const std::size_t next = shown_ == 0u ? 1 : 0;
    auto& buffer = buffers_[next];
    if (buffer.fence) {
        if (!textures_->passed(buffer.fence, 0) && !textures_->passed(buffer.fence, kLongestWaitMs)) return false;
        textures_->drop(std::exchange(buffer.fence, nullptr));
    }
    auto& driver = *link_->driver();
    prepare(buffer, pixels);
    pixels.ready_on_current_stream();
    driver.map(buffer.resource);
    try {
        driver.write(buffer.resource, pixels);
    } catch (...) {
        try {
            driver.unmap(buffer.resource);
        } catch (...) { // the first failure is the one to tell
        }
        throw;
    }
    driver.unmap(buffer.resource);
    pixels.used_on_current_stream();
    shown_ = next;
    return true;
}

/// Registers a texture of the right size. A registration is for one texture: another size takes another one.
void InteropUpload::prepare(Buffer& buffer, const DevicePixels& pixels) {
    if (buffer.resource && buffer.texture.fits(pixels.width, pixels.height, pixels.channels)) return;
    release(buffer);
    buffer.texture = OwnedTexture(textures_, pixels.width, pixels.height, pixels.channels);
    buffer.resource = link_->driver()->register_texture(buffer.texture.id());
}

void InteropUpload::copy(const engine::Image& image) {
    const auto& pixels = *image.device;
    if (auto* driver = link_->driver()) {
        driver->use_device(pixels.device);
        pixels.ready_on_current_stream();
        host_.upload_interleaved(driver->download(pixels), pixels.width, pixels.height, pixels.channels);
    } else {
        host_.upload(image);
    }
    shown_.reset();
    release();
}

GLuint InteropUpload::texture() const { return shown_ ? buffers_[*shown_].texture.id() : host_.texture(); }

void InteropUpload::drawn() {
    if (!shown_) return;
    auto& buffer = buffers_[*shown_];
    textures_->drop(buffer.fence);
    buffer.fence = textures_->fence();
}

void InteropUpload::release(Buffer& buffer) {
    if (buffer.resource) {
        try {
            link_->driver()->unregister(buffer.resource); // before the texture goes
        } catch (...) {                                   // nothing can be done about it, and nothing depends on it
        }
    }
    if (buffer.fence) textures_->drop(buffer.fence);
    buffer.resource = buffer.fence = nullptr;
    buffer.texture = OwnedTexture();
}

void InteropUpload::release() {
    for (auto& buffer : buffers_) release(buffer);
}

} // namespace unstuck::app
