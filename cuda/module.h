#pragma once
// The one door between the program and its CUDA module, which is opened at run time: a table of functions with a
// version. Functions that return text return null when all went well, else what went wrong, valid until the thread's
// next call; no exception crosses. Work is queued on the calling thread's current LibTorch stream of the current device
// unless a stream is named; nothing waits unless it says so.
#include "cuda/bias_act.h"
#include "cuda/channel_sums.h"
#include "cuda/filtered_lrelu.h"
#include "cuda/fourier_features.h"
#include "cuda/modulate_weights.h"
#include "cuda/pack_image.h"
#include "cuda/power_spectrum.h"

#define UNSTUCK_CUDA_ABI 2u
#define UNSTUCK_CUDA_ENTRY "unstuck_cuda_table"

extern "C" {

struct unstuck_cuda_device {
    char name[128];
    int major, minor; ///< Compute capability.
    unsigned long long memory_bytes;
    int has_kernels;   ///< Our kernels were compiled for it (or can be from their PTX).
    char why_not[256]; ///< When it cannot be used: the reason and the mend.
};

struct unstuck_cuda_versions {
    int driver, runtime;     ///< As CUDA counts: 13000 is 13.0. 0: unknown.
    char architectures[128]; ///< What the kernels were compiled for: "75 80 .. 120+PTX".
};

struct unstuck_cuda_functions {
    unsigned abi;

    // == what there is
    const char* (*device_count)(
        int* count); ///< The reason when there is none: no driver, driver too old, none visible.
    const char* (*device)(int index, unstuck_cuda_device* out);
    void (*versions)(unstuck_cuda_versions* out);
    int (*has_torch)(void); ///< LibTorch's CUDA half is loaded: tensors can live on the GPU.

    // == kernels
    const char* (*filtered_lrelu)(const unstuck::cuda::FilteredLrelu*);
    const char* (*bias_act)(const unstuck::cuda::BiasAct*);
    const char* (*modulate_weights)(const unstuck::cuda::ModulateWeights*);
    const char* (*fourier_features)(const unstuck::cuda::FourierFeatures*);
    const char* (*pack_image)(const unstuck::cuda::PackImage*);
    const char* (*channel_sums)(const unstuck::cuda::ChannelSums*);
    const char* (*window_channels)(const unstuck::cuda::WindowChannels*);
    const char* (*add_power)(const unstuck::cuda::AddPower*);
    const char* (*fold_spectrum)(const unstuck::cuda::FoldSpectrum*);

    // == order and time
    const char* (*set_device)(int index); ///< For the calling thread.
    const char* (*synchronize)(void);     ///< Waits for the current stream.
    const char* (*event_create)(void** event);
    const char* (*event_record)(void* event);                 ///< On the current stream.
    const char* (*event_wait)(void* event);                   ///< The current stream waits, not the caller.
    const char* (*event_finish)(void* event);                 ///< The caller waits.
    const char* (*event_ms)(void* from, void* to, float* ms); ///< Both have to have finished.
    void (*event_destroy)(void* event);

    // == CUDA graphs, with memory of LibTorch's allocator
    /// Everything queued by the calling thread between begin and end becomes the graph instead of running. After an
    /// error nothing is left capturing.
    const char* (*graph_begin)(int device, void** graph);
    const char* (*graph_end)(void* graph);
    const char* (*graph_abort)(void* graph); ///< Ends a capture that failed half-way; the graph is gone.
    const char* (*graph_replay)(void* graph);
    void (*graph_destroy)(void* graph);

    // == OpenGL textures, from the thread that owns the context
    const char* (*gl_device)(int* index); ///< The CUDA device that draws the current OpenGL context.
    /// Registers a 2-D texture (RGBA16F, RGBA32F or R32F; level 0) for writing.
    const char* (*gl_register)(unsigned texture, void** resource);
    const char* (*gl_unregister)(void* resource);
    const char* (*gl_map)(void* resource);
    const char* (*gl_unmap)(void* resource);
    /// Writes [height, width, channels] float32 (channels 4 or 1) from device memory into the mapped texture.
    const char* (*gl_write)(void* resource, const float* pixels, int width, int height, int channels);

    // == the slow path
    const char* (*host_alloc)(std::size_t bytes, void** memory); ///< Pinned.
    void (*host_free)(void* memory);
    const char* (*copy_to_host)(void* host, const void* device, std::size_t bytes); ///< Returns when it is done.
};

typedef const struct unstuck_cuda_functions* (*unstuck_cuda_entry)(void);
}
