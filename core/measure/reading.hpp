#pragma once

namespace unstuck::measure {

/// What a measurement has to say. Only `measured` and `identical` come with numbers; no state comes with an infinite
/// one.
enum class ReadingState {
    nothing,    ///< Nothing was added yet.
    no_overlap, ///< The pictures have no pixel in common, or a mask covers all of them.
    flat,       ///< The signal is constant, so that there is nothing to compare with.
    not_finite, ///< All that was added holds NaN or infinite numbers.
    identical,  ///< No error at all: the number shown is the limit kMostDb.
    measured,
};

/// Decibels beyond this are shown as this. Float32 pictures differ by their rounding at about 150 dB.
constexpr double kMostDb = 200;

/// A short text for people: "no overlap", ...
const char* state_text(ReadingState state);

} // namespace unstuck::measure
