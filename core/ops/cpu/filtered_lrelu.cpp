#include "core/ops/cpu/filtered_lrelu.hpp"

#include <algorithm>
#include <cmath>
#include <hwy/cache_control.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/ops/cpu/filtered_lrelu.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include "core/ops/cpu/polyphase-inl.hpp"

#ifndef UNSTUCK_CPU_FILTERED_LRELU_ONCE
#define UNSTUCK_CPU_FILTERED_LRELU_ONCE
namespace unstuck::cpu {

/// Where an axis's groups lie. Group J is the `up` samples of the raised grid whose first tap falls on input J.
struct Axis {
    int out = 0;         ///< Samples of the result.
    int raised = 0;      ///< Samples at the raised rate that the results need.
    int taps = 1;        ///< Up taps per phase.
    int first_group = 0; ///< Group of raised sample 0.
    int offset = 0;      ///< Place of raised sample 0 in its group.
    int groups = 0;      ///< Groups that hold samples.
};

/// Everything a tile needs, worked out once per call. Coefficients are phase by phase.
struct Plan {
    Axis y, x;
    int up = 1, down = 1, down_taps = 1;        ///< down_taps: per phase.
    std::vector<std::vector<float>> up_y, up_x; ///< Per term: [phase][tap].
    std::vector<float> down_y, down_x;          ///< [phase][tap]
    std::vector<float> down_plane;              ///< [row][phase][tap]; rows folded when symmetric.
    int plane_rows = 0, plane_taps = 0;
    bool folded = false;
    Activation activation;
    bool stream = false;  ///< Results are too many for the caches.
    int tile_columns = 0; ///< Most result columns of a tile.
    // Scratch layout: sizes of rows in floats, numbers of rows.
    std::int64_t v_row = 0, t_row = 0, ring_row = 0;
    int v_rows = 0, t_rows = 0, ring = 0;
    int window = 0; ///< Most source rows of any pass.
    std::int64_t total = 0;
};

/// Part of the result: rows [top, bottom), columns [left, right), kChannelGroup channels.
struct Tile {
    int group = 0, top = 0, bottom = 0, left = 0, right = 0;
};

/// The part of an axis that results [first, last) need.
Axis part_of(const Axis& a, int up, int down, int first, int last);

} // namespace unstuck::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace unstuck::cpu::HWY_NAMESPACE {

/// The passes with the plan's numbers built in where there is such a copy.
struct Passes {
    decltype(&up_rows<0, 0>) up_rows_;
    decltype(&up_columns<0, 0>) up_columns_;
    decltype(&down_columns<0, 0>) down_columns_;
    decltype(&down_rows<0, 0>) down_rows_;
    decltype(&down_plane<0, 0>) down_plane_;
};

Passes passes_for(const Plan& p) {
    Passes out = {&up_rows<0, 0>, &up_columns<0, 0>, &down_columns<0, 0>, &down_rows<0, 0>, &down_plane<0, 0>};
    if (p.y.taps == 6 && p.up == 2) out.up_rows_ = &up_rows<2, 6>, out.up_columns_ = &up_columns<2, 6>;
    if (p.y.taps == 6 && p.up == 4) out.up_rows_ = &up_rows<4, 6>, out.up_columns_ = &up_columns<4, 6>;
    if (p.down_taps == 6 && p.down == 2)
        out.down_columns_ = &down_columns<2, 6>, out.down_rows_ = &down_rows<2, 6>, out.down_plane_ = &down_plane<2, 6>;
    return out;
}

