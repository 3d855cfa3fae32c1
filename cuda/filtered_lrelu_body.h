#pragma once
// The kernel: a block marches down a strip of the picture. Between two barriers all of its threads do one phase:
//   load     input rows that a step needs anew into a ring in shared memory, bias added inside the image
//   up_y     raised rows at the input's columns
//   up_x     raised columns, noise and bias, activation
//   down_x   filtered along x into a ring of raised rows, one for each term of the down filter
//   emit     filtered along y, summed over terms, stored; and the next step's load
// Lanes lie along pairs of channels, so that global and shared memory are read in whole sectors and without conflicts
// of banks (16 pairs; 8 pairs meet twofold ones where windows overlap). Nothing is computed twice along y but the first
// `lag` steps of a segment; along x strips overlap by the filters' lengths.
#include "cuda/emulate.h"
#include "cuda/filtered_lrelu_plan.h"
#include "cuda/pairs.h"

namespace unstuck::cuda {

/// Taps as arguments of the kernel: with unrolled loops they are operands from the constant bank.
template <int kUpTaps, int kDownTaps>
struct LreluTaps {
    static constexpr int kMostTerms = 5;
    float up_y[kUpTaps], up_x[kUpTaps];
    float down_y[kMostTerms][kDownTaps], down_x[kMostTerms][kDownTaps];

    explicit LreluTaps(const FilteredLrelu& p) : up_y(), up_x(), down_y(), down_x() {
        for (int t = 0; t < kUpTaps; ++t) {
            up_y[t] = p.up_filter.taps_host[t];
            up_x[t] = p.up_filter.taps_host[kUpTaps + t];
        }
        for (int r = 0; r < p.down_filter.terms; ++r)
            for (int t = 0; t < kDownTaps; ++t) {
                down_y[r][t] = p.down_filter.taps_host[2 * r * kDownTaps + t];
                down_x[r][t] = p.down_filter.taps_host[(2 * r + 1) * kDownTaps + t];
            }
    }
};

/// What a block works on; the same for all of its threads.
struct LreluPlace {
    int n = 0, first_pair = 0;      ///< Sample; first pair of channels.
    int column = 0, row = 0;        ///< First result.
    int rows = 0;                   ///< Results along y.
    int raised_x = 0, raised_y = 0; ///< First raised position that is computed: `align` before the first needed one.
    int sample_x = 0, sample_y = 0; ///< First input sample.
    int own_x = 0, own_y = 0;       ///< End of the raised positions whose clamped values this block counts.
};

/// Phases that both kernels share. T, R: elements of x and y.
template <class TX, class TY>
struct LreluBase {
    static constexpr int kThreads = kLreluThreads;
    struct Thread {
        int index = 0;
        unsigned not_finite = 0, clamped = 0;
    };
    struct Buffers {
        Pair *input, *up, *raised, *ring;
    };

    FilteredLrelu p;
    LreluPlan plan;

    LreluBase(const FilteredLrelu& q, const LreluPlan& l) : p(q), plan(l) {}
    Launch launch() const { return plan.launch; }

    UNSTUCK_HD LreluPlace place(Block block) const {
        LreluPlace w;
        int id = block.x;
        w.first_pair = id % plan.chunks * plan.pairs;
        id /= plan.chunks;
        const int strip = id % plan.strips;
        id /= plan.strips;
        const int segment = id % plan.segments;
        w.n = id / plan.segments;
        w.column = strip * plan.columns;
        w.row = segment * plan.segment;
        w.rows = p.y.height - w.row < plan.segment ? p.y.height - w.row : plan.segment;
        const int x = w.column * p.down, y = w.row * p.down;
        w.raised_x = x - plan.align_x;
        w.raised_y = y - plan.align_y;
        w.sample_x = x / p.up + plan.origin_x;
        w.sample_y = y / p.up + plan.origin_y;
        w.own_x = strip + 1 == plan.strips ? raised_width() : x + plan.columns * p.down;
        w.own_y = segment + 1 == plan.segments ? raised_height() : y + plan.segment * p.down;
        return w;
    }
    UNSTUCK_HD int raised_width() const { return (p.y.width - 1) * p.down + p.down_filter.taps; }
    UNSTUCK_HD int raised_height() const { return (p.y.height - 1) * p.down + p.down_filter.taps; }

    UNSTUCK_HD Buffers buffers(char* shared) const {
        Buffers b;
        b.input = reinterpret_cast<Pair*>(shared);
        b.up = b.input + plan.in_rows * plan.in_columns * plan.pairs;
        b.raised = b.up + plan.raised_rows * plan.in_columns * plan.pairs;
        b.ring = b.raised + plan.raised_rows * plan.raised_columns * plan.pairs;
        return b;
    }

