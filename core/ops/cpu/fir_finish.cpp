#include "core/ops/cpu/fir_finish.hpp"

#include <algorithm>
#include <hwy/cache_control.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/ops/cpu/fir_finish.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include "core/ops/cpu/finish-inl.hpp"

#ifndef UNSTUCK_CPU_FIR_FINISH_ONCE
#define UNSTUCK_CPU_FIR_FINISH_ONCE
namespace unstuck::cpu {

inline constexpr int kFirAcross = 8; ///< Results that a step along a row computes together.

struct FirJob {
    const FilterTerm* filter;
    int padding;
    Nhwc x, y;
    const Finish* finish;
    bool stream;
    std::int64_t row() const { return round_up(y.width, kFirAcross) * kChannelGroup; }
};

} // namespace unstuck::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace unstuck::cpu::HWY_NAMESPACE {

/// Filters one row along x into a packed row. kTaps 0: any number.
template <int kTaps>
HWY_ATTR void filter_row(const FirJob& job, int row, int channel, float* HWY_RESTRICT target) {
    const D d;
    const auto& f = job.filter->x;
    const int taps = kTaps ? kTaps : static_cast<int>(f.size());
    const float* HWY_RESTRICT source = job.x.pixel(row, 0) + channel;
    const std::int64_t step = job.x.channels;
    for (int first = 0; first < job.y.width; first += kFirAcross, target += kFirAcross * kLanes) {
        const int left = first - job.padding;
        V sum[kFirAcross];
        for (int b = 0; b < kFirAcross; ++b) sum[b] = hn::Zero(d);
        if (kTaps > 0 && left >= 0 && left + kFirAcross + taps - 1 <= job.x.width) {
            V x[kTaps + kFirAcross];
#pragma GCC unroll 16
            for (int i = 0; i < kTaps + kFirAcross - 1; ++i) x[i] = hn::Load(d, source + (left + i) * step);
            add_taps<kTaps, kFirAcross>(f.data(), x, sum);
        } else {
            for (int b = 0; b < kFirAcross; ++b)
                for (int k = std::max(0, -left - b); k < std::min(taps, job.x.width - left - b); ++k)
                    sum[b] = hn::MulAdd(hn::Set(d, f[static_cast<std::size_t>(k)]),
                                        hn::Load(d, source + (left + b + k) * step), sum[b]);
        }
        for (int b = 0; b < kFirAcross; ++b) hn::Store(sum[b], d, target + b * kLanes);
    }
}

/// Filters along y and finishes one row of results.
HWY_ATTR void finish_row(const FirJob& job, const float* const* rows, int row, int channel) {
    const D d;
    const auto& f = job.filter->y;
    const auto& finish = *job.finish;
    const ActivationV activation(finish.activation);
    const V scale = finish.scale ? hn::Load(d, finish.scale + channel) : hn::Set(d, 1.0f);
    const V bias = finish.bias ? hn::Load(d, finish.bias + channel) : hn::Zero(d);
    const float* noise = finish.noise ? finish.noise + static_cast<std::int64_t>(row) * job.y.width : nullptr;
    float* target = job.y.pixel(row, 0) + channel;
    for (int column = 0; column < job.y.width; ++column, target += job.y.channels) {
        V sum = hn::Zero(d);
        for (std::size_t k = 0; k < f.size(); ++k)
            if (rows[k])
                sum = hn::MulAdd(hn::Set(d, f[k]), hn::Load(d, rows[k] + static_cast<std::int64_t>(column) * kLanes),
                                 sum);
        sum = hn::MulAdd(sum, scale, bias);
        if (noise) sum = hn::Add(sum, hn::Set(d, noise[column]));
        put(activation(sum), target, job.stream);
    }
}

void run_fir(const FirJob& job, int group, int top, int bottom, float* scratch) {
    const int taps = static_cast<int>(job.filter->y.size());
    std::vector<const float*> rows(static_cast<std::size_t>(taps));
    for (int c = 0; c < kChannelGroup; c += kLanes) {
        const int channel = group * kChannelGroup + c;
        int next = std::max(top - job.padding, 0);
        for (int row = top; row < bottom; ++row) {
            for (const int last = std::min(row - job.padding + taps, job.x.height); next < last; ++next) {
                float* to = scratch + next % taps * job.row();
                taps == 4 ? filter_row<4>(job, next, channel, to) : filter_row<0>(job, next, channel, to);
            }
            for (int k = 0; k < taps; ++k) {
                const int source = row - job.padding + k;
                rows[static_cast<std::size_t>(k)] =
                    source >= 0 && source < job.x.height ? scratch + source % taps * job.row() : nullptr;
            }
            finish_row(job, rows.data(), row, channel);
        }
    }
    if (job.stream) hwy::FlushStream();
}

} // namespace unstuck::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace unstuck::cpu {

HWY_EXPORT(run_fir);

std::size_t fir_finish_scratch(const FilterTerm& filter, const Nhwc& y, int workers) {
    return static_cast<std::size_t>(round_up(y.width, kFirAcross) * kChannelGroup) * filter.y.size() *
           static_cast<std::size_t>(workers);
}

void fir_finish(const FilterTerm& filter, int padding, const Nhwc& x, const Finish& finish, const Nhwc& y,
                float* scratch, const Pool& pool) {
    const FirJob job{&filter, padding, x, y, &finish, is_beyond_caches(y)};
    const int groups = y.channels / kChannelGroup;
    const int strips = strips_for(pool, groups, y.height);
    const auto per_worker = static_cast<std::int64_t>(fir_finish_scratch(filter, y, 1));
    pool.run(static_cast<std::int64_t>(groups) * strips, [&](std::int64_t task, int worker) {
        const int group = static_cast<int>(task) % groups, strip = static_cast<int>(task) / groups;
        HWY_DYNAMIC_DISPATCH(run_fir)
        (job, group, y.height * strip / strips, y.height * (strip + 1) / strips, scratch + worker * per_worker);
    });
}

} // namespace unstuck::cpu
#endif
