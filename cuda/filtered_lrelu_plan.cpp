#include "cuda/filtered_lrelu_plan.h"

#include "cuda/require.h"

#include <algorithm>
#include <numeric>

namespace unstuck::cuda {

namespace {

int floor_mod(int a, int b) { return (a % b + b) % b; }
int floor_div(int a, int b) { return (a - floor_mod(a, b)) / b; }

LreluShape shape_of(const FilteredLrelu& p) {
    const bool same = p.x.element == p.y.element, one = p.up_filter.terms == 1;
    if (!same || !one || p.down_filter.terms > 5) return LreluShape::general;
    const auto is = [&](int up, int up_taps, int down, int down_taps) {
        return p.up == up && p.up_filter.taps == up_taps && p.down == down && p.down_filter.taps == down_taps;
    };
    if (is(2, 12, 2, 12)) return LreluShape::up2_down2;
    if (is(4, 24, 2, 12)) return LreluShape::up4_down2;
    if (is(1, 4, 1, 1)) return LreluShape::fir4;
    if (is(2, 4, 1, 1)) return LreluShape::image_up2;
    return LreluShape::general;
}

/// Raised positions whose windows begin at the same input sample: i = up m + a + 1 + r, r = 0 .. up - 1, where a is the
/// padding modulo up. `align` of them lie before position 0, and `origin` is the window's first sample there.
void align(int pad, int up, int& align, int& origin) {
    const int a = floor_mod(pad, up);
    align = floor_mod(-(a + 1), up);
    // The first tap of raised position i = -align meets z[i + t - pad] with t = up - 1: sample (i + up - 1 - pad) / up.
    origin = floor_div(-align + up - 1 - pad, up);
}

struct Tile {
    int pairs, columns, rows;
};

void set_tile(const FilteredLrelu& p, const Tile& tile, LreluPlan& plan) {
    const int ut = ceil_div(p.up_filter.taps, p.up), dt = p.down_filter.taps;
    const bool general = plan.shape == LreluShape::general;
    plan.pairs = tile.pairs;
    // A step, and a strip, is whole groups of `up` raised positions; the register-blocked kernels make 2 rows a step
    // and 4 results at a time.
    const int unit = p.up / std::gcd(p.up, p.down);
    plan.rows = general ? round_up(tile.rows, unit) : kStandardRows;
    plan.columns = round_up(tile.columns, general ? unit : kStandardColumns);
    plan.raised_rows = plan.rows * p.down;
    plan.in_rows = plan.raised_rows / p.up + ut - 1;
    plan.raised_columns = round_up(plan.align_x + (plan.columns - 1) * p.down + dt, general ? p.up : kStandardRaised);
    plan.in_columns = plan.raised_columns / p.up + ut - 1;
    plan.lag = std::max(0, ceil_div(plan.align_y + dt - p.down, plan.raised_rows));
    plan.ring_rows = (plan.lag + 1) * plan.raised_rows;
    plan.launch.shared_bytes =
        plan.input_bytes() + plan.up_bytes() + plan.raised_bytes() + plan.ring_bytes(p.down_filter.terms);
}

/// Splits rows until there are about two blocks per processor; a segment repeats the steps before its first results.
void set_grid(const FilteredLrelu& p, int processors, LreluPlan& plan) {
    plan.n = p.y.n;
    plan.chunks = ceil_div(p.y.channels / 2, plan.pairs);
    plan.strips = ceil_div(p.y.width, plan.columns);
    const long long others = static_cast<long long>(plan.chunks) * plan.strips * plan.n;
    const int steps = ceil_div(p.y.height, plan.rows);
    int segments = 1;
    if (others > 0 && others < 2LL * processors)
        segments = static_cast<int>(std::min<long long>((2LL * processors + others - 1) / others, steps));
    // At least as many steps with results as without.
    segments = std::clamp(segments, 1, std::max(1, steps / std::max(1, plan.lag)));
    plan.segment = ceil_div(std::max(steps, 1), segments) * plan.rows;
    plan.segments = ceil_div(p.y.height, plan.segment);
    plan.launch.threads = kLreluThreads;
    // x takes all that may be many: y and z end at 65535.
    const long long blocks = others * plan.segments;
    plan.launch.grid_x = static_cast<int>(std::min<long long>(blocks, 0x7fffffff));
    plan.fits = plan.fits && blocks <= 0x7fffffff;
}

} // namespace

LreluPlan plan_filtered_lrelu(const FilteredLrelu& p, std::size_t shared_limit, int processors) {
    constexpr std::array<Tile, 12> kTiles = {{{16, 32, 2},
                                              {8, 32, 2},
                                              {16, 16, 2},
                                              {8, 16, 2},
                                              {4, 32, 2},
                                              {4, 16, 2},
                                              {4, 8, 2},
                                              {2, 8, 1},
                                              {1, 8, 1},
                                              {1, 4, 1},
                                              {1, 2, 1},
                                              {1, 1, 1}}};
    LreluPlan plan;
    plan.shape = shape_of(p);
    align(p.pad_x0, p.up, plan.align_x, plan.origin_x);
    align(p.pad_y0, p.up, plan.align_y, plan.origin_y);
    const auto take = [&](std::size_t limit) {
        for (const auto& tile : kTiles) {
            // Channels that nobody has are work that nobody needs.
            if (tile.pairs > 1 && tile.pairs >= 2 * std::max(p.y.channels / 2, 1)) continue;
            set_tile(p, tile, plan);
            if (plan.launch.shared_bytes <= limit) return true;
        }
        return false;
    };
    plan.fits = take(shared_limit / 2) || take(shared_limit);
    set_grid(p, processors, plan);
    return plan;
}

void validate(const FilteredLrelu& p) {
    constexpr const char* kOp = "filtered_lrelu";
    require_images(p.x, kOp);
    require_images(p.y, kOp);
    require(p.x.n == p.y.n, kOp, "as many images out as in", p.y.n);
    require(p.x.channels == p.y.channels, kOp, "as many channels out as in", p.y.channels);
    require(p.up >= 1 && p.up <= kMostFactor, kOp, "up from 1 to 4", p.up);
    require(p.down >= 1 && p.down <= kMostFactor, kOp, "down from 1 to 4", p.down);
    for (const auto* f : {&p.up_filter, &p.down_filter}) {
        require(f->taps >= 1 && f->taps <= kMostTaps, kOp, "1 to 48 taps", f->taps);
        require(f->terms >= 1 && f->terms <= kMostTaps, kOp, "1 to 48 terms", f->terms);
        require_data(f->taps_host, kOp, "a filter's taps");
    }
    for (const auto& i : {p.x, p.y})
        require(reinterpret_cast<std::uintptr_t>(i.data) % (2 * bytes_of(i.element)) == 0, kOp,
                "data aligned to pairs of elements", reinterpret_cast<std::uintptr_t>(i.data) % 16);
}

} // namespace unstuck::cuda
