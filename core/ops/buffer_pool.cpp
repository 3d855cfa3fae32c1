#include "core/ops/buffer_pool.hpp"

#include <map>
#include <mutex>
#include <new>
#include <sys/mman.h>

namespace unstuck::ops {

namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20, kSmallStep = std::size_t{64} << 10;

/// Sizes in steps, so that layers of nearly the same size share blocks; whole huge pages where they are large.
std::size_t block_bytes(std::size_t floats) {
    const auto bytes = floats * sizeof(float);
    const auto step = bytes >= kHugePage ? kHugePage : kSmallStep;
    return std::max((bytes + step - 1) / step, std::size_t{1}) * step;
}

} // namespace

struct BufferPool::State {
    mutable std::mutex mutex;
    std::multimap<std::size_t, void*> idle;
    Usage usage;

    ~State() { release_idle(); }

    void release_idle() {
        for (const auto& [bytes, block] : idle) {
            ::munmap(block, bytes);
            usage.held_bytes -= bytes;
        }
        idle.clear();
    }

    void give_back(const std::pair<std::size_t, void*>& block) noexcept {
        const std::lock_guard lock(mutex);
        usage.used_bytes -= block.first;
        try {
            idle.insert(block);
        } catch (const std::bad_alloc&) { // no room for the note: the system may have the block
            ::munmap(block.second, block.first);
            usage.held_bytes -= block.first;
        }
    }

    /// The smallest idle block that is large enough, but none so large that most of it would lie fallow.
    std::pair<std::size_t, void*> find(std::size_t bytes) {
        const auto found = idle.lower_bound(bytes);
        if (found == idle.end() || found->first > bytes + bytes / 2) return {0, nullptr};
        const auto block = *found;
        idle.erase(found);
        return block;
    }

    std::pair<std::size_t, void*> map(std::size_t bytes) {
        void* p = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED) {
            release_idle();
            p = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (p == MAP_FAILED) throw std::bad_alloc();
        }
        if (bytes >= kHugePage) ::madvise(p, bytes, MADV_HUGEPAGE);
        usage.held_bytes += bytes;
        ++usage.mappings;
        return {bytes, p};
    }
};

BufferPool::BufferPool() : state_(std::make_shared<State>()) {}

std::shared_ptr<float> BufferPool::take(std::size_t floats) const {
    const auto bytes = block_bytes(floats);
    std::pair<std::size_t, void*> block;
    {
        const std::lock_guard lock(state_->mutex);
        block = state_->find(bytes);
        if (!block.second) block = state_->map(bytes);
        state_->usage.used_bytes += block.first;
    }
    // Outside the lock: if the owner's own memory is missing, the deleter runs at once and takes it.
    return {static_cast<float*>(block.second), [state = state_, block](float*) { state->give_back(block); }};
}

BufferPool::Usage BufferPool::usage() const {
    const std::lock_guard lock(state_->mutex);
    return state_->usage;
}

void BufferPool::trim() const {
    const std::lock_guard lock(state_->mutex);
    state_->release_idle();
}

} // namespace unstuck::ops
