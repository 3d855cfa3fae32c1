#include "app/window/gl_window.hpp"

#include <GLFW/glfw3.h>
#include <algorithm>
#include <glad/gl.h>
#include <stdexcept>

namespace unstuck::app {

namespace {

std::string& last_glfw_error() {
    static std::string text; // GLFW's error callback has no user pointer
    return text;
}

void on_glfw_error(int, const char* text) { last_glfw_error() = text ? text : ""; }

GLFWwindow* try_create(const GlWindowOptions& o, int major, int minor) {
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, major);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, minor);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
    glfwWindowHint(GLFW_VISIBLE, o.visible ? GLFW_TRUE : GLFW_FALSE);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_FALSE);
    if (o.headless) glfwWindowHint(GLFW_CONTEXT_CREATION_API, GLFW_EGL_CONTEXT_API);
    return glfwCreateWindow(o.width, o.height, "Unstuck", nullptr, nullptr);
}

GlWindow& self(GLFWwindow* w) { return *static_cast<GlWindow*>(glfwGetWindowUserPointer(w)); }

void notify(GLFWwindow* w) {
    if (self(w).on_event) self(w).on_event();
}

} // namespace

GlWindow::GlWindow(const GlWindowOptions& options) {
    glfwSetErrorCallback(on_glfw_error);
    if (options.headless) glfwInitHint(GLFW_PLATFORM, GLFW_PLATFORM_NULL);
    if (!glfwInit())
        throw std::runtime_error("no window can be opened: " + last_glfw_error() +
                                 " (is there a display? --headless needs none)");
    window_ = try_create(options, 4, 5);
    if (!window_) window_ = try_create(options, 3, 3);
    if (!window_) {
        glfwTerminate();
        throw std::runtime_error("no OpenGL 3.3 context can be made: " + last_glfw_error());
    }
    glfwMakeContextCurrent(window_);
    glfwSwapInterval(options.headless ? 0 : 1);
    if (!gladLoadGL(glfwGetProcAddress)) throw std::runtime_error("the OpenGL functions cannot be loaded");
    const auto text = [](GLenum name) {
        const auto* s = reinterpret_cast<const char*>(glGetString(name));
        return std::string(s ? s : "unknown");
    };
    renderer_ = text(GL_RENDERER) + ", OpenGL " + text(GL_VERSION);
    glfwSetWindowUserPointer(window_, this);
    glfwSetDropCallback(window_, [](GLFWwindow* w, int count, const char** paths) {
        if (self(w).on_drop) self(w).on_drop({paths, paths + count});
    });
    glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { notify(w); });
    glfwSetWindowRefreshCallback(window_, notify);
    glfwSetWindowIconifyCallback(window_, [](GLFWwindow* w, int) { notify(w); });
}

GlWindow::~GlWindow() {
    glfwDestroyWindow(window_);
    glfwTerminate();
}

bool GlWindow::should_close() const { return glfwWindowShouldClose(window_) != 0; }
void GlWindow::framebuffer_size(int& width, int& height) const { glfwGetFramebufferSize(window_, &width, &height); }
bool GlWindow::minimised() const { return glfwGetWindowAttrib(window_, GLFW_ICONIFIED) != 0; }

double GlWindow::content_scale() const {
    float x = 1, y = 1;
    glfwGetWindowContentScale(window_, &x, &y);
    // Where window coordinates are scaled already (Wayland), what is left for the interface to scale is less.
    int window_width = 0, window_height = 0, width = 0, height = 0;
    glfwGetWindowSize(window_, &window_width, &window_height);
    glfwGetFramebufferSize(window_, &width, &height);
    const double density = window_width > 0 && width > 0 ? static_cast<double>(width) / window_width : 1;
    return std::clamp(static_cast<double>(std::max(x, y)) / density, 0.5, 4.0);
}

std::vector<std::uint8_t> read_pixels(int width, int height) {
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) * height * 3);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadBuffer(GL_BACK);
    glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
    const std::size_t row = static_cast<std::size_t>(width) * 3;
    for (int a = 0, b = height - 1; a < b; ++a, --b)
        std::swap_ranges(pixels.begin() + static_cast<std::ptrdiff_t>(a * row),
                         pixels.begin() + static_cast<std::ptrdiff_t>((a + 1) * row),
                         pixels.begin() + static_cast<std::ptrdiff_t>(b * row));
    return pixels;
}

} // namespace unstuck::app