/// One tile of the result for kLanes channels.
class TileRun {
  public:
    TileRun(const Plan& plan, const Nhwc& x, const Nhwc& y, const Tile& tile, int channel, float* scratch)
        : p_(plan), passes_(passes_for(plan)), x_(x), y_(y), tile_(tile), channel_(channel),
          across_(part_of(plan.x, plan.up, plan.down, tile.left, tile.right)),
          first_column_(std::max(across_.first_group, 0)),
          last_column_(std::min(
              across_.first_group + static_cast<int>(round_up(across_.groups, kAcross)) + across_.taps - 1, x.width)),
          zeros_(scratch), x_rows_(zeros_ + std::max(plan.ring_row, plan.v_row)),
          v_(x_rows_ + (plan.y.taps + kUpRows) * plan.v_row), t_(v_ + plan.v_rows * plan.v_row),
          ring_(t_ + plan.t_rows * plan.t_row), source_(plan.window) {
        // Columns beyond the image stay zero: the passes over rows write inside only.
        std::fill(zeros_, x_rows_, 0.0f);
        std::fill(v_, ring_, 0.0f);
        const auto written = static_cast<std::int64_t>(round_up(across_.groups, kAcross)) * plan.up * kLanes;
        if (is_plane())
            for (int r = 0; r < p_.ring; ++r)
                std::fill(ring_ + r * p_.ring_row + written, ring_ + (r + 1) * p_.ring_row, 0.0f);
    }

    void run() {
        next_ = tile_.top * p_.down;
        for (int row = tile_.top; row < tile_.bottom; row += kDown) {
            const int count = std::min(kDown, tile_.bottom - row);
            raise_to(std::min((row + count - 1) * p_.down + p_.down * p_.down_taps, p_.y.raised));
            result_rows(row, count);
        }
    }

  private:
    bool is_plane() const { return !p_.down_plane.empty(); }
    float* ring_row(int raised) const { return ring_ + (raised % p_.ring) * p_.ring_row; }

    /// Makes the rows at the raised rate up to `end`, filtered along x where that can be done first.
    void raise_to(int end) {
        while (next_ < end) {
            const int group = (next_ + p_.y.offset) / p_.up; // counted from the first
            const int first = group * p_.up - p_.y.offset;
            const int last = std::min(first + kUpRows * p_.up, p_.y.raised);
            for (std::size_t term = 0; term < p_.up_y.size(); ++term) {
                up_rows_of(group, term);
                for (int raised = std::max(first, next_); raised < last; ++raised)
                    up_columns_of(raised, raised - first, term);
            }
            next_ = last;
        }
    }

    void up_rows_of(int group, std::size_t term) {
        const int first_row = p_.y.first_group + group, rows = p_.y.taps + kUpRows - 1;
        for (int i = 0; i < rows; ++i) source_[i] = packed_row(first_row + i);
        passes_.up_rows_(source_.data(), last_column_ - first_column_, p_.up_y[term].data(), p_.up, p_.y.taps,
                         v_ + static_cast<std::int64_t>(first_column_ - across_.first_group) * kLanes, p_.v_row);
    }

    /// Rows come in order, and no row is asked for again once its place is taken.
    const float* packed_row(int row) {
        if (row < 0 || row >= x_.height) return zeros_;
        const int places = p_.y.taps + kUpRows;
        for (next_packed_ = std::max(next_packed_, row - places + 1); next_packed_ <= row; ++next_packed_)
            if (next_packed_ >= 0)
                pack_row(x_.pixel(next_packed_, first_column_) + channel_, x_.channels, last_column_ - first_column_,
                         x_rows_ + next_packed_ % places * p_.v_row);
        return x_rows_ + row % places * p_.v_row;
    }

    void up_columns_of(int raised, int place, std::size_t term) {
        const bool last = term + 1 == p_.up_y.size();
        // A row with further terms to come waits for them.
        float* row = is_plane() ? ring_row(raised) : t_ + (p_.t_rows > 1 ? place * p_.t_row : 0);
        passes_.up_columns_(v_ + place * p_.v_row, across_.groups, p_.up_x[term].data(), p_.up, across_.taps, term > 0,
                            last, p_.activation, row);
        if (last && !is_plane())
            passes_.down_columns_(row + static_cast<std::int64_t>(across_.offset) * kLanes, across_.out,
                                  p_.down_x.data(), p_.down, p_.down_taps, ring_row(raised));
    }

