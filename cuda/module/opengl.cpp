// Pictures from the GPU's memory to OpenGL's textures without touching the host.
#include "cuda/module/module.h"
#include "cuda/surface_write.h"

#include <GL/gl.h>
#include <cuda_gl_interop.h>
#include <memory>

namespace unstuck::cuda::module {

namespace {

/// A registered texture. The surface over its array is kept, since destroying one does not wait for kernels that write
/// to it.
struct Texture {
    cudaGraphicsResource_t resource = nullptr;
    cudaArray_t array = nullptr; ///< The one that `surface` is over.
    cudaSurfaceObject_t surface = 0;
};

Texture& texture_of(void* resource) { return *static_cast<Texture*>(resource); }

/// Waits, and gives the surface back.
void drop_surface(Texture& t) {
    if (t.surface == 0) return;
    cudaStreamSynchronize(current_stream());
    cudaDestroySurfaceObject(t.surface);
    t.surface = 0;
    t.array = nullptr;
}

cudaSurfaceObject_t surface_over(Texture& t, cudaArray_t array) {
    if (t.surface != 0 && t.array == array) return t.surface;
    drop_surface(t);
    cudaResourceDesc resource{};
    resource.resType = cudaResourceTypeArray;
    resource.res.array.array = array;
    UNSTUCK_CUDA_CHECK(cudaCreateSurfaceObject(&t.surface, &resource));
    t.array = array;
    return t.surface;
}

/// What a texture's array holds.
struct Layout {
    int width = 0, height = 0, channels = 0;
    int bits = 0; ///< Of a channel.
    bool is_float = false;
};

Layout layout_of(cudaArray_t array) {
    cudaChannelFormatDesc format{};
    cudaExtent extent{};
    unsigned flags = 0;
    UNSTUCK_CUDA_CHECK(cudaArrayGetInfo(&format, &extent, &flags, array));
    Layout l;
    l.width = static_cast<int>(extent.width);
    l.height = static_cast<int>(extent.height);
    for (const int bits : {format.x, format.y, format.z, format.w}) l.channels += bits > 0;
    l.bits = format.x;
    l.is_float = format.f == cudaChannelFormatKindFloat;
    return l;
}

void check_fit(const Layout& l, int width, int height, int channels) {
    if (l.width != width || l.height != height)
        throw std::invalid_argument("the texture is " + std::to_string(l.width) + " x " + std::to_string(l.height) +
                                    ", the picture " + std::to_string(width) + " x " + std::to_string(height));
    const bool known = l.is_float && (l.bits == 32 || (l.bits == 16 && l.channels == 4));
    if (!known || l.channels != channels)
        throw std::invalid_argument("the texture has " + std::to_string(l.channels) + " channels of " +
                                    std::to_string(l.bits) + " bits; RGBA16F, RGBA32F or R32F of the picture's " +
                                    std::to_string(channels) + " channels was expected");
}

/// Writing whole pictures by copy or by surface. Not every driver takes both promises at once.
cudaGraphicsResource_t register_texture(unsigned texture) {
    cudaGraphicsResource_t resource = nullptr;
    constexpr unsigned both = cudaGraphicsRegisterFlagsWriteDiscard | cudaGraphicsRegisterFlagsSurfaceLoadStore;
    auto error = cudaGraphicsGLRegisterImage(&resource, texture, GL_TEXTURE_2D, both);
    if (error == cudaErrorInvalidValue) {
        cudaGetLastError();
        error =
            cudaGraphicsGLRegisterImage(&resource, texture, GL_TEXTURE_2D, cudaGraphicsRegisterFlagsSurfaceLoadStore);
    }
    UNSTUCK_CUDA_CHECK(error);
    return resource;
}

/// The first CUDA device that draws the current context.
cudaError_t drawing_devices(unsigned* count, int* index) {
    const auto error = cudaGLGetDevices(count, index, 1, cudaGLDeviceListAll);
    // Drivers report another vendor's context in several ways.
    const bool foreign = error == cudaErrorNoDevice || error == cudaErrorOperatingSystem || error == cudaErrorUnknown;
    int devices = 0;
    return foreign && cudaGetDeviceCount(&devices) == cudaSuccess ? cudaErrorInvalidGraphicsContext : error;
}

} // namespace

const char* gl_device(int* index) {
    *index = -1;
    return guard([&] {
        int devices = 0; // first the reason why there is none at all
        UNSTUCK_CUDA_CHECK(cudaGetDeviceCount(&devices));
        unsigned count = 0;
        int first = -1;
        UNSTUCK_CUDA_CHECK(drawing_devices(&count, &first));
        if (count == 0) UNSTUCK_CUDA_CHECK(cudaErrorInvalidGraphicsContext);
        *index = first;
    });
}

const char* gl_register(unsigned texture, void** resource) {
    *resource = nullptr;
    return guard([&] {
        auto made = std::make_unique<Texture>();
        made->resource = register_texture(texture);
        *resource = made.release();
    });
}

const char* gl_unregister(void* resource) {
    const std::unique_ptr<Texture> texture(static_cast<Texture*>(resource));
    return guard([&] {
        if (!texture) return;
        drop_surface(*texture);
        UNSTUCK_CUDA_CHECK(cudaGraphicsUnregisterResource(texture->resource));
    });
}

const char* gl_map(void* resource) {
    return guard(
        [&] { UNSTUCK_CUDA_CHECK(cudaGraphicsMapResources(1, &texture_of(resource).resource, current_stream())); });
}

const char* gl_unmap(void* resource) {
    return guard(
        [&] { UNSTUCK_CUDA_CHECK(cudaGraphicsUnmapResources(1, &texture_of(resource).resource, current_stream())); });
}

const char* gl_write(void* resource, const float* pixels, int width, int height, int channels) {
    return guard([&] {
        auto& texture = texture_of(resource);
        cudaArray_t array = nullptr;
        UNSTUCK_CUDA_CHECK(cudaGraphicsSubResourceGetMappedArray(&array, texture.resource, 0, 0));
        const auto layout = layout_of(array);
        check_fit(layout, width, height, channels);
        if (layout.bits == 16) {
            surface_write_cuda({surface_over(texture, array), pixels, width, height}, current_stream());
            return;
        }
        const auto row = static_cast<std::size_t>(width) * static_cast<std::size_t>(channels) * sizeof(float);
        UNSTUCK_CUDA_CHECK(cudaMemcpy2DToArrayAsync(array, 0, 0, pixels, row, row, static_cast<std::size_t>(height),
                                                    cudaMemcpyDeviceToDevice, current_stream()));
    });
}

} // namespace unstuck::cuda::module