    /// A thread keeps its pair of channels and takes every stride()-th position.
    UNSTUCK_HD int pair(const Thread& t) const { return t.index % plan.pairs; }
    UNSTUCK_HD int first(const Thread& t) const { return t.index / plan.pairs; }
    UNSTUCK_HD int stride() const { return kThreads / plan.pairs; }
    UNSTUCK_HD bool has_channels(const LreluPlace& w, int pair) const { return w.first_pair + pair < p.x.channels / 2; }

    UNSTUCK_HD void load(const Thread& t, const LreluPlace& w, const Buffers& s, int step) const {
        const int c = pair(t), rows_per_step = plan.raised_rows / p.up;
        const int begin = step == 0 ? 0 : (step - 1) * rows_per_step + plan.in_rows;
        const int count = step == 0 ? plan.in_rows : rows_per_step;
        const bool channels = has_channels(w, c);
        Pair bias;
        if (p.bias && channels) bias = load_pair(p.bias, w.first_pair + c);
        for (int i = first(t); i < count * plan.in_columns; i += stride()) {
            const int row = begin + i / plan.in_columns, column = i % plan.in_columns;
            const int y = w.sample_y + row, x = w.sample_x + column;
            Pair v;
            if (channels && y >= 0 && y < p.x.height && x >= 0 && x < p.x.width) {
                const long long at = (static_cast<long long>(w.n) * p.x.height + y) * p.x.width + x;
                v = load_pair(static_cast<const TX*>(p.x.data), at * (p.x.channels / 2) + w.first_pair + c);
                v.a += bias.a;
                v.b += bias.b;
            }
            s.input[(row % plan.in_rows * plan.in_columns + column) * plan.pairs + c] = v;
        }
    }

    /// The activation's end of a raised sample at (x, y) of the raised grid.
    UNSTUCK_HD Pair activated(Thread& t, const LreluPlace& w, Pair v, int x, int y, Pair mid_bias) const {
        v.a += mid_bias.a;
        v.b += mid_bias.b;
        const bool inside = x >= 0 && y >= 0 && x < raised_width() && y < raised_height();
        if (p.mid_noise && inside) {
            const float noise =
                p.mid_noise[static_cast<long long>(y) * raised_width() + x] * (p.noise_gain ? *p.noise_gain : 1);
            v.a += noise;
            v.b += noise;
        }
        unsigned clamped = 0;
        const Activate activate{p.slope, p.gain, p.clamp};
        v = {activate(v.a, clamped), activate(v.b, clamped)};
        // Strips and segments overlap: each sample counts once.
        const bool own = x >= w.column * p.down && y >= w.row * p.down && x < w.own_x && y < w.own_y;
        if (own && has_channels(w, pair(t))) t.clamped += clamped;
        return v;
    }
    UNSTUCK_HD Pair mid_bias(const Thread& t, const LreluPlace& w) const {
        return p.mid_bias && has_channels(w, pair(t)) ? load_pair(p.mid_bias, w.first_pair + pair(t)) : Pair();
    }

    UNSTUCK_HD void put(Thread& t, const LreluPlace& w, const Pair& v, int column, int row) const {
        const int c = pair(t), x = w.column + column, y = w.row + row;
        if (!has_channels(w, c) || x >= p.y.width || row >= w.rows) return;
        const long long at = (static_cast<long long>(w.n) * p.y.height + y) * p.y.width + x;
        store_pair(static_cast<TY*>(p.y.data), at * (p.y.channels / 2) + w.first_pair + c, v);
        t.not_finite += count_not_finite<TY>(v.a) + count_not_finite<TY>(v.b);
    }
};

/// The order of phases. Body: has up_y, up_x, down_x and emit.
template <class Body, class Phases>
UNSTUCK_HD void run_lrelu(const Body& b, Block block, char* shared, Phases&& phase) {
    using Thread = typename Body::Thread;
    const LreluPlace w = b.place(block);
    const auto s = b.buffers(shared);
    const int steps = ceil_div(w.rows, b.plan.rows) + b.plan.lag;
    phase([&](Thread& t) { b.load(t, w, s, 0); });
    for (int k = 0; k < steps; ++k) {
        for (int term = 0; term < b.p.up_filter.terms; ++term) {
            phase([&](Thread& t) { b.up_y(t, s, k, term); });
            phase([&](Thread& t) { b.up_x(t, w, s, k, term); });
        }
        phase([&](Thread& t) { b.down_x(t, s, k); });
        phase([&](Thread& t) {
            if (k >= b.plan.lag) b.emit(t, w, s, k - b.plan.lag);
            if (k + 1 < steps) b.load(t, w, s, k + 1);
        });
    }
    phase([&](Thread& t) { add_counts(b.p.counts, t.not_finite, t.clamped); });
}

} // namespace unstuck::cuda
