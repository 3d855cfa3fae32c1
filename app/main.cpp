#include "app/cli/options.hpp"
#include "core/engine/allocator.hpp"
#include "core/engine/gpu.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

namespace {

using namespace unstuck::app;

constexpr int kFailed = 2; // exit code for everything that went wrong, said on standard error

void size_option(CLI::App& app, WindowOptions& o) {
    app.add_option_function<std::string>(
           "--size",
           [&o](const std::string& text) {
               char rest = 0;
               if (std::sscanf(text.c_str(), "%dx%d%c", &o.width, &o.height, &rest) != 2 || o.width < 1 ||
                   o.height < 1 || o.width > 16384 || o.height > 16384)
                   throw CLI::ValidationError("--size", "expected WIDTHxHEIGHT, as in 1280x800");
           },
           "Size of the window in pixels")
        ->type_name("WxH");
}

/// Checked where they are used, by the same functions as the settings and the window's controls.
void device_options(CLI::App& app, std::string& device, std::string& precision) {
    app.add_option("--device", device, "Where to compute: auto (a GPU where one can), cpu, cuda, cuda:N")
        ->type_name("DEVICE")
        ->capture_default_str();
    app.add_option(
           "--precision", precision,
           "Numbers of a GPU's layers: as-marked (float16 in the layers that the model marks, as it was trained), "
           "float32, float16; the CPU always computes float32")
        ->type_name("PRECISION")
        ->capture_default_str();
}

void window_options(CLI::App& app, WindowOptions& o) {
    app.add_option("models", o.models,
                   "Model A and model B: files, or demo:stylegan2, demo:alias-free-t, demo:alias-free-r")
        ->expected(0, 2);
    app.add_flag("--headless", o.headless, "Draw without a display (EGL)");
    app.add_option("--screenshot", o.screenshot, "Save the window as PNG once both pictures are there, then leave")
        ->type_name("FILE");
    app.add_option("--after", o.after, "Frames drawn before the screenshot")->check(CLI::Range(0, 1000000));
    app.add_option("--ui-scale", o.ui_scale, "Scale of the interface; default: as the monitor says")
        ->check(CLI::Range(0.5, 4.0));
    app.add_option("--scene", o.scene, "Open this scene (JSON)")->type_name("FILE");
    app.add_flag("--paused", o.paused, "Start without animation");
    app.add_option("--panel", o.panel, "Bring this panel to the front")
        ->check(CLI::IsMember({"Layers", "Spectrum", "Instruments", "Performance", "System", "Log"}));
    device_options(app, o.device, o.precision);
    size_option(app, o);
}

void arithmetic_option(CLI::App& app, std::string& arithmetic) {
    app.add_option("--arithmetic", arithmetic,
                   "fast; direct: no Winograd convolutions, slower and nearer to exact; reference: plain tensor calls")
        ->check(CLI::IsMember({"fast", "direct", "reference"}))
        ->capture_default_str();
}

void render_command(CLI::App& app, RenderOptions& o) {
    app.add_option("model", o.model, "Model file or demo:...")->required();
    app.add_option("--seeds", o.seeds, "Seeds and ranges, as in 0-3,7")->capture_default_str();
    app.add_option("--class", o.klass, "Class of a conditional model; default: the class each seed draws");
    app.add_option("--trunc", o.psi, "Truncation psi")->capture_default_str();
    app.add_option("--trunc-cutoff", o.cutoff, "Rows of w that are truncated; default: all");
    app.add_option("--translate", o.translate, "Move the content, in image sides: right, down")
        ->delimiter(',')
        ->expected(2)
        ->type_name("X,Y");
    app.add_option("--rotate", o.rotate_deg, "Turn the content, in degrees")->type_name("DEG");
    app.add_option("--inverse-matrix", o.inverse_matrix, "Written to the input transform as it is, row by row")
        ->delimiter(',')
        ->expected(9)
        ->type_name("M00,..,M22");
    app.add_option("--noise-mode", o.noise_mode, "Noise inputs of StyleGAN2")
        ->check(CLI::IsMember({"const", "random", "none"}))
        ->capture_default_str();
    app.add_option("--layer", o.layer, "Write this layer's activations instead of the image (npy)");
    app.add_option("--format", o.format, "png, or npy: float32 [C,H,W], unclamped")
        ->check(CLI::IsMember({"png", "npy"}))
        ->capture_default_str();
    app.add_option("--threads", o.threads, "Processor threads; default: all cores")->check(CLI::Range(1, 1024));
    arithmetic_option(app, o.arithmetic);
    device_options(app, o.device, o.precision);
    app.add_option("--out", o.out, "Folder for the files")->required()->type_name("DIR");
    app.add_flag("--json", o.json, "Print what was written as JSON");
}

void init_command(CLI::App& app, InitOptions& o) {
    app.add_option("out", o.out, "File to write (.safetensors)")->required();
    app.add_option("--config", o.model.config, "Alias-free t or r, or stylegan2")
        ->check(CLI::IsMember({"t", "r", "stylegan2"}))
        ->capture_default_str();
    app.add_option("--resolution", o.model.resolution, "Side of the image in pixels")->capture_default_str();
    app.add_option("--channel-base", o.model.channel_base, "Channels at a side, times the side; r doubles it")
        ->capture_default_str();
    app.add_option("--channel-max", o.model.channel_max, "Most channels of a layer; r doubles it")
        ->capture_default_str();
    app.add_option("--channels", o.model.image_channels, "Channels of the image")->capture_default_str();
    app.add_option("--classes", o.model.classes, "Classes, for a conditional model")->capture_default_str();
    app.add_option("--seed", o.model.seed, "Seed of the weights")->capture_default_str();
    app.add_flag("--json", o.json, "Print what was written as JSON");
}

void bench_command(CLI::App& app, BenchOptions& o) {
    app.add_option("models", o.request.models, "Model file or demo:..., or two of them as a pair")
        ->required()
        ->expected(1, 2);
    app.add_option("--frames", o.request.frames, "Frames to time; default: what fits into a few seconds")
        ->check(CLI::Range(1, 100000));
    app.add_option("--threads", o.request.threads, "Processor threads; default: as the window takes")
        ->check(CLI::Range(1, 1024));
    app.add_flag("--spectrum", o.request.spectrum, "With a live spectrum of the output (always for a pair)");
    arithmetic_option(app, o.arithmetic);
    device_options(app, o.device, o.precision);
    app.add_flag("--json", o.json, "As JSON");
}

void measure_command(CLI::App& app, MeasureOptions& o) {
    app.add_option("quantity", o.quantity,
                   "eqt, eqt-frac, eqr: the published metrics; layers: every layer's; sticking: whether detail sticks")
        ->required()
        ->check(CLI::IsMember({"eqt", "eqt-frac", "eqr", "layers", "sticking"}));
    app.add_option("model", o.request.model, "Model file or demo:...")->required();
    app.add_option("--samples", o.request.samples, "Latents, each with moves of its own; published: 50000")
        ->check(CLI::Range(1, 10000000))
        ->capture_default_str();
    app.add_option("--views", o.request.views, "sticking: pictures of one latent")
        ->check(CLI::Range(2, 100000))
        ->capture_default_str();
    app.add_option("--seed", o.request.seed, "First seed, and the seed of the moves")->capture_default_str();
    app.add_option("--threads", o.request.threads, "Processor threads; default: all cores")->check(CLI::Range(1, 1024));
    device_options(app, o.device, o.precision);
    app.add_flag("--json", o.json, "As JSON: value, unit, ci95, samples");
    app.add_flag("--per-sample", o.each, "With --json: the number of every sample, too");
}

int run(int argc, char** argv) {
    CLI::App app{"Unstuck: see where a generator's details come from.\nWithout a command: opens the window."};
    WindowOptions window;
    RenderOptions render;
    InspectOptions inspect;
    ConvertOptions convert;
    InitOptions init;
    BenchOptions bench;
    MeasureOptions measure;
    bool version = false, json = false;
    window_options(app, window);
    app.add_flag("--version", version, "Print version, libraries, what computes and why it is not faster");
    app.add_flag("--json", json, "With --version: as JSON");

    auto* render_app = app.add_subcommand("render", "Render seeds to files");
    render_command(*render_app, render);
    auto* inspect_app = app.add_subcommand("inspect", "Print a model's card and layer plan");
    inspect_app->add_option("model", inspect.model, "Model file or demo:...")->required();
    inspect_app->add_flag("--json", inspect.json, "As JSON");
    auto* convert_app = app.add_subcommand("convert", "Convert a model to safetensors");
    convert_app->add_option("in", convert.in, "Model file or demo:...")->required();
    convert_app->add_option("out", convert.out, "File to write (.safetensors)")->required();
    convert_app->add_flag("--json", convert.json, "Print what was written as JSON");
    auto* init_app = app.add_subcommand("init", "Write a model with seeded random weights, for measurements");
    init_command(*init_app, init);
    auto* bench_app = app.add_subcommand("bench", "Time a model layer by layer against this machine's matrix products");
    bench_command(*bench_app, bench);
    auto* measure_app =
        app.add_subcommand("measure", "Measure equivariance or texture sticking; Ctrl-C keeps what there is");
    measure_command(*measure_app, measure);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        const int code = app.exit(e);
        return code == 0 ? 0 : kFailed;
    }
    if (version) return run_version(json);
    if (render_app->parsed()) return run_render(render);
    if (inspect_app->parsed()) return run_inspect(inspect);
    if (convert_app->parsed()) return run_convert(convert);
    if (init_app->parsed()) return run_init(init);
    if (bench_app->parsed()) return run_bench(bench);
    if (measure_app->parsed()) return run_measure(measure);
    return run_window(window);
}

} // namespace

int main(int argc, char** argv) {
    unstuck::engine::keep_large_blocks();
    try {
        unstuck::engine::gpu_status(); // before anything asks LibTorch for a GPU: it remembers the first answer
        return run(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "unstuck: %s\n", e.what());
        return kFailed;
    }
}
