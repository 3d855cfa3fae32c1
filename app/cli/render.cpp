#include "app/cli/options.hpp"
#include "core/engine/batch_render.hpp"
#include "core/io/atomic_file.hpp"
#include "core/io/image_file.hpp"
#include "core/latent/seeds.hpp"
#include "core/model/matrix.hpp"

#include <cmath>
#include <cstdio>
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
        std::copy_n(o.inverse_matrix.begin(), 9, r.inverse_transform.begin());
        return r;
    }
    engine::TransformState t;
    t.x = o.translate[0];
    t.y = o.translate[1];
    t.turns = o.rotate_deg / 360;
    r.inverse_transform = model::inverse(engine::forward_matrix(t, 0));
    return r;
}

void write(const std::string& path, const std::string& format, const engine::Image& image) {
    if (format == "npy")
        io::write_npy(path, {image.channels, image.height, image.width}, image.host_pixels());
    else
        io::write_png(path, image.width, image.height, image.channels, engine::to_bytes(image));
}

} // namespace

int run_render(const RenderOptions& o) {
    if (!o.layer.empty() && o.layer != "output" && o.format != "npy")
        throw std::invalid_argument("--layer: activations are written as numbers; add --format npy");
    const auto request = batch_request(o);
    io::make_folder(o.out);
    auto files = nlohmann::json::array();
    engine::render_seeds(request, [&](std::uint32_t seed, const engine::Image& image) {
        const auto path = fmt::format("{}/{}{:04d}.{}", o.out, o.w.empty() ? "seed" : "w", seed, o.format);
        write(path, o.format, image);
        files.push_back({{o.w.empty() ? "seed" : "w", seed},
                         {"file", path},
                         {"shape", {image.channels, image.height, image.width}}});
        if (!o.json) fmt::print("{}\n", path);
    });
    nlohmann::json report = {{"model", o.model}, {"files", files}};
    if (!o.save_w.empty()) report["w"] = o.save_w;
    if (o.json) fmt::print("{}\n", report.dump(2));
    if (!o.json && !o.save_w.empty()) fmt::print("{}\n", o.save_w);
    return 0;
}

} // namespace unstuck::app
