#pragma once
#include <optional>
#include <string>
#include <vector>

namespace unstuck::app {

/// `unstuck [A] [B]`: the window.
struct WindowOptions {
    std::vector<std::string> models; ///< None: the demo pair.
    bool headless = false;           ///< GLFW's null platform with EGL: no display needed.
    std::string screenshot;          ///< Save the window to this file and leave.
    int after = 0;                   ///< Frames drawn after both pictures are there, before the screenshot.
    int width = 0, height = 0;       ///< 0: as last time or a sensible default.
    double ui_scale = 0;             ///< 0: as the monitor says.
    bool paused = false;             ///< Start without animation.
    std::string scene;               ///< JSON file with the scene to open.
};

struct RenderOptions {
    std::string model, seeds = "0", out, noise_mode = "const", layer, format = "png", device = "auto";
    std::optional<int> klass, cutoff;
    double psi = 1, rotate_deg = 0;
    std::vector<double> translate = {0, 0}, inverse_matrix;
    int threads = 0;
    bool json = false;
};

struct InspectOptions {
    std::string model;
    bool json = false;
};

struct ConvertOptions {
    std::string in, out;
    bool json = false;
};

int run_window(const WindowOptions& options);
int run_render(const RenderOptions& options);
int run_inspect(const InspectOptions& options);
int run_convert(const ConvertOptions& options);
int run_version(bool json);

} // namespace unstuck::app
