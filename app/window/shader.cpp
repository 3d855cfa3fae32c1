#include "app/window/shader.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace unstuck::app {

namespace {

GLuint compile(GLenum kind, const char* source) {
    const GLuint shader = glCreateShader(kind);
    glShaderSource(shader, 1, &source, nullptr);
    glCompileShader(shader);
    GLint ok = 0;
    glGetShaderiv(shader, GL_COMPILE_STATUS, &ok);
    if (ok) return shader;
    std::array<char, 2048> text{};
    glGetShaderInfoLog(shader, static_cast<GLsizei>(text.size()), nullptr, text.data());
    glDeleteShader(shader);
    throw std::runtime_error(std::string("a shader does not compile: ") + text.data());
}

} // namespace

FullscreenPass::FullscreenPass(const char* fragment_source)
    : program_(GlProgram::make()), vertices_(GlVertexArray::make()) {
    const GLuint vertex = compile(GL_VERTEX_SHADER, kFullscreenVertexShader),
                 fragment = compile(GL_FRAGMENT_SHADER, fragment_source);
    glAttachShader(program_.id(), vertex);
    glAttachShader(program_.id(), fragment);
    glLinkProgram(program_.id());
    glDeleteShader(vertex);
    glDeleteShader(fragment);
    GLint ok = 0;
    glGetProgramiv(program_.id(), GL_LINK_STATUS, &ok);
    if (!ok) throw std::runtime_error("a shader program does not link");
}

void FullscreenPass::draw(const GlFramebuffer& target, int width, int height) const {
    glBindFramebuffer(GL_FRAMEBUFFER, target.id());
    glViewport(0, 0, width, height);
    glDisable(GL_BLEND);
    glDisable(GL_SCISSOR_TEST);
    glDisable(GL_DEPTH_TEST);
    glDisable(GL_CULL_FACE);
    glBindVertexArray(vertices_.id());
    glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
    glBindVertexArray(0);
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
    glUseProgram(0);
    glActiveTexture(GL_TEXTURE0);
}

void RenderTarget::resize(int w, int h) {
    w = std::max(w, 1);
    h = std::max(h, 1);
    if (texture && w == width && h == height) return;
    if (!texture) {
        texture = GlTexture::make();
        framebuffer = GlFramebuffer::make();
    }
    width = w;
    height = h;
    glBindTexture(GL_TEXTURE_2D, texture.id());
    set_texture_filters(GL_LINEAR, GL_LINEAR);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, w, h, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
    glBindFramebuffer(GL_FRAMEBUFFER, framebuffer.id());
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture.id(), 0);
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
}

} // namespace unstuck::app
