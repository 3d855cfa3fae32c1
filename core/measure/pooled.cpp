#include "core/measure/pooled.hpp"

#include "core/measure/draws.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace unstuck::measure {

namespace {

double pooled_db(const EqSample& sum) {
    if (sum.squared_error <= 0) return kMostDb;
    return std::min(20 * std::log10(2.0) - 10 * std::log10(sum.squared_error / sum.mask), kMostDb);
}

EqSample operator+(const EqSample& a, const EqSample& b) {
    return {a.squared_error + b.squared_error, a.mask + b.mask};
}

/// The value below which a share of the sorted numbers lies, between two of them linearly.
double quantile(const std::vector<double>& sorted, double share) {
    const double at = share * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(at), high = std::min(low + 1, sorted.size() - 1);
    return std::lerp(sorted[low], sorted[high], at - static_cast<double>(low));
}

DbInterval bootstrap_interval(const std::vector<EqSample>& samples, const Bootstrap& options) {
    assert(options.resamples > 0 && 0 < options.confidence && options.confidence < 1);
    std::vector<double> db(static_cast<std::size_t>(options.resamples));
    Draws draws(options.seed);
    for (double& value : db) {
        EqSample sum;
        for (std::size_t i = 0; i < samples.size(); ++i) sum = sum + samples[draws.below(samples.size())];
        value = pooled_db(sum);
    }
    std::sort(db.begin(), db.end());
    const double tail = (1 - options.confidence) / 2;
    return {quantile(db, tail), quantile(db, 1 - tail)};
}

} // namespace

void EqPool::add(const EqSample& sample) {
    if (!std::isfinite(sample.squared_error) || !std::isfinite(sample.mask)) {
        ++not_finite_;
    } else if (sample.mask <= 0) {
        ++without_overlap_;
    } else {
        samples_.push_back(sample);
    }
}

EqReading EqPool::read(const Bootstrap& bootstrap) const {
    EqReading out;
    out.samples = static_cast<std::int64_t>(samples_.size());
    out.without_overlap = without_overlap_;
    out.not_finite = not_finite_;
    if (samples_.empty()) {
        if (without_overlap_ > 0) out.state = ReadingState::no_overlap;
        if (not_finite_ > 0) out.state = ReadingState::not_finite;
        return out;
    }
    EqSample sum;
    for (const auto& s : samples_) sum = sum + s;
    out.state = sum.squared_error > 0 ? ReadingState::measured : ReadingState::identical;
    out.db = pooled_db(sum);
    if (samples_.size() > 1) out.interval = bootstrap_interval(samples_, bootstrap);
    return out;
}

EqReading as_ratio(EqReading pooled) {
    // The pool states the signal over the noise, and for a range of 2.
    const double range_db = 20 * std::log10(2.0);
    pooled.db = range_db - pooled.db;
    if (pooled.interval) pooled.interval = {{range_db - pooled.interval->high, range_db - pooled.interval->low}};
    return pooled;
}

} // namespace unstuck::measure
