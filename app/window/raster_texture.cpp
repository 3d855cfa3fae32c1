#include "app/window/raster_texture.hpp"

namespace unstuck::app {

GLuint RasterTexture::show(std::shared_ptr<const engine::Raster> picture) {
    if (!picture || picture->rgb.empty()) return 0;
    if (picture == shown_) return texture_.id();
    if (!texture_) texture_ = GlTexture::make();
    glBindTexture(GL_TEXTURE_2D, texture_.id());
    set_texture_filters(GL_LINEAR_MIPMAP_LINEAR, GL_NEAREST);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGB8, picture->width, picture->height, 0, GL_RGB, GL_UNSIGNED_BYTE,
                 picture->rgb.data());
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glGenerateMipmap(GL_TEXTURE_2D);
    shown_ = std::move(picture);
    return texture_.id();
}

} // namespace unstuck::app
