#pragma once

namespace unstuck::engine {

/// Nice values of this program's threads; the window's own is 0.
inline constexpr int kPicturesNice = 5;    ///< The window's thread goes first on a machine with few cores.
inline constexpr int kBackgroundNice = 19; ///< The lowest that is never starved: SCHED_IDLE gets nothing at all on a
                                           ///< machine that is busy with anything.

/// Lets other threads go before the calling one. Threads and programs that it starts inherit it.
void lower_priority(int nice);

} // namespace unstuck::engine
