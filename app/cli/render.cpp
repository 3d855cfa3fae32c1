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
        const auto path = fmt::format("{}/seed{:04d}.{}", o.out, seed, o.format);
        write(path, o.format, image);
        files.push_back({{"seed", seed}, {"file", path}, {"shape", {image.channels, image.height, image.width}}});
        if (!o.json) fmt::print("{}\n", path);
    });
    if (o.json) fmt::print("{}\n", nlohmann::json{{"model", o.model}, {"files", files}}.dump(2));
    return 0;
}

} // namespace unstuck::app
