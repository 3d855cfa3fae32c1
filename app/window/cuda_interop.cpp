// InteropDriver by the CUDA module.
#include "app/window/interop_upload.hpp"
#include "core/engine/gpu.hpp"
#include "cuda/module.h"

#include <stdexcept>

namespace unstuck::app {

namespace {

/// The module's functions return null or what went wrong.
void check(const char* error, const char* doing) {
    if (error) throw std::runtime_error(std::string(doing) + ": " + error);
}

class CudaInterop final : public InteropDriver {
  public:
    explicit CudaInterop(const unstuck_cuda_functions& f) : f_(f) {}
    ~CudaInterop() override {
        if (pinned_) f_.host_free(pinned_);
    }

    void use_device(int device) override { check(f_.set_device(device), "choosing the GPU"); }
    int gl_device() override {
        int index = -1;
        check(f_.gl_device(&index), "looking for the GPU that draws the window");
        return index;
    }
    void* register_texture(GLuint texture) override {
        void* resource = nullptr;
        check(f_.gl_register(texture, &resource), "registering the texture");
        return resource;
    }
    void unregister(void* resource) override { check(f_.gl_unregister(resource), "giving the texture back"); }
    void map(void* resource) override { check(f_.gl_map(resource), "mapping the texture"); }
    void write(void* resource, const engine::DevicePixels& p) override {
        check(f_.gl_write(resource, p.data(), p.width, p.height, p.channels), "writing the texture");
    }
    void unmap(void* resource) override { check(f_.gl_unmap(resource), "unmapping the texture"); }

    const float* download(const engine::DevicePixels& p) override {
        const std::size_t bytes = sizeof(float) * p.channels * p.width * static_cast<std::size_t>(p.height);
        if (bytes > pinned_bytes_) {
            if (pinned_) f_.host_free(std::exchange(pinned_, nullptr));
            pinned_bytes_ = 0;
            check(f_.host_alloc(bytes, &pinned_), "pinning memory for the picture");
            pinned_bytes_ = bytes;
        }
        check(f_.copy_to_host(pinned_, p.data(), bytes), "copying the picture from the GPU");
        return static_cast<const float*>(pinned_);
    }

  private:
    const unstuck_cuda_functions& f_;
    void* pinned_ = nullptr;
    std::size_t pinned_bytes_ = 0;
};

} // namespace

std::unique_ptr<InteropDriver> make_cuda_interop() {
    const auto* functions = engine::gpu_functions();
    return functions ? std::make_unique<CudaInterop>(*functions) : nullptr;
}

} // namespace unstuck::app
