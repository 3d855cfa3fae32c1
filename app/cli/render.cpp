#include "app/cli/options.hpp"
#include "core/engine/batch_render.hpp"
#include "core/engine/scene_file.hpp"
#include "core/engine/scene_render.hpp"
#include "core/io/atomic_file.hpp"
#include "core/io/image_file.hpp"
#include "core/latent/seeds.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::app {

namespace {

engine::BatchRequest batch_request(const RenderOptions& o) {
    engine::BatchRequest r;
    r.model = o.model;
    r.seeds = latent::parse_seeds(o.seeds);
    r.class_index = o.klass.value_or(-1);
    if (o.klass && *o.klass < 0) throw std::invalid_argument("--class: classes start at 0");
    r.psi = o.psi;
    r.cutoff = o.cutoff.value_or(-1);
    r.threads = o.threads;
    r.arithmetic = parse_arithmetic(o.arithmetic);
    r.device = parse_device({}, o.device, o.precision);
    r.edits = read_edits(o.edits);
    r.w_file = o.w;
    r.w_index = o.w_index;
    if (o.w_index && o.w.empty()) throw std::invalid_argument("--w-index: needs a file with w's: add --w FILE");
    r.save_w = o.save_w;
    for (const auto& text : o.directions) r.directions.push_back(parse_direction(text));
    if (!o.layer.empty()) r.layer = o.layer;
    if (o.noise_mode == "random") r.noise = model::NoiseMode::random;
    if (o.noise_mode == "none") r.noise = model::NoiseMode::none;
    if (!o.inverse_matrix.empty()) {
        std::copy_n(o.inverse_matrix.begin(), 9, r.inverse_matrix.emplace().begin());
        return r;
    }
    r.transform.x = o.translate[0];
    r.transform.y = o.translate[1];
    r.transform.turns = o.rotate_deg / 360;
    return r;
}

void write(const std::string& path, const std::string& format, const engine::Image& image,
           const std::optional<engine::Scene>& scene) {
    if (format == "npy")
        io::write_npy(path, {image.channels, image.height, image.width}, image.host_pixels());
    else
        io::write_png(path, image.width, image.height, image.channels, engine::to_bytes(image),
                      scene ? engine::picture_text(*scene) : io::PngText{});
}

/// One picture: the scene says all of it.
int render_scene(const RenderOptions& o) {
    engine::PictureRequest request;
    request.side = o.side == "b" ? engine::Side::b : engine::Side::a;
    const auto found = engine::find_scene(o.scene);
    say_notes(found);
    request.scene = found.scene;
    if (!o.model.empty()) request.scene.model[index(request.side)] = o.model;
    request.device = parse_device({}, o.device, o.precision);
    request.threads = o.threads;
    const auto image = engine::render_picture(request);
    auto path = o.out;
    if (std::filesystem::path(path).extension() != "." + o.format) {
        io::make_folder(path);
        path += "/scene-" + o.side + "." + o.format;
    }
    write(path, o.format, image, request.scene);
    if (o.json)
        print_json({{"file", path}, {"shape", {image.channels, image.height, image.width}}});
    else
        fmt::print("{}\n", path);
    return 0;
}

} // namespace

int run_render(const RenderOptions& o) {
    if (!o.scene.empty()) return render_scene(o);
    if (o.model.empty()) throw std::invalid_argument("render: give a model, or a scene by --scene");
    if (!o.layer.empty() && o.layer != "output" && o.format != "npy")
        throw std::invalid_argument("--layer: activations are written as numbers; add --format npy");
    const auto request = batch_request(o);
    io::make_folder(o.out);
    auto files = nlohmann::json::array();
    const std::string what = o.w.empty() ? "seed" : "w";
    engine::render_seeds(request, [&](const engine::BatchPicture& p) {
        const auto path = fmt::format("{}/{}{:04d}.{}", o.out, what, p.seed, o.format);
        write(path, o.format, p.image, p.scene);
        files.push_back({{what, p.seed}, {"file", path}, {"shape", {p.image.channels, p.image.height, p.image.width}}});
        if (!o.json) fmt::print("{}\n", path);
    });
    nlohmann::json report = {{"model", o.model}, {"files", files}};
    if (!o.save_w.empty()) report["w"] = o.save_w;
    if (o.json) print_json(report);
    if (!o.json && !o.save_w.empty()) fmt::print("{}\n", o.save_w);
    return 0;
}

} // namespace unstuck::app
