#pragma once
#include "app/window/gl_handle.hpp"

#include <string>

namespace unstuck::app {

/// A full-target drawing: shaders/fullscreen.vert with one fragment shader, drawn into a texture.
class FullscreenPass {
  public:
    /// Throws std::runtime_error with the compiler's message.
    explicit FullscreenPass(const char* fragment_source);

    void use() const { glUseProgram(program_.id()); }
    void set(const char* name, float v) const { glUniform1f(location(name), v); }
    void set(const char* name, int v) const { glUniform1i(location(name), v); }
    void set(const char* name, float x, float y) const { glUniform2f(location(name), x, y); }
    void set(const char* name, float x, float y, float z) const { glUniform3f(location(name), x, y, z); }

    /// Draws over all of a width x height target; restores the state that Dear ImGui's back end counts on.
    void draw(const GlFramebuffer& target, int width, int height) const;

  private:
    GLint location(const char* name) const { return glGetUniformLocation(program_.id(), name); }
    GlProgram program_;
    GlVertexArray vertices_;
};

/// An RGBA8 texture that a pass draws into.
struct RenderTarget {
    GlTexture texture;
    GlFramebuffer framebuffer;
    int width = 0, height = 0;
    void resize(int w, int h); ///< Keeps the texture when the size is the same. At least 1 x 1.
};

/// Sources of shaders/, embedded at build time.
extern const char* const kFullscreenVertexShader;
extern const char* const kPictureShader;
extern const char* const kDifferenceShader;
extern const char* const kHeatmapShader;

} // namespace unstuck::app
