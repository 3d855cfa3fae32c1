#include "app/cli/options.hpp"
#include "app/panels/panel_names.hpp"
#include "core/engine/allocator.hpp"
#include "core/engine/film_spec.hpp"
#include "core/engine/gpu.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

namespace {

constexpr const char* kEditsHelp = "Edits of layers' filters (JSON by layer name, \"all\" for every layer)";

constexpr const char* kSceneHelp = "A scene: a picture, film or JSON that carries one, or its text (unstuck1:...)";

using namespace unstuck::app;

constexpr int kFailed = 2; // exit code for everything that went wrong, said on standard error

void size_option(CLI::App& app, int& width, int& height, const char* what) {
    app.add_option_function<std::string>(
           "--size",
           [&width, &height](const std::string& text) {
               char rest = 0;
               if (std::sscanf(text.c_str(), "%dx%d%c", &width, &height, &rest) != 2 || width < 1 || height < 1 ||
                   width > 16384 || height > 16384)
                   throw CLI::ValidationError("--size", "expected WIDTHxHEIGHT, as in 1280x800");
           },
           what)
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

std::vector<std::string> panel_names() {
    std::vector<std::string> names;
    for (const auto& panel : kLeftPanels) names.push_back(panel.name);
    for (const auto& panel : kListPanels) names.push_back(panel.name);
    for (const auto& panel : kBottomPanels) names.push_back(panel.name);
    return names;
}

void window_options(CLI::App& app, WindowOptions& o) {
    app.add_option("models", o.models,
                   "Model A and model B: files, or demo:stylegan2, demo:alias-free-t, demo:alias-free-r; or a saved "
                   "session, or a picture or film that carries a scene")
        ->expected(0, 2);
    app.add_flag("--headless", o.headless, "Draw without a display (EGL)");
    app.add_option("--screenshot", o.screenshot, "Save the window as PNG once both pictures are there, then leave")
        ->type_name("FILE");
    app.add_option("--after", o.after, "Frames drawn before the screenshot")->check(CLI::Range(0, 1000000));
    app.add_option("--ui-scale", o.ui_scale, "Scale of the interface; default: as the monitor says")
        ->check(CLI::Range(0.5, 4.0));
    app.add_option("--scene", o.scene, kSceneHelp)->type_name("FILE|TEXT");
    app.add_option("--session", o.session, "Open this session; also takes a scene, or the JSON beside a film")
        ->type_name("FILE");
    app.add_option("--config", o.config,
                   "Where settings, layout and autosave live; default: ~/.config/unstuck, and without --headless only")
        ->type_name("FOLDER");
    app.add_flag("--paused", o.paused, "Start without animation");
    app.add_option("--panel", o.panel, "Bring this panel to the front")->check(CLI::IsMember(panel_names()));
    device_options(app, o.device, o.precision);
    size_option(app, o.width, o.height, "Size of the window in pixels");
}

void arithmetic_option(CLI::App& app, std::string& arithmetic) {
    app.add_option("--arithmetic", arithmetic,
                   "fast; direct: no Winograd convolutions, slower and nearer to exact; reference: plain tensor calls")
        ->check(CLI::IsMember({"fast", "direct", "reference"}))
        ->capture_default_str();
}

void render_command(CLI::App& app, RenderOptions& o) {
    app.add_option("model", o.model, "Model file or demo:...; with --scene: in place of the scene's");
    app.add_option("--seeds", o.seeds, "Seeds and ranges, as in 0-3,7")->capture_default_str();
    app.add_option("--class", o.klass, "Class of a conditional model; default: the class each seed draws");
    app.add_option("--trunc", o.psi, "Truncation psi")->capture_default_str();
    app.add_option("--trunc-cutoff", o.cutoff, "Rows of w that are truncated; default: all");
    app.add_option("--w", o.w, "Render the w in this file (.npy, .npz, .safetensors) instead of seeds, not truncated")
        ->type_name("FILE");
    app.add_option("--w-index", o.w_index, "Which w of a file with several; default: all")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--save-w", o.save_w, "Write what was rendered as w [n, rows, w_dim] (.npy, .npz, .safetensors)")
        ->type_name("FILE");
    app.add_option(
           "--direction", o.directions,
           "Move w: pca (AMOUNT in standard deviations) or affine, as in pca:0:2 or affine:3:-5:4-7; repeatable")
        ->type_name("KIND:INDEX:AMOUNT[:FIRST-LAST]");
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
    app.add_option("--edits", o.edits, kEditsHelp)->type_name("FILE");
    auto* scene = app.add_option("--scene", o.scene, kSceneHelp)->type_name("FILE|TEXT");
    for (const auto* said :
         {"--seeds", "--class", "--trunc", "--trunc-cutoff", "--translate", "--rotate", "--inverse-matrix",
          "--noise-mode", "--layer", "--arithmetic", "--edits", "--w", "--w-index", "--direction", "--save-w"})
        app.get_option(said)->excludes(scene);
    app.add_option("--side", o.side, "With --scene: the model to render, a or b")
        ->check(CLI::IsMember({"a", "b"}))
        ->needs(scene)
        ->capture_default_str();
    app.add_option("--out", o.out, "Folder for the files; with --scene also a file")->required()->type_name("DIR");
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
                   "eqt, eqt-frac, eqr: the published metrics; layers: every layer's; aliasing: every layer's, against "
                   "itself oversampled 8 times; sticking: whether detail sticks")
        ->required()
        ->check(CLI::IsMember({"eqt", "eqt-frac", "eqr", "aliasing", "layers", "sticking"}));
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
    app.add_option("--edits", o.edits, kEditsHelp)->type_name("FILE");
    app.add_flag("--per-sample", o.each, "With --json: the number of every sample, too");
}

void spectrum_command(CLI::App& app, SpectrumOptions& o) {
    auto& r = o.request;
    app.add_option("sources", r.sources, "Models (files or demo:...) and folders of images, drawn together")
        ->required();
    app.add_option("--seeds", o.seeds, "Seeds of the models, as in 0-15")->capture_default_str();
    app.add_option("--layer", o.layer, "Spectra of this layer, or of all of them, instead of the image's")
        ->type_name("NAME|all");
    app.add_option("--psi,--trunc", r.psi, "Truncation psi")->capture_default_str();
    app.add_option("--class", o.klass, "Class of a conditional model; default: the class each seed draws");
    app.add_option("--beta", r.beta, "Of the Kaiser window; published: 8")->capture_default_str();
    app.add_option("--mean", r.mean, "Of images, in bytes; default: measured over each set");
    app.add_option("--std", r.stddev, "Standard deviation of images, in bytes; default: measured over each set");
    app.add_option("--csv", o.csv, "Write the curves as a table")->type_name("FILE");
    app.add_option("--svg", o.svg, "Write the curves as a figure")->type_name("FILE");
    app.add_option("--png", o.png, "Write the curves as a figure")->type_name("FILE");
    app.add_option("--heatmap", o.heatmap, "Write the images' spectra in two dimensions as a figure (PNG)")
        ->type_name("FILE");
    app.add_option("--threads", r.threads, "Processor threads; default: all cores")->check(CLI::Range(1, 1024));
    device_options(app, o.device, o.precision);
    app.add_flag("--json", o.json, "As JSON: every curve, and the energy beyond f_c");
}

/// --name and --no-name.
void switch_option(CLI::App& app, const std::string& name, std::optional<bool>& value, const char* what) {
    app.add_flag_callback(
        "--" + name, [&value] { value = true; }, what);
    app.add_flag_callback(
        "--no-" + name, [&value] { value = false; }, "Without it");
}

void record_command(CLI::App& app, RecordOptions& o) {
    app.add_option("models", o.models, "Model A and model B: files or demo:...; default: the scene's")->expected(0, 2);
    app.add_flag("--list-recipes", o.list_recipes, "Print the built-in recipes");
    app.add_option("--recipe", o.recipe, "A built-in recipe, or one in a file ending in .json")->type_name("NAME");
    app.add_option("--scene", o.scene, "Where it begins: a picture, film or JSON, perhaps with a motion, or text")
        ->type_name("FILE|TEXT");
    app.add_option("--motion", o.motion, "How it moves (JSON)")->type_name("FILE");
    app.add_option("--from", o.from, "Make a film again, from the JSON beside it")->type_name("FILE");
    app.add_option("--frames", o.frames, "Length in frames; default: the motion's");
    app.add_option("--seconds", o.seconds, "Length in seconds")->check(CLI::PositiveNumber);
    app.add_option("--fps", o.fps, "Frames per second; default: the motion's")->check(CLI::Range(0.01, 1000.0));
    app.add_option(
           "--layout", o.layout,
           "a, b, ab: side by side, spectra: with spectra below, view: as the scene's viewport, 2x2: moved back "
           "below; or cells, as in a,b/slit-scan-a,slit-scan-b")
        ->type_name("NAME|CELLS");
    size_option(app, o.width, o.height, "Size of the film; pictures are magnified by whole numbers to fit");
    switch_option(app, "captions", o.captions, "A line with model, layer and frame above each picture");
    app.add_option("--scale", o.scale, "Magnification of the pictures; default: the largest that fits")
        ->check(CLI::Range(1, unstuck::engine::kMostFilmScale));
    switch_option(app, "frame-numbers", o.frame_numbers, "The frame's number in the upper right corner");
    switch_option(app, "legend", o.legend, "A line below: who is A and B, and what colours stand for");
    app.add_option("--samples", o.samples,
                   "Measure EQ-T, EQ-R and sticking with so many samples, and show them below; 0: do not")
        ->check(CLI::Range(0, unstuck::engine::kMostFilmSamples));
    app.add_option("--slit", o.slit, "Which line a slit-scan takes: 0 the top to 1 the bottom")
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--format", o.format,
                   "h264 (.mp4), ffv1 (.mkv, lossless), png (a folder), webp, gif; default: by the ending")
        ->check(CLI::IsMember({"h264", "ffv1", "png", "webp", "gif"}));
    app.add_option("--crf", o.crf, "Quality of H.264, 0 lossless to 51; default 18")->check(CLI::Range(0, 51));
    app.add_flag("--full-chroma", o.full_chroma, "H.264 with colours at full resolution (yuv444p)");
    app.add_flag("--overwrite", o.overwrite, "Replace files that are there");
    app.add_option("--threads", o.threads, "Processor threads; default: all cores")->check(CLI::Range(1, 1024));
    device_options(app, o.device, o.precision);
    app.add_option("--out", o.out, "The film, or the folder for pictures")->type_name("FILE");
    app.add_flag("--json", o.json, "A line of JSON per frame, and one for the result");
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
    SpectrumOptions spectrum;
    RecordOptions record;
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
    auto* spectrum_app =
        app.add_subcommand("spectrum", "Average spectra of images or layers over seeds; Ctrl-C keeps what there is");
    spectrum_command(*spectrum_app, spectrum);
    auto* record_app = app.add_subcommand("record", "Record a film; Ctrl-C keeps what there is, playable");
    record_command(*record_app, record);

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
    if (spectrum_app->parsed()) return run_spectrum(spectrum);
    if (record_app->parsed()) return run_record(record);
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
