#pragma once
#include "core/engine/scene.hpp"

#include <array>
#include <cstdint>

namespace unstuck::engine {

using Rgb = std::array<std::uint8_t, 3>;

/// How numbers become colours: as the window shows them. With v a channel's number times its gain, what is displayed is
/// d = ((v + 1) / 2 2^stops + offset)^(1 / gamma), 0 black and 1 white.
struct Tone {
    std::array<double, 3> gain = {1, 1, 1}; ///< Of each channel, on the signed value.
    double exposure_stops = 0;
    double offset = 0;
    double gamma = 1; ///< > 0
    ToneMap map = ToneMap::colours;
};

/// A tone, ready to be used for many pixels. shaders/picture.frag computes the same.
class ToneCurve {
  public:
    explicit ToneCurve(const Tone& tone);

    /// The colour of a pixel of 1 (grey), 2 (red and green) or 3 channels; others are ignored. Bytes are truncated, as
    /// those of to_bytes(); what is not finite is black.
    Rgb operator()(const std::array<float, 3>& values, int channels) const;

  private:
    float displayed(float v) const; ///< 2 d - 1 of the value with its gain.
    float signed_value(float v) const;

    std::array<float, 3> gain_;
    float exposure_, shift_, power_;
    ToneMap map_;
};

} // namespace unstuck::engine