    void result_rows(int first, int count) {
        const int base = first * p_.down, window = (kDown - 1) * p_.down + p_.down * p_.down_taps;
        const auto offset = is_plane() ? static_cast<std::int64_t>(across_.offset) * kLanes : 0;
        for (int i = 0; i < window; ++i) source_[i] = base + i < next_ ? ring_row(base + i) + offset : zeros_;
        float* target[kDown];
        for (int b = 0; b < count; ++b) target[b] = y_.pixel(first + b, tile_.left) + channel_;
        if (!is_plane()) {
            passes_.down_rows_(source_.data(), across_.out, p_.down_y.data(), p_.down, p_.down_taps, target, count,
                               y_.channels, p_.stream);
            return;
        }
        for (int b = 0; b < count; ++b)
            passes_.down_plane_(source_.data() + b * p_.down, p_.plane_taps, p_.plane_rows, p_.folded, across_.out,
                                p_.down_plane.data(), p_.down, p_.down_taps, target[b], y_.channels, p_.stream);
    }

    const Plan& p_;
    Passes passes_;
    Nhwc x_, y_;
    Tile tile_;
    int channel_;
    Axis across_;                    ///< The tile's part of the columns.
    int first_column_, last_column_; ///< Input columns that the tile needs and the image has.
    int next_packed_ = std::numeric_limits<int>::min() / 2;
    float *zeros_, *x_rows_, *v_, *t_, *ring_;
    std::vector<const float*> source_;
    int next_ = 0; ///< First raised row that is still to come.
};

void run_tile(const Plan& plan, const Nhwc& x, const Nhwc& y, const Tile& tile, float* scratch) {
    for (int c = 0; c < kChannelGroup; c += kLanes)
        TileRun(plan, x, y, tile, tile.group * kChannelGroup + c, scratch).run();
    if (plan.stream) hwy::FlushStream();
}

} // namespace unstuck::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace unstuck::cpu {

HWY_EXPORT(run_tile);

namespace {

Axis make_axis(int out, int up, int up_taps, int down, int down_taps, int pad) {
    Axis a;
    a.out = out;
    a.raised = (out - 1) * down + down_taps;
    a.taps = ceil_div(up_taps, up);
    a.first_group = ceil_div(-pad, up);
    a.offset = -pad - up * (a.first_group - 1) - 1;
    a.groups = ceil_div(a.offset + a.raised, up);
    return a;
}

} // namespace

Axis part_of(const Axis& a, int up, int down, int first, int last) {
    Axis part = a;
    const int place = a.offset + first * down;
    part.out = last - first;
    part.raised = a.raised - (a.out - part.out) * down;
    part.first_group = a.first_group + place / up;
    part.offset = place % up;
    part.groups = ceil_div(part.offset + part.raised, up);
    return part;
}

