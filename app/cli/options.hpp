#pragma once
#include "core/engine/bench.hpp"
#include "core/engine/device_choice.hpp"
#include "core/engine/measure_model.hpp"
#include "core/engine/measure_spectra.hpp"
#include "core/engine/new_model.hpp"

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace unstuck::engine {
struct SceneFile;
}

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
    std::string session;             ///< File with the session to open.
    std::string config;              ///< Folder for settings and autosave; empty: the user's, or none without a screen.
    std::string device, precision;   ///< Empty: as the settings say.
    std::string panel;               ///< Brought to the front at the start.
};

struct RenderOptions {
    std::string model, seeds = "0", out, noise_mode = "const", layer, format = "png", device = "auto",
                       precision = "as-marked";
    std::optional<int> klass, cutoff;
    double psi = 1, rotate_deg = 0;
    std::vector<double> translate = {0, 0}, inverse_matrix;
    int threads = 0;
    std::string arithmetic = "fast", edits;
    std::string scene, side = "a"; ///< A scene's file or text in place of seeds and their options; empty: none.
    std::string w, save_w;         ///< Files; empty: none.
    std::optional<int> w_index;
    std::vector<std::string> directions; ///< As parse_direction() takes them.
    bool json = false;
};

struct InitOptions {
    engine::NewModel model;
    std::string out;
    bool json = false;
};

struct BenchOptions {
    engine::BenchRequest request;
    std::string device = "auto", precision = "as-marked", arithmetic = "fast";
    bool json = false;
};

struct MeasureOptions {
    engine::MeasureRequest request;
    std::string quantity, device = "auto", precision = "float32", edits;
    bool each = false; ///< With every sample's number.
    bool json = false;
};

struct SpectrumOptions {
    engine::SpectrumRequest request;
    std::string seeds = "0-15", layer, device = "auto", precision = "float32"; ///< Empty layer: the images' spectrum.
    std::optional<int> klass;
    std::string csv, png, svg, heatmap; ///< Files to write; empty: none.
    bool json = false;
};

struct RecordOptions {
    std::vector<std::string> models;         ///< None: the scene's.
    std::string scene, recipe, from, motion; ///< What is filmed; files, but for a recipe's name.
    std::string out, format, layout;         ///< Empty: as the ending or the recipe says. Layout: may be cells.
    int width = 0, height = 0;               ///< 0: as the recipe says.
    std::optional<int> frames, crf;
    std::optional<double> seconds, fps;
    std::optional<bool> captions, frame_numbers, legend;
    std::optional<int> scale, samples;
    std::optional<double> slit;
    bool full_chroma = false, overwrite = false, list_recipes = false, json = false;
    std::string device = "auto", precision = "as-marked";
    int threads = 0;
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
int run_init(const InitOptions& options);
int run_bench(const BenchOptions& options);
int run_measure(const MeasureOptions& options);
int run_spectrum(const SpectrumOptions& options);
int run_record(const RecordOptions& options);

/// "fast", "direct" or "reference".
model::Arithmetic parse_arithmetic(const std::string& name);
/// The edits in a JSON file; none for an empty path. Throws io::FileError naming the file and the field.
model::Edits read_edits(const std::string& path);

inline constexpr int kOneLine = -1; ///< In place of an indent.

/// To standard output, indented. What is no UTF-8 in it, as paths may be, is replaced: JSON must
/// be.
void print_json(const nlohmann::json& json, int indent = 2);

/// What was ignored in a scene, to standard error.
void say_notes(const engine::SceneFile& file);

/// KIND:INDEX:AMOUNT or KIND:INDEX:AMOUNT:FIRST-LAST, as in pca:3:-2 or affine:0:5:4-7. Throws std::invalid_argument.
engine::LatentDirection parse_direction(const std::string& text);

/// From the texts of --device and --precision; an empty one keeps what `choice` has. Throws std::invalid_argument
/// naming the option: for a text that is not understood, and for a GPU that is not there or cannot compute.
engine::DeviceChoice parse_device(engine::DeviceChoice choice, const std::string& device, const std::string& precision);

} // namespace unstuck::app
