#pragma once
#include "cuda/types.h"

#include <ATen/core/Tensor.h>

struct unstuck_cuda_functions;

namespace unstuck::ops {

/// Where the GPU path computes: the module's functions, and the device that its tensors live on. With the emulated
/// table that device is the processor, so that tests run the whole path without a GPU. A small value; copies share the
/// table.
class Gpu {
  public:
    Gpu(const unstuck_cuda_functions& functions, at::Device device) : functions_(&functions), device_(device) {}

    const unstuck_cuda_functions& functions() const { return *functions_; }
    at::Device device() const { return device_; }
    int index() const { return device_.has_index() ? device_.index() : 0; } ///< As CUDA counts; 0 for the emulation.

    /// A contiguous float32 copy on the device.
    at::Tensor upload(const at::Tensor& t) const;
    /// The same with zeros up to whole groups of channels in its last dimension.
    at::Tensor upload_channels(const at::Tensor& t) const;

    /// Uninitialised [n, channels, height, width] in the layout of cuda::Images: channels innermost, rounded up to
    /// whole groups. Whoever fills it fills the added channels too.
    at::Tensor empty_images(std::int64_t n, std::int64_t channels, std::int64_t height, std::int64_t width,
                            at::ScalarType dtype) const;

    /// x in that layout, on the device and of that type: itself, or a copy with zeros in the added channels.
    at::Tensor as_images(const at::Tensor& x, at::ScalarType dtype) const;

    /// a + b, both in that layout.
    at::Tensor add(const at::Tensor& a, const at::Tensor& b) const;

  private:
    const unstuck_cuda_functions* functions_;
    at::Device device_;
};

/// Channels that are stored for so many.
std::int64_t rounded_channels(std::int64_t channels);

/// All channels that a tensor in that layout stores: [n, rounded channels, height, width], channels last.
at::Tensor stored_channels(const at::Tensor& images);

/// What a kernel sees of a tensor in that layout.
cuda::Images device_images(const at::Tensor& images);

/// Throws std::runtime_error with a function's text when it returned one.
void check_gpu(const char* error);

/// Makes it the calling thread's current device, whose current stream the table's functions take.
void use_device(const Gpu& gpu);

/// The device pointer of a float32 tensor; null when it is undefined.
const float* floats_of(const at::Tensor& t);

} // namespace unstuck::ops
