#pragma once
#include <mutex>
#include <vector>

namespace unstuck::engine {

/// Pixels in a GPU's memory, ready to be shown: [height, width, channels] float32, channels 4 (RGBA) or 1. Immutable.
/// "The current stream" is the calling thread's. Safe on any thread. Functions that can fail throw std::runtime_error.
class DevicePixels {
  public:
    DevicePixels(int width, int height, int channels, int device)
        : width(width), height(height), channels(channels), device(device) {}
    DevicePixels(const DevicePixels&) = delete;
    DevicePixels& operator=(const DevicePixels&) = delete;
    virtual ~DevicePixels() = default;

    const int width, height, channels;
    const int device; ///< CUDA's index.

    virtual const float* data() const = 0; ///< Device memory.

    /// The current stream waits until the pixels were written; the caller does not.
    virtual void ready_on_current_stream() const = 0;

    /// To be called after the last read of data() was queued: the memory is not reused before that is done.
    virtual void used_on_current_stream() const = 0;

    /// Planar [channels, height, width] with the image's own channels: 3 where there are 4 here. Waits for the device.
    virtual std::vector<float> to_host() const = 0;

    /// to_host(), fetched once and kept as long as these pixels live.
    const std::vector<float>& host() const {
        std::call_once(fetched_, [this] { host_ = to_host(); });
        return host_;
    }

  private:
    mutable std::once_flag fetched_; // stays open when to_host throws: the next caller tries again
    mutable std::vector<float> host_;
};

} // namespace unstuck::engine
