#pragma once
// A part of a filtered_lrelu() call that gives a part of its results: large layers are checked by squares of theirs.
#include "cuda/filtered_lrelu.h"

#include <algorithm>

namespace unstuck::cuda {

/// What `count` results from `first` on need of their input, along one axis: samples [begin, end), and the padding
/// before them. Samples outside the image are zeros either way.
struct Span {
    int begin = 0, end = 0, pad = 0;
    int size() const { return end - begin; }
};

inline int floor_div(int a, int b) { return a >= 0 ? a / b : -ceil_div(-a, b); }

inline Span needed(const FilteredLrelu& p, int pad, int side, int first, int count) {
    const int raised_begin = first * p.down, raised_size = raised_side(count, p.down, p.down_filter.taps);
    const int lowest = raised_begin - pad, highest = raised_begin + raised_size - 1 + p.up_filter.taps - 1 - pad;
    Span s;
    s.begin = std::clamp(floor_div(lowest, p.up), 0, side);
    s.end = std::clamp(floor_div(highest, p.up) + 1, s.begin, side);
    s.pad = pad + s.begin * p.up - raised_begin;
    return s;
}

} // namespace unstuck::cuda
