#include "app/cli/options.hpp"
#include "core/engine/system_report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unstuck::app {

namespace {

using nlohmann::json;

double gflops(double flop, double ms) { return ms > 0 ? flop / ms / 1e6 : 0; }

json layers_json(const engine::ModelBench& m) {
    auto out = json::array();
    for (const auto& l : m.layers)
        out.push_back({{"model", m.model},
                       {"name", l.name},
                       {"ms", l.ms},
                       {"conv_ms", l.conv_ms},
                       {"filtered_lrelu_ms", l.filter_ms},
                       {"gflop", l.conv_flop / 1e9},
                       {"gflops", gflops(l.conv_flop, l.conv_ms)},
                       {"bytes", l.bytes}});
    return out;
}

json model_json(const engine::ModelBench& m) {
    return {{"model", m.model},
            {"threads", m.threads},
            {"frame_ms", m.frame_ms},
            {"fastest_ms", m.fastest_ms},
            {"mapping_ms", m.mapping_ms},
            {"spectrum_ms", m.spectrum_ms},
            {"gemm_gflops", m.gemm.gflops},
            {"conv_gflop", m.conv_flop / 1e9},
            {"floor_ms", m.gemm.floor_ms},
            {"device", m.device},
            {"by_graph", m.by_graph},
            {"graph_failure", m.graph_failure},
            {"not_finite", m.guard.not_finite},
            {"clamped", m.guard.clamped},
            {"minor_faults_per_frame", m.faults_per_frame}};
}

json bench_json(const engine::Bench& b) {
    json out = {{"frames", b.frames},
                {"frame_ms", b.frame_ms},
                {"load_ms", b.load_ms},
                {"peak_rss_bytes", b.peak_rss_bytes},
                {"device", b.models.front().device},
                {"models", json::array()},
                {"layers", json::array()}};
    double flop = 0, floor_ms = 0;
    for (const auto& m : b.models) {
        out["models"].push_back(model_json(m));
        for (auto& l : layers_json(m)) out["layers"].push_back(l);
        flop += m.conv_flop;
        floor_ms += m.gemm.floor_ms;
    }
    out["floor_ms"] = floor_ms;
    out["gemm_gflops"] = gflops(flop, floor_ms);
    if (b.models.size() == 2) out["pairs_per_second"] = 1e3 / b.frame_ms;
    return out;
}

void print_model(const engine::ModelBench& m) {
    if (m.device == "cpu")
        fmt::print("{}, {} thread{}\n", m.model, m.threads, m.threads == 1 ? "" : "s");
    else
        fmt::print("{} on {}, {}\n", m.model, m.device,
                   m.by_graph ? "frames by CUDA graph; layers timed one by one" : "no graph: " + m.graph_failure);
    fmt::print("  {:<16} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}\n", "layer", "ms", "conv", "filter", "GFLOP", "GFLOP/s",
               "MB");
    for (const auto& l : m.layers)
        fmt::print("  {:<16} {:>9.2f} {:>9.2f} {:>9.2f} {:>9.2f} {:>9.0f} {:>9.1f}\n", l.name, l.ms, l.conv_ms,
                   l.filter_ms, l.conv_flop / 1e9, gflops(l.conv_flop, l.conv_ms), l.bytes / 1e6);
    fmt::print("  frame {:.1f} ms (fastest {:.1f}), mapping {:.2f} ms", m.frame_ms, m.fastest_ms, m.mapping_ms);
    if (m.spectrum_ms > 0) fmt::print(", spectrum {:.2f} ms", m.spectrum_ms);
    fmt::print("\n  floor of direct convolution: {:.2f} GFLOP at {:.0f} GFLOP/s (matrix products of these shapes) = "
               "{:.1f} ms; the frame takes {:.2f} times that\n",
               m.conv_flop / 1e9, m.gemm.gflops, m.gemm.floor_ms, m.frame_ms / m.gemm.floor_ms);
    fmt::print("  page faults per frame: {:.0f}\n", m.faults_per_frame);
}

} // namespace

model::Arithmetic parse_arithmetic(const std::string& name) {
    if (name == "fast") return model::Arithmetic::fast;
    if (name == "direct") return model::Arithmetic::direct;
    if (name == "reference") return model::Arithmetic::reference;
    throw std::invalid_argument("--arithmetic: '" + name + "' is none of fast, direct, reference");
}

engine::DeviceChoice parse_device(engine::DeviceChoice choice, const std::string& device,
                                  const std::string& precision) {
    const auto named = [](const char* option, auto parse) {
        try {
            parse();
        } catch (const std::invalid_argument& e) {
            throw std::invalid_argument(std::string(option) + " " + e.what());
        }
    };
    named("--precision", [&] {
        if (!precision.empty()) choice.precision = engine::parse_precision(precision);
    });
    named("--device", [&] {
        if (device.empty()) return;
        choice = engine::with_device(choice, device);
        if (choice.kind == engine::DeviceChoice::Kind::cuda) engine::check_device(engine::system_report(), choice);
    });
    return choice;
}

int run_bench(const BenchOptions& o) {
    auto request = o.request;
    request.device = parse_device({}, o.device, o.precision);
    request.arithmetic = parse_arithmetic(o.arithmetic);
    const auto b = engine::run_bench(request);
    if (o.json) {
        print_json(bench_json(b));
        return 0;
    }
    for (const auto& m : b.models) print_model(m);
    if (b.models.size() == 2)
        fmt::print("pair with spectra: {:.1f} ms, {:.1f} pairs/s\n", b.frame_ms, 1e3 / b.frame_ms);
    fmt::print("{} frames; loading {:.0f} ms; peak memory {:.0f} MB\n", b.frames, b.load_ms,
               static_cast<double>(b.peak_rss_bytes) / 1e6);
    return 0;
}

} // namespace unstuck::app
