#pragma once
#include "core/measure/reading.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace unstuck::measure {

/// One sample of an equivariance metric: sums over the pixels and channels of its mask, for a peak-to-peak range of 2.
struct EqSample {
    double squared_error = 0, mask = 0;
};

struct DbInterval {
    double low = 0, high = 0;
};

struct EqReading {
    ReadingState state = ReadingState::nothing;
    double db = 0;                      ///< 20 log10(2) - 10 log10(sum of errors / sum of masks).
    std::optional<DbInterval> interval; ///< Of db; from two samples on.
    std::int64_t samples = 0;           ///< That db is made of.
    std::int64_t without_overlap = 0;   ///< Left out: an empty mask.
    std::int64_t not_finite = 0;        ///< Left out: NaN or infinite pictures.
};

/// Whether `db` means something.
inline bool has_number(const EqReading& r) {
    return r.state == ReadingState::measured || r.state == ReadingState::identical;
}

struct Bootstrap {
    double confidence = 0.95; ///< 0 < confidence < 1.
    int resamples = 1000;     ///< Sets of samples drawn; 1000 leave 25 in each tail of 95 %.
    std::uint64_t seed = 1;
};

/// Collects samples and pools them: errors and masks are summed, decibels are never averaged. A value type.
/// Source: spec/metrics.md, "Result"; test: tests/unit/measure_test.cpp, tests/golden/metrics_test.cpp.
class EqPool {
  public:
    void add(const EqSample& sample);

    /// The value with its bootstrap interval (percentiles over sets of samples drawn with replacement): the same
    /// samples and seed give the same interval. Takes samples x resamples steps of about 2 ns.
    EqReading read(const Bootstrap& bootstrap = {}) const;

  private:
    std::vector<EqSample> samples_;
    std::int64_t without_overlap_ = 0, not_finite_ = 0;
};

/// What a pool reads whose samples are {noise, signal}, two energies, as their ratio: 10 log10(sum of noise / sum of
/// signal). 20 log10(2) - kMostDb where there is no noise at all.
EqReading as_ratio(EqReading pooled);

} // namespace unstuck::measure
