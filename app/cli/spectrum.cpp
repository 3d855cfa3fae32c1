#include "app/cli/options.hpp"
#include "app/cli/progress.hpp"
#include "core/engine/spectra_export.hpp"
#include "core/figure/drawing.hpp"
#include "core/io/atomic_file.hpp"
#include "core/io/error.hpp"
#include "core/latent/seeds.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::app {

namespace {

using nlohmann::json;

json curve_json(const signal::SpectrumCurve& c) { return {{"frequency", c.frequency}, {"db", c.db}}; }

json curve_json(const engine::CurveOverSeeds& c) {
    return {{"frequency", c.frequency},
            {"db", c.db},
            {"db_stddev", c.db_stddev},
            {"power", c.power},
            {"power_stddev", c.power_stddev}};
}

json share_json(const std::optional<engine::ShareOverSeeds>& s) {
    if (!s) return {};
    return {{"frequency", s->frequency}, {"share", s->mean}, {"stddev", s->stddev}, {"floor", s->floor}};
}

json set_json(const engine::ModelSpectra& m) {
    json out = {{"model", m.source}, {"layers", json::array()}};
    for (const auto& l : m.layers)
        out["layers"].push_back({{"name", l.layer.name},
                                 {"seeds", l.seeds},
                                 {"flat", l.flat},
                                 {"sampling_rate", l.layer.sampling_rate},
                                 {"cutoff", l.layer.cutoff},
                                 {"half_width", l.layer.half_width},
                                 {"radial", curve_json(l.radial)},
                                 {"slice_0", curve_json(l.slice_0)},
                                 {"slice_45", curve_json(l.slice_45)},
                                 {"beyond_cutoff", share_json(l.beyond_cutoff)},
                                 {"beyond_next", share_json(l.beyond_next)}});
    return out;
}

json set_json(const engine::ImageSpectrum& s) {
    return {{"source", s.source},
            {"images", s.images},
            {"size", s.size},
            {"channels", s.channels},
            {"mean", s.mean},
            {"std", s.stddev},
            {"slice_0", curve_json(s.slice_0)},
            {"slice_45", curve_json(s.slice_45)}};
}

void print(const engine::ModelSpectra& m) {
    fmt::print("{}, {} seed{}\n", m.title, m.layers.front().seeds, m.layers.front().seeds == 1 ? "" : "s");
    fmt::print("{:<18} {:>10} {:>10} {:>12}   {}\n", "layer", "s", "f_c", "beyond f_c", "window's floor");
    for (const auto& l : m.layers) {
        fmt::print("{:<18} {:>10.1f} ", l.layer.name, l.layer.sampling_rate);
        if (l.flat)
            fmt::print("constant: no spectrum\n");
        else if (l.beyond_cutoff)
            fmt::print("{:>10.1f} {:>10.3f} %   {:.3f} %\n", l.layer.cutoff, 100 * l.beyond_cutoff->mean,
                       100 * l.beyond_cutoff->floor);
        else
            fmt::print("{:>10} {:>12}\n", "-", "-");
    }
}

void print(const engine::ImageSpectrum& s) {
    fmt::print("{}: {} image{} of {} x {} x {}, mean {:.3f}, std {:.3f}\n", s.title, s.images, s.images == 1 ? "" : "s",
               s.size, s.size, s.channels, s.mean, s.stddev);
    for (const auto& [name, c] : {std::pair("0\u00b0", &s.slice_0), std::pair("45\u00b0", &s.slice_45)}) {
        fmt::print("  {:<4}", name);
        const auto last = c->db.size() - 1;
        for (const auto i : {last / 8, last / 4, last / 2, last})
            fmt::print("  {:6.1f} dB at {:.1f}", c->db[i], c->frequency[i]);
        fmt::print(" cycles\n");
    }
}

/// Before hours of work: what cannot be written afterwards.
void check_outputs(const SpectrumOptions& o) {
    if (!o.layer.empty() && !o.heatmap.empty()) throw std::invalid_argument("--heatmap: of images only, not of layers");
    std::vector<std::filesystem::path> files;
    for (const auto* file : {&o.csv, &o.png, &o.svg, &o.heatmap}) {
        if (file->empty()) continue;
        const std::filesystem::path path(*file);
        if (path.has_parent_path() && !std::filesystem::is_directory(path.parent_path()))
            throw io::FileError(*file, "there is no folder " + path.parent_path().string());
        if (std::filesystem::is_directory(path)) throw io::FileError(*file, "is a folder");
        if (std::find(files.begin(), files.end(), path) != files.end())
            throw std::invalid_argument(*file + " is named for two different outputs");
        files.push_back(path);
    }
}

engine::SpectrumRequest request_of(const SpectrumOptions& o) {
    auto r = o.request;
    r.seeds = latent::parse_seeds(o.seeds);
    if (o.klass && *o.klass < 0) throw std::invalid_argument("--class: classes start at 0");
    r.class_index = o.klass.value_or(-1);
    if (!o.layer.empty()) r.layer = o.layer;
    r.device = parse_device({}, o.device, o.precision);
    return r;
}

template <class T>
void report(const engine::Spectra<T>& result, bool as_json) {
    if (!as_json) {
        for (const auto& s : result.sets) print(s);
        if (result.stopped) fmt::print("stopped early\n");
        return;
    }
    json out = {{"stopped", result.stopped}, {"sets", json::array()}};
    for (const auto& s : result.sets) out["sets"].push_back(set_json(s));
    print_json(out);
}

void write_curves(const SpectrumOptions& o, const std::string& table, const figure::Figure& figure) {
    if (!o.csv.empty()) io::write_file(o.csv, table);
    if (!o.svg.empty()) figure::write_svg(o.svg, figure);
    if (!o.png.empty()) figure::write_png(o.png, figure);
}

} // namespace

int run_spectrum(const SpectrumOptions& o) {
    check_outputs(o);
    const auto request = request_of(o);
    const CatchInterrupt guard;
    const ProgressBar bar;
    const auto go_on = [&](int done, int of) {
        bar.show(done, of);
        return !guard.caught();
    };
    if (!o.layer.empty()) {
        const auto result = engine::layer_spectra(request, go_on);
        write_curves(o, engine::layer_csv(result.sets), engine::layer_figure(result.sets));
        report(result, o.json);
        return result.stopped ? kInterrupted : 0;
    }
    const auto result = engine::image_spectra(request, go_on);
    write_curves(o, engine::image_csv(result.sets), engine::image_figure(result.sets));
    if (!o.heatmap.empty()) figure::write_png(o.heatmap, engine::heatmap_figure(result.sets));
    report(result, o.json);
    return result.stopped ? kInterrupted : 0;
}

} // namespace unstuck::app
