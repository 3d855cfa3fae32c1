#include "app/window/picture.hpp"

#include "core/figure/diverging.hpp"
#include "core/figure/viridis.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::app {

Placement place(const engine::ViewState& view, int image_width, int image_height, int canvas_width, int canvas_height) {
    Placement p;
    p.canvas_width = canvas_width;
    p.canvas_height = canvas_height;
    p.centre_x = (0.5 + view.pan_x) * image_width;
    p.centre_y = (0.5 + view.pan_y) * image_height;
    if (view.zoom > 0) {
        p.zoom = view.zoom;
        return p;
    }
    const double fit = std::min(static_cast<double>(canvas_width) / std::max(image_width, 1),
                                static_cast<double>(canvas_height) / std::max(image_height, 1));
    // Whole-number magnification shows every pixel equally large, where that wastes next to nothing of the canvas.
    const double whole = std::floor(fit);
    p.zoom = std::max(whole >= 1 && whole / fit > 0.96 ? whole : fit, 1e-3);
    p.centre_x = image_width * 0.5;
    p.centre_y = image_height * 0.5;
    return p;
}

std::array<Placement, 2> place_together(const engine::ViewState& view, const std::array<PictureSize, 2>& sizes,
                                        int canvas_width, int canvas_height) {
    std::array<Placement, 2> placed;
    for (std::size_t i = 0; i < 2; ++i)
        placed[i] = place(view, sizes[i].width, sizes[i].height, canvas_width, canvas_height);
    // The one that is drawn smaller decides when fitting; else the first.
    const bool second = view.zoom <= 0 && placed[1].zoom * sizes[1].samples < placed[0].zoom * sizes[0].samples;
    const std::size_t from = second ? 1 : 0, to = 1 - from;
    const double ratio = sizes[from].samples / sizes[to].samples;
    placed[to].zoom = placed[from].zoom * ratio;
    // Both images have the same middle: offsets from there are the same in image sides.
    placed[to].centre_x = sizes[to].width * 0.5 + (placed[from].centre_x - sizes[from].width * 0.5) / ratio;
    placed[to].centre_y = sizes[to].height * 0.5 + (placed[from].centre_y - sizes[from].height * 0.5) / ratio;
    return placed;
}

bool PictureCanvas::set_image(const engine::Image& image, std::uint64_t stamp) {
    if (stamp == stamp_ && image_width_ > 0) return true;
    error_.clear();
    try {
        if (!upload_->upload(image)) return false;
    } catch (const std::exception& e) {
        error_ = e.what();
    }
    stamp_ = stamp;
    drawn_.reset();
    minified_stamp_ = 0;
    image_width_ = image.width;
    image_height_ = image.height;
    channels_ = image.channels;
    return true;
}

/// A copy, because the texture itself may be shared with CUDA, which knows it with one level.
void PictureCanvas::make_minified() {
    if (!minified_) minified_ = GlTexture::make();
    if (!reader_) reader_ = GlFramebuffer::make();
    GLint format = GL_RGBA32F;
    glBindTexture(GL_TEXTURE_2D, upload_->texture());
    glGetTexLevelParameteriv(GL_TEXTURE_2D, 0, GL_TEXTURE_INTERNAL_FORMAT, &format);
    glBindFramebuffer(GL_READ_FRAMEBUFFER, reader_.id());
    glFramebufferTexture2D(GL_READ_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, upload_->texture(), 0);
    glBindTexture(GL_TEXTURE_2D, minified_.id());
    glCopyTexImage2D(GL_TEXTURE_2D, 0, static_cast<GLenum>(format), 0, 0, image_width_, image_height_, 0);
    glFramebufferTexture2D(GL_READ_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, 0, 0);
    glBindFramebuffer(GL_READ_FRAMEBUFFER, 0);
    glGenerateMipmap(GL_TEXTURE_2D);
    set_texture_filters(GL_LINEAR_MIPMAP_LINEAR, GL_LINEAR);
    minified_stamp_ = stamp_;
}

GLuint PictureCanvas::source(double zoom) {
    if (zoom >= 1) return upload_->texture();
    if (minified_stamp_ != stamp_) make_minified();
    return minified_.id();
}

