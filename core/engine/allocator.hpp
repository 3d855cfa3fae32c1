#pragma once

namespace unstuck::engine {

/// Tells malloc to keep large blocks instead of mapping and unmapping them for every activation, which costs most of a
/// frame in page faults. Call once, first thing in main. (The memory held is bounded by the largest frame.)
void keep_large_blocks();

} // namespace unstuck::engine
