#include "core/engine/tone.hpp"

#include "core/figure/diverging.hpp"
#include "core/figure/viridis.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace unstuck::engine {

namespace {

/// NaN is black.
std::uint8_t to_byte(float v) {
    const float byte = v * 127.5f + 128.0f;
    return byte >= 255 ? 255 : byte > 0 ? static_cast<std::uint8_t>(byte) : 0;
}

/// The map's colour at t, 0 .. 1, as a texture with that many texels gives it.
Rgb mapped(std::span<const std::array<float, 3>> map, float t) {
    if (!std::isfinite(t)) return {};
    const float at = std::clamp(t, 0.0f, 1.0f) * static_cast<float>(map.size() - 1);
    const auto i = std::min(static_cast<std::size_t>(at), map.size() - 2);
    Rgb out{};
    for (std::size_t c = 0; c < 3; ++c)
        out[c] = static_cast<std::uint8_t>(
            std::lround(255 * std::lerp(map[i][c], map[i + 1][c], at - static_cast<float>(i))));
    return out;
}

} // namespace

ToneCurve::ToneCurve(const Tone& tone)
    : exposure_(static_cast<float>(std::exp2(tone.exposure_stops))), shift_(static_cast<float>(2 * tone.offset)),
      power_(static_cast<float>(1 / tone.gamma)), map_(tone.map) {
    for (std::size_t i = 0; i < 3; ++i) gain_[i] = static_cast<float>(tone.gain[i]);
}

float ToneCurve::displayed(float v) const {
    if (exposure_ != 1 || shift_ != 0) v = (v + 1) * exposure_ - 1 + shift_;
    return power_ == 1 ? v : 2 * std::pow(std::max((v + 1) / 2, 0.0f), power_) - 1;
}

float ToneCurve::signed_value(float v) const {
    v = v * exposure_ + shift_;
    return power_ == 1 ? v : std::copysign(std::pow(std::abs(v), power_), v);
}

Rgb ToneCurve::operator()(const std::array<float, 3>& values, int channels) const {
    const auto count = static_cast<std::size_t>(std::clamp(channels, 1, 3));
    if (map_ == ToneMap::colours) {
        Rgb out{};
        for (std::size_t i = 0; i < count; ++i) out[i] = to_byte(displayed(values[i] * gain_[i]));
        if (count == 1) out[1] = out[2] = out[0];
        return out;
    }
    float sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const float v = values[i] * gain_[i];
        if (!std::isfinite(v)) return {};
        sum += map_ == ToneMap::false_colour ? displayed(v) : signed_value(v);
    }
    const float t = (sum / static_cast<float>(count) + 1) / 2;
    return map_ == ToneMap::false_colour ? mapped(figure::kViridis, t) : mapped(figure::kDiverging, t);
}

} // namespace unstuck::engine
