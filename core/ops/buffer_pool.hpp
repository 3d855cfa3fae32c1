#pragma once
#include <cstddef>
#include <memory>

namespace unstuck::ops {

/// Large blocks of memory that are kept for the next user instead of going back to the system: a frame that is rendered
/// again maps no page. Blocks are given back when their last owner lets go, and freed with the pool. Thread-safe.
class BufferPool {
  public:
    BufferPool();

    /// Uninitialised memory, 64-byte aligned. May outlive the pool. Throws std::bad_alloc.
    std::shared_ptr<float> take(std::size_t floats) const;

    struct Usage {
        std::size_t held_bytes = 0; ///< Mapped in all.
        std::size_t used_bytes = 0; ///< Of these, in someone's hands.
        std::size_t mappings = 0;   ///< Times that memory was asked of the system.
    };
    Usage usage() const;

    /// Frees what nobody uses at the moment.
    void trim() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace unstuck::ops
