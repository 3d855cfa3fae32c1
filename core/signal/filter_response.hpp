#pragma once
#include "core/signal/filters.hpp"
#include "core/signal/layer_spectrum.hpp"

#include <array>
#include <optional>
#include <vector>

namespace unstuck::signal {

/// A line through the origin of the frequency plane. Frequencies along the diagonal are distances from the origin:
/// f means (f, f) / sqrt 2.
enum class Direction { axis, diagonal };

/// Gains below this are shown as this.
constexpr double kResponseFloorDb = -160;

/// |H(fx, fy)| of taps at `rate` samples per image side, in cycles per image side: separable ones as the product of
/// both axes, full ones as they are. No taps (no filter): 1.
double gain_at(const FilterTaps& taps, double rate, double fx, double fy);

/// What the taps are along an axis: full ones summed over their columns. Empty without taps.
std::vector<double> axis_taps(const FilterTaps& taps);

/// 20 log10 |H| at `points` >= 2 equally spaced frequencies from 0 to `highest`. Along the diagonal, too, it is the sum
/// over one line of taps: those that lie on the same perpendicular count together (projection-slice theorem).
SpectrumCurve response(const FilterTaps& taps, double rate, Direction direction, double highest, int points);

/// The same of a filter without taps, everything up to `cutoff` and nothing beyond: a square, or a disk where radial.
SpectrumCurve ideal_response(double cutoff, bool radial, Direction direction, double highest, int points);

/// What a filter reaches.
struct FilterFigures {
    double dc_gain = 1; ///< Sum of the taps (separable: of one axis).
    double centre = 0;  ///< Group delay at frequency 0, in samples from the first tap: (n - 1) / 2 when symmetric.
    bool symmetric = true;

    // Relative to the gain at frequency 0; none where the stopband lies beyond half the rate.
    std::optional<double> attenuation_db;          ///< Of the largest lobe from the stopband edge to rate / 2.
    std::optional<double> diagonal_attenuation_db; ///< Likewise to the corner, rate / sqrt 2.
    /// Cycles per image side along an axis, from where the gain first falls below -1 dB to where it first falls below
    /// -attenuation_db; none without an attenuation of more than 1 dB.
    std::optional<double> transition_width;
};

/// `stopband_edge`: f_t = f_c + f_h. Test: tests/unit/filter_response_test.cpp.
FilterFigures figures(const FilterTaps& taps, double rate, double stopband_edge);

/// Where copies of the band |f| < `band` lie in a signal whose rate was raised from `low_rate`, or fold onto it when
/// the rate is lowered to that: [k s - band, k s + band] for k >= 1, up to `highest`.
std::vector<std::array<double, 2>> image_bands(double low_rate, double band, double highest);

} // namespace unstuck::signal