namespace {

/// [phase][tap]; phase q of a group begins with tap up - 1 - q.
std::vector<float> up_phases(const std::vector<float>& f, int up, int taps) {
    std::vector<float> out(static_cast<std::size_t>(up) * taps, 0.0f);
    for (int q = 0; q < up; ++q)
        for (int i = 0; i < taps; ++i)
            if (const auto k = static_cast<std::size_t>(up - 1 - q + up * i); k < f.size()) out[q * taps + i] = f[k];
    return out;
}

std::vector<float> down_phases(const float* f, int count, int down, int taps) {
    std::vector<float> out(static_cast<std::size_t>(down) * taps, 0.0f);
    for (int k = 0; k < count; ++k) out[k % down * taps + k / down] = f[k];
    return out;
}

bool is_mirrored(const std::vector<float>& plane, int n) {
    float most = 0;
    for (float v : plane) most = std::max(most, std::abs(v));
    for (int r = 0; r < n; ++r)
        for (int c = 0; c < n; ++c)
            if (!(std::abs(plane[r * n + c] - plane[(n - 1 - r) * n + c]) <= 1e-7f * most)) return false;
    return true;
}

void plan_plane(Plan& plan, const FusedLrelu& p) {
    const int n = p.down_taps;
    plan.plane_taps = n;
    plan.folded = is_mirrored(p.down_plane, n);
    plan.plane_rows = plan.folded ? (n + 1) / 2 : n;
    for (int r = 0; r < plan.plane_rows; ++r) {
        const auto row =
            down_phases(p.down_plane.data() + static_cast<std::ptrdiff_t>(r) * n, n, p.down, plan.down_taps);
        plan.down_plane.insert(plan.down_plane.end(), row.begin(), row.end());
    }
}

/// Sizes of the scratch buffers of one tile, in floats of vectors of kChannelGroup lanes.
void plan_scratch(Plan& plan) {
    const auto across = [](int n) { return static_cast<int>(round_up(n, kAcross)); };
    // Tiles so wide that their rows repeat little and all of them still fit into the second level cache.
    constexpr int kTileColumns = 300;
    const int tiles = ceil_div(plan.x.out, kTileColumns);
    plan.tile_columns = ceil_div(plan.x.out, tiles);
    const int raised = plan.x.raised - (plan.x.out - plan.tile_columns) * plan.down;
    const int groups = across(ceil_div(plan.up - 1 + raised, plan.up));
    const bool plane = !plan.down_plane.empty();
    const int t_columns =
        std::max(groups * plan.up, plan.up + (across(plan.tile_columns) + plan.down_taps) * plan.down);
    plan.v_row = static_cast<std::int64_t>(groups + plan.x.taps) * kChannelGroup;
    plan.t_row = static_cast<std::int64_t>(t_columns) * kChannelGroup;
    plan.ring_row = plane ? plan.t_row : static_cast<std::int64_t>(across(plan.tile_columns)) * kChannelGroup;
    plan.v_rows = kUpRows * plan.up;
    plan.t_rows = plane ? 0 : plan.up_y.size() > 1 ? plan.v_rows : 1;
    const int window = (kDown - 1) * plan.down + plan.down * plan.down_taps;
    plan.ring = window + plan.v_rows;
    plan.window = std::max(window, plan.y.taps + kUpRows);
    plan.total = std::max(plan.ring_row, plan.v_row) + (plan.y.taps + kUpRows) * plan.v_row + plan.v_rows * plan.v_row +
                 plan.t_rows * plan.t_row + plan.ring * plan.ring_row;
}

Plan make_plan(const FusedLrelu& p, const Nhwc& y) {
    Plan plan;
    const int up_taps = static_cast<int>(p.up_filter.front().x.size());
    plan.up = p.up;
    plan.down = p.down;
    plan.down_taps = ceil_div(p.down_taps, p.down);
    plan.y = make_axis(y.height, p.up, up_taps, p.down, p.down_taps, p.pad_y0);
    plan.x = make_axis(y.width, p.up, up_taps, p.down, p.down_taps, p.pad_x0);
    for (const auto& term : p.up_filter) {
        plan.up_y.push_back(up_phases(term.y, p.up, plan.y.taps));
        plan.up_x.push_back(up_phases(term.x, p.up, plan.x.taps));
    }
    if (p.down_plane.empty()) {
        plan.down_y = down_phases(p.down_filter.y.data(), p.down_taps, p.down, plan.down_taps);
        plan.down_x = down_phases(p.down_filter.x.data(), p.down_taps, p.down, plan.down_taps);
    } else {
        plan_plane(plan, p);
    }
    plan.activation = p.activation;
    plan.stream = is_beyond_caches(y);
    plan_scratch(plan);
    return plan;
}

} // namespace

std::size_t filtered_lrelu_scratch(const FusedLrelu& p, const Nhwc& y, int workers) {
    return static_cast<std::size_t>(make_plan(p, y).total) * static_cast<std::size_t>(workers);
}

void filtered_lrelu(const FusedLrelu& p, const Nhwc& x, const Nhwc& y, float* scratch, const Pool& pool) {
    const auto plan = make_plan(p, y);
    const int groups = x.channels / kChannelGroup;
    const int columns = ceil_div(y.width, plan.tile_columns);
    const int strips = strips_for(pool, groups * columns, y.height);
    // Channels innermost: pixels of all channels lie side by side in memory.
    pool.run(static_cast<std::int64_t>(groups) * columns * strips, [&](std::int64_t task, int worker) {
        const int place = static_cast<int>(task / groups), strip = place / columns, column = place % columns;
        Tile tile;
        tile.group = static_cast<int>(task % groups);
        tile.top = y.height * strip / strips;
        tile.bottom = y.height * (strip + 1) / strips;
        tile.left = y.width * column / columns;
        tile.right = y.width * (column + 1) / columns;
        HWY_DYNAMIC_DISPATCH(run_tile)(plan, x, y, tile, scratch + worker * plan.total);
    });
}

} // namespace unstuck::cpu
#endif
