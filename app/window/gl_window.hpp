#pragma once
#include "core/engine/image.hpp"

#include <functional>
#include <string>
#include <vector>

struct GLFWwindow;

namespace unstuck::app {

struct GlWindowOptions {
    int width = 1280, height = 800;
    bool headless = false; ///< GLFW's null platform and EGL: a real OpenGL context without any display.
    bool visible = true;
};

/// The window with its OpenGL 3.3 context (4.5 where there is one). One per program: it owns GLFW.
class GlWindow {
  public:
    /// Throws std::runtime_error saying what is missing (no display, no OpenGL 3.3).
    explicit GlWindow(const GlWindowOptions& options);
    ~GlWindow();
    GlWindow(const GlWindow&) = delete;
    GlWindow& operator=(const GlWindow&) = delete;

    GLFWwindow* handle() const { return window_; }
    bool should_close() const;
    void framebuffer_size(int& width, int& height) const;
    double content_scale() const;
    bool minimised() const;
    const std::string& renderer() const { return renderer_; } ///< "llvmpipe (...)", and the OpenGL version.

    std::function<void(std::vector<std::string>)> on_drop;
    std::function<void()> on_event; ///< Anything that may need a redraw: resize, refresh, focus.

  private:
    GLFWwindow* window_ = nullptr;
    std::string renderer_;
};

/// The back buffer's pixels, RGB, top row first.
std::vector<std::uint8_t> read_pixels(int width, int height);

} // namespace unstuck::app