void set_canvas(const FullscreenPass& pass, const PictureStyle& style, int image_width, int image_height) {
    const auto& p = style.placement;
    pass.set("image_size", static_cast<float>(image_width), static_cast<float>(image_height));
    pass.set("canvas_size", static_cast<float>(p.canvas_width), static_cast<float>(p.canvas_height));
    pass.set("centre", static_cast<float>(p.centre_x), static_cast<float>(p.centre_y));
    pass.set("zoom", static_cast<float>(p.zoom));
    pass.set("smooth_magnification", style.smooth ? 1 : 0);
    pass.set("pixel_grid", style.pixel_grid ? 1 : 0);
    pass.set("background", style.background[0], style.background[1], style.background[2]);
}

GlTexture make_ramp(std::span<const std::array<float, 3>> colours) {
    auto ramp = GlTexture::make();
    glBindTexture(GL_TEXTURE_2D, ramp.id());
    set_texture_filters(GL_LINEAR, GL_LINEAR);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGB32F, static_cast<GLsizei>(colours.size()), 1, 0, GL_RGB, GL_FLOAT,
                 colours.data());
    return ramp;
}

/// To texture unit 1.
void PictureCanvas::bind_ramp(engine::ToneMap map) {
    if (map == engine::ToneMap::colours) return;
    const bool signed_values = map == engine::ToneMap::positive_negative;
    auto& ramp = ramps_[signed_values ? 1 : 0];
    if (!ramp && signed_values) ramp = make_ramp(figure::kDiverging);
    if (!ramp) ramp = make_ramp(figure::kViridis);
    glActiveTexture(GL_TEXTURE1);
    glBindTexture(GL_TEXTURE_2D, ramp.id());
}

GLuint PictureCanvas::draw(const FullscreenPass& pass, const PictureStyle& style) {
    if (!has_image()) return 0;
    if (drawn_ == style && drawn_stamp_ == stamp_) return target_.texture.id();
    const auto texture = source(style.placement.zoom);
    target_.resize(style.placement.canvas_width, style.placement.canvas_height);
    pass.use();
    bind_ramp(style.tone_map);
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, texture);
    pass.set("image", 0);
    pass.set("ramp", 1);
    set_canvas(pass, style, image_width_, image_height_);
    pass.set("channels", channels_);
    pass.set("gain", style.gain[0], style.gain[1], style.gain[2]);
    pass.set("exposure", static_cast<float>(std::exp2(style.exposure_stops)));
    pass.set("offset", static_cast<float>(style.offset));
    pass.set("power", static_cast<float>(1 / style.gamma));
    pass.set("tone_map", static_cast<int>(style.tone_map));
    pass.set("zebra", style.zebra ? 1 : 0);
    pass.draw(target_.framebuffer, target_.width, target_.height);
    drawn();
    drawn_ = style;
    drawn_stamp_ = stamp_;
    return target_.texture.id();
}

GLuint HeatmapCanvas::draw(const FullscreenPass& pass, const signal::LayerSpectrum& s, std::uint64_t stamp, int size,
                           double low_db, double high_db, double offset_db) {
    if (s.plane_db.empty()) return 0;
    const std::array<double, 4> range = {low_db, high_db, offset_db, static_cast<double>(size)};
    if (stamp == stamp_ && range == drawn_ && target_.texture) return target_.texture.id();
    if (!ramp_) ramp_ = make_ramp(figure::kViridis);
    upload_plane(s.plane_db, s.width, s.height, plane_);
    target_.resize(size, size);
    pass.use();
    glActiveTexture(GL_TEXTURE1);
    glBindTexture(GL_TEXTURE_2D, ramp_.id());
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, plane_.id());
    pass.set("plane", 0);
    pass.set("ramp", 1);
    pass.set("target_size", static_cast<float>(target_.width), static_cast<float>(target_.height));
    pass.set("low", static_cast<float>(low_db));
    pass.set("high", static_cast<float>(high_db));
    pass.set("offset", static_cast<float>(offset_db));
    pass.draw(target_.framebuffer, target_.width, target_.height);
    stamp_ = stamp;
    drawn_ = range;
    return target_.texture.id();
}

} // namespace unstuck::app
