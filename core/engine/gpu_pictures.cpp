#include "core/engine/gpu_pictures.hpp"

#include "cuda/module.h"

#include <ATen/ATen.h>
#include <mutex>

namespace unstuck::engine {

namespace {

/// An event of the GPU's queue.
class Event {
  public:
    explicit Event(const ops::Gpu& gpu) : gpu_(gpu) { ops::check_gpu(gpu_.functions().event_create(&event_)); }
    ~Event() { gpu_.functions().event_destroy(event_); }
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    void record() const { ops::check_gpu(gpu_.functions().event_record(event_)); }
    void wait() const { ops::check_gpu(gpu_.functions().event_wait(event_)); }
    void finish() const { ops::check_gpu(gpu_.functions().event_finish(event_)); }

  private:
    ops::Gpu gpu_;
    void* event_ = nullptr;
};

/// A picture's memory with the events that guard it.
struct Block {
    at::Tensor rgba; ///< [height, width, 4]
    std::unique_ptr<Event> written, used;
    bool was_used = false;
};

} // namespace

struct GpuPictures::Pool {
    explicit Pool(const ops::Gpu& g) : gpu(g) {}

    Block take(std::int64_t height, std::int64_t width) {
        {
            const std::lock_guard lock(mutex);
            for (auto& b : free)
                if (b.rgba.size(0) == height && b.rgba.size(1) == width) {
                    std::swap(b, free.back());
                    auto out = std::move(free.back());
                    free.pop_back();
                    return out;
                }
            // Of another size: nobody asks for them any more. The allocator may hand them out at once, in this queue.
            for (auto& b : free)
                if (b.was_used) b.used->wait();
            free.clear();
        }
        Block b;
        b.rgba = at::empty({height, width, 4}, at::TensorOptions(gpu.device()).dtype(at::kFloat));
        b.written = std::make_unique<Event>(gpu);
        b.used = std::make_unique<Event>(gpu);
        return b;
    }

    ~Pool() {
        for (auto& b : free) finish(b);
    }

    void give_back(Block b) {
        const std::lock_guard lock(mutex);
        constexpr std::size_t kMost = 8;
        if (free.size() < kMost)
            free.push_back(std::move(b));
        else
            finish(b);
    }

    /// Before its memory goes back to the allocator, which knows nothing of the drawing thread.
    static void finish(const Block& b) noexcept {
        try {
            if (b.was_used) b.used->finish();
        } catch (...) { // the device is gone, and the memory with it
        }
    }

    ops::Gpu gpu;
    std::mutex mutex;
    std::vector<Block> free;
};

namespace {

class PooledPixels final : public DevicePixels {
  public:
    PooledPixels(std::shared_ptr<GpuPictures::Pool> pool, Block block, int image_channels)
        : DevicePixels(static_cast<int>(block.rgba.size(1)), static_cast<int>(block.rgba.size(0)), 4,
                       pool->gpu.index()),
          pool_(std::move(pool)), block_(std::move(block)), image_channels_(image_channels) {}
    ~PooledPixels() override { pool_->give_back(std::move(block_)); }

    const float* data() const override { return ops::floats_of(block_.rgba); }
    void ready_on_current_stream() const override { block_.written->wait(); }
    void used_on_current_stream() const override {
        block_.used->record();
        block_.was_used = true;
    }
    std::vector<float> to_host() const override {
        const c10::InferenceMode inference;
        block_.written->finish();
        const auto planes = block_.rgba.cpu().permute({2, 0, 1}).slice(0, 0, image_channels_).contiguous();
        const float* v = planes.const_data_ptr<float>();
        return {v, v + planes.numel()};
    }

  private:
    std::shared_ptr<GpuPictures::Pool> pool_;
    mutable Block block_;
    int image_channels_;
};

} // namespace

GpuPictures::GpuPictures(const ops::Gpu& gpu) : pool_(std::make_shared<Pool>(gpu)) {}

Image GpuPictures::pack(const at::Tensor& x, int first_channel, int count) {
    auto block = pool_->take(x.size(2), x.size(3));
    if (block.was_used) block.used->wait();
    block.was_used = false;
    cuda::PackImage p;
    p.x = ops::device_images(x);
    p.first_channel = first_channel;
    p.count = count;
    p.rgba = block.rgba.data_ptr<float>();
    ops::check_gpu(pool_->gpu.functions().pack_image(&p));
    block.written->record();
    Image out;
    out.width = p.x.width;
    out.height = p.x.height;
    out.channels = count;
    out.device = std::make_shared<PooledPixels>(pool_, std::move(block), count);
    return out;
}

} // namespace unstuck::engine
