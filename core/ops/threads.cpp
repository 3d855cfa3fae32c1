// Compiled with OpenMP, without which ATen's parallel_for is a loop.
#include "core/ops/threads.hpp"

#include <ATen/Parallel.h>
#include <atomic>

namespace unstuck::ops {

cpu::Pool threads() {
    cpu::Pool pool;
    pool.workers = at::get_num_threads();
    pool.run = [workers = pool.workers](std::int64_t count, const std::function<void(std::int64_t, int)>& task) {
        if (workers == 1 || count == 1) {
            for (std::int64_t i = 0; i < count; ++i) task(i, 0);
            return;
        }
        std::atomic<std::int64_t> next{0};
        at::parallel_for(0, workers, 1, [&](std::int64_t begin, std::int64_t end) {
            for (auto worker = begin; worker < end; ++worker)
                for (std::int64_t i = next++; i < count; i = next++) task(i, static_cast<int>(worker));
        });
    };
    return pool;
}

} // namespace unstuck::ops
