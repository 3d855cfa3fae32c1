#include "app/window/picture_view.hpp"

#include "app/theme.hpp"
#include "core/figure/viridis.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::app {

namespace {

using figure::kViridis;

/// Diagonal stripes, a pixel wide.
float hatch(int x, int y) { return (x + y) % 4 == 0 ? -0.35f : -0.65f; }

std::array<float, 3> viridis(double t) {
    const double at = std::clamp(t, 0.0, 1.0) * static_cast<double>(kViridis.size() - 1);
    const auto low = std::min(static_cast<std::size_t>(at), kViridis.size() - 2);
    std::array<float, 3> out{};
    for (std::size_t c = 0; c < 3; ++c)
        out[c] = std::lerp(kViridis[low][c], kViridis[low + 1][c], static_cast<float>(at - static_cast<double>(low)));
    return out;
}

engine::Image blank(int width, int height, int channels) {
    engine::Image out;
    out.width = width;
    out.height = height;
    out.channels = channels;
    out.pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                      static_cast<std::size_t>(channels));
    return out;
}

} // namespace

GLuint PictureView::draw(const FullscreenPass& pass, const PictureKey& key, const std::function<engine::Image()>& make,
                         int width, int height, float gain) {
    if (key != key_ || stamp_ == 0) {
        image_ = make();
        key_ = key;
        ++stamp_;
    }
    if (image_.empty() || width < 1 || height < 1) return 0;
    canvas_.set_image(image_, stamp_);
    PictureStyle style;
    engine::ViewState fit;
    style.placement = place(fit, image_.width, image_.height, width, height);
    style.gain = {gain, gain, gain};
    const auto background = background_colour();
    style.background = {background.x, background.y, background.z};
    return canvas_.draw(pass, style);
}

engine::Image viridis_image(const std::vector<float>& plane, int width, int height, double low, double high) {
    auto out = blank(width, height, 3);
    const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    for (std::size_t i = 0; i < count; ++i) {
        const float v = plane[i];
        const bool none = std::isnan(v);
        const auto colour = viridis((v - low) / std::max(high - low, 1e-12));
        const float stripes = hatch(static_cast<int>(i) % width, static_cast<int>(i) / width);
        for (std::size_t c = 0; c < 3; ++c) out.pixels[c * count + i] = none ? stripes : colour[c] * 2 - 1;
    }
    return out;
}

engine::Image difference_image(const engine::Image& difference, const engine::Image& mask, double gain) {
    auto out = blank(difference.width, difference.height, difference.channels);
    std::size_t i = 0;
    for (int c = 0; c < out.channels; ++c)
        for (int y = 0; y < out.height; ++y)
            for (int x = 0; x < out.width; ++x, ++i)
                out.pixels[i] = mask.at(0, x, y) > 0 ? static_cast<float>(gain) * difference.at(c, x, y) : hatch(x, y);
    return out;
}

} // namespace unstuck::app
