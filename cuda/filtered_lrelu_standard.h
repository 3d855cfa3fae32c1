#pragma once
// The kernels with a shape of their own: every loop over taps is unrolled, and each read from shared memory serves
// several results. Reads and products for each result of two channels, up 2 / 12 taps, down 2 / 12 taps, halo left out:
//   up_y    7 reads for 4 raised rows of a column     3.5 reads, 12 products
//   up_x    9 reads for 8 raised samples              4.5 reads, 24 products
//   down_x  18 reads for 4 results of a raised row    9 reads,   24 products
//   emit    14 reads for 2 results of a column        7 reads,   12 products
// 24 reads and 10 writes of 8 bytes against 144 multiply-adds: shared memory takes about 2.1 cycles of an SM for what
// its FMA units do in 1.1, where taking each result alone would need 80 reads.
#include "cuda/filtered_lrelu_body.h"

namespace unstuck::cuda {

template <class T, int kUp, int kUpTaps, int kDown, int kDownTaps>
struct LreluStandard : LreluBase<T, T> {
    using Base = LreluBase<T, T>;
    using Base::p;
    using Base::plan;
    using typename Base::Buffers;
    using typename Base::Thread;

    static constexpr int kWindow = (kUpTaps + kUp - 1) / kUp; ///< Input samples under a raised one.
    static constexpr int kRaisedRows = kStandardRows * kDown, kInRows = kRaisedRows / kUp + kWindow - 1;
    static_assert(kRaisedRows % kUp == 0 && kStandardRaised % kUp == 0);

    LreluTaps<kUpTaps, kDownTaps> taps;

    LreluStandard(const FilteredLrelu& q, const LreluPlan& l) : Base(q, l), taps(q) {}

    template <class Phases>
    UNSTUCK_HD void run(Block block, char* shared, Phases&& phase) const {
        run_lrelu(*this, block, shared, phase);
    }

    /// Raised samples kCount from a window of input samples; the first is the start of a group of kUp.
    template <int kCount>
    UNSTUCK_HD static void raise(const float (&f)[kUpTaps], const Pair* window, Pair* out) {
        UNSTUCK_UNROLL
        for (int i = 0; i < kCount; ++i) {
            Pair sum;
            UNSTUCK_UNROLL
            for (int q = 0; q < kWindow; ++q)
                if (kUp - 1 - i % kUp + q * kUp < kUpTaps)
                    add_product(sum, f[kUp - 1 - i % kUp + q * kUp], window[i / kUp + q]);
            out[i] = sum;
        }
    }

    /// Results kCount, kDown samples apart, from a window of raised ones, added to what is there.
    template <int kCount>
    UNSTUCK_HD static void lower(const float (&f)[kDownTaps], const Pair* window, Pair* sums) {
        UNSTUCK_UNROLL
        for (int q = 0; q < kDownTaps; ++q) {
            UNSTUCK_UNROLL
            for (int i = 0; i < kCount; ++i) add_product(sums[i], f[q], window[i * kDown + q]);
        }
    }

    UNSTUCK_HD void up_y(Thread& t, const Buffers& s, int step, int) const {
        const int c = this->pair(t), base = step * (kRaisedRows / kUp) % kInRows;
        for (int column = this->first(t); column < plan.in_columns; column += this->stride()) {
            Pair window[kInRows], raised[kRaisedRows];
            UNSTUCK_UNROLL
            for (int q = 0; q < kInRows; ++q) {
                const int slot = base + q < kInRows ? base + q : base + q - kInRows;
                window[q] = s.input[(slot * plan.in_columns + column) * plan.pairs + c];
            }
            raise<kRaisedRows>(taps.up_y, window, raised);
            UNSTUCK_UNROLL
            for (int r = 0; r < kRaisedRows; ++r) s.up[(r * plan.in_columns + column) * plan.pairs + c] = raised[r];
        }
    }

    UNSTUCK_HD void up_x(Thread& t, const LreluPlace& w, const Buffers& s, int step, int) const {
        constexpr int kSamples = kStandardRaised / kUp + kWindow - 1;
        const int c = this->pair(t), groups = plan.raised_columns / kStandardRaised;
        const Pair bias = this->mid_bias(t, w);
        for (int i = this->first(t); i < kRaisedRows * groups; i += this->stride()) {
            const int row = i / groups, group = i % groups, y = w.raised_y + step * kRaisedRows + row;
            const Pair* from = s.up + (row * plan.in_columns + group * (kStandardRaised / kUp)) * plan.pairs + c;
            Pair* to = s.raised + (row * plan.raised_columns + group * kStandardRaised) * plan.pairs + c;
            Pair window[kSamples], raised[kStandardRaised];
            UNSTUCK_UNROLL
            for (int q = 0; q < kSamples; ++q) window[q] = from[q * plan.pairs];
            raise<kStandardRaised>(taps.up_x, window, raised);
            UNSTUCK_UNROLL
            for (int r = 0; r < kStandardRaised; ++r)
                to[r * plan.pairs] =
                    this->activated(t, w, raised[r], w.raised_x + group * kStandardRaised + r, y, bias);
        }
    }

    UNSTUCK_HD void down_x(Thread& t, const Buffers& s, int step) const {
        constexpr int kSamples = (kStandardColumns - 1) * kDown + kDownTaps;
        const int c = this->pair(t), groups = plan.columns / kStandardColumns;
        const int slot = step % (plan.lag + 1) * kRaisedRows, term = plan.ring_rows * plan.columns * plan.pairs;
        for (int i = this->first(t); i < kRaisedRows * groups; i += this->stride()) {
            const int row = i / groups, column = i % groups * kStandardColumns;
            const Pair* from = s.raised + (row * plan.raised_columns + plan.align_x + column * kDown) * plan.pairs + c;
            Pair* to = s.ring + ((slot + row) * plan.columns + column) * plan.pairs + c;
            Pair window[kSamples];
            UNSTUCK_UNROLL
            for (int q = 0; q < kSamples; ++q) window[q] = from[q * plan.pairs];
            for (int r = 0; r < p.down_filter.terms; ++r) {
                Pair sums[kStandardColumns];
                lower<kStandardColumns>(taps.down_x[r], window, sums);
                UNSTUCK_UNROLL
                for (int j = 0; j < kStandardColumns; ++j) to[r * term + j * plan.pairs] = sums[j];
            }
        }
    }

    UNSTUCK_HD void emit(Thread& t, const LreluPlace& w, const Buffers& s, int group) const {
        constexpr int kSamples = (kStandardRows - 1) * kDown + kDownTaps;
        const int c = this->pair(t), first = (group * kRaisedRows + plan.align_y) % plan.ring_rows;
        for (int column = this->first(t); column < plan.columns; column += this->stride()) {
            Pair sums[kStandardRows];
            for (int r = 0; r < p.down_filter.terms; ++r) {
                const Pair* ring = s.ring + r * plan.ring_rows * plan.columns * plan.pairs;
                Pair window[kSamples];
                UNSTUCK_UNROLL
                for (int q = 0; q < kSamples; ++q) {
                    const int slot = first + q < plan.ring_rows ? first + q : first + q - plan.ring_rows;
                    window[q] = ring[(slot * plan.columns + column) * plan.pairs + c];
                }
                lower<kStandardRows>(taps.down_y[r], window, sums);
            }
            UNSTUCK_UNROLL
            for (int j = 0; j < kStandardRows; ++j) this->put(t, w, sums[j], column, group * kStandardRows + j);
        }
    }
};

} // namespace unstuck::cuda
