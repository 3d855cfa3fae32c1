#pragma once
// The kernel for every other shape: the same phases with sizes that are known when it runs, one result at a time, taps
// from memory. Filter sliders leave the standard shapes at once, and land here.
#include "cuda/filtered_lrelu_body.h"

namespace unstuck::cuda {

template <class TX, class TY>
struct LreluGeneral : LreluBase<TX, TY> {
    using Base = LreluBase<TX, TY>;
    using Base::p;
    using Base::plan;
    using typename Base::Buffers;
    using typename Base::Thread;

    LreluGeneral(const FilteredLrelu& q, const LreluPlan& l) : Base(q, l) {}

    template <class Phases>
    UNSTUCK_HD void run(Block block, char* shared, Phases&& phase) const {
        run_lrelu(*this, block, shared, phase);
    }

    /// Raised sample `i` of a step or strip: its first tap and the input sample under that, counted from the window's
    /// first.
    UNSTUCK_HD int first_tap(int i) const { return p.up - 1 - i % p.up; }

    UNSTUCK_HD void up_y(Thread& t, const Buffers& s, int step, int term) const {
        const int c = this->pair(t), base = step * (plan.raised_rows / p.up);
        const float* f = p.up_filter.taps_device + 2 * term * p.up_filter.taps;
        for (int i = this->first(t); i < plan.raised_rows * plan.in_columns; i += this->stride()) {
            const int row = i / plan.in_columns, column = i % plan.in_columns;
            int sample = base + row / p.up;
            Pair sum;
            for (int k = first_tap(row); k < p.up_filter.taps; k += p.up, ++sample)
                add_product(sum, f[k], s.input[(sample % plan.in_rows * plan.in_columns + column) * plan.pairs + c]);
            s.up[i * plan.pairs + c] = sum;
        }
    }

    UNSTUCK_HD void up_x(Thread& t, const LreluPlace& w, const Buffers& s, int step, int term) const {
        const int c = this->pair(t);
        const float* f = p.up_filter.taps_device + (2 * term + 1) * p.up_filter.taps;
        const Pair bias = this->mid_bias(t, w);
        for (int i = this->first(t); i < plan.raised_rows * plan.raised_columns; i += this->stride()) {
            const int row = i / plan.raised_columns, column = i % plan.raised_columns;
            const Pair* from = s.up + (row * plan.in_columns + column / p.up) * plan.pairs + c;
            Pair& to = s.raised[i * plan.pairs + c];
            Pair sum = term == 0 ? Pair() : to;
            for (int k = first_tap(column); k < p.up_filter.taps; k += p.up, from += plan.pairs)
                add_product(sum, f[k], *from);
            const bool last = term + 1 == p.up_filter.terms;
            to = last
                     ? this->activated(t, w, sum, w.raised_x + column, w.raised_y + step * plan.raised_rows + row, bias)
                     : sum;
        }
    }

    UNSTUCK_HD void down_x(Thread& t, const Buffers& s, int step) const {
        const int c = this->pair(t), slot = step % (plan.lag + 1) * plan.raised_rows;
        for (int i = this->first(t); i < plan.raised_rows * plan.columns; i += this->stride()) {
            const int row = i / plan.columns, column = i % plan.columns;
            for (int r = 0; r < p.down_filter.terms; ++r) {
                const float* f = p.down_filter.taps_device + (2 * r + 1) * p.down_filter.taps;
                const Pair* from =
                    s.raised + (row * plan.raised_columns + plan.align_x + column * p.down) * plan.pairs + c;
                Pair sum;
                for (int k = 0; k < p.down_filter.taps; ++k, from += plan.pairs) add_product(sum, f[k], *from);
                s.ring[((r * plan.ring_rows + slot + row) * plan.columns + column) * plan.pairs + c] = sum;
            }
        }
    }

    UNSTUCK_HD void emit(Thread& t, const LreluPlace& w, const Buffers& s, int group) const {
        const int c = this->pair(t);
        for (int i = this->first(t); i < plan.rows * plan.columns; i += this->stride()) {
            const int row = i / plan.columns, column = i % plan.columns;
            const int first = group * plan.raised_rows + plan.align_y + row * p.down;
            Pair sum;
            for (int r = 0; r < p.down_filter.terms; ++r) {
                const float* f = p.down_filter.taps_device + 2 * r * p.down_filter.taps;
                for (int k = 0; k < p.down_filter.taps; ++k) {
                    const int slot = r * plan.ring_rows + (first + k) % plan.ring_rows;
                    add_product(sum, f[k], s.ring[(slot * plan.columns + column) * plan.pairs + c]);
                }
            }
            this->put(t, w, sum, column, group * plan.rows + row);
        }
    }
};

} // namespace unstuck::cuda
