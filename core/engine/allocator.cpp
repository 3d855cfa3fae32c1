#include "core/engine/allocator.hpp"

#include <malloc.h>

namespace unstuck::engine {

void keep_large_blocks() {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 2000 << 20);
    mallopt(M_TOP_PAD, 64 << 20);
#endif
}

} // namespace unstuck::engine
