#pragma once
// Reductions of a block that give the same bits on every run and every machine: the order depends on sizes alone.
#include "cuda/types.h"

namespace unstuck::cuda {

/// Folds items[rows][columns], in shared memory, into the first row, halving the rows with each phase: row i takes
/// combine(row i, row i + ceil(rows / 2)). Needs at least rows / 2 * columns threads. What the first row holds is read
/// by a phase of its own: its barrier keeps a later phase from writing too early.
template <class T, class Phases, class Combine>
UNSTUCK_HD void fold_rows(T* items, int rows, int columns, Phases&& phase, Combine combine) {
    while (rows > 1) {
        const int kept = ceil_div(rows, 2);
        const int first_moved = kept * columns, moved = (rows - kept) * columns;
        phase([=](auto& t) {
            if (t.index < moved) items[t.index] = combine(items[t.index], items[first_moved + t.index]);
        });
        rows = kept;
    }
}

} // namespace unstuck::cuda
