#include "app/window/difference.hpp"

#include "core/figure/diverging.hpp"

namespace unstuck::app {

GLuint DifferenceCanvas::draw(const FullscreenPass& pass, PictureCanvas& a, PictureCanvas& b,
                              const DifferenceStyle& style) {
    if (!a.has_image() || !b.has_image()) return 0;
    // Of two renders, a difference would be of nothing that was ever side by side.
    if (a.stamp() != b.stamp() || (drawn_ == style && drawn_stamp_ == a.stamp()))
        return drawn_ ? target_.texture.id() : 0;
    if (!ramp_) ramp_ = make_ramp(figure::kDiverging);
    const auto& p = style.picture.placement;
    const GLuint texture_a = a.source(p.zoom), texture_b = b.source(p.zoom);
    target_.resize(p.canvas_width, p.canvas_height);
    pass.use();
    const std::array textures = {texture_a, texture_b, ramp_.id()};
    for (std::size_t i = textures.size(); i-- > 0;) { // texture 0 is the active one in the end
        glActiveTexture(static_cast<GLenum>(GL_TEXTURE0 + i));
        glBindTexture(GL_TEXTURE_2D, textures[i]);
    }
    pass.set("image_a", 0);
    pass.set("image_b", 1);
    pass.set("ramp", 2);
    set_canvas(pass, style.picture, a.width(), a.height());
    const auto &ga = style.picture.gain, &gb = style.gain_b;
    pass.set("channels", a.channels());
    pass.set("gain_a", ga[0], ga[1], ga[2]);
    pass.set("gain_b", gb[0], gb[1], gb[2]);
    pass.set("scale", style.scale);
    pass.set("largest", style.largest ? 1 : 0);
    pass.draw(target_.framebuffer, target_.width, target_.height);
    a.drawn();
    b.drawn();
    drawn_ = style;
    drawn_stamp_ = a.stamp();
    return target_.texture.id();
}

} // namespace unstuck::app
